"""The table as a person uses it: clicks, keys, undo."""

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit

from pathgui.errors import ExpressionError
from pathgui.gui.tables.delegate import one_line
from pathgui.gui.tables.looks import LOOK_ROLE
from pathgui.gui.tables.view import TableView

Key = Qt.Key


def cell(view: TableView, slide: str, table: str, column: str):
    model = view.proxy.model
    place = model.column_at(table, column)
    row = next(r for r in range(model.rowCount()) if model.slide_id(r) == slide)
    return view.proxy.index(view.proxy.shown_row(row), place)


def go(view: TableView, slide: str, column: str, table: str = "manifest"):
    view.setFocus()
    index = cell(view, slide, table, column)
    view.setCurrentIndex(index)
    return index


def select(view: TableView, first, last):
    box = QItemSelectionModel.SelectionFlag.ClearAndSelect
    from PySide6.QtCore import QItemSelection

    view.selectionModel().select(QItemSelection(first, last), box)


def test_that_the_models_keep_the_rules_of_qt(view, qtmodeltester):
    qtmodeltester.check(view.proxy.model)
    qtmodeltester.check(view.proxy)


def test_that_typing_edits_the_cell_and_enter_goes_down(view, session, qtbot):
    index = go(view, "S1", "staining")
    qtbot.keyClick(view, Key.Key_H)
    editor = view.viewport().findChild(QLineEdit, "cellEditor")
    assert editor.text().lower() == "h"
    qtbot.keyClicks(editor, "&E")
    with qtbot.waitSignal(session.changed):
        qtbot.keyClick(editor, Key.Key_Return)
    assert session.field("S1", "staining").lower() == "h&e"
    assert view.currentIndex().row() == index.row() + 1


def test_that_escape_discards_what_was_typed(view, session, qtbot):
    index = go(view, "S1", "staining")
    view.edit(index)
    editor = view.viewport().findChild(QLineEdit, "cellEditor")
    qtbot.keyClicks(editor, "oops")
    qtbot.keyClick(editor, Key.Key_Escape)
    assert session.field("S1", "staining") == ""
    assert session.undo_stack.count() == 0


def test_that_an_edit_is_marked_until_it_is_saved(view, session):
    index = cell(view, "S2", "manifest", "staining")
    view.proxy.setData(index, "H&E")
    assert view.proxy.data(index, LOOK_ROLE).edited
    assert session.unsaved == 1
    session.save()
    assert not view.proxy.data(index, LOOK_ROLE).edited
    assert session.unsaved == 0


def test_that_undo_and_redo_bring_cells_back(view, session, qtbot):
    index = cell(view, "S2", "manifest", "staining")
    view.proxy.setData(index, "H&E")
    assert session.undo_stack.undoText() == "Edit staining"
    with qtbot.waitSignal(view.proxy.dataChanged):
        session.undo_stack.undo()
    assert session.field("S2", "staining") == ""
    session.undo_stack.redo()
    assert session.field("S2", "staining") == "H&E"


def test_that_a_clinical_cell_beside_the_slide_is_edited_in_its_own_table(
    view, session
):
    index = cell(view, "S1", "clinical", "age")
    look = view.proxy.data(index, LOOK_ROLE)
    assert (look.text, bool(look.problem)) == ("430", True)
    view.proxy.setData(index, "43")
    clinical = session.project.clinical
    assert clinical.text(clinical.find("S1"), "age") == "43"
    assert view.proxy.data(index, LOOK_ROLE).problem == ""


def test_that_a_missing_value_says_so_and_a_computed_one_shows_a_dash(view):
    age = view.proxy.data(cell(view, "S2", "clinical", "age"), LOOK_ROLE)
    assert (age.text, age.missing) == ("missing", True)
    tiles = view.proxy.data(cell(view, "S2", "manifest", "n_tiles"), LOOK_ROLE)
    assert (tiles.text, tiles.missing) == ("–", False)


def test_that_a_text_of_several_lines_is_shown_in_one():
    assert one_line("seen twice\r\nby AB\nin May") == "seen twice ⏎ by AB ⏎ in May"
    assert one_line("seen once") == "seen once"


def test_that_computed_cells_cannot_be_edited(view):
    index = cell(view, "S2", "manifest", "status")
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable


def test_that_a_category_with_allowed_values_is_a_pick_list(view, session, qtbot):
    index = go(view, "S3", "qc_status")
    view.edit(index)
    box = view.viewport().findChild(QComboBox)
    words = [box.itemData(k) for k in range(box.count())]
    assert words == ["", "pass", "flag", "exclude"]
    box.setCurrentIndex(words.index("flag"))
    with qtbot.waitSignal(session.changed):
        view.commitData(box)
    assert session.field("S3", "qc_status") == "flag"


def test_that_a_rectangle_is_copied_and_pasted_as_one_step(view, session):
    view.proxy.setData(cell(view, "S1", "manifest", "staining"), "H&E")
    view.proxy.setData(cell(view, "S1", "manifest", "tissue_type"), "lung")
    first = cell(view, "S1", "manifest", "staining")
    last = cell(view, "S1", "manifest", "tissue_type")
    select(view, first, last)
    view.copy_cells()
    assert QGuiApplication.clipboard().text() == "H&E\tlung\n"
    below = cell(view, "S2", "manifest", "staining")
    select(view, below, cell(view, "S4", "manifest", "tissue_type"))
    steps = session.undo_stack.count()
    view.paste_cells()
    assert session.undo_stack.count() == steps + 1
    for slide in ("S2", "S3", "S4"):
        assert session.field(slide, "staining") == "H&E"
        assert session.field(slide, "tissue_type") == "lung"
    session.undo_stack.undo()
    assert session.field("S4", "staining") == ""


def test_that_fill_down_and_clear_change_the_selected_cells(view, session):
    view.proxy.setData(cell(view, "S1", "manifest", "staining"), "IHC")
    select(
        view,
        cell(view, "S1", "manifest", "staining"),
        cell(view, "S4", "manifest", "staining"),
    )
    view.fill_down()
    assert session.field("S4", "staining") == "IHC"
    view.clear_cells()
    assert session.field("S1", "staining") == session.field("S4", "staining") == ""


def test_that_the_filter_row_hides_rows_and_sorting_orders_them(view, qtbot):
    proxy, model = view.proxy, view.proxy.model
    field = view.header.field(model.column_at("clinical", "age"))
    qtbot.keyClicks(field, "> 50")
    shown = [model.slide_id(proxy.source_row(r)) for r in range(proxy.rowCount())]
    assert shown == ["synthetic", "S1", "S4"]
    view.header.toggle_sort(model.column_at("clinical", "age"))
    shown = [model.slide_id(proxy.source_row(r)) for r in range(proxy.rowCount())]
    assert shown == ["S4", "synthetic", "S1"]
    proxy.clear_filters()
    assert field.text() == ""
    assert proxy.rowCount() == 5


def test_that_an_edit_does_not_make_its_row_vanish(view, session):
    proxy, model = view.proxy, view.proxy.model
    column = model.column_at("manifest", "staining")
    view.proxy.setData(cell(view, "S1", "manifest", "staining"), "H&E")
    proxy.set_condition(column, "H&E")
    assert proxy.rowCount() == 1
    proxy.setData(proxy.index(0, column), "IHC")
    assert proxy.rowCount() == 1
    proxy.refresh()
    assert proxy.rowCount() == 0


def test_that_a_click_on_a_row_is_the_selection_of_the_whole_window(
    view, session, qtbot
):
    index = cell(view, "S2", "manifest", "slide_id")
    place = view.visualRect(index).center()
    with qtbot.waitSignal(session.selection_changed):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert session.selection == ("S2",)


def test_that_a_selection_made_elsewhere_is_followed(view, session):
    session.select(["S3"])
    assert (
        view.proxy.model.slide_id(view.proxy.source_row(view.currentIndex().row()))
        == "S3"
    )


def test_that_cells_are_spoken_with_column_value_and_state(view):
    index = cell(view, "S1", "clinical", "age")
    words = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("age, 430, error: ")


@pytest.mark.parametrize(
    ("text", "slides"),
    [
        ('cohort == "lung" and age > 50', ["S1", "S4"]),
        ('slide_id in ["S2", "S4"]', ["S2", "S4"]),
        ("age == missing", ["S2"]),
        ("lung s3", ["S3"]),
    ],
)
def test_that_the_field_takes_words_or_a_condition(view, text, slides):
    proxy = view.proxy
    proxy.set_search(text)
    model = proxy.model
    assert [model.slide_id(row) for row in proxy.source_rows()] == slides


@pytest.mark.parametrize("text", ["age >", "nothing == 3", "cohort > 3"])
def test_that_a_condition_that_makes_no_sense_changes_nothing(view, text):
    view.proxy.set_search("s3")
    with pytest.raises(ExpressionError):
        view.proxy.set_search(text)
    assert view.proxy.rowCount() == 1
