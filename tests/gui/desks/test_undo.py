"""One undo stack for all that is changed from the tables, through the real window."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pathgui.gui.dialogs.ask import AskDialog
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.saveview import SaveViewDialog
from pathgui.project import Column, add_column


@pytest.fixture
def page(window):
    return window.workspace.slides


def do(window, key):
    window.actions_.trigger(key)


def undo_name(window):
    window.actions_.refresh()
    return window.actions_["edit.undo"].text()


def column(page, name):
    return page.proxy.column_named(name)


def save_view(window, page, name, condition):
    page.search.setText(condition)
    do(window, "view.save_view")
    dialog = window.findChild(SaveViewDialog)
    dialog.name.setText(name)
    dialog.save.click()
    dialog.deleteLater()


def shown_names(page):
    return [page.proxy.name(c) for c in page.view.shown_columns()]


def test_that_saving_renaming_and_deleting_a_view_is_undone_and_done_again(
    window, page, qtbot
):
    views = window.session.saved_views
    save_view(window, page, "Stage II", 'stage == "II"')
    assert undo_name(window) == "Undo save view “Stage II”"
    window.tables.ask_view_name("Stage II")
    ask = window.findChild(AskDialog)
    ask.field.setText("Second")
    ask.done_button.click()
    assert undo_name(window) == "Undo rename view “Stage II” to “Second”"
    window.tables.ask_remove_view("Second")
    window.findChild(ChoiceDialog).picked.emit("Delete view")
    assert views.names() == ()
    seen = []
    for _ in range(3):
        do(window, "edit.undo")
        seen.append(views.names())
    assert seen == [("Second",), ("Stage II",), ()]
    for _ in range(2):
        do(window, "edit.redo")
    assert views.names() == ("Second",)
    assert views.expression("Second") == 'stage == "II"'
    assert window.session.unsaved == 1


def test_that_an_undo_that_another_program_barred_says_so_and_makes_way(
    window, page, root, qtbot
):
    window.session.edit(add_column(window.session.project.manifest, Column("block")))
    save_view(window, page, "Stage II", 'stage == "II"')
    window.session.save()
    file = root / "pathgui.toml"
    file.write_text(file.read_text().replace('\\"II\\"', '\\"III\\"'))
    with qtbot.waitSignal(window.session.trouble) as told:
        window.session.undo()
    assert "saved view “Stage II” is not what it was" in told.args[0].message
    assert window.session.saved_views.expression("Stage II") == 'stage == "III"'
    assert undo_name(window) == "Undo add column block"
    do(window, "edit.undo")
    assert not window.session.project.manifest.has_column("block")


def test_that_renaming_a_column_takes_views_filter_sort_and_look_along(
    window, page, qtbot
):
    session = window.session
    session.edit(add_column(session.project.manifest, Column("block")))
    page.view.setColumnWidth(column(page, "block"), 222)
    page.hide_column(column(page, "staining"))
    save_view(window, page, "Blocks", "block == missing")
    page.view.header.sort_by(column(page, "block"), descending=True)
    page.view.setCurrentIndex(page.proxy.index(0, column(page, "block")))
    do(window, "edit.rename_column")
    ask = window.findChild(AskDialog)
    assert "Blocks" in ask.text.text()
    ask.field.setText("Block no.")
    ask.done_button.click()
    assert undo_name(window) == "Undo rename column block to Block no."
    for name, text in (("Block no.", "`Block no.`"), ("block", "block")):
        assert session.saved_views.expression("Blocks") == f"{text} == missing"
        assert page.search.text() == f"{text} == missing"
        assert page.proxy.sorts[0].column == f"manifest.{name}"
        assert page.proxy.condition(column(page, name)) == "missing"
        assert page.view.columnWidth(column(page, name)) == 222
        assert page.view.isColumnHidden(column(page, "staining"))
        do(window, "edit.undo")


def test_that_hiding_freezing_and_arranging_columns_is_undone(window, page):
    before = shown_names(page)
    page.hide_column(column(page, "staining"))
    assert undo_name(window) == "Undo hide staining"
    page.view.setCurrentIndex(page.proxy.index(0, column(page, "slide_id")))
    do(window, "view.freeze")
    assert undo_name(window) == "Undo freeze columns up to slide_id"
    assert page.view.frozen.count == 2
    do(window, "edit.undo")
    assert page.view.frozen.count == 0
    do(window, "edit.undo")
    assert shown_names(page) == before
    do(window, "edit.redo")
    assert "manifest.staining" not in shown_names(page)
    assert window.session.unsaved == 0


def test_that_a_dragged_column_goes_back_and_does_not_sort(window, page, qtbot):
    header, before = page.view.header, shown_names(page)
    target = header.viewport()
    start = header.sectionViewportPosition(column(page, "cohort")) + 30
    stop = header.sectionViewportPosition(column(page, "slide_id")) + 10
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=QPoint(start, 15))
    for place in (start - 10, (start + stop) // 2, stop):
        QTest.mouseMove(target, QPoint(place, 15))
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=QPoint(stop, 15))
    assert shown_names(page) != before
    assert page.proxy.sorts == ()
    assert undo_name(window) == "Undo move columns"
    do(window, "edit.undo")
    assert shown_names(page) == before


def test_that_the_rule_to_patients_and_the_key_are_undone(window, qtbot):
    session = window.session
    rule = session.project.config.patient_rule
    window.clinical.use_rule(r"^(S)\d")
    assert session.patients()["S1"] == "001"  # the clinical table knows better
    assert undo_name(window) == "Undo change the rule from slide to patient"
    window.clinical.use_key("patient_id")
    assert session.project.clinical.key == "patient_id"
    do(window, "edit.undo")
    do(window, "edit.undo")
    assert session.project.clinical.key == "slide_id"
    assert session.project.config.patient_rule == rule


def test_that_reasons_of_reviews_are_undone(window):
    from pathgui.workflows.qc.reasons import DEFAULT, reasons

    window.reviews._set_reasons(("blood", "fold"))
    assert reasons(window.session.project) == ("blood", "fold")
    assert undo_name(window) == "Undo edit the reasons of reviews"
    do(window, "edit.undo")
    assert reasons(window.session.project) == DEFAULT


def test_that_settings_another_program_writes_come_into_the_window(window, root, qtbot):
    file = root / "pathgui.toml"
    text = "[saved_cohorts.theirs]\nexpression = 'cohort == \"lung\"'\n"
    with qtbot.waitSignal(window.session.reloaded, timeout=10_000):
        file.write_text(file.read_text() + text)
    assert window.session.saved_views.names() == ("theirs",)
