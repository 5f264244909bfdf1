"""Going to a place, and the label and macro pictures."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.gui.viewer.goto import parse_place, parse_tile
from pathgui.gui.viewer.loading import Request, load
from pathgui.tiling import TileCache


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1200 3400", (1200, 3400)),
        ("1200, 3400", (1200, 3400)),
        ("x 1200 y 3400 px", (1200, 3400)),
        ("x 1,152 y 1,152", (1152, 1152)),
        ("x 1,152 · y 24", (1152, 24)),
        ("1,200 3,400", (1200, 3400)),
        ("1,200", (1, 200)),
        ("600; 300 µm", (1200, 600)),
        ("0.6 0.3 mm", (1200, 600)),
        ("1.5e3 2", None),
        ("here", None),
        ("1", None),
    ],
)
def test_that_places_are_understood_as_people_write_them(text, place):
    assert parse_place(text, 0.5) == place


def test_that_a_length_means_nothing_without_mpp():
    assert parse_place("600 300 µm", None) is None
    assert parse_place("600 300", None) == (600, 300)


def test_that_a_tile_is_named_by_its_index():
    assert parse_tile("Tile 38") == 38
    assert parse_tile("38") is None


def ask(shown, text):
    native = shown.stage.canvas.native
    QTest.keyClick(native, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    goto = shown.stage.extras.goto
    assert goto.isVisible()
    goto.field.setText(text)
    QTest.keyClick(goto.field, Qt.Key.Key_Return)
    return goto


@pytest.mark.gl
def test_that_the_view_goes_to_a_coordinate(shown):
    goto = ask(shown, "700, 800")
    centre = shown.stage.canvas.visible().center()
    assert (centre.x(), centre.y()) == pytest.approx((700, 800))
    assert not goto.isVisible()


@pytest.mark.gl
def test_that_the_view_goes_to_a_tile_and_selects_it(shown):
    tiles = shown.stage.canvas.picture.tile_map
    ask(shown, f"tile {tiles.index[5]}")
    x, y, side, _ = tiles.box(5)
    centre = shown.stage.canvas.visible().center()
    assert (centre.x(), centre.y()) == pytest.approx((x + side / 2, y + side / 2))
    assert shown.stage.pointer.selected == [5]


@pytest.mark.gl
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9999 0", "2,048 × 2,048 px"),
        ("nowhere", "Two numbers"),
        ("tile 999999", "no tile 999999"),
    ],
)
def test_that_a_place_that_is_not_there_is_refused_in_words(shown, text, why):
    goto = ask(shown, text)
    assert goto.isVisible()
    assert why in goto.answer
    QTest.keyClick(goto.field, Qt.Key.Key_Escape)
    assert not goto.isVisible()


@pytest.mark.gl
def test_that_a_slide_without_label_says_so(shown, qtbot):
    QTest.keyClick(shown.stage.canvas.native, Qt.Key.Key_I)
    card = shown.stage.extras.associated
    qtbot.waitUntil(card.isVisible)
    assert card.note == "The slide has no label or macro picture."
    QTest.keyClick(shown.stage.canvas.native, Qt.Key.Key_I)
    assert not card.isVisible()


@pytest.mark.gl
def test_that_label_and_macro_of_a_real_slide_are_shown(panel, shown, data, qtbot):
    path = data / "slides" / "CMU-1-Small-Region.svs"
    loaded = load(
        Request("cmu", path, path.with_suffix(".h5")),
        TileCache(0.05),
        print,
        lambda: False,
    )
    shown.stage.extras.use(loaded)
    shown.stage.extras.toggle_associated()
    card = shown.stage.extras.associated
    qtbot.waitUntil(card.isVisible)
    assert card.names == ["label", "macro"]
    loaded.close()
    assert loaded.pixels.associated(["label"]) == {}
