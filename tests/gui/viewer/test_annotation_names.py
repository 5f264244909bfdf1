"""Names of annotations on the canvas."""

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pathgui.gui.viewer.draw.names import TITLE
from pathgui.gui.viewer.draw.places import MOST
from pathgui.gui.viewer.saving import picture_of
from pathgui.interop import Annotation

pytestmark = pytest.mark.gl
RED, GREEN = (200, 0, 0), (0, 120, 60)


@pytest.fixture
def writable(project, monkeypatch):
    monkeypatch.setattr(type(project), "writable", property(lambda _: True))
    yield project
    for file in project.folder("annotations").iterdir():
        file.unlink()


@pytest.fixture
def drawn(shown, writable, qtbot):
    """Puts annotations on the slide and waits for their names."""

    def put(*annotations):
        kept = shown.tools.drawing.changed
        with qtbot.waitSignals([shown.stage.names.settled, kept]):
            shown.tools.drawing.keep(annotations, "Draw")
        return shown

    yield put
    with qtbot.waitSignal(shown.tools.drawing.changed):
        shown.tools.drawing.keep((), "Delete")


def words(panel) -> list[str]:
    return sorted(tag.words for tag in panel.stage.names.tags)


def at_rest(panel, qtbot, change) -> None:
    with qtbot.waitSignal(panel.stage.names.settled):
        change()


def box(x, y, side, name="", kind="Tumour", color=RED) -> Annotation:
    return Annotation(shapely.box(x, y, x + side, y + side), name, kind, color=color)


def test_that_names_stand_on_the_slide_in_the_colour_of_their_class(drawn, qtbot):
    panel = drawn(
        box(200, 200, 300, "left"),
        box(1300, 1200, 300, "right", "Stroma", GREEN),
        box(200, 1200, 500),
    )
    assert words(panel) == ["Tumour", "left", "right"]
    names, canvas = panel.stage.names, panel.stage.canvas
    middle = {"left": (350, 350), "right": (1450, 1350)}
    image = panel.grab().toImage()
    for tag, place in zip(names.tags, names.boxes(), strict=True):
        if tag.words in middle:
            assert place.contains(canvas.to_widget(*middle[tag.words]))
            spot = place.topLeft().toPoint() + QPoint(10, place.height() / 2)
            found = image.pixelColor(names.mapTo(panel, spot)).getRgb()[:3]
            assert found == (RED if tag.words == "left" else GREEN)
    view = picture_of(panel.stage)
    spot = (names.boxes()[0].topLeft() + QPoint(10, 10)).toPoint()
    assert view.pixelColor(spot).getRgb()[:3] in (RED, GREEN)


def test_that_a_shape_larger_than_the_view_is_named_where_it_is_seen(drawn, qtbot):
    panel = drawn(box(100, 100, 1800, "whole"), box(1950, 1950, 20, "tiny"))
    canvas = panel.stage.canvas
    at_rest(panel, qtbot, lambda: canvas.look_at(250, 250, 4.0))
    assert words(panel) == ["whole"]
    (place,) = panel.stage.names.boxes()
    assert canvas.rect().contains(place.toAlignedRect())
    at_rest(panel, qtbot, lambda: canvas.look_at(1960, 1960, 16.0))
    assert words(panel) == ["tiny"]
    # Names keep their size: it is the same at every zoom.
    assert panel.stage.names.boxes()[0].height() == place.height()
    at_rest(panel, qtbot, canvas.fit)


def test_that_names_move_with_the_view_before_they_are_chosen_anew(drawn, qtbot):
    panel = drawn(box(900, 900, 200, "a"))
    canvas = panel.stage.canvas
    at_rest(panel, qtbot, lambda: canvas.set_zoom(canvas.zoom * 2))
    (before,) = panel.stage.names.boxes()
    canvas.look_at(1124, 1024)
    (after,) = panel.stage.names.boxes()
    assert abs((before.x() - after.x()) - 100 * canvas.zoom * canvas.unit) <= 1
    at_rest(panel, qtbot, canvas.fit)


def test_that_names_are_switched_in_the_list_of_layers(drawn):
    panel = drawn(box(200, 200, 300, "a"), box(900, 200, 300, "b", "Stroma", GREEN))
    first = panel.layers.overlays[0]
    assert (first.name, first.visible) == (TITLE, True)
    QTest.keyClick(panel, Qt.Key.Key_1)
    assert words(panel) == []
    assert not panel.stage.names.isVisible()
    QTest.keyClick(panel, Qt.Key.Key_1)
    assert words(panel) == ["a", "b"]
    (tumour,) = (item for item in panel.layers.overlays if item.name == "Tumour")
    panel.layers.show(tumour, False)
    assert words(panel) == ["b"]
    panel.layers.show(tumour, True)
    QTest.keyPress(panel, Qt.Key.Key_H)
    assert words(panel) == []
    QTest.keyRelease(panel, Qt.Key.Key_H)
    assert words(panel) == ["a", "b"]
    panel.layers.set_opacity(panel.layers.overlays[0], 0.5)
    assert panel.stage.names.strength == 0.5
    panel.layers.set_opacity(panel.layers.overlays[0], 1.0)


def test_that_thousands_of_names_never_cover_one_another(drawn, qtbot):
    places = np.random.default_rng(3).integers(0, 2000, (5000, 2))
    many = [box(int(x), int(y), 12, f"cell {k}") for k, (x, y) in enumerate(places)]
    panel = drawn(*many, box(1000, 1000, 400, "large"))
    names, canvas = panel.stage.names, panel.stage.canvas
    assert "large" in words(panel)
    assert 10 < len(names.tags) <= MOST
    boxes = names.boxes()
    assert not any(a.intersects(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])
    at_rest(panel, qtbot, lambda: canvas.look_at(500, 500, 8.0))
    area = canvas.visible()
    assert names.tags
    assert all(area.contains(*tag.spot) for tag in names.tags)
    at_rest(panel, qtbot, canvas.fit)


def test_that_names_go_with_their_slide(drawn, qtbot):
    panel = drawn(box(200, 200, 300, "a"))
    with qtbot.waitSignal(panel.ready, timeout=15_000):
        panel.show_slide("second")
    assert words(panel) == []
    assert TITLE not in [item.name for item in panel.layers.overlays]
    with qtbot.waitSignals([panel.ready, panel.stage.names.settled], timeout=15_000):
        panel.show_slide("first")
    qtbot.waitUntil(lambda: words(panel) == ["a"])
