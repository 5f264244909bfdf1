"""Column definitions in pathgui.toml: types as lists, the rest as sections."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pathgui.errors import ProjectError
from pathgui.project import Column, ColumnChange, Edit, Project
from pathgui.project.config import ProjectConfig, load, save
from pathgui.project.schema import KINDS

WIDE = 5000
NAMES = st.text(min_size=1, max_size=12).filter(str.strip)
LIMITS = st.none() | st.integers(-9, 9).map(float)
COLUMNS = st.builds(
    Column,
    NAMES,
    st.sampled_from(KINDS),
    unit=st.sampled_from(("", "", "µm")),
    minimum=LIMITS,
    choices=st.lists(NAMES, max_size=2).map(tuple) | st.just(()),
    required=st.booleans(),
    description=st.just("") | NAMES,
)
PLAIN = st.builds(Column, NAMES, st.sampled_from(KINDS))


@settings(max_examples=60, deadline=None)
@given(st.lists(PLAIN | COLUMNS, max_size=12), st.lists(PLAIN | COLUMNS, max_size=12))
@example([Column('a"b\\', "number"), Column("\x7f\x85\u2028 #=]", "date")], [])
@example([Column("😐 نص", "category")], [Column("a.b", "integer", unit="\n")])
def test_that_definitions_come_back_as_they_were_written(before, after):
    with tempfile.TemporaryDirectory() as folder:
        for columns in (before, after):
            wanted = {column.name: column for column in columns}
            save(Path(folder), ProjectConfig("x", columns={"clinical": wanted}))
            assert load(Path(folder)).columns["clinical"] == wanted


@pytest.fixture
def wide(project):
    """A clinical table with thousands of columns of all kinds."""
    kinds = ("number", "integer", "category", "text")
    changes = tuple(
        project.clinical.new_column(Column(f"gene_{k}", kinds[k % 4]))
        for k in range(WIDE)
    )
    project.apply(Edit("columns", columns=changes))
    project.save()
    return project


def test_that_thousands_of_types_are_few_lines(wide, root):
    text = (root / "pathgui.toml").read_text()
    assert len(text.splitlines()) < WIDE / 5
    assert max(map(len, text.splitlines())) <= 88
    wide.close()
    with Project.open(root) as again:
        assert again.clinical.columns[-WIDE:] == tuple(
            Column(f"gene_{k}", ("number", "integer", "category", "text")[k % 4])
            for k in range(WIDE)
        )


def test_that_a_column_that_gets_a_rule_moves_to_a_section_of_its_own(wide, root):
    old = wide.clinical.column("gene_4")
    new = Column("gene_4", "number", unit="TPM", minimum=0)
    wide.apply(Edit("rule", columns=(ColumnChange("clinical", old, new),)))
    wide.save()
    text = (root / "pathgui.toml").read_text()
    assert '[columns.clinical.gene_4]\nkind = "number"\nunit = "TPM"\n' in text
    assert '"gene_4",' not in text
    assert load(root).columns["clinical"]["gene_4"] == new


def test_that_a_column_said_to_be_text_stays_text(project, root):
    """Although its texts look like numbers, and although every project has it."""
    added = project.clinical.new_column(Column("batch", "text"))
    stage = project.clinical.column("stage")
    said = ColumnChange("clinical", stage, Column("stage", "text"))
    project.apply(Edit("columns", columns=(added, said)))
    rows = [{"slide_id": f"s{k}", "batch": f"0{k}", "stage": "7"} for k in range(9)]
    project.apply(Edit("rows", added=project.clinical.new_rows(rows)))
    project.save()
    project.close()
    with Project.open(root) as again:
        kinds = [again.clinical.column(name).kind for name in ("batch", "stage")]
        assert kinds == ["text", "text"]
        assert again.clinical.texts("batch")[3] == "03"


def test_that_sections_of_older_files_are_read_and_written_as_lists(project, root):
    project.close()
    file = root / "pathgui.toml"
    older = '[columns.clinical.ki67]\nkind = "number"\n'
    file.write_text(file.read_text() + older)
    with Project.open(root) as again:
        again.apply(
            Edit("new", columns=(again.clinical.new_column(Column("x", "integer")),))
        )
        found = load(root).columns["clinical"]
        assert found["ki67"] == Column("ki67", "number")
        again.ensure_column("clinical", Column("ki67", "number"))
        again.save()
    text = file.read_text()
    assert "[columns" not in text
    assert '[kinds.clinical]\nnumber = ["ki67"]\ninteger = ["x"]\n' in text


def test_that_comments_in_definitions_stay_while_these_do_not_change(project, root):
    project.close()
    file = root / "pathgui.toml"
    own = '[kinds.clinical]\nnumber = [ # measured\n "a" ]\n'
    own += '[columns.clinical.b]\nkind = "number"\nunit = "%" # of cells\n'
    file.write_text(file.read_text() + own)
    with Project.open(root) as again:
        again.configure(patient_rule="^(P[0-9]+)")
    assert own in file.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "[kinds]\nclinical = 3",
        "[kinds.clinical]\ncolour = ['a']",
        "[kinds.clinical]\nnumber = 'a'",
        "[kinds.clinical]\nnumber = [1]",
        "[kinds.clinical]\nnumber = ['a']\ndate = ['a']",
    ],
)
def test_that_lists_that_make_no_sense_are_one_clear_error(project, root, text):
    project.close()
    (root / "pathgui.toml").write_text(text)
    with pytest.raises(ProjectError, match=r"pathgui\.toml.*kinds|clinical"):
        Project.open(root)
