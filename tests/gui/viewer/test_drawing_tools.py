"""Masks, annotations and tiles changed by hand on the slide."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtTest import QTest

from pathgui.gui.session.undo import DeedCommand
from pathgui.gui.viewer.panel import ViewerPanel
from pathgui.gui.viewer.tilemap import EXCLUDED
from pathgui.interop import Annotation, read_geojson, write_geojson
from pathgui.workflows import annotations, reviewed_masks
from pathgui.workflows.qc.tiles import excluded_boxes, log_tiles, tiles_file

pytestmark = pytest.mark.gl

LEFT = Qt.MouseButton.LeftButton
CONTROL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def writable(project, shown, monkeypatch, qtbot):
    """The viewer's project as a window has it: what is drawn can be kept."""
    monkeypatch.setattr(type(project), "writable", property(lambda _: True))
    yield project
    # What the test left to be written is written before it is swept away.
    shown.tools.discard_drafts()
    written: list[bool] = []
    shown.tools.save_drafts(lambda: written.append(True))
    qtbot.waitUntil(lambda: bool(written))
    for name in ("reviewed_masks", "annotations"):
        for file in project.folder(name).iterdir():
            file.unlink()
    tiles_file(project).unlink(missing_ok=True)


@pytest.fixture
def undo(shown):
    stack = QUndoStack()

    def keep(*words: object) -> None:
        stack.push(DeedCommand(*words[:3]))

    shown.tools.kept.connect(keep)
    yield stack
    shown.tools.kept.disconnect(keep)


def spot(panel: ViewerPanel, x: float, y: float) -> QPointF:
    return panel.stage.canvas.to_widget(x, y).toPoint()


def drag(panel: ViewerPanel, *points: tuple[float, float]) -> None:
    sheet = panel.stage.draw_sheet
    QTest.mousePress(sheet, LEFT, NONE, spot(panel, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(sheet, spot(panel, *point))
    QTest.mouseRelease(sheet, LEFT, NONE, spot(panel, *points[-1]))


def click(panel: ViewerPanel, *points: tuple[float, float]) -> None:
    for point in points:
        QTest.mouseClick(panel.stage.draw_sheet, LEFT, NONE, spot(panel, *point))


def key(panel: ViewerPanel, which: Qt.Key, modifiers: object = NONE) -> None:
    QTest.keyClick(panel, which, modifiers)


# -- masks -------------------------------------------------------------------


def test_that_a_mask_is_edited_and_kept_as_reviewed(shown, writable, undo, qtbot):
    key(shown, Qt.Key.Key_E)
    tool = shown.tools.masks.tool
    assert tool.bar.isVisible()
    editor = tool.editor
    before = editor.mask.copy()
    drag(shown, (60, 60), (300, 60))
    x, y = (int(180 / editor.downsample), int(60 / editor.downsample))
    assert editor.mask[y, x]
    with qtbot.waitSignal(shown.tools.masks.saved):
        key(shown, Qt.Key.Key_Return, CONTROL)
    kept = reviewed_masks.load(writable, "first")
    assert kept.mask[y, x]
    assert kept.reviewer
    assert kept.downsample == editor.downsample
    assert not shown.tools.masks.on
    assert "Reviewed mask" in [item.name for item in shown.layers.overlays]
    assert (kept.mask & ~before).any()
    with qtbot.waitSignal(shown.tools.masks.saved):
        undo.undo()
    assert reviewed_masks.load(writable, "first") is None
    masks = [item.visible for item in shown.layers.overlays if item.kind == "mask"]
    assert masks == [True], "what was found is shown again"
    assert "Reviewed mask" not in [item.name for item in shown.layers.overlays]
    with qtbot.waitSignal(shown.tools.masks.saved):
        undo.redo()
    assert (reviewed_masks.load(writable, "first").mask == kept.mask).all()


def test_that_editing_a_mask_has_an_undo_of_its_own(shown):
    strip = shown.stage.strip.buttons
    key(shown, Qt.Key.Key_E)
    assert strip["edit"].isChecked()
    assert not strip["pan"].isChecked()
    tool = shown.tools.masks.tool
    before = tool.editor.mask.copy()
    key(shown, Qt.Key.Key_Y)
    click(shown, (50, 50), (250, 50), (250, 250))
    key(shown, Qt.Key.Key_Return)
    assert (tool.editor.mask != before).any()
    key(shown, Qt.Key.Key_Z, CONTROL)
    assert (tool.editor.mask == before).all()
    key(shown, Qt.Key.Key_Escape)
    assert not tool.on
    assert strip["pan"].isChecked()
    assert not strip["edit"].isChecked()


def test_that_the_brush_is_as_wide_as_it_looks(shown):
    key(shown, Qt.Key.Key_E)
    tool = shown.tools.masks.tool
    tool.editor.mask[:] = False
    canvas = shown.stage.canvas
    key(shown, Qt.Key.Key_BracketRight)
    drag(shown, (1000, 1000), (1000, 1000))
    rows = np.flatnonzero(tool.editor.mask.any(axis=1))
    height = (rows.max() - rows.min() + 1) * tool.editor.downsample
    wanted = 2 * tool.size / (canvas.zoom * canvas.unit)
    assert abs(height - wanted) <= 2 * tool.editor.downsample
    key(shown, Qt.Key.Key_Escape)


def test_that_an_unsaved_mask_is_still_in_hand_afterwards(shown, qtbot):
    key(shown, Qt.Key.Key_E)
    drag(shown, (60, 60), (300, 60))
    edited = shown.tools.masks.tool.editor.mask.copy()
    key(shown, Qt.Key.Key_Escape)
    assert "not saved" in shown.stage.banner.text
    key(shown, Qt.Key.Key_E)
    with qtbot.waitSignal(shown.ready):
        shown.show_slide("second")
    assert "The mask of first was changed" in shown.stage.banner.text
    shown.stage.banner.button.click()
    assert shown._session.selected[-1] == ("first",)
    with qtbot.waitSignal(shown.ready):
        shown.show_slide("first")
    key(shown, Qt.Key.Key_E)
    assert (shown.tools.masks.tool.editor.mask == edited).all()
    while shown.tools.masks.tool.editor.changed:
        key(shown, Qt.Key.Key_Z, CONTROL)
    key(shown, Qt.Key.Key_Escape)


def test_that_a_slide_without_a_result_gets_a_mask_from_nothing(panel, qtbot):
    with qtbot.waitSignal(panel.ready):
        panel.show_slide("bare")
    key(panel, Qt.Key.Key_E)
    editor = panel.tools.masks.tool.editor
    assert not editor.mask.any()
    assert editor.mask.shape == (1024, 1024)
    key(panel, Qt.Key.Key_Escape)


def test_that_a_broken_reviewed_mask_is_told_and_the_slide_shown(
    panel, writable, qtbot
):
    reviewed_masks.path_of(writable, "second").write_bytes(b"nothing like a mask")
    with (
        qtbot.waitSignal(panel.ready),
        qtbot.waitSignal(panel.tools.troubled) as told,
    ):
        panel.show_slide("second")
    assert "not a reviewed mask" in told.args[0].message


# -- annotations -------------------------------------------------------------


def test_that_an_annotation_is_drawn_named_and_kept(shown, writable, undo, qtbot):
    key(shown, Qt.Key.Key_D)
    click(shown, (300, 300), (900, 300), (900, 900), (300, 900))
    key(shown, Qt.Key.Key_Return)
    card = shown.tools.drawing.card
    assert card.isVisible()
    card.kind.setCurrentText("Tumour")
    card.name.setText("focus 1")
    with qtbot.waitSignal(shown.tools.drawing.changed):
        QTest.keyClick(card.name, Qt.Key.Key_Return)
    (kept,) = annotations.load(writable, "first")
    assert (kept.name, kept.classification) == ("focus 1", "Tumour")
    assert abs(kept.geometry.area - 600 * 600) < 0.03 * 600 * 600
    assert "Tumour" in [item.name for item in shown.layers.overlays]
    assert shown.tools.drawing.layers.name_at(600, 600) == "Tumour: focus 1"
    assert shown.tools.drawing.layers.name_at(1500, 1500) == ""
    with qtbot.waitSignal(shown.tools.drawing.changed):
        undo.undo()
    assert annotations.load(writable, "first") == ()
    key(shown, Qt.Key.Key_Escape)


def test_that_a_chosen_annotation_can_be_deleted(shown, writable, qtbot):
    import shapely

    drawn = [Annotation(shapely.box(300, 300, 900, 900), "a", "Tumour")]
    with qtbot.waitSignal(shown.tools.drawing.changed):
        shown.tools.drawing.keep(drawn, "Draw")
    key(shown, Qt.Key.Key_D)
    click(shown, (600, 600))
    assert shown.tools.drawing.chosen == 0
    with qtbot.waitSignal(shown.tools.drawing.changed):
        key(shown, Qt.Key.Key_Delete)
    assert annotations.load(writable, "first") == ()
    key(shown, Qt.Key.Key_Escape)


def test_that_a_geojson_file_becomes_layers_of_its_classes(
    shown, writable, tmp_path: Path, qtbot
):
    import shapely

    file = tmp_path / "drawn.geojson"
    write_geojson(
        file,
        [
            Annotation(shapely.box(10, 10, 200, 200), "a", "Tumour", color=(200, 0, 0)),
            Annotation(shapely.box(400, 400, 500, 500), "b", "Stroma"),
            Annotation(shapely.box(600, 400, 700, 500), "c", "Tumour"),
            Annotation(shapely.box(9000, 400, 9100, 500), "lost", "Tumour"),
            Annotation(shapely.box(100, 100, 1e6, 500), "far", "Stroma"),
        ],
    )
    with qtbot.waitSignal(shown.tools.drawing.changed):
        shown.tools.drawing.bring_in(file)
    words = shown.stage.banner.text
    layers = {i.name: i for i in shown.layers.overlays if i.kind == "annotation"}
    assert set(layers) == {"Tumour", "Stroma"}
    assert layers["Tumour"].swatch.color == "#c80000"
    kept = read_geojson(annotations.path_of(writable, "first")).annotations
    assert [item.name for item in kept] == ["a", "b", "c", "far"]
    assert kept[-1].geometry.bounds == (100, 100, 2048, 500)
    assert "1 lies outside of the slide and was left out" in words
    assert "1 reached far beyond it and was cut at its edge" in words


def test_that_annotations_are_drawn_where_they_lie(
    shown, writable, look: Callable, qtbot
):
    import shapely

    box = shapely.box(400, 400, 1600, 1600)
    with qtbot.waitSignal(shown.tools.drawing.changed):
        shown.tools.drawing.keep(
            [Annotation(box, "", "Tumour", color=(255, 0, 255))], "Draw"
        )
    pixels = look(shown).at(400, 1000, reach=3)
    assert (np.abs(pixels - [255, 0, 255]).max(axis=1) < 60).any()


# -- area and tiles ----------------------------------------------------------


def test_that_an_area_is_measured_in_square_micrometres(shown):
    key(shown, Qt.Key.Key_A)
    click(shown, (200, 200), (1200, 200), (1200, 1200), (200, 1200))
    key(shown, Qt.Key.Key_Return)
    mpp = shown.stage.area.mpp
    words = shown.stage.area.text
    value = float(words.split()[0].replace(",", ""))
    square = value * 1e6 if "mm²" in words else value
    assert abs(square - (1000 * mpp) ** 2) < 0.02 * (1000 * mpp) ** 2
    key(shown, Qt.Key.Key_Escape)
    assert shown.stage.pointer.tool == "pan"


def test_that_selected_tiles_are_excluded_and_taken_back(shown, writable, undo, qtbot):
    pointer = shown.stage.pointer
    excluding = shown.tools.excluding
    pointer.select([0, 3])
    with qtbot.waitSignal(excluding.written):
        key(shown, Qt.Key.Key_X)
    tiles = shown.stage.canvas.picture.tile_map
    assert [n for n in range(len(tiles)) if tiles.has(EXCLUDED, n)] == [0, 3]
    assert len(excluded_boxes(tiles_file(writable))["first"]) == 2
    with qtbot.waitSignal(excluding.written):
        undo.undo()
    assert not excluded_boxes(tiles_file(writable))
    assert not excluding.excluded
    with qtbot.waitSignal(excluding.written):
        undo.redo()
    assert len(excluded_boxes(tiles_file(writable))["first"]) == 2
    with qtbot.waitSignal(excluding.written):
        key(shown, Qt.Key.Key_X)
    assert not excluding.excluded
    assert not excluded_boxes(tiles_file(writable))


def test_that_an_exclusion_which_cannot_be_kept_is_told_and_not_shown(
    shown, writable, qtbot
):
    tiles_file(writable).mkdir()
    try:
        shown.stage.pointer.select([1])
        with qtbot.waitSignal(shown.tools.troubled) as told:
            key(shown, Qt.Key.Key_X)
        assert "qc_tiles.csv" in told.args[0].message
        qtbot.waitUntil(lambda: not shown.tools.excluding.excluded)
    finally:
        tiles_file(writable).rmdir()


def test_that_what_another_reviewer_takes_back_is_not_held_against_them(
    shown, writable, qtbot
):
    excluding = shown.tools.excluding
    shown.stage.pointer.select([1])
    with qtbot.waitSignal(excluding.written):
        key(shown, Qt.Key.Key_X)
    (box,) = excluded_boxes(tiles_file(writable))["first"]
    log_tiles(writable, "first", [box], restore=True, reviewer="Bo")
    with qtbot.waitSignal(excluding.changed):
        excluding.refresh()
    assert excluding.excluded == []


def test_that_excluded_tiles_are_marked_when_the_slide_comes_back(
    shown, writable, qtbot
):
    shown.stage.pointer.select([2])
    key(shown, Qt.Key.Key_X)
    with qtbot.waitSignal(shown.ready):
        shown.show_slide("second")
    shown.show_slide("first")
    qtbot.waitUntil(lambda: shown.tools.excluding.excluded == [2])


def test_that_a_file_of_qupath_is_moved_on_a_slide_it_crops_and_told(
    shown, writable, tmp_path: Path, qtbot, monkeypatch
):
    import shapely

    bounds = (300, 200, 1024, 1024)
    drawing = shown.tools.drawing
    loaded = replace(drawing._shown, bounds=bounds)
    monkeypatch.setattr(drawing, "_shown", loaded)
    shape = Annotation(shapely.box(400, 400, 500, 500), "a", "Tumour")
    write_geojson(tmp_path / "q.geojson", [shape], bounds)
    with qtbot.waitSignal(drawing.changed):
        drawing.bring_in(tmp_path / "q.geojson")
    assert drawing.annotations[0].geometry.equals(shape.geometry)
    assert "moved by 300, 200 pixels" in shown.stage.banner.text
    (kept,) = annotations.load(writable, "first")
    assert kept.geometry.equals(shape.geometry)


def test_that_annotations_laid_into_the_project_by_qupath_are_told(
    data: Path, tmp_path: Path
):
    import shapely

    from pathgui.gui.viewer.loading import Request, load
    from pathgui.tiling import TileCache

    slide, file = data / "slides/derived/cmu1_leica.scn", tmp_path / "s.geojson"
    shape = Annotation(shapely.box(1100, 1100, 1200, 1200))
    write_geojson(file, [shape], (1024, 1024, 2048, 2048))
    request = Request("s", slide, tmp_path / "no.h5", annotations=file)
    loaded = load(request, TileCache(0.05), lambda _: None, lambda: False)
    loaded.close()
    assert loaded.drawn.annotations[0].geometry.equals(shape.geometry)
    assert "s.geojson is taken as QuPath's" in loaded.drawn.note
    write_geojson(file, [shape])
    again = load(request, TileCache(0.05), lambda _: None, lambda: False)
    again.close()
    assert again.drawn.annotations[0].geometry.equals(shape.geometry)
    assert again.drawn.note == ""


def test_that_a_long_sentence_over_the_slide_stays_on_it(shown):
    banner = shown.stage.banner
    shown.stage.say("Short.")
    line = banner.height()
    shown.stage.say("A sentence that has a lot to say. " * 8, "run", "Run a recipe…")
    assert banner.geometry().right() < shown.stage.width()
    assert banner.height() > line
    shown.stage.say("Short.")
    assert banner.height() == line
