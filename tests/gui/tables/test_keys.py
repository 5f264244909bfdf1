"""The keyboard of a table, as spreadsheets have it."""

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit

from pathgui.gui.tables import keys
from pathgui.gui.tables.editors import DateLine, NumberLine
from pathgui.project import Column, add_column

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def go(view, row, column, table="manifest"):
    index = view.proxy.index(row, view.proxy.model.column_at(table, column))
    view.setFocus()
    view.setCurrentIndex(index)
    return index


def select(view, first, last):
    box = QItemSelection(first, last)
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
    view.selectionModel().select(box, flag)


def add(session, name, kind, table="clinical"):
    column = Column(name, kind)
    session.edit(add_column(session.project.table(table), column))


def texts(view, column, table="manifest"):
    model = view.proxy.model
    found = model.texts(model.column_at(table, column))
    return [found[row] for row in view.proxy.source_rows()]


def test_that_control_arrow_goes_to_the_edge_of_what_is_filled(view, qtbot):
    go(view, 1, "age", "clinical")
    # The ages are 61, 430, none, 47, 58.
    for row in (3, 4, 4):
        qtbot.keyClick(view, Key.Key_Down, CONTROL)
        assert view.currentIndex().row() == row
    qtbot.keyClick(view, Key.Key_Up, CONTROL)
    assert view.currentIndex().row() == 3
    qtbot.keyClick(view, Key.Key_Right, CONTROL)
    assert view.currentIndex().column() == view.shown_columns()[-1]


def test_that_control_shift_arrow_selects_to_the_edge(view, qtbot):
    index = go(view, 3, "age", "clinical")
    qtbot.keyClick(view, Key.Key_Down, CONTROL | SHIFT)
    chosen = view.chosen_cells()
    assert {c: rows.tolist() for c, rows in chosen.items()} == {index.column(): [3, 4]}


def test_that_shift_enter_goes_up_and_tab_right(view, session, qtbot):
    index = go(view, 2, "staining")
    qtbot.keyClick(view, Key.Key_X)
    editor = keys.editor_of(view)
    assert isinstance(editor, QLineEdit)
    qtbot.keyClick(editor, Key.Key_Return, SHIFT)
    qtbot.waitUntil(lambda: view.currentIndex().row() == 1)
    qtbot.keyClick(view, Key.Key_Tab)
    assert view.currentIndex().column() == index.column() + 1


def test_that_whole_columns_and_rows_are_selected(view, qtbot):
    index = go(view, 2, "staining")
    qtbot.keyClick(view, Key.Key_Space, CONTROL)
    assert view.chosen_cells()[index.column()].tolist() == [0, 1, 2, 3, 4]
    select(view, index, index)
    qtbot.keyClick(view, Key.Key_Space, SHIFT)
    assert view.chosen_rows().tolist() == [2]
    assert len(view.chosen_cells()) == len(view.shown_columns())


def test_that_control_enter_puts_what_is_typed_into_the_selection(view, session, qtbot):
    first, last = go(view, 1, "staining"), go(view, 3, "staining")
    select(view, first, last)
    qtbot.keyClick(view, Key.Key_I)
    editor = keys.editor_of(view)
    qtbot.keyClicks(editor, "HC")
    steps = session.undo_stack.count()
    qtbot.keyClick(editor, Key.Key_Return, CONTROL)
    assert [text.upper() for text in texts(view, "staining")[1:4]] == ["IHC"] * 3
    assert session.undo_stack.count() == steps + 1
    assert session.undo_stack.undoText() == "Set 3 cells"


def test_that_space_turns_yes_into_no(view, session, qtbot):
    add(session, "relapse", "yesno")
    go(view, 0, "relapse", "clinical")
    qtbot.keyClick(view, Key.Key_Space)
    assert texts(view, "relapse", "clinical")[0] == "yes"
    qtbot.keyClick(view, Key.Key_Space)
    assert texts(view, "relapse", "clinical")[0] == "no"


def test_that_alt_down_opens_a_pick_list_or_else_the_menu_of_the_column(view, qtbot):
    go(view, 0, "qc_status")
    qtbot.keyClick(view, Key.Key_Down, ALT)
    box = keys.editor_of(view)
    assert isinstance(box, QComboBox)
    box.hidePopup()
    qtbot.keyClick(box, Key.Key_Escape)
    go(view, 0, "status")
    with qtbot.waitSignal(view.menu_wanted) as asked:
        qtbot.keyClick(view, Key.Key_Down, ALT)
    assert view.proxy.name(asked.args[0]) == "manifest.status"


def test_that_numbers_show_unit_and_range_and_say_what_is_wrong(view, qtbot):
    view.edit(go(view, 0, "age", "clinical"))
    editor = keys.editor_of(view)
    assert isinstance(editor, NumberLine)
    assert editor.placeholderText() == "0 to 125"
    editor.setText("430")
    assert editor.property("wrong")
    assert "outside 0 to 125" in editor.toolTip()
    editor.setText("43")
    assert not editor.property("wrong")


def test_that_a_date_can_be_picked_in_its_own_format(view, session, qtbot):
    session.edit(
        add_column(
            session.project.clinical, Column("seen", "date", date_format="%d.%m.%Y")
        )
    )
    view.edit(go(view, 0, "seen", "clinical"))
    editor = keys.editor_of(view)
    assert isinstance(editor, DateLine)
    assert editor.placeholderText() == "22.11.2026"
    editor._take(editor._date())
    with qtbot.waitSignal(session.changed):
        qtbot.keyClick(editor, Key.Key_Return)
    seen = texts(view, "seen", "clinical")[0]
    assert len(seen) == 10
    assert seen[2] == "."
    assert not list(session.project.clinical.column_problems("seen"))


def test_that_fill_down_of_one_cell_takes_what_stands_above(view, session):
    view.proxy.setData(go(view, 1, "staining"), "H&E")
    go(view, 2, "staining")
    view.fill_down()
    assert texts(view, "staining")[2] == "H&E"
    assert session.undo_stack.undoText() == "Fill down 1 cell"


def test_that_pasting_beyond_the_edge_says_what_was_left_out(view, session, qtbot):
    QGuiApplication.clipboard().setText("a\nb\nc\n")
    go(view, 3, "staining")
    with qtbot.waitSignal(session.told) as told:
        view.paste_cells()
    assert texts(view, "staining")[3:] == ["a", "b"]
    assert told.args[0] == "Left out on pasting: 1 row below the last row"


def test_that_pasting_over_cells_of_the_program_leaves_them_alone(view, session, qtbot):
    columns = view.shown_columns()
    place = columns.index(view.proxy.model.column_at("manifest", "tissue_fraction"))
    first = view.proxy.index(0, columns[place])
    view.setCurrentIndex(first)
    QGuiApplication.clipboard().setText("0.5\tH&E\n")
    with qtbot.waitSignal(session.told) as told:
        view.paste_cells()
    assert "1 cell that cannot be edited" in told.args[0]
    assert texts(view, "tissue_fraction")[0] == ""
    assert texts(view, "staining")[0] == "H&E"


@pytest.mark.parametrize("frozen", [0, 3])
def test_that_frozen_columns_are_edited_where_they_stay(view, session, qtbot, frozen):
    view.resize(500, 300)
    view.setColumnHidden(0, True)
    model = view.proxy.model
    view.header.moveSection(
        view.header.visualIndex(model.column_at("manifest", "staining")), 1
    )
    view.frozen.freeze(frozen)
    index = go(view, 1, "staining")
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    assert view.frozen.isVisible() == bool(frozen)
    view.edit(index)
    editor = keys.editor_of(view)
    if frozen:
        assert editor.parent() is view.frozen.viewport()
        assert view.horizontalScrollBar().value() > 0
    qtbot.keyClicks(editor, "PAS")
    with qtbot.waitSignal(session.changed):
        qtbot.keyClick(editor, Key.Key_Return)
    assert texts(view, "staining")[1] == "PAS"
    qtbot.waitUntil(lambda: view.currentIndex().row() == 2)
