"""What cannot be edited says so; dates are written as their column writes them."""

from datetime import date

import pytest
from PySide6.QtCore import Qt

from pathgui.project import Column, add_column

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def go(view, row, name, table="manifest"):
    view.setFocus()
    view.go_to(view.proxy.index(row, view.proxy.model.column_at(table, name)))


def text(view, row, name, table="manifest"):
    model = view.proxy.model
    return model.text(view.proxy.source_row(row), model.column_at(table, name))


@pytest.mark.parametrize("key", [Key.Key_7, Key.Key_F2])
def test_that_a_computed_cell_says_why_it_takes_no_text(view, session, qtbot, key):
    go(view, 0, "n_tiles")
    with qtbot.waitSignal(session.told) as told:
        qtbot.keyClick(view, key)
    assert told.args == [
        "n_tiles is filled in by pathgui, and cannot be edited",
        "note",
    ]


def test_that_emptying_and_filling_computed_cells_says_so_too(view, session, qtbot):
    go(view, 1, "status")
    for deed in (view.clear_cells, view.fill_down):
        with qtbot.waitSignal(session.told) as told:
            deed()
        assert "status is filled in by pathgui" in told.args[0]
    assert session.undo_stack.count() == 0


def test_that_undo_names_the_cells_that_changed(view, session):
    go(view, 0, "staining")
    view.set_value("H&E")
    view.selectColumn(view.currentIndex().column())
    view.set_value("H&E")
    assert session.undo_stack.undoText() == "Set 4 cells"
    view.clear_cells()
    assert session.undo_stack.undoText() == "Clear 5 cells"


def test_that_today_is_written_as_each_column_writes_dates(view, session, qtbot):
    clinical = session.project.clinical
    for column in (
        Column("seen", "date"),
        Column("born", "date", date_format="%d.%m.%Y"),
        Column("weight", "number"),
    ):
        session.edit(add_column(clinical, column))
    for name in ("seen", "born"):
        go(view, 0, name, "clinical")
        view.set_today(date(2026, 11, 28))
    assert text(view, 0, "seen", "clinical") == "2026-11-28"
    assert text(view, 0, "born", "clinical") == "28.11.2026"
    go(view, 0, "weight", "clinical")
    with qtbot.waitSignal(session.told) as told:
        view.set_today(date(2026, 11, 28))
    assert told.args[0] == "weight is no column of dates, and stayed"
    assert text(view, 0, "weight", "clinical") == ""


def test_that_home_keys_leave_pictures_out(window, qtbot):
    window.workspace.show_tab("slides")
    view = window.workspace.slides.view
    assert view.proxy.model.fields[view.shown_columns()[0]].picture
    go(view, 3, "staining")
    qtbot.keyClick(view, Key.Key_Home, CONTROL)
    assert (view.currentIndex().row(), view.place()[2]) == (0, "slide_id")
    go(view, 3, "staining")
    qtbot.keyClick(view, Key.Key_Home)
    assert (view.currentIndex().row(), view.place()[2]) == (3, "slide_id")
    qtbot.keyClick(view, Key.Key_End, CONTROL)
    assert view.currentIndex().row() == view.proxy.rowCount() - 1


def test_that_an_opened_project_begins_at_the_first_cell(window, qtbot):
    view = window.workspace.slides.view
    qtbot.waitUntil(view.hasFocus)
    assert (view.currentIndex().row(), view.place()[2]) == (0, "slide_id")
    assert window.session.selection == ()
