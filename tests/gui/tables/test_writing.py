"""What is being written into a cell stays, and means what was written."""

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QApplication, QCalendarWidget, QWidget

from pathgui.gui.tables import keys
from pathgui.gui.tables.editors import start_with, value
from pathgui.gui.tables.picklist import PickList
from pathgui.project import Column, Project, add_column

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def go(view, row, column, table="clinical"):
    index = view.proxy.index(row, view.proxy.model.column_at(table, column))
    view.activateWindow()
    view.setFocus()
    view.go_to(index)
    return index


def text(view, row, column, table="clinical"):
    model = view.proxy.model
    return model.text(view.proxy.source_row(row), model.column_at(table, column))


@pytest.fixture
def graded(view, session):
    """The table with a column of grades that takes G1, G2 and G3."""
    column = Column("grade", "category", choices=("G1", "G2", "G3", "not graded"))
    session.edit(add_column(session.project.clinical, column))
    return view


def test_that_checks_in_the_background_leave_what_is_being_typed(view, session, qtbot):
    go(view, 1, "stage")
    qtbot.keyClick(view, Key.Key_R)
    editor = keys.editor_of(view)
    qtbot.keyClicks(editor, "elapsed")
    session.checks.changed.emit()
    assert editor.text().lower() == "relapsed"
    assert not editor.selectedText()
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: text(view, 1, "stage").lower() == "relapsed")


def test_that_an_editor_nobody_wrote_in_shows_what_the_cell_holds_now(view, session):
    index = go(view, 1, "stage")
    view.edit(index)
    view.proxy.setData(index, "IV")
    assert keys.editor_of(view).text() == "IV"


def test_that_control_and_an_arrow_leave_one_cell_selected(view, session, qtbot):
    index = go(view, 0, "age")
    view.proxy.setData(index, "61")
    # A person holds Ctrl while pressing the arrow; Qt then toggles by itself.
    qtbot.keyPress(view, Key.Key_Control, CONTROL)
    qtbot.keyClick(view, Key.Key_Down, CONTROL)
    qtbot.keyRelease(view, Key.Key_Control)
    chosen = {column: rows.tolist() for column, rows in view.chosen_cells().items()}
    assert chosen == {index.column(): [1]}
    view.clear_cells()
    assert [text(view, row, "age") for row in (0, 1)] == ["61", ""]


def test_that_a_value_typed_whole_is_the_value_that_is_taken(graded, session, qtbot):
    go(graded, 0, "grade")
    qtbot.keyClick(graded, Key.Key_G)
    box = keys.editor_of(graded)
    assert isinstance(box, PickList)
    qtbot.keyClick(box, Key.Key_2)
    qtbot.keyClick(box, Key.Key_Return)
    qtbot.waitUntil(lambda: text(graded, 0, "grade") == "G2")


def test_that_a_text_that_no_value_answers_to_is_refused_aloud(graded, session, qtbot):
    go(graded, 0, "grade")
    for typed, words in (
        ("G9", "grade takes G1, G2, G3, not graded; there is no G9"),
        ("g", "g may be several values of grade: G1, G2, G3"),
    ):
        graded.begin_typing(typed)
        box = keys.editor_of(graded)
        with qtbot.waitSignal(session.told) as told:
            qtbot.keyClick(box, Key.Key_Return)
        assert told.args == [words, "warning"]
        assert keys.editor_of(graded) is box
        qtbot.keyClick(box, Key.Key_Escape)
        qtbot.waitUntil(lambda: keys.editor_of(graded) is None)
    assert text(graded, 0, "grade") == ""
    graded.begin_typing("not")
    qtbot.keyClick(keys.editor_of(graded), Key.Key_Return)
    qtbot.waitUntil(lambda: text(graded, 0, "grade") == "not graded")


def test_that_enter_takes_the_text_while_suggestions_are_open(view, session, qtbot):
    column = Column("site", "category")
    session.edit(add_column(session.project.clinical, column))
    view.proxy.setData(go(view, 0, "site"), "upper lobe")
    go(view, 1, "site")
    qtbot.keyClick(view, Key.Key_U)
    editor = keys.editor_of(view)
    popup = editor.completer().popup()
    qtbot.waitUntil(popup.isVisible)  # from the first letter on
    qtbot.keyClick(popup, Key.Key_Down)
    qtbot.keyClick(popup, Key.Key_Return)
    qtbot.waitUntil(lambda: text(view, 1, "site") == "upper lobe")
    assert keys.editor_of(view) is None
    go(view, 2, "site")
    qtbot.keyClick(view, Key.Key_U)
    popup = keys.editor_of(view).completer().popup()
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Key.Key_Escape)
    qtbot.waitUntil(lambda: keys.editor_of(view) is None)
    assert text(view, 2, "site") == ""


def test_that_saving_takes_what_is_being_typed(window, root: Path, qtbot):
    view = window.workspace.slides.view
    window.workspace.show_tab("slides")
    go(view, 1, "stage")
    view.begin_typing("IIIB")
    with qtbot.waitSignal(window.session.saved):
        window.projects.save()
    qtbot.waitUntil(lambda: not window.session.unsaved)
    assert "IIIB" in (root / "metadata/clinical_data.csv").read_text()


def test_that_closing_the_window_takes_what_is_being_typed(
    window, root: Path, qtbot, qapp: QApplication
):
    view = window.workspace.slides.view
    window.workspace.show_tab("slides")
    go(view, 1, "stage")
    view.begin_typing("IIIB")
    with qtbot.waitSignal(window.closed):
        window.close()
    with Project.open(root) as project:
        assert "IIIB" in project.clinical.texts("stage").tolist()


def test_that_arrows_choose_among_the_values_that_fit(graded, qtbot):
    go(graded, 0, "grade")
    qtbot.keyClick(graded, Key.Key_G)
    popup = keys.editor_of(graded).completer().popup()
    qtbot.waitUntil(popup.isVisible)
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Return):
        qtbot.keyClick(popup, key)
    qtbot.waitUntil(lambda: text(graded, 0, "grade") == "G2")
    assert QApplication.activePopupWidget() is None
    assert text(graded, 1, "grade") != "G2", "no other row is written"


@pytest.mark.parametrize(("column", "typed"), [("stage", "III"), ("grade", "G2")])
def test_that_what_is_typed_outlives_a_collection_of_garbage(
    graded, qtbot, column, typed
):
    """An editor without its part in Python would store an empty text."""
    go(graded, 1, column)
    qtbot.keyClick(graded, typed[0])
    gc.collect()
    offered = QApplication.activePopupWidget()
    assert offered is not None
    qtbot.keyClicks(offered, typed[1:])
    qtbot.keyClick(offered, Key.Key_Return)
    qtbot.waitUntil(lambda: text(graded, 1, column) == typed)


KINDS = (
    Column("line"),
    Column("whole", "integer", unit="mm"),
    Column("share", "number", minimum=0, maximum=1),
    Column("born", "date"),
    Column("alive", "yesno"),
    Column("site", "category"),
    Column("grade", "category", choices=("G1", "G2")),
)
TYPED = ("abc", "12", "0.5", "2026-01-31", "yes", "lobe", "G2")


@pytest.mark.parametrize(("column", "typed"), zip(KINDS, TYPED, strict=True))
@pytest.mark.parametrize("opened", ["by typing", "with its list"])
def test_that_every_editor_outlives_a_collection_of_garbage(
    view, session, qtbot, column, typed, opened
):
    session.edit(add_column(session.project.clinical, column))
    index = go(view, 1, column.name)
    view.proxy.setData(go(view, 0, column.name), typed)
    go(view, 1, column.name)
    if opened == "by typing":
        qtbot.keyClick(view, typed[0])  # and nothing of the test holds the editor
    else:
        view.edit(index)
        editor = keys.editor_of(view)
        if hasattr(editor, "offer"):
            editor.offer()
        if isinstance(editor, PickList):
            editor.showPopup()
        del editor
    gc.collect()
    editor = keys.editor_of(view)
    assert value(editor) is not None
    assert type(editor).__module__.startswith("pathgui.")
    start_with(editor, typed)
    gc.collect()
    assert value(keys.editor_of(view)) == typed
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: text(view, 1, column.name) == typed)


def test_that_a_calendar_outlives_a_collection_of_garbage(view, session, qtbot):
    session.edit(add_column(session.project.clinical, Column("born", "date")))
    view.edit(go(view, 1, "born"))
    editor = keys.editor_of(view)
    start_with(editor, "2026-01-30")
    editor.offer()
    gc.collect()
    calendar = QApplication.activePopupWidget().findChild(QCalendarWidget)
    calendar.clicked.emit(QDate(2026, 1, 31))
    assert editor.text() == "2026-01-31"


def test_that_a_widget_that_is_no_editor_empties_no_cell(view):
    index = go(view, 1, "stage")
    held = text(view, 1, "stage")
    assert held
    view.itemDelegate().setModelData(QWidget(view), view.proxy, index)
    assert text(view, 1, "stage") == held
