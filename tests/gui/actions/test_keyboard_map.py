"""The keyboard map: each key stands for its action, and reaches it in a real window."""

import pytest
from PySide6.QtCore import QKeyCombination
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pathgui.gui.actions.table import ACTIONS

MAP = {
    "Ctrl+N": "file.new",
    "Ctrl+O": "file.open",
    "Ctrl+Shift+N": "file.recent",
    "Ctrl+Shift+D": "file.demo",
    "Ctrl+W": "file.close",
    "Ctrl+Q": "file.quit",
    "Ctrl+S": "file.save",
    "Ctrl+I": "file.import",
    "Ctrl+E": "file.export",
    "Ctrl+Shift+A": "slides.add",
    "Ctrl+Shift+R": "slides.rescan",
    "Ctrl+Shift+K": "slides.relink",
    "Ctrl+,": "edit.settings",
    "Ctrl+K": "edit.palette",
    "Ctrl+Shift+P": "edit.palette",
    "Ctrl+Z": "edit.undo",
    "Ctrl+Shift+Z": "edit.redo",
    "Ctrl+Y": "edit.redo",
    "F5": "run.run",
    "Shift+F5": "run.again",
    "Ctrl+F5": "run.preview",
    "F7": "review.start",
    "F9": "tools.verify",
    "F8": "view.next_problem",
    "Shift+F8": "view.previous_problem",
    "Alt+Return": "view.fix",
    "Ctrl+.": "view.fix",
    "F6": "view.next_panel",
    "Shift+F6": "view.previous_panel",
    "Alt+Left": "view.back",
    "Alt+Right": "view.forward",
    "Ctrl+Shift+O": "slides.open_in_viewer",
    "F1": "help.guide",
    "Shift+F1": "help.what",
    "Ctrl+F1": "help.keys",
    "Ctrl+Shift+F1": "help.about",
    "Ctrl+1": "view.slides",
    "Ctrl+2": "view.clinical",
    "Ctrl+3": "view.gallery",
    "Ctrl+4": "view.viewer",
    "Ctrl+B": "view.tree",
    "Ctrl+Shift+I": "view.inspector",
    "Ctrl+J": "view.bottom",
    "Ctrl+Shift+M": "view.problems",
    "Ctrl+Shift+J": "view.runs",
    "Ctrl+Shift+G": "view.log",
    "Ctrl+Shift+H": "view.history",
    "Ctrl+Shift+T": "view.theme",
    "F11": "view.full_screen",
    "Del": "edit.clear",
    "Ctrl+C": "edit.copy",
    "Ctrl+X": "edit.cut",
    "Ctrl+V": "edit.paste",
    "Ctrl+D": "edit.fill_down",
    "Ctrl+Return": "edit.set_value",
    "Ctrl+;": "edit.today",
    "Ctrl+F": "edit.find",
    "Ctrl+H": "edit.replace",
    "Ctrl+Shift+F": "view.expression",
    "Ctrl+Shift+L": "view.filter_row",
    "Ctrl+Shift+S": "view.save_view",
    "Ctrl+Shift+X": "view.columns",
    "Alt+Shift+Up": "edit.sort_up",
    "Alt+Shift+Down": "edit.sort_down",
    "Ctrl+-": "edit.delete_rows",
}
CHORDS = {
    "V": "file.restore",
    "H": "edit.cell_history",
    "O": "slides.show_file",
    "E": "slides.overrides",
    "N": "slides.new_cohort",
    "M": "slides.move",
    "J": "clinical.join",
    "K": "clinical.key",
    "R": "clinical.rule",
    "A": "clinical.accept",
    "S": "clinical.schema",
    "D": "clinical.deidentified",
    "W": "run.array",
    "Y": "run.sync",
    "L": "view.layers",
    "0": "view.reset",
    "Q": "review.reasons",
    "G": "review.agreement",
    "I": "review.report",
    "Z": "tools.doctor",
}
TABLE = [key for key, name in MAP.items() if ACTIONS[name].scope == "table"]


@pytest.mark.parametrize(("key", "name"), MAP.items())
def test_that_a_key_stands_for_its_action(key, name):
    assert QKeySequence(key) in [QKeySequence(text) for text in ACTIONS[name].shortcut]


@pytest.mark.parametrize(("key", "name"), CHORDS.items())
def test_that_a_key_after_ctrl_l_stands_for_its_action(key, name):
    assert f"Ctrl+L, {key}" in ACTIONS[name].shortcut


@pytest.fixture
def done(window, monkeypatch):
    """Keys of actions that were asked for, in the place of doing them."""
    asked = []
    monkeypatch.setattr(
        window.actions_, "_run", lambda action: asked.append(action.key)
    )
    monkeypatch.setattr(window.actions_, "reason", lambda _key: "")
    window.actions_.refresh()
    return asked


def press(key):
    stroke = QKeySequence(key)[0]
    assert isinstance(stroke, QKeyCombination)
    QTest.keyClick(QApplication.focusWidget(), stroke.key(), stroke.keyboardModifiers())


def places(window):
    work = window.workspace
    yield work.slides.view
    yield work.tree.tree
    yield work.bottom.tabs
    work.show_tab("clinical")
    yield work.clinical.table.view
    work.show_tab("gallery")
    yield work.gallery.view


def test_that_every_key_reaches_its_action_from_every_panel(window, done):
    lost = []
    for place in places(window):
        place.setFocus()
        for key, name in MAP.items():
            if key in TABLE:
                continue
            done.clear()
            press(key)
            if done != [name]:
                lost.append((place.accessibleName(), key, list(done)))
            assert place.hasFocus(), key
    assert lost == []


def test_that_every_key_of_a_table_reaches_its_action_in_both_tables(window, done):
    work = window.workspace
    for tab, page in (("slides", work.slides), ("clinical", work.clinical.table)):
        work.show_tab(tab)
        page.view.setFocus()
        page.view.go_to(page.proxy.index(1, 2))
        for key in TABLE:
            done.clear()
            press(key)
            assert done == [MAP[key]], key


def test_that_two_strokes_reach_their_action(window, done):
    window.workspace.slides.view.setFocus()
    for key, name in CHORDS.items():
        done.clear()
        press("Ctrl+L")
        press(key)
        assert done == [name], key
