"""Keys of gallery and review, as the keyboard map has them."""

import pytest
from PySide6.QtGui import QKeySequence

from pathgui.gui.actions.review import rests
from pathgui.gui.actions.table import ACTIONS

MAP = {
    "gallery": {
        "Space": "gallery.tick",
        "Ctrl++": "gallery.larger",
        "Ctrl+-": "gallery.smaller",
        "O": "gallery.outline",
        "/": "gallery.filter",
        "Ctrl+G": "gallery.group",
    },
    "review": {
        "1": "review.pass",
        "2": "review.flag",
        "3": "review.exclude",
        "4": "review.clear",
        "N": "review.note",
        "J": "review.next",
    },
    "reviewing": {
        "Left": "review.previous",
        "Right": "review.step",
        "U": "review.undo",
        "X": "review.tiles",
        "M": "review.mask_only",
        "B": "review.blinded",
        "K": "review.advance",
        "?": "review.keys",
        "Esc": "review.leave",
        **{key: f"review.reason_{n}" for n, key in enumerate("QWERTASDFG", 1)},
    },
    "window": {
        "F7": "review.start",
        "Ctrl+L, Q": "review.reasons",
        "Ctrl+L, G": "review.agreement",
        "Ctrl+L, I": "review.report",
    },
}
KEYS = [(scope, key, name) for scope, keys in MAP.items() for key, name in keys.items()]


@pytest.mark.parametrize(("scope", "key", "name"), KEYS)
def test_that_a_key_does_what_the_map_says(scope, key, name):
    action = ACTIONS[name]
    assert action.scope == scope
    shortcuts = [QKeySequence(text) for text in action.shortcut]
    assert QKeySequence(key) in shortcuts


def test_that_no_key_of_a_review_has_two_meanings_in_it():
    live = ("review", "reviewing", "window")
    keys = [k for a in ACTIONS.values() if a.scope in live for k in a.shortcut]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "key", ["view.slides", "slides.move", "edit.find", "file.export"]
)
def test_that_a_review_lets_other_rooms_rest(key):
    assert rests(key, blinded=False)


@pytest.mark.parametrize("key", ["viewer.associated", "review.agreement", "run.log"])
def test_that_a_blinded_review_shows_no_names_by_other_ways(key):
    assert rests(key, blinded=True)
    assert not rests(key, blinded=False)


@pytest.mark.parametrize("key", ["edit.undo", "view.theme", "review.pass", "file.save"])
def test_that_what_a_review_needs_stays(key):
    assert not rests(key, blinded=True)
