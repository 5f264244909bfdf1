"""The project tree in a narrow window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.gui.panels.treeside import RAIL


@pytest.fixture
def narrow(window, qtbot):
    window.resize(1060, 720)
    qtbot.waitUntil(lambda: window.workspace.side.narrow)
    return window


def test_that_the_tree_becomes_a_rail_where_there_is_little_room(narrow, qtbot):
    side = narrow.workspace.side
    qtbot.waitUntil(lambda: side.width() == RAIL)
    assert side.folded
    assert not narrow.actions_["view.tree"].isChecked()
    narrow.resize(1600, 1000)
    qtbot.waitUntil(lambda: side.width() >= 180)
    assert narrow.workspace.tree.isVisible()


def test_that_an_icon_of_the_rail_brings_the_tree_at_its_section(narrow, qtbot):
    side, tree = narrow.workspace.side, narrow.workspace.tree
    QTest.mouseClick(side.rail.buttons["recipes"], Qt.MouseButton.LeftButton)
    assert tree.isVisible()
    assert tree.tree.hasFocus()
    QTest.keyClick(tree.tree, Qt.Key.Key_Escape)
    assert side.folded
    assert side.rail.buttons[""].hasFocus()


def test_that_the_tree_goes_back_when_the_work_goes_on_elsewhere(narrow, qtbot):
    side = narrow.workspace.side
    narrow.actions_.trigger("view.tree")
    assert not side.folded
    assert narrow.workspace.is_open("tree")
    narrow.workspace.slides.view.setFocus()
    qtbot.waitUntil(lambda: side.folded)
    narrow.actions_.trigger("view.tree")
    narrow.actions_.trigger("view.tree")
    assert side.folded


def test_that_a_choice_in_the_tree_folds_it(narrow):
    side, tree = narrow.workspace.side, narrow.workspace.tree
    side.unfold()
    node = next(n for n in tree.model.root.walk() if n.kind == "cohort")
    tree.opened.emit(node)
    assert side.folded


def test_that_a_narrow_window_does_not_change_the_width_that_is_kept(narrow, qtbot):
    work = narrow.workspace
    assert work.widths()[0] >= 180
    narrow.workspace.set_reviewing(False)
    narrow.resize(1600, 1000)
    qtbot.waitUntil(lambda: work.side.width() >= 180)


def test_that_the_keyboard_reaches_the_rail(narrow):
    narrow.views.step_focus(1)
    seen = set()
    for _ in range(6):
        seen.add(narrow.focusWidget())
        narrow.views.step_focus(1)
    assert narrow.workspace.side.rail.buttons[""] in seen


def test_that_the_tree_lies_over_the_page_and_moves_nothing(narrow, qtbot):
    side, work = narrow.workspace.side, narrow.workspace
    qtbot.waitUntil(lambda: side.width() == RAIL)
    before = work.pages.mapTo(narrow, work.pages.rect().topLeft())
    width = work.pages.width()
    side.unfold()
    tree = work.tree
    assert tree.isVisible()
    assert side.width() == RAIL
    assert work.pages.width() == width
    assert work.pages.mapTo(narrow, work.pages.rect().topLeft()) == before
    # Over the page, not behind it.
    centre = tree.mapTo(narrow, tree.rect().center())
    assert tree.isAncestorOf(narrow.childAt(centre))
    # What brought it out folds it again.
    side.rail.buttons[""].click()
    assert side.folded
    assert not tree.isVisible()


def test_that_a_review_puts_the_tree_away(narrow):
    side = narrow.workspace.side
    side.unfold()
    narrow.workspace.set_open("tree", True)
    side.hide()
    assert side.folded
    side.show()
