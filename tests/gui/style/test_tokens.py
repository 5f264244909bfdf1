"""Colours, states and icons."""

import json
import re
from pathlib import Path

import pytest
import qtawesome

from pathgui.gui.style import DARK, LIGHT, Theme, Tokens
from pathgui.gui.style.states import JOIN, REVIEW, SEVERITY, STATUS
from pathgui.gui.style.stylesheet import build

SOURCES = Path(__file__).parents[3] / "pathgui" / "gui"
HUES = ("ok", "warn", "err", "run", "quar", "neut")


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("words", ["text", "text2", "text3", "accent"])
@pytest.mark.parametrize("ground", ["panel", "window"])
def test_that_words_stand_out_from_their_ground(tokens, words, ground):
    assert contrast(tokens.get(words), tokens.get(ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("hue", HUES)
def test_that_a_chip_can_be_read(tokens, hue):
    assert contrast(tokens.get(hue), tokens.get(f"{hue}_soft")) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_that_edges_of_fields_can_be_seen(tokens):
    assert contrast(tokens.field, tokens.panel) >= 3


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_that_the_stylesheet_names_only_tokens_there_are(tokens: Tokens, tmp_path):
    text = build(tokens, tmp_path)
    assert "@" not in text
    for file in re.findall(r"url\(([^)]+)\)", text):
        assert Path(file).exists()


def test_that_every_state_has_a_shape_a_word_and_a_colour():
    for states in (STATUS, REVIEW, JOIN, SEVERITY):
        for state in states.values():
            assert state.word
            assert state.icon
            assert state.hue in (*HUES, "plain")


def test_that_every_icon_that_is_named_exists():
    folder = Path(qtawesome.__file__).parent / "fonts"
    maps = {
        "ph": json.loads(next(folder.glob("phosphor*.json")).read_text("utf-8")),
        "mdi6": json.loads(
            next(folder.glob("materialdesignicons6*.json")).read_text("utf-8")
        ),
    }
    missing = []
    for source in SOURCES.rglob("*.py"):
        for name in re.findall(r'"((?:ph|mdi6)\.[\w-]+)"', source.read_text("utf-8")):
            font, _, glyph = name.partition(".")
            if glyph not in maps[font]:
                missing.append(f"{source.name}: {name}")
    assert missing == []


def test_that_a_change_of_theme_is_told_and_redraws_icons(theme: Theme, qtbot):
    before = theme.icons.pixmap("ph.play-fill", "accent", 16)
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    assert theme.dark
    after = theme.icons.pixmap("ph.play-fill", "accent", 16)
    assert before.toImage() != after.toImage()
    theme.set_mode("light")
