"""Two strokes: the second key is never typed, and it is said why nothing happens."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from pathgui.gui.dialogs.restore import RestoreDialog
from pathgui.gui.tables import keys

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(window):
    """The table of slides with the keyboard in a cell that can be edited."""
    window.workspace.show_tab("slides")
    made = window.workspace.slides.view
    made.setFocus()
    made.go_to(made.proxy.index(1, made.proxy.model.column_at("clinical", "stage")))
    return made


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def test_that_the_list_of_keys_shows_and_esc_ends_it(window, view, qtbot):
    press(qtbot, Key.Key_L, CONTROL)
    shown = window.chords.list
    assert shown is not None
    assert shown.isVisible()
    words = [part.text() for part in shown.findChildren(QLabel)]
    assert words[words.index("V") + 1] == "Restore version…"
    press(qtbot, Key.Key_Escape)
    assert window.chords.list is None


def test_that_what_cannot_be_done_is_said_and_not_typed(window, view, qtbot):
    press(qtbot, Key.Key_L, CONTROL)
    with qtbot.waitSignal(window.session.told) as told:
        press(qtbot, Key.Key_A)
    assert told.args[0].startswith("Accept near misses: ")
    assert keys.editor_of(view) is None
    press(qtbot, Key.Key_L, CONTROL)
    with qtbot.waitSignal(window.session.told) as told:
        press(qtbot, Key.Key_F9)
    assert told.args == ["Ctrl+L F9 stands for nothing", "note"]


def test_that_the_second_key_does_its_action_also_while_ctrl_is_down(
    window, view, qtbot
):
    shown = []
    window.safety.shown.connect(shown.append)
    for modifier in (Qt.KeyboardModifier.NoModifier, CONTROL):
        press(qtbot, Key.Key_L, CONTROL)
        press(qtbot, Key.Key_V, modifier)
        assert isinstance(shown[-1], RestoreDialog)
        shown.pop().reject()
        view.setFocus()
    assert window.chords.list is None


def test_that_keys_type_again_afterwards(window, view, qtbot):
    press(qtbot, Key.Key_L, CONTROL)
    press(qtbot, Key.Key_Escape)
    press(qtbot, Key.Key_A)
    assert keys.editor_of(view) is not None
