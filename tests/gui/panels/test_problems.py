"""Problems are mended where they are, and filters outlive a look at them."""

import pytest
from PySide6.QtCore import Qt

from pathgui.gui.tables import keys
from pathgui.gui.tables.editors import NumberLine
from pathgui.project import Edit

Key = Qt.Key
WRONG = "age 430"


@pytest.fixture
def problems(window, qtbot):
    """The panel, with the age that is out of range chosen."""
    panel = window.workspace.bottom.problems
    window.views.show_bottom("problems")
    found = lambda: [p for p in panel.problems if WRONG in p.text]  # noqa: E731
    qtbot.waitUntil(lambda: bool(found()), timeout=10_000)
    panel.list.selectRow(panel.problems.index(found()[0]))
    return panel


def open_editor(window):
    page = window.workspace.table_page()
    return None if page is None else keys.editor_of(page.view)


def test_that_editing_the_cell_of_a_problem_opens_its_editor(window, problems, qtbot):
    window.actions_.trigger("view.fix")
    editor = open_editor(window)
    assert isinstance(editor, NumberLine)
    assert editor.text() == "430"
    qtbot.keyClicks(editor, "43")
    qtbot.keyClick(editor, Key.Key_Return)
    clinical = window.session.project.clinical
    qtbot.waitUntil(lambda: "430" not in clinical.texts("age").tolist())
    qtbot.waitUntil(
        lambda: not any(WRONG in problem.text for problem in problems.problems)
    )


def test_that_stepping_goes_to_problems_in_sight_only(window, problems, qtbot):
    clinical = window.session.project.clinical
    cell = clinical.cell(clinical.find("S3"), "age", "999")
    window.session.edit(Edit("Edit age", (cell,)))
    qtbot.waitUntil(lambda: any("999" in p.text for p in problems.problems))
    pages = (window.workspace.slides, window.workspace.clinical.table)
    for page in pages:
        page.search.setText("S3")
    seen = set()
    for _ in range(len(problems.problems) + 1):
        window.views.step_problem(1)
        seen.add(problems._current().slide_id)
    assert seen == {"S3"}
    assert [page.proxy.search for page in pages] == ["S3", "S3"]


def test_that_no_problem_in_sight_is_told(window, problems, qtbot):
    page = window.workspace.slides
    page.search.setText("nowhere to be found")
    window.workspace.clinical.table.search.setText("nowhere to be found")
    with qtbot.waitSignal(window.session.told) as told:
        window.views.step_problem(1)
    assert told.args[0].endswith("in rows that the filter hides")
    assert page.proxy.search == "nowhere to be found"


def test_that_the_filter_that_hid_a_problem_can_be_had_back(window, problems, qtbot):
    page = window.workspace.clinical.table
    page.search.setText("age > 55 and age < 62")
    assert page.proxy.rowCount() < page.proxy.model.rowCount()
    with qtbot.waitSignal(window.session.told) as told:
        problems.fix()
    assert "Back to filter brings it back" in told.args[0]
    assert not page.proxy.filtered
    assert page.back.isVisible()
    page.back.click()
    assert page.proxy.search == "age > 55 and age < 62"
    assert page.search.text() == "age > 55 and age < 62"
    assert not page.back.isVisible()


def test_that_a_wrong_condition_leaves_the_last_good_filter(window, qtbot):
    page = window.workspace.slides
    window.workspace.show_tab("slides")
    page.search.setFocus()
    page.search.setText("")
    qtbot.keyClicks(page.search, "age > 55")
    good = page.proxy.rowCount()
    assert 0 < good < page.proxy.model.rowCount()
    assert not page.problem.isVisible()
    for wrong, words in (
        ("age > 55 and", "The condition is not finished. Compare with"),
        ("agee > 55", "agee"),
        ("age", "The column age takes a condition"),
    ):
        page.search.setText(wrong)
        assert page.proxy.rowCount() == good
        assert page.problem.isVisible()
        assert words in page.problem.text()
    page.search.clear()
    page.search.setText("S3")
    assert not page.problem.isVisible()
    assert page.proxy.rowCount() == 1
