"""Keys that explain, and keys that lead somewhere, in a real window."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWhatsThis

from pathgui.gui.dialogs.guide import GuideDialog, guide_file
from pathgui.gui.viewer.layers_panel import LayersPanel

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def table(window, qtbot):
    view = window.workspace.slides.view
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    return view


def test_that_f1_opens_the_guide_beside_the_work(window, table, qtbot):
    QTest.keyClick(table, Key.Key_F1)
    guide = window.findChild(GuideDialog)
    assert guide.isVisible()
    assert not guide.isModal()
    heads = [
        guide.contents.item(k).text().strip() for k in range(guide.contents.count())
    ]
    assert "Review" in heads
    assert guide_file().name == "guide.md"
    guide.contents.setCurrentRow(heads.index("Review"))
    assert guide.page.textCursor().block().text() == "Review"
    guide.field.setText("Cohen's κ")
    assert guide.find_next()
    guide.field.setText("nothing of the kind")
    assert not guide.find_next()
    QTest.keyClick(table, Key.Key_F1)
    assert len(window.findChildren(GuideDialog)) == 1
    guide.accept()


def test_that_shift_f1_and_a_click_say_what_a_part_is(window, table, qtbot):
    QTest.keyClick(table, Key.Key_F1, SHIFT)
    assert QWhatsThis.inWhatsThisMode()
    found = window.toolbar.findChildren(QToolButton)
    button = next(button for button in found if button.toolTip())
    spot = QPoint(3, 3)
    event = QHelpEvent(QEvent.Type.WhatsThis, spot, button.mapToGlobal(spot))
    QApplication.sendEvent(button, event)
    shown = [w for w in QApplication.topLevelWidgets() if w.inherits("QWhatsThat")]
    assert event.isAccepted()
    assert any(widget.isVisible() for widget in shown)
    QWhatsThis.hideText()
    QWhatsThis.leaveWhatsThisMode()


@pytest.mark.gl
def test_that_ctrl_f5_tries_a_recipe_out_on_the_chosen_slide(window, table, qtbot):
    if QGuiApplication.platformName() == "offscreen":
        pytest.skip("a canvas needs a display with OpenGL")
    window.session.select("synthetic")
    QTest.keyClick(table, Key.Key_F5, CONTROL)
    viewer = window.workspace.viewer
    qtbot.waitUntil(lambda: viewer.preview.on, timeout=60_000)
    assert viewer.slide_id == "synthetic"
    panel = window.findChild(LayersPanel)

    def in_layers():
        # The first canvas makes the window anew, which then takes the keyboard.
        window.actions_.trigger("view.layers")
        return panel.isAncestorOf(QApplication.focusWidget() or window)

    qtbot.waitUntil(in_layers)
