"""Edits change tables, and their inverse brings everything back."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathgui.errors import TableError
from pathgui.project import Cell, Column, ColumnChange, Edit, Project, RowChange
from pathgui.project.edits import from_json, to_json

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


def state(project):
    table = project.clinical
    columns = {c.name: table.texts(c.name).tolist() for c in table.columns}
    return table.row_ids, columns, table.columns


@st.composite
def steps(draw):
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(["set", "add", "insert", "remove", "column", "drop"]),
                st.integers(0, 50),
                texts,
            ),
            max_size=12,
        )
    )


def make_edit(table, step):  # noqa: PLR0911 - one case each
    kind, number, text = step
    rows = table.row_ids
    own = [c.name for c in table.columns if c.name.startswith("own")]
    row = rows[number % len(rows)] if rows else 0
    match kind:
        case "set" if rows:
            return Edit("set", (table.cell(row, "stage", text),))
        case "add":
            return Edit("add", added=table.new_rows([{"slide_id": text}] * 2))
        case "insert":
            new = RowChange("clinical", table.next_row_id(), {"age": text}, number % 3)
            return Edit("insert", added=(new,))
        case "remove" if rows:
            return Edit(
                "remove", removed=table.gone_rows(dict.fromkeys([row, rows[0]]))
            )
        case "column":
            name = f"own{number}"
            if name not in own:
                return Edit("column", columns=(table.new_column(Column(name), 1),))
        case "drop" if own:
            change, cells = table.gone_column(own[0])
            return Edit("drop", cells, columns=(change,))
    return Edit("nothing")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps())
def test_that_undoing_everything_gives_back_the_table_and_redoing_the_rest(
    tmp_path_factory, plan
):
    with Project.create(tmp_path_factory.mktemp("edits") / "p") as project:
        first = Edit("first", added=project.clinical.new_rows([{"stage": "I"}] * 3))
        project.apply(first)
        project.save()
        done, states = [], [copy.deepcopy(state(project))]
        for step in plan:
            edit = make_edit(project.clinical, step)
            project.apply(edit)
            done.append(edit)
            states.append(copy.deepcopy(state(project)))
        for edit, before in zip(reversed(done), reversed(states[:-1]), strict=True):
            project.apply(edit.inverse())
            assert state(project) == before
        assert not project.clinical.dirty
        for edit, after in zip(done, states[1:], strict=True):
            project.apply(edit)
            assert state(project) == after
            assert from_json(to_json(edit, {})).cells == edit.cells


def test_that_undoing_makes_a_project_clean_again(project, fill, put):
    fill(project, "a")
    project.save()
    put(project, "a", "staining", "H&E")
    assert project.dirty
    put(project, "a", "staining", "")
    assert not project.dirty


def test_that_a_bad_edit_changes_nothing(project, fill):
    fill(project, "a")
    good = project.manifest.cell(0, "staining", "H&E")
    for bad in (
        Edit("no row", (good, Cell("manifest", 7, "cohort", "", "x"))),
        Edit("no column", (good, Cell("manifest", 0, "colour", "", "x"))),
        Edit("no table", (good, Cell("weather", 0, "cohort", "", "x"))),
        Edit("row twice", (good,), added=(RowChange("manifest", 0, {}),)),
        Edit("gone row", (good,), removed=(RowChange("manifest", 9, {}),)),
        Edit("surrogate", (good, Cell("manifest", 0, "cohort", "", "\ud800"))),
    ):
        with pytest.raises(TableError):
            project.apply(bad)
        assert project.manifest.text(0, "staining") == ""


def test_that_rows_are_found_by_key_also_after_changes(project, fill, put):
    fill(project, "a", "b")
    assert project.manifest.find("b") == 1
    put(project, "b", "slide_id", "c")
    assert project.manifest.find("b") is None
    assert project.manifest.find("c") == 1
    project.apply(Edit("remove", removed=project.manifest.gone_rows([0])))
    assert project.manifest.find("a") is None
    assert project.manifest.row_ids == [1]
    assert project.manifest.find("") is None


def test_that_a_renamed_column_keeps_its_texts(project):
    project.ensure_column("clinical", "os")
    project.apply(Edit("add", added=project.clinical.new_rows([{"os": "12"}])))
    old, new = Column("os"), Column("os_months", "number", "months")
    rename = Edit("Rename", columns=(ColumnChange("clinical", old, new),))
    project.apply(rename)
    assert project.clinical.value(0, "os_months") == 12.0
    project.apply(rename.inverse())
    assert project.clinical.text(0, "os") == "12"


def test_that_the_frame_is_text_and_a_copy(project, fill):
    fill(project, "a", "b")
    frame = project.manifest.frame()
    frame.loc[0, "slide_id"] = "changed"
    assert project.manifest.text(0, "slide_id") == "a"
    assert list(frame.index) == [0, 1]
    assert frame["mpp"].tolist() == ["", ""]


def test_that_all_rows_of_a_doubled_key_are_found(project, fill):
    fill(project, "a", "b", "a")
    assert project.manifest.find_all("a") == [0, 2]
    assert project.manifest.find_all("b") == [1]
    assert project.manifest.find_all("c") == []
    assert project.manifest.find("a") == 0


def test_that_asking_for_what_is_not_there_is_a_clear_error(project, fill):
    fill(project, "a")
    with pytest.raises(TableError, match="no column 'colour'") as caught:
        project.manifest.texts("colour")
    assert "slide_id" in caught.value.hint
    with pytest.raises(TableError, match="no row 7"):
        project.manifest.text(7, "cohort")
    with pytest.raises(TableError, match="no column 'colour'"):
        project.manifest.value(0, "colour")
    with pytest.raises(TableError, match="no table 'weather'"):
        project.table("weather")


def test_that_many_changed_cells_are_judged_anew(project, fill):
    fill(project, *(f"s{k}" for k in range(1500)))
    table = project.manifest
    assert list(table.column_problems("mpp")) == []
    cells = tuple(table.cell(row, "mpp", "x") for row in table.row_ids)
    project.apply(Edit("all", cells))
    assert len(table.column_problems("mpp")) == 1500
    project.apply(Edit("all", cells).inverse())
    assert table.column_problems("mpp") == {}
