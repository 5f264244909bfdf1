"""A small project for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pathgui.project import Edit, Project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "study"


@pytest.fixture
def project(root: Path) -> Iterator[Project]:
    with Project.create(root, "Study") as made:
        yield made


@pytest.fixture
def fill() -> Callable[..., None]:
    """Adds slides of these ids to a project, without slide files."""

    def add(project: Project, *ids: str, cohort: str = "lung", **texts: str) -> None:
        rows = [
            {"slide_id": i, "path": f"raw_slides/{cohort}/{i}.svs", "cohort": cohort}
            | texts
            for i in ids
        ]
        project.apply(Edit("Add slides", added=project.manifest.new_rows(rows)))

    return add


@pytest.fixture
def put() -> Callable[..., None]:
    """Sets one cell of a table, found by key."""

    def set_cell(
        project: Project, key: str, column: str, text: str, table: str = "manifest"
    ) -> None:
        found = project.table(table)
        row = found.find(key)
        assert row is not None
        project.apply(Edit(f"Edit {column}", (found.cell(row, column, text),)))

    return set_cell
