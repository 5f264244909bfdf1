"""The layers panel shows the layers as they are and switches them."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pathgui.gui.viewer.layers_panel import LayersPanel
from pathgui.gui.viewer.pick import PickList

pytestmark = pytest.mark.gl


@pytest.fixture
def layers(shown, session, qtbot):
    widget = LayersPanel(session.theme, shown.layers)
    qtbot.addWidget(widget)
    widget.resize(336, 500)
    widget.show()
    return widget


def test_that_each_layer_has_a_row_with_its_key(layers):
    names = [row.overlay.name for row in layers.rows]
    assert names == ["Tile grid, 128 px", "Tissue mask", "Slide"]
    assert "Shift 2" in layers.rows[1].eye.toolTip()


def test_that_the_eye_switches_a_layer(layers, shown):
    row = layers.rows[1]
    QTest.mouseClick(row.eye, Qt.MouseButton.LeftButton)
    assert not row.overlay.visible
    assert row.eye.accessibleName() == "Show Tissue mask"
    QTest.keyClick(shown.stage.canvas.native, Qt.Key.Key_2)
    assert row.overlay.visible
    assert row.eye.accessibleName() == "Hide Tissue mask"


def test_that_dragging_changes_the_opacity(layers):
    row = layers.rows[0]
    middle = QPoint(row.strength.width() // 2, 10)
    QTest.mousePress(row.strength, Qt.MouseButton.LeftButton, pos=middle)
    assert row.overlay.opacity == pytest.approx(0.5, abs=0.02)
    QTest.keyClick(row.strength, Qt.Key.Key_Right)
    assert row.overlay.opacity == pytest.approx(0.55, abs=0.02)


def test_that_a_label_becomes_a_heat_map_with_settings(layers, shown):
    tiles = shown.stage.canvas.picture.tile_map
    tiles.labels = {"score": np.linspace(0, 40, len(tiles)).astype(np.float32)}
    assert shown.layers.heat_labels() == ["score"]
    shown.layers.add_heat("score")
    assert layers.rows[0].overlay.name == "Score"
    assert layers.heat.isVisible()
    assert (layers.heat.low.value(), layers.heat.high.value()) == (0, 40)
    layers.heat.high.setValue(20)
    layers.heat.colors.setCurrentIndex(2)
    layers.heat.colors.activated.emit(2)
    heat = layers.rows[0].overlay
    assert heat.style.high == 20
    assert heat.style.colormap == "magma"
    assert heat.layers[0].contrast_limits == [0, 20]
    layers.heat.least.setValue(10)
    assert np.isnan(heat.layers[0].data).sum() > np.isnan(heat.values).sum()
    layers.heat.remove.click()
    assert [row.overlay.kind for row in layers.rows] == ["grid", "mask", "slide"]
    assert not layers.heat.isVisible()


def test_that_a_small_range_is_not_rounded_away(layers, shown):
    tiles = shown.stage.canvas.picture.tile_map
    values = np.linspace(2.0, 2.003, len(tiles)).astype(np.float32)
    tiles.labels = {"score": values}
    shown.layers.add_heat("score")
    layers.heat.colors.setCurrentIndex(2)
    layers.heat.colors.activated.emit(2)
    style = layers.rows[0].overlay.style
    assert style.colormap == "magma"
    assert (style.low, style.high) == (values[0], values[-1])
    layers.heat.high.setValue(2.001)
    style = layers.rows[0].overlay.style
    assert style.low == values[0]
    assert style.high == 2.001


def test_that_classes_of_tiles_have_a_colour_each(layers, shown):
    tiles = shown.stage.canvas.picture.tile_map
    words = ["stroma", "tumour", "tumour"] * len(tiles)
    tiles.labels = {"kind": np.array(words[: len(tiles)], object)}
    assert shown.layers.heat_labels() == ["kind"]
    heat = shown.layers.add_heat("kind")
    assert heat.classes == ("stroma", "tumour")
    assert (heat.style.low, heat.style.high) == (0, 1)
    legend = shown.stage.legend
    assert legend.isVisible()
    assert "stroma, tumour" in legend.accessibleName()
    assert layers.heat.colors.isEnabled()
    assert not layers.heat.high.isEnabled()
    x, y, width, height = tiles.box(1)
    assert heat.at(x + width / 2, y + height / 2) == 1.0
    shown.stage.pointer.hover(x + width / 2, y + height / 2)
    shown.grab()


def test_that_one_of_a_thousand_features_is_found_by_typing(qtbot):
    names = [f"Feature {k}" for k in range(1024)]
    pick = PickList(names, "values")
    qtbot.addWidget(pick)
    pick.show()
    QTest.keyClicks(pick.field, "102")
    assert pick.shown() == ["Feature 102", *(f"Feature {k}" for k in range(1020, 1024))]
    QTest.keyClick(pick.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(pick.picked) as told:
        QTest.keyClick(pick.field, Qt.Key.Key_Return)
    assert told.args == ["Feature 1020"]


def test_that_the_settings_of_a_heat_map_get_the_room_they_need(layers, shown, qtbot):
    tiles = shown.stage.canvas.picture.tile_map
    tiles.labels = {"score": np.linspace(0, 40, len(tiles)).astype(np.float32)}
    before = layers.height()
    shown.layers.add_heat("score")
    section = layers.heat
    qtbot.waitUntil(
        lambda: section.visibleRegion().boundingRect().height() == section.height()
    )
    assert section.height() > 100
    assert layers.height() == before


def test_that_it_is_empty_while_no_slide_is_shown(layers, shown):
    shown.close_slide()
    assert layers.rows == []
    assert layers._empty.isVisible()
