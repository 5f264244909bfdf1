"""The rules that keep the tree readable, checked on the source itself."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pathgui"
SOURCES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def fresh(code: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )


def test_that_imports_only_go_down():
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


@pytest.mark.parametrize("module", ["pathgui.cli", "pathgui.core", "pathgui.engine"])
def test_that_no_window_and_no_cluster_is_loaded_with(module):
    done = fresh(
        f"import sys, {module};"
        "bad = {'PySide6', 'napari', 'distributed'} & set(sys.modules);"
        "sys.exit(', '.join(bad) or 0)"
    )
    assert done.returncode == 0, done.stderr.decode()


def test_that_files_have_one_idea():
    long = {
        str(path.relative_to(ROOT)): count
        for path in SOURCES
        if (count := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_that_functions_fit_on_a_screen():
    long = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body
                if ast.get_docstring(node) is not None:
                    body = body[1:]
                if body and body[-1].end_lineno - body[0].lineno >= LONGEST_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = node.lineno
    assert long == {}


def test_that_every_file_says_its_idea_in_its_first_line():
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None
    ]
    assert silent == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<![\w.`])eval\(",
        r"(?<![\w.`])exec\(",
        r"pickle\.loads?\(",
        r"shell=True",
        r"processEvents\(",
    ],
)
def test_that_nothing_dangerous_is_called(pattern):
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(pattern, line.split("#")[0])
    ]
    assert found == []


def test_that_the_pinned_versions_name_no_address():
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text
    assert all("==" in line for line in text.splitlines() if line)
