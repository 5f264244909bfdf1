"""The action table, as a whole and through a real window."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from pathgui.gui.actions.menus import MENUS, SLIDE_MENU, TOOLBAR, TOOLBAR_RIGHT
from pathgui.gui.actions.table import ACTIONS

SCOPES = ("window", "table", "gallery", "review", "reviewing", "runs", "viewer")


@pytest.mark.parametrize("key", ACTIONS)
def test_that_an_action_has_words_an_icon_and_a_key(key):
    action = ACTIONS[key]
    assert action.text[0].isupper()
    assert action.icon.startswith(("ph.", "mdi6."))
    assert action.shortcut
    for shortcut in action.shortcut:
        assert not QKeySequence(shortcut).isEmpty(), shortcut
    assert action.scope in SCOPES


@pytest.mark.parametrize("key", ACTIONS)
def test_that_no_key_types_with_altgr_or_is_input_of_linux(key):
    for shortcut in ACTIONS[key].shortcut:
        assert "Ctrl+Alt" not in shortcut
        assert shortcut != "Ctrl+Shift+U"


@pytest.mark.parametrize("scope", SCOPES[1:])
def test_that_no_scope_has_a_key_twice(scope):
    keys = [
        QKeySequence(shortcut).toString()
        for action in ACTIONS.values()
        if action.scope in (scope, "window")
        for shortcut in action.shortcut
    ]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_that_no_key_begins_the_keys_of_another():
    texts = [QKeySequence(s).toString() for a in ACTIONS.values() for s in a.shortcut]
    chords = {text.split(", ")[0] for text in texts if ", " in text}
    assert chords == {"Ctrl+L"}
    assert "Ctrl+L" not in texts


def test_that_menus_and_bars_name_actions_there_are():
    named = [key for keys in MENUS.values() for key in keys]
    named += [*SLIDE_MENU, *TOOLBAR, *TOOLBAR_RIGHT]
    assert [key for key in named if key and key not in ACTIONS] == []


def test_that_every_action_is_in_a_menu_or_needs_no_menu():
    named = {key for keys in MENUS.values() for key in keys}
    keyboard_only = {
        *(f"review.reason_{number}" for number in range(1, 11)),
        "view.next_problem",
        "view.previous_problem",
        "view.fix",
        "view.next_panel",
        "view.previous_panel",
        "view.back",
        "view.forward",
    }
    assert set(ACTIONS) - named == keyboard_only


def test_that_without_a_project_only_what_makes_sense_can_be_done(empty_window):
    actions = empty_window.actions_
    actions.refresh()
    enabled = {key for key in ACTIONS if actions[key].isEnabled()}
    assert {"file.new", "file.open", "file.demo", "edit.palette"} <= enabled
    assert not {"run.run", "slides.add", "review.pass", "file.save"} & enabled


def test_that_a_disabled_action_says_why(empty_window):
    actions = empty_window.actions_
    actions.refresh()
    for key in ACTIONS:
        if not actions[key].isEnabled():
            assert len(actions.reason(key)) > 5
            assert actions.reason(key) in actions[key].toolTip()
