"""Parameters tried out on the slide that is shown."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from pathgui.engine import load_recipe, parse_recipe, prepare
from pathgui.gui.viewer.layers_panel import LayersPanel
from pathgui.gui.viewer.panel import ViewerPanel
from pathgui.preprocessing import BoxBlur, Pipeline
from pathgui.slides import open_slide
from pathgui.workflows.keep_recipe import KeptRecipe

RECIPE = """
name = "tiles"
[tiling]
level = 0
tile_size = 128
min_tissue = 0.5
[[steps]]
transform = "TissueDetectionHE"
[[steps]]
transform = "GaussianBlur"
"""
pytestmark = pytest.mark.gl


@pytest.fixture
def recipe_file(project, monkeypatch):
    monkeypatch.setattr(type(project), "writable", property(lambda _: True))
    folder = project.folder("pipelines")
    file = folder / "tiles.toml"
    file.write_text(RECIPE)
    yield file
    for made in folder.glob("*.toml"):
        made.unlink()


@pytest.fixture
def previewing(shown: ViewerPanel, recipe_file, qtbot):
    with qtbot.waitSignal(shown.preview._maker.looked, timeout=15_000):
        QTest.keyClick(shown, Qt.Key.Key_P)
    yield shown
    shown.preview.reset()
    if shown.preview.on:
        shown.preview.switch(False)


def names(panel: ViewerPanel) -> list[str]:
    return [item.name for item in panel.layers.overlays if item.visible]


def test_that_a_preview_shows_mask_and_tiles_in_place_of_the_result(previewing):
    assert {"Preview tissue", "Preview tiles"} <= set(names(previewing))
    assert "Tissue mask" not in names(previewing)
    QTest.keyClick(previewing, Qt.Key.Key_P)
    assert "Preview tiles" not in names(previewing)
    assert "Tissue mask" in names(previewing)


def test_that_the_numbers_are_those_of_a_run(previewing, project, recipe_file):
    recipe = load_recipe(recipe_file)
    with open_slide(project.slide_path("first")) as slide:
        made = prepare(slide, recipe.tiling, recipe.pipeline)
    cells = previewing.preview.section.outcome.cells
    assert cells[0] == (f"{len(made.grid):,}", f"tiles of {made.candidates:,}")
    assert cells[1][0] == f"{made.tissue_fraction:.0%}".replace("%", " %")


def test_that_changed_parameters_change_the_tiles(previewing, qtbot):
    section = previewing.preview.section
    before = section.outcome.cells[0]
    with qtbot.waitSignal(previewing.preview._maker.looked):
        section.tiling.tile.setValue(64)
    assert section.outcome.cells[0] != before
    assert section.recipe.tiling.tile_size == 64
    with qtbot.waitSignal(previewing.preview._maker.looked):
        section.forms[0].fields["threshold"].setValue(200)
    assert section.recipe.pipeline.transforms[0].threshold == 200


def test_that_only_the_latest_of_many_changes_is_looked_at(previewing, qtbot):
    section, seen = previewing.preview.section, []
    previewing.preview._maker.looked.connect(seen.append)
    with qtbot.waitSignal(previewing.preview._maker.paced):
        for size in (64, 72, 80, 96):
            section.tiling.tile.setValue(size)
    assert [drawing.look.grid.tile_size for drawing in seen] == [96]
    previewing.preview._maker.looked.disconnect(seen.append)


def test_that_a_run_gets_exactly_these_parameters(previewing, recipe_file, qtbot):
    section = previewing.preview.section
    with qtbot.waitSignal(previewing.tools.run_wanted) as told:
        section.run.click()
    assert told.args[0] == KeptRecipe(recipe_file)
    with qtbot.waitSignal(previewing.preview._maker.looked):
        section.tiling.tile.setValue(64)
    with qtbot.waitSignal(previewing.tools.run_wanted) as told:
        section.run.click()
    kept = told.args[0]
    assert kept.path != recipe_file
    made = load_recipe(kept.path)
    assert made.hash == section.recipe.hash
    assert made.name == "tiles 2", "results tell it from the first"
    kept.take_back()
    assert not kept.path.exists()


def test_that_parameters_can_be_kept_for_this_slide_alone(previewing, qtbot):
    section = previewing.preview.section
    with qtbot.waitSignal(previewing.preview._maker.looked):
        section.tiling.tissue.setValue(0.2)
    with qtbot.waitSignal(previewing.tools.edit_wanted) as told:
        section.only.click()
    (cell,) = told.args[0].cells
    assert (cell.column, cell.new) == ("recipe.tiles.tiling.min_tissue", "0.2")


def test_that_what_a_slide_has_for_itself_stays_with_it(
    previewing, project, recipe_file, qtbot, monkeypatch
):
    preview, section = previewing.preview, previewing.preview.section
    base = load_recipe(recipe_file)
    plain, second = type(project.manifest).row, project.manifest.find("second")

    def row(table, number: int) -> dict[str, str]:
        own = {"recipe.tiles.tiling.min_tissue": "0.9"} if number == second else {}
        return plain(table, number) | own

    monkeypatch.setattr(type(project.manifest), "row", row)

    def show(slide_id: str) -> None:
        with qtbot.waitSignal(preview._maker.looked, timeout=30_000):
            previewing.show_slide(slide_id)

    with qtbot.waitSignal(preview._maker.looked):
        section.tiling.tile.setValue(64)
    show("second")
    tiling = section.recipe.tiling
    assert (tiling.tile_size, tiling.min_tissue) == (64, 0.9)
    assert "parameters of its own" in section.note.text()
    with qtbot.waitSignal(previewing.tools.run_wanted) as told:
        section.run.click()
    wanted = load_recipe(told.args[0].path).tiling
    assert (wanted.tile_size, wanted.min_tissue) == (64, base.tiling.min_tissue)
    told.args[0].take_back()
    show("first")
    tiling = section.recipe.tiling
    assert (tiling.tile_size, tiling.min_tissue) == (64, base.tiling.min_tissue)


def test_that_a_step_is_shown_before_and_after(previewing, qtbot):
    with qtbot.waitSignal(previewing.preview._maker.applied):
        QTest.keyClick(previewing, Qt.Key.Key_C)
    assert "After: Gaussian blur" in names(previewing)
    QTest.keyClick(previewing, Qt.Key.Key_C)
    assert "After: Gaussian blur" not in names(previewing)
    QTest.keyClick(previewing, Qt.Key.Key_C)
    assert "After: Gaussian blur" in names(previewing)


def region(panel: ViewerPanel, side: str):
    (overlay,) = (item for item in panel.layers.overlays if item.kind == side)
    return overlay.node._texture


def test_that_before_a_step_is_what_the_earlier_steps_leave(previewing, qtbot):
    section, comparison = previewing.preview.section, previewing.preview.comparison
    maker = previewing.preview._maker
    first, second = section.recipe.pipeline.transforms
    with qtbot.waitSignal(maker.looked):
        longer = replace(section.recipe, pipeline=Pipeline([first, second, BoxBlur()]))
        section.show_recipe(longer)
        section._set(longer)
    assert [section.steps.itemText(k) for k in (1, 2, 3)] == [
        "1 of 3: Detect tissue",
        "2 of 3: Gaussian blur",
        "3 of 3: Box blur",
    ]
    seen = []
    maker.applied.connect(seen.append)
    for _ in range(3):
        with qtbot.waitSignal(comparison.changed):
            QTest.mouseClick(section.later, Qt.MouseButton.LeftButton)
        shown = seen[-1]
        assert region(previewing, "after").shape == shown.after.image.shape
    maker.applied.disconnect(seen.append)
    assert [made.step for made in seen] == [0, 1, 2]
    assert not section.later.isEnabled()
    for earlier, later in itertools.pairwise(seen):
        # The chain is walked once: what one step leaves is what the next begins with.
        assert earlier.after is later.before
    raw = seen[0].before.image
    assert (seen[2].before.image != raw).any()
    assert "Step 3 of 3, after: Box blur" in previewing.stage.banner.text
    QTest.keyClick(previewing, Qt.Key.Key_C)
    assert "Step 3 of 3, before: Box blur" in previewing.stage.banner.text
    assert {"Before: Box blur"} <= set(names(previewing))
    with qtbot.waitSignal(comparison.changed):
        QTest.mouseClick(section.earlier, Qt.MouseButton.LeftButton)
    assert section.steps.currentIndex() == 2


def test_that_the_region_lies_over_the_slide_on_both_sides(previewing, qtbot, look):
    comparison = previewing.preview.comparison
    with qtbot.waitSignal(previewing.preview._maker.applied) as told:
        comparison.show(1)
    made = told.args[0]
    green, red = (
        np.full_like(made.after.image, colour) for colour in ((0, 200, 0), (200, 0, 0))
    )
    comparison._layers.show_region(replace(made, pictures=(green, red)), "Blur")
    for key, colour in ((None, (200, 0, 0)), (Qt.Key.Key_C, (0, 200, 0))):
        if key is not None:
            QTest.keyClick(previewing, key)
        seen = np.median(look(previewing).at(1024, 1024, 12), axis=0)
        assert np.abs(seen - colour).max() < 6
    QTest.keyClick(previewing, Qt.Key.Key_C)


def test_that_the_compared_region_follows_the_view(previewing, qtbot):
    comparison, maker = previewing.preview.comparison, previewing.preview._maker
    with qtbot.waitSignal(maker.applied):
        comparison.show(1)
    with qtbot.waitSignal(maker.applied) as told:
        previewing.stage.show_magnification(20.0)
    previewing.stage.canvas.fit()
    assert told.args[0].after.downsample < 2
    with qtbot.waitSignal(maker.applied):
        pass


def test_that_what_parameters_give_stays_in_view_in_a_low_window(
    previewing, session, qtbot
):
    section = previewing.preview.section
    panel = LayersPanel(session.theme, previewing.layers, previewing.tools)
    qtbot.addWidget(panel)
    panel.resize(336, 480)
    panel.show()
    foot = section.foot
    qtbot.waitUntil(lambda: foot.visibleRegion().boundingRect() == foot.rect())
    inside = foot.geometry().translated(foot.parentWidget().mapTo(panel, QPoint()))
    assert panel.rect().contains(inside)
    # They belong to the viewer, which goes on.
    section.setParent(None)
    foot.setParent(None)


def test_that_a_slide_without_tiles_says_why(previewing, qtbot):
    section = previewing.preview.section
    with qtbot.waitSignal(previewing.preview._maker.looked):
        section.tiling.tissue.setValue(1.0)
    if section.outcome.cells[0][0] != "0":
        with qtbot.waitSignal(previewing.preview._maker.looked):
            section.tiling.tile.setValue(1024)
    assert section.outcome.cells[0][0] == "0"
    assert "lower the least tissue" in section.note.text()
    with qtbot.waitSignal(previewing.preview._maker.looked):
        section.forms[0].fields["threshold"].setValue(255)
    assert "No tissue was found" in section.note.text()


def test_that_parameters_that_cannot_be_are_told_in_words(previewing, qtbot):
    section = previewing.preview.section
    with qtbot.waitSignal(previewing.preview._maker.failed):
        section.tiling.tile.setValue(8000)
    assert "does not fit" in section.note.text()


def test_that_a_parameter_left_to_itself_is_none_in_the_recipe(previewing, qtbot):
    section = previewing.preview.section
    field = section.forms[0].fields["threshold"]
    assert field.text() == "auto"
    with qtbot.waitSignal(previewing.preview._maker.looked):
        field.setValue(120)
    with qtbot.waitSignal(previewing.preview._maker.looked):
        field.setValue(field.minimum())
    assert section.recipe.pipeline.transforms[0].threshold is None
    assert section.recipe.tiling == parse_recipe(RECIPE).tiling


def test_that_the_preview_goes_on_to_the_next_slide(previewing, qtbot):
    first = previewing.preview.section.outcome.cells[0]
    with qtbot.waitSignal(previewing.preview._maker.looked, timeout=15_000):
        previewing.show_slide("second")
    assert previewing.preview.section.outcome.cells[0] != first
    assert "Preview tiles" in names(previewing)


def test_that_tiles_can_be_kept_to_annotations(previewing, qtbot):
    import shapely

    from pathgui.interop import Annotation

    section, drawing = previewing.preview.section, previewing.tools.drawing
    before = int(section.outcome.cells[0][0].replace(",", ""))
    annotated = section.tiling.annotated
    assert "no slide" in annotated.inside._menu.findChild(QLabel).text().lower()
    with qtbot.waitSignal(drawing.changed):
        drawing.keep(
            [
                Annotation(shapely.box(0, 0, 2048, 1024), "", "Tumour"),
                Annotation(shapely.box(0, 0, 64, 64), "", ""),
            ],
            "Draw",
        )
    qtbot.waitUntil(lambda: "Tumour" in annotated.inside.boxes)
    assert list(annotated.inside.boxes) == ["*", "", "Tumour"]
    annotated.inside._menu.popup(annotated.inside.mapToGlobal(QPoint(0, 0)))
    qtbot.waitUntil(annotated.inside.boxes["*"].hasFocus)
    with qtbot.waitSignal(previewing.preview.measured):
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Space):
            QTest.keyClick(QApplication.focusWidget(), key)
    annotated.inside._menu.close()
    assert section.recipe.tiling.include == ("Tumour",)
    assert annotated.inside.text() == "Tumour"
    inside = int(section.outcome.cells[0][0].replace(",", ""))
    with qtbot.waitSignal(previewing.preview.measured):
        annotated.least.setValue(1.0)
    assert int(section.outcome.cells[0][0].replace(",", "")) <= inside
    with qtbot.waitSignal(previewing.preview.measured):
        annotated.least.setValue(0.5)
    with qtbot.waitSignal(previewing.preview.measured):
        annotated.inside.boxes["Tumour"].click()
        annotated.outside.boxes["Tumour"].click()
    assert section.recipe.tiling.include is None
    assert section.recipe.tiling.exclude == ("Tumour",)
    outside = int(section.outcome.cells[0][0].replace(",", ""))
    assert inside > 0
    assert outside > 0
    assert abs(inside + outside - before) <= 16
    with qtbot.waitSignal(drawing.changed):
        drawing.keep([], "Delete")


def test_that_a_step_can_be_compared_before_any_preview(shown, recipe_file, qtbot):
    with qtbot.waitSignal(shown.preview._maker.applied, timeout=15_000):
        QTest.keyClick(shown, Qt.Key.Key_C)
    assert "After: Gaussian blur" in names(shown)
    shown.preview.switch(False)
    assert "After: Gaussian blur" not in names(shown)
