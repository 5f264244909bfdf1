"""Find and replace, views, columns: through the window, by its actions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from pathgui.gui.actions.project import ACTIONS
from pathgui.gui.dialogs.ask import AskDialog
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.columns import ColumnsDialog
from pathgui.gui.dialogs.newcolumn import NewColumnDialog
from pathgui.gui.dialogs.saveview import SaveViewDialog
from pathgui.gui.shell.window import MainWindow
from pathgui.gui.shell.wiring import open_node
from pathgui.project import Column, Edit, add_column

Key = Qt.Key


def page_of(window: MainWindow):
    return window.workspace.slides


def column(window, name):
    return page_of(window).proxy.column_named(name)


def shown(window):
    page = page_of(window)
    return [page.proxy.model.slide_id(row) for row in page.proxy.source_rows()]


def test_that_replacing_counts_first_and_is_one_undo_step(window, qtbot):
    page, session = page_of(window), window.session
    window.actions_.trigger("edit.replace")
    finder = page.finder
    assert finder.isVisible()
    with qtbot.waitSignal(finder.found):
        qtbot.keyClicks(finder.text, "ii")
    assert finder.count.text() == "5 cells"
    assert finder.all.text() == "Replace 5"
    finder.by.setText("III")
    finder.all.click()
    clinical = session.project.clinical
    assert set(clinical.texts("stage").tolist()) == {"III"}
    assert session.undo_stack.undoText() == "Replace ii by III"
    session.undo_stack.undo()
    assert set(clinical.texts("stage").tolist()) == {"II"}


def test_that_enter_goes_from_one_found_cell_to_the_next(window, qtbot):
    page = page_of(window)
    window.actions_.trigger("edit.find")
    finder = page.finder
    assert not finder.all.isVisible()
    with qtbot.waitSignal(finder.found):
        qtbot.keyClicks(finder.text, "lung")
    finder.whole.click()
    for place in ("1 of 4 cells", "2 of 4 cells"):
        qtbot.keyClick(finder.text, Key.Key_Return)
        assert finder.count.text() == place
    assert page.view.currentIndex().data() == "lung"
    qtbot.keyClick(finder.text, Key.Key_Escape)
    assert not finder.isVisible()
    assert page.view.hasFocus()


@pytest.mark.parametrize("width", [900, 1070, 1300, 1800])
def test_that_no_word_of_the_view_bar_is_cut(window, width):
    window.workspace.show_tab("clinical")
    table = window.workspace.clinical.table
    table.search.setText("age > 50")
    window.resize(width, 1000)
    QApplication.processEvents()
    shown = [b for b in table.bar.findChildren(QPushButton) if b.isVisible()]
    assert len(shown) > 6
    for button in shown:
        assert button.width() >= button.sizeHint().width(), button.accessibleName()
    assert table.count.width() >= table.count.sizeHint().width()
    if width == 1800:
        assert table.count.text() == "3 of 5 rows"
        assert table.schema_button.text() == "Schema…"


def test_that_a_filter_is_saved_as_a_view_and_shown_from_the_tree(window, qtbot):
    page = page_of(window)
    assert window.actions_.reason("view.save_view") == "Filter the table first"
    assert not window.actions_["view.save_view"].isEnabled()
    page.search.setText('cohort == "lung" and age > 50')
    qtbot.waitUntil(lambda: window.actions_["view.save_view"].isEnabled())
    window.actions_.trigger("view.save_view")
    dialog = window.findChild(SaveViewDialog)
    assert not dialog.save.isEnabled()
    for wrong, words in (
        ("a, b", "The name contains ','"),
        ("lung", "The name is that of a cohort that slides belong to."),
    ):
        dialog.name.setText(wrong)
        assert not dialog.save.isEnabled()
        assert dialog.note.text().startswith(words)
    dialog.name.setText("Lung over 50")
    dialog.save.click()
    saved = window.session.project.config.saved_cohorts["Lung over 50"]
    assert saved.expression == 'cohort == "lung" and age > 50'
    with qtbot.waitSignal(window.session.saved_views.changed):
        pass
    assert window.session.saved_views.counts == {"Lung over 50": 2}
    page.clear_filters()
    tree = window.workspace.tree
    tree.refresh()
    node = next(n for n in tree.model.root.walk() if n.kind == "view")
    assert (node.text, node.aside) == ("Lung over 50", "2")
    open_node(window, node)
    assert shown(window) == ["S1", "S4"]
    assert page.search.text() == saved.expression
    window.tables.ask_view_name("Lung over 50")
    asked = window.findChild(AskDialog)
    asked.field.setText("lung/old")
    assert not asked.done_button.isEnabled()
    assert "'/'" in asked.note.text()
    asked.field.setText("old")
    asked.done_button.click()
    assert window.session.saved_views.names() == ("old",)


def test_that_columns_are_hidden_reordered_and_frozen(window):
    page = page_of(window)
    window.actions_.trigger("view.columns")
    dialog = window.findChild(ColumnsDialog)
    lines, role = dialog.lines, Qt.ItemDataRole.CheckStateRole
    age = lines.index(lines.names.index("age"))
    lines.setData(age, Qt.CheckState.Unchecked.value, role)
    lines.move(lines.names.index("staining"), 0)
    dialog.frozen.setValue(1)
    dialog.done_button.click()
    view = page.view
    assert view.isColumnHidden(column(window, "age"))
    assert view.shown_columns()[1] == column(window, "staining")
    assert view.frozen.columns() == view.shown_columns()[:2]


def test_that_columns_are_reordered_by_keys(window, qtbot):
    window.actions_.trigger("view.columns")
    dialog = window.findChild(ColumnsDialog)
    names = dialog.lines.names
    dialog.list.setFocus()
    dialog.list.setCurrentIndex(dialog.lines.index(1))
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(dialog.list, Qt.Key.Key_Up, alt)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Up, alt)  # there is nothing above
    assert dialog.lines.names[:3] == [names[1], names[0], names[2]]
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down, alt)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down, alt)
    assert dialog.lines.names[:3] == [names[0], names[2], names[1]]
    assert dialog.list.currentIndex().row() == 2
    dialog.reject()


def test_that_a_typed_column_is_added_and_renamed_with_undo(window, qtbot):
    session, page = window.session, page_of(window)
    page.view.setCurrentIndex(page.proxy.index(0, column(window, "age")))
    window.actions_.trigger("edit.add_column")
    dialog = window.findChild(NewColumnDialog)
    dialog.form.kind.setCurrentIndex(dialog.form.kind.findData("number"))
    qtbot.keyClicks(dialog.form.name, "bmi")
    dialog.add.click()
    clinical = session.project.clinical
    assert clinical.column("bmi").kind == "number"
    assert page.view.currentIndex() == page.proxy.index(0, column(window, "bmi"))
    window.actions_.trigger("edit.rename_column")
    question = window.findChild(AskDialog)
    assert question.field.text() == "bmi"
    question.field.setText("body mass")
    question.done_button.click()
    assert clinical.has_column("body mass")
    page.view.setCurrentIndex(page.proxy.index(0, column(window, "body mass")))
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert not clinical.has_column("bmi")
    assert column(window, "bmi") < 0


def test_that_columns_of_every_project_are_not_offered_to_be_renamed_or_deleted(window):
    page = page_of(window)
    keys = ("edit.rename_column", "edit.delete_column")
    deeds = [action for action in ACTIONS if action.key in keys]
    window.session.edit(add_column(window.session.project.clinical, Column("bmi")))
    for name, free in (("slide_id", False), ("stage", False), ("bmi", True)):
        page.view.setCurrentIndex(page.proxy.index(0, column(window, name)))
        menu = page.column_menu(column(window, name), page.mapToGlobal(page.pos()))
        words = {entry.text() for entry in menu.actions()}
        assert ({"Rename…", "Delete column…"} <= words) is free, name
        menu.close()
        assert [action.reason(window) == "" for action in deeds] == [free, free], name


def test_that_the_clinical_page_shows_rows_patients_and_the_joined_tables(window):
    window.actions_.trigger("view.clinical")
    table = window.workspace.clinical.table
    for name, first in (
        ("Patients", "patient"),
        ("Joined view", "patient_id"),
        ("Clinical rows", "slide_id"),
    ):
        table.ways[name].click()
        assert table.proxy.model.fields[0].column.name == first
        assert table.ways[name].isChecked()
        assert table.proxy.rowCount() == 5


def test_that_a_filter_names_either_of_two_columns_of_one_name(window, qtbot):
    session = window.session
    clinical = session.project.clinical
    session.edit(add_column(clinical, Column("status")))
    session.edit(Edit("died", (clinical.cell(clinical.find("S2"), "status", "dead"),)))
    page = page_of(window)
    page.start_search()
    qtbot.keyClicks(page.search, 'clinical.status == "dead"')
    assert page.problem.isHidden()
    assert page.proxy.rowCount() == 1
    assert page.search.text() == 'clinical.status == "dead"'
    assert page.proxy.expression() == 'status_clinical == "dead"'
    at = page.proxy.column_named("status_clinical")
    page.search.clear()
    page.proxy.set_condition(at, "dea")
    assert shown(window) == ["S2"]
    page.proxy.set_condition(at, "")
    qtbot.keyClicks(page.search, 'manifest.status == "dead"')
    assert page.proxy.rowCount() == 0
    assert page.proxy.expression() == 'status == "dead"'


def test_that_a_problem_with_one_meaning_is_mended_by_a_click(window, qtbot):
    session, panel = window.session, window.workspace.bottom.problems
    clinical = session.project.clinical
    page = page_of(window)
    row = page.proxy.model.rows_of(["S3"])[0]
    index = page.proxy.index(row, column(window, "stage"))
    page.proxy.setData(index, "ii ")
    qtbot.waitUntil(lambda: any(p.new == "II" for p in panel.problems))
    window.workspace.bottom.fix.click()
    assert clinical.text(clinical.find("S3"), "stage") == "II"
    assert session.undo_stack.undoText() == "Fix 1 cell"


def test_that_tab_goes_along_the_filter_row_and_escape_back_to_the_table(window, qtbot):
    page = page_of(window)
    page.filter_by(column(window, "cohort"))
    field = window.focusWidget()
    assert isinstance(field, QLineEdit)
    qtbot.keyClick(field, Key.Key_Tab)
    beside = window.focusWidget()
    assert beside is not field
    assert beside.objectName() == "filterField"
    qtbot.keyClick(beside, Key.Key_Escape)
    assert page.view.hasFocus()


def test_that_enter_cancels_where_the_choice_is_dangerous(window, qtbot):
    """The focus is on Cancel, and Enter presses what has the focus."""
    view = window.workspace.slides.view
    view.go_to(view.proxy.index(1, view.proxy.model.column_at("manifest", "slide_id")))
    window.tables.delete_rows()
    dialog = window.findChild(ChoiceDialog)
    assert dialog.focusWidget().text() == "Cancel"
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    count = len(window.session.project.manifest)
    window.tables.delete_rows()
    dialog = [d for d in window.findChildren(ChoiceDialog) if d.isVisible()][-1]
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert len(window.session.project.manifest) == count - 1


def test_that_a_window_that_only_reads_greys_out_what_would_change(empty_window, root):
    empty_window.session.open(root, write=False)
    window, page = empty_window, page_of(empty_window)
    page.view.setCurrentIndex(page.proxy.index(0, column(window, "staining")))
    page.search.setText('cohort == "lung"')
    window.actions_.refresh()
    keys = (
        "edit.cut", "edit.paste", "edit.clear", "edit.fill_down", "edit.set_value",
        "edit.today", "edit.replace", "edit.add_column", "edit.rename_column",
        "edit.delete_column", "edit.delete_rows", "view.save_view", "file.save",
        "file.import", "file.restore", "slides.add", "slides.rescan", "slides.relink",
        "slides.fill", "slides.overrides", "slides.move", "clinical.key",
        "clinical.rule", "clinical.schema", "review.reasons", "run.run",
    )  # fmt: skip
    for key in keys:
        action = window.actions_[key]
        assert not action.isEnabled(), key
        assert "only reads the project" in action.toolTip(), key
    for key in ("edit.copy", "edit.find", "view.columns", "file.export"):
        assert window.actions_[key].isEnabled(), key
    index = page.view.currentIndex()
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable
