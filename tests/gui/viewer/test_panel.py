"""A slide on screen: its colours, its tiles, its mask, and what keys and mouse do."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from pathgui.gui.viewer.heat import HeatMap
from pathgui.gui.viewer.layers import LayerOverlay
from pathgui.gui.viewer.saving import picture_of, save
from pathgui.slides import open_slide
from pathgui.storage import open_file

pytestmark = pytest.mark.gl

BLUE = np.array([11, 87, 164])


def tiles_of(panel):
    return panel.stage.canvas.picture.tile_map


def overlay(panel, kind):
    return panel.stage.canvas.picture.overlay(kind)


def settle(panel, qtbot):
    """Wait until the pixels of the view have arrived, and a frame shows them."""
    picture = panel.stage.canvas.picture
    drawn = [one for one in picture.overlays if isinstance(one, LayerOverlay)]
    layers = [layer for overlay in drawn for layer in overlay.layers]
    qtbot.waitUntil(lambda: all(one.loaded for one in layers), timeout=10_000)
    native = panel.stage.canvas.native
    with qtbot.waitSignal(native.frameSwapped, timeout=10_000):
        native.update()


def go(panel, qtbot, x, y, pixels_per_pixel):
    """Look at a level-0 point with so many screen pixels per slide pixel."""
    canvas = panel.stage.canvas
    canvas.look_at(x, y, pixels_per_pixel / canvas.unit)
    settle(panel, qtbot)


def edge_of_mask(mask):
    """Row and column left of a straight vertical stretch of the mask's edge."""
    for row in range(4, mask.shape[0] - 4):
        for column in range(4, mask.shape[1] - 4):
            box = mask[row - 3 : row + 4, column - 3 : column + 5]
            if not box[:, :4].any() and box[:, 4:].all():
                return row, column
    raise AssertionError("the mask has no straight edge")


def press(panel, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(panel.stage.canvas.native, key, modifier)


def test_that_the_slide_is_shown_in_its_own_colours(shown, qtbot, look, session):
    overlay(shown, "grid").visible = overlay(shown, "mask").visible = False
    go(shown, qtbot, 1000, 900, 1.0)
    view = look(shown)
    with open_slide(session.project.slide_path("first")) as slide:
        for x, y in ((1000, 900), (900, 1000), (1100, 850), (800, 700)):
            true = slide.read(0, x - 3, y - 3, 7, 7).reshape(-1, 3).mean(axis=0)
            seen = view.at(x, y, 3).mean(axis=0)
            assert np.abs(seen - true).max() < 12


def test_that_stored_tiles_and_no_others_are_outlined(shown, qtbot, look, session):
    overlay(shown, "mask").visible = False
    with open_file(session.project.result_path("first")) as file:
        columns = file.slide(0).index
        corners = {
            (int(x), int(y)) for x, y in zip(columns["x"], columns["y"], strict=False)
        }
    inner = next(
        (x, y)
        for x, y in sorted(corners)
        if (x + 128, y) in corners and (x - 128, y) in corners
    )
    go(shown, qtbot, inner[0], inner[1] + 64, 2.0)
    assert look(shown).at(inner[0], inner[1] + 64, 1).sum(axis=1).min() < 200
    press(shown, Qt.Key.Key_G)
    settle(shown, qtbot)
    assert look(shown).at(inner[0], inner[1] + 64, 1).sum(axis=1).min() > 200
    press(shown, Qt.Key.Key_G)
    empty = next(
        (x, y)
        for x in range(0, 1920, 128)
        for y in range(0, 1920, 128)
        if not corners
        & {(x + a, y + b) for a in (-128, 0, 128) for b in (-128, 0, 128)}
    )
    go(shown, qtbot, empty[0] + 64, empty[1] + 64, 2.0)
    line = look(shown).at(empty[0], empty[1] + 64, 1).sum(axis=1).min()
    assert line > 450


def test_that_the_mask_is_outlined_where_the_result_has_its_edge(
    shown, qtbot, look, session
):
    overlay(shown, "grid").visible = False
    with open_file(session.project.result_path("first")) as file:
        mask, step = file.slide(0).slide_masks["tissue"]
    row, column = edge_of_mask(mask)
    x, y = (column + 1) * step, (row + 0.5) * step
    for zoom in (0.5, 2.0, 6.0):
        go(shown, qtbot, x, y, zoom)
        view = look(shown)
        assert np.abs(view.at(x, y, 1) - BLUE).max(axis=1).min() < 40
        aside = 8 / zoom
        for place in (x - aside, x + aside):
            assert np.abs(view.at(place, y, 1) - BLUE).max(axis=1).min() > 60
    overlay(shown, "mask").visible = False
    settle(shown, qtbot)
    assert np.abs(look(shown).at(x, y, 1) - BLUE).max(axis=1).min() > 60


def test_that_a_click_selects_the_tile_under_it(shown, qtbot):
    tiles = tiles_of(shown)
    number = len(tiles) // 2
    x, y, side, _ = tiles.box(number)
    go(shown, qtbot, x + side / 2, y + side / 2, 1.0)
    spot = shown.stage.canvas.to_widget(x + side / 2, y + side / 4).toPoint()
    with qtbot.waitSignal(shown.tile_selected) as signal:
        QTest.mouseClick(
            shown.stage.canvas.native,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            spot,
        )
    assert signal.args == [number]
    assert shown.stage.pointer.selected == [number]


def test_that_hover_tells_index_corner_and_labels(shown, qtbot):
    tiles = tiles_of(shown)
    x, y, side, _ = tiles.box(3)
    go(shown, qtbot, x, y, 0.5)
    spot = shown.stage.canvas.to_widget(x + side / 2, y + side / 2).toPoint()
    with qtbot.waitSignal(shown.tile_hovered) as signal:
        QTest.mouseMove(shown.stage.canvas.native, spot)
    assert signal.args == [3]
    card = shown.stage.pointer.card
    assert card.isVisible()
    assert card.text.startswith(f"Tile {tiles.index[3]}\nx {int(x):,} · y {int(y):,}")
    assert "white" in card.text


def test_that_a_box_selects_many_tiles(shown, qtbot):
    press(shown, Qt.Key.Key_T)
    assert shown.stage.pointer.tool == "tiles"
    shown.stage.canvas.fit()
    rubber = shown.stage.pointer.rubber
    with qtbot.waitSignal(shown.tiles_selected) as signal:
        QTest.mousePress(rubber, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
        QTest.mouseMove(rubber, QPoint(400, 300))
        QTest.mouseMove(rubber, QPoint(898, 650))
        QTest.mouseRelease(rubber, Qt.MouseButton.LeftButton, pos=QPoint(898, 650))
    assert len(signal.args[0]) == len(tiles_of(shown))
    tiles, canvas = tiles_of(shown), shown.stage.canvas
    x, y, size, _ = tiles.box(3)
    middle = canvas.to_widget(x + size / 2, y + size / 2).toPoint()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(rubber, Qt.MouseButton.LeftButton, control, middle)
    assert 3 not in shown.stage.pointer.selected
    assert len(shown.stage.pointer.selected) == len(tiles) - 1
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(rubber, Qt.MouseButton.LeftButton, shift, middle)
    assert len(shown.stage.pointer.selected) == len(tiles)
    press(shown, Qt.Key.Key_Escape)
    press(shown, Qt.Key.Key_Escape)
    assert shown.stage.pointer.selected == []


@pytest.mark.parametrize(
    ("key", "part"),
    [
        (Qt.Key.Key_M, "minimap"),
        (Qt.Key.Key_B, "scale_bar"),
    ],
)
def test_that_keys_switch_floats(shown, key, part):
    widget = getattr(shown.stage, part)
    assert widget.isVisible()
    press(shown, key)
    assert not widget.isVisible()
    press(shown, key)
    assert widget.isVisible()


def test_that_digits_switch_layers_in_the_order_of_the_panel(shown):
    names = [item.kind for item in shown.layers.overlays]
    assert names == ["grid", "mask", "slide"]
    press(shown, Qt.Key.Key_2)
    assert not overlay(shown, "mask").visible
    assert not shown.bar.toggles["mask"].isChecked()
    press(shown, Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier)
    assert overlay(shown, "mask").visible


def test_that_everything_is_hidden_while_h_is_held(shown):
    press(shown, Qt.Key.Key_1)
    QTest.keyPress(shown.stage.canvas.native, Qt.Key.Key_H)
    assert [item.visible for item in shown.layers.overlays] == [False, False, True]
    QTest.keyRelease(shown.stage.canvas.native, Qt.Key.Key_H)
    assert [item.visible for item in shown.layers.overlays] == [False, True, True]
    # What a tool has hidden, and no person, stays hidden too.
    overlay(shown, "mask").visible = False
    QTest.keyPress(shown.stage.canvas.native, Qt.Key.Key_H)
    QTest.keyRelease(shown.stage.canvas.native, Qt.Key.Key_H)
    assert [item.visible for item in shown.layers.overlays] == [False, False, True]


def test_that_keys_zoom_fit_and_choose_a_magnification(shown):
    press(shown, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    assert shown.stage.magnification == pytest.approx(20)
    press(shown, Qt.Key.Key_Plus)
    assert shown.stage.magnification == pytest.approx(25)
    press(shown, Qt.Key.Key_0)
    area, (width, height) = shown.stage.canvas.visible(), (2048, 2048)
    assert area.contains(0, 0)
    assert area.contains(width, height)


def test_that_page_keys_select_the_neighbour(shown, session):
    press(shown, Qt.Key.Key_PageDown)
    assert session.selected == [("second",)]
    press(shown, Qt.Key.Key_PageUp)
    assert session.selected == [("second",)]


def test_that_the_bar_says_which_slide_this_is(shown):
    assert shown.bar.name.text() == "first"
    assert shown.bar.place.text() == "1 of 5"
    assert not shown.bar.previous.isEnabled()
    assert shown.bar.next.isEnabled()


def test_that_the_scale_bar_is_as_long_as_it_says(shown, qtbot):
    go(shown, qtbot, 1000, 1000, 1.0)
    bar = shown.stage.scale_bar.bar
    micrometres = float(bar.text.split()[0])
    assert bar.pixels == pytest.approx(micrometres / 0.5, rel=0.01)
    qtbot.waitUntil(lambda: "20×" in shown.stage.read_out.text)


def test_that_a_heat_map_colours_stored_tiles(shown, qtbot, look):
    overlay(shown, "grid").visible = overlay(shown, "mask").visible = False
    tiles = tiles_of(shown)
    tiles.labels = {"score": np.linspace(0, 1, len(tiles)).astype(np.float32)}
    heat = shown.layers.add_heat("score")
    assert isinstance(heat, HeatMap)
    shown.layers.set_opacity(heat, 1.0)
    for number, color in ((0, (68, 1, 84)), (len(tiles) - 1, (253, 231, 37))):
        x, y, side, _ = tiles.box(number)
        go(shown, qtbot, x + side / 2, y + side / 2, 1.0)
        seen = look(shown).at(x + side / 2, y + side / 2)[0]
        assert np.abs(seen - color).max() < 6
    assert shown.stage.legend.isVisible()
    shown.layers.restyle_heat(heat, least=0.5)
    x, y, side, _ = tiles.box(0)
    go(shown, qtbot, x + side / 2, y + side / 2, 1.0)
    assert (
        np.abs(look(shown).at(x + side / 2, y + side / 2)[0] - (68, 1, 84)).max() > 20
    )
    shown.layers.remove_heat(heat)
    assert not shown.stage.legend.isVisible()


def test_that_choices_stay_from_slide_to_slide(shown, qtbot):
    shown.layers.show_part("grid", False)
    shown.layers.set_opacity(overlay(shown, "mask"), 0.4)
    shown.layers.add_heat("white")
    with qtbot.waitSignal(shown.ready, timeout=20_000):
        shown.show_slide("second")
    assert not overlay(shown, "grid").visible
    assert overlay(shown, "mask").opacity == 0.4
    assert overlay(shown, "heat").label == "white"


def test_that_a_slide_without_result_offers_to_run_a_recipe(shown, qtbot):
    with qtbot.waitSignal(shown.ready, timeout=20_000):
        shown.show_slide("bare")
    banner = shown.stage.banner
    assert banner.isVisible()
    assert banner.text == "No tiles or masks yet."
    with qtbot.waitSignal(shown.action_wanted) as signal:
        banner.button.click()
    assert signal.args == ["run"]
    assert not shown.bar.toggles["grid"].isEnabled()


@pytest.mark.parametrize(
    ("slide_id", "action"), [("gone", "relink"), ("broken", "retry")]
)
def test_that_a_slide_that_cannot_be_shown_says_why(shown, qtbot, slide_id, action):
    with qtbot.waitSignal(shown.failed, timeout=20_000) as signal:
        shown.show_slide(slide_id)
    assert f"{slide_id}.tif" in signal.args[0]
    assert shown.notice.isVisible()
    assert shown.notice.words.startswith(signal.args[0])
    with qtbot.waitSignal(shown.action_wanted) as signal:
        shown.notice.button.click()
    assert signal.args == [action]


def test_that_a_slide_can_be_shown_after_one_that_cannot(panel, qtbot):
    with qtbot.waitSignal(panel.failed, timeout=30_000):
        panel.show_slide("broken")
    with qtbot.waitSignal(panel.ready, timeout=30_000):
        panel.show_slide("second")
    assert not panel.notice.isVisible()


def test_that_the_last_of_many_slides_asked_for_is_shown(panel, qtbot):
    seen = []
    panel.ready.connect(seen.append)
    for slide_id in ("first", "gone", "second", "bare"):
        panel.show_slide(slide_id)
    qtbot.waitUntil(lambda: "bare" in seen, timeout=30_000)
    assert panel.stage.canvas.picture.loaded_slide.slide_id == "bare"
    assert seen == ["bare"]


def test_that_the_view_is_saved_with_its_scale_bar(shown, qtbot, tmp_path):
    from PySide6.QtGui import QImage

    assert save(shown.stage, tmp_path / "folder" / "view.png")
    image = QImage(str(tmp_path / "folder" / "view.png"))
    assert image.width() >= shown.stage.width()
    bar = shown.stage.scale_bar.geometry().center()
    assert image.pixelColor(bar.x(), bar.y() + 8).lightness() < 60


def test_that_a_view_that_cannot_be_saved_says_so(shown, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert not save(shown.stage, tmp_path / "file" / "view.png")


def test_that_a_saved_view_keeps_legend_and_measurement(shown, tmp_path):
    stage = shown.stage
    tiles = stage.canvas.picture.tile_map
    tiles.labels = {"score": np.linspace(0, 40, len(tiles)).astype(np.float32)}
    bare = picture_of(stage)
    shown.layers.add_heat("score")
    assert stage.legend.isVisible()
    legend = stage.legend.geometry().center()
    stage.pointer.set_tool("ruler")
    start, end = QPointF(300, 300), QPointF(400, 300)
    stage.pointer.rubber.keep(start, end, "50 µm")
    seen = picture_of(stage)
    for spot in (legend, QPoint(350, 300)):
        assert seen.pixelColor(spot) != bare.pixelColor(spot)
    assert "cannot be written" in shown.stage.banner.text


def test_that_the_wheel_zooms_within_bounds(shown):
    shown.stage.canvas.camera.zoom = 1e6
    assert shown.stage.canvas.zoom * shown.stage.canvas.unit == pytest.approx(48)
    shown.stage.canvas.camera.zoom = 1e-9
    assert shown.stage.canvas.visible().width() < 2048 * 8


def test_that_a_result_made_while_the_slide_is_shown_appears(
    shown, qtbot, session, tmp_path
):
    with qtbot.waitSignal(shown.ready, timeout=20_000):
        shown.show_slide("bare")
    shown.stage.canvas.look_at(300, 300)
    result = session.project.result_path("bare")
    try:
        result.write_bytes(session.project.result_path("second").read_bytes())
        with qtbot.waitSignal(shown.ready, timeout=20_000):
            session.changed.emit(None)
        assert overlay(shown, "grid") is not None
        area = shown.stage.canvas.visible()
        assert area.center().x() == pytest.approx(300, abs=1)
        assert not shown.stage.banner.isVisible()
    finally:
        result.unlink()


def test_that_the_ruler_measures_in_micrometres(shown, qtbot):
    go(shown, qtbot, 1000, 1000, 1.0)
    press(shown, Qt.Key.Key_R)
    rubber = shown.stage.pointer.rubber
    QTest.mousePress(rubber, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    QTest.mouseMove(rubber, QPoint(350, 300))
    QTest.mouseMove(rubber, QPoint(500, 300))
    QTest.mouseRelease(rubber, Qt.MouseButton.LeftButton, pos=QPoint(500, 300))
    assert rubber.label == "100.0 µm"


def test_that_colours_follow_the_theme(shown, qtbot, look, session):
    shown.stage.canvas.fit()
    settle(shown, qtbot)
    session.theme.set_mode("dark")
    settle(shown, qtbot)
    view = look(shown)
    assert view.pixels[350, 4, :3].max() < 30
    assert view.at(30, 30).min() > 200
