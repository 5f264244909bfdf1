"""Layout is remembered with the project."""

import shutil

import pytest

from pathgui.gui.shell import layout
from pathgui.gui.shell.window import MainWindow


def test_that_widths_hidden_columns_and_panels_come_back(window: MainWindow, root):
    work = window.workspace
    view = work.slides.view
    model = view.proxy.model
    staining = model.column_at("manifest", "staining")
    view.setColumnWidth(staining, 133)
    view.setColumnHidden(model.column_at("clinical", "stage"), True)
    view.frozen.freeze(2)
    window.actions_.trigger("view.tree")
    window.actions_.trigger("view.clinical")
    window.session.close()
    view.setColumnWidth(staining, 60)
    view.frozen.freeze(0)
    work.reset()
    window.session.open(root)
    assert not work.is_open("tree")
    assert work.tab == "clinical"
    layout.save(work, root / ".pathgui")  # before the slides were looked at
    work.show_tab("slides")
    assert view.columnWidth(staining) == 133
    assert view.frozen.columns() == view.shown_columns()[:2]
    assert view.isColumnHidden(model.column_at("clinical", "stage"))
    work.show_tab("clinical")
    for _ in range(2):  # the slides are not looked at in between
        window.session.close()
        window.session.open(root)
        assert work.tab == "clinical"
    work.show_tab("slides")
    assert view.columnWidth(staining) == 133
    assert view.isColumnHidden(model.column_at("clinical", "stage"))


def test_that_a_layout_goes_to_its_own_project_only(window, root, tmp_path):
    work = window.workspace
    table = work.clinical.table
    work.show_tab("clinical")
    table.view.setColumnWidth(table.proxy.model.column_at("clinical", "age"), 201)
    work.show_tab("slides")
    window.session.close()
    other = tmp_path / "other"
    shutil.copytree(root, other, ignore=shutil.ignore_patterns(layout.FILE))
    window.session.open(root)  # and the clinical table is not looked at
    window.session.close()
    window.session.open(other)
    work.show_tab("clinical")
    age = table.proxy.model.column_at("clinical", "age")
    assert table.view.columnWidth(age) != 201


@pytest.mark.parametrize("text", ["", "{", "[]", '{"tab": 3}'])
def test_that_a_broken_layout_file_is_left_out(empty_window, root, text):
    (root / ".pathgui").mkdir(exist_ok=True)
    (root / ".pathgui" / "layout.json").write_text(text, "utf-8")
    empty_window.session.open(root)
    assert empty_window.workspace.tab == "slides"


def test_that_what_is_hidden_when_the_layout_is_kept_keeps_its_size(window, qtbot):
    work = window.workspace
    window.views.show_bottom("runs")
    bottom, inspector = work.bottom.height(), work.inspector.width()
    window.actions_.trigger("view.gallery")
    strip = work.gallery.strip.height()
    assert not work.bottom.isVisible()
    assert not work.inspector.isVisible()
    folder = window.session.project.root / ".pathgui"
    layout.save(work, folder)
    layout.restore(work, folder)
    assert abs(work.gallery.strip.height() - strip) <= 2
    window.actions_.trigger("view.slides")
    qtbot.waitUntil(lambda: abs(work.bottom.height() - bottom) <= 2)
    assert abs(work.inspector.width() - inspector) <= 2


def test_that_a_state_without_a_decision_can_be_read_in_full(window):
    view = window.workspace.slides.view
    column = view.proxy.model.column_at("manifest", "qc_status")
    word = view.fontMetrics().horizontalAdvance("Unreviewed")
    # The icon and the edges of the chip stand beside the word.
    assert view.columnWidth(column) >= word + 30


def test_that_the_bottom_panel_folds_to_its_tabs_and_comes_back(window, qtbot):
    bottom, work = window.workspace.bottom, window.workspace
    work.give_room()
    qtbot.waitUntil(lambda: bottom.height() > 300)
    before = bottom.height()
    bottom.fold_button.click()
    qtbot.waitUntil(lambda: bottom.height() < 50)
    assert bottom.tabs.isVisible()
    assert not bottom.stack.isVisible()
    # A layout that is kept knows the height it had.
    assert work.heights()[1] == before
    window.views.show_bottom("history")
    qtbot.waitUntil(lambda: bottom.height() == before)
    assert bottom.stack.isVisible()
