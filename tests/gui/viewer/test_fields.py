"""Maps and features over the slide, imported masks, and the scanner's colours."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from pathgui.engine import load_recipe, process_slide
from pathgui.gui.viewer.colour import to_screen
from pathgui.gui.viewer.heat import HeatMap
from pathgui.gui.viewer.loading import Request, load
from pathgui.settings import resource
from pathgui.slides import open_slide
from pathgui.storage import open_file
from pathgui.storage.features import FeatureMeta, write_features
from pathgui.tiling import TileCache
from pathgui.workflows.features.places import slide_file
from pathgui.workflows.imported_mask import MaskFileError, read_mask_file
from pathgui.workflows.stitch import stitch_file

# -- masks of other programs -------------------------------------------------


def picture(path: Path, width: int, height: int) -> Path:
    pixels = np.zeros((height, width), np.uint8)
    pixels[: height // 2] = 255
    Image.fromarray(pixels).save(path)
    return path


def test_that_an_imported_mask_finds_its_scale(tmp_path):
    mask, downsample = read_mask_file(
        picture(tmp_path / "m.png", 100, 50), (2000, 1000)
    )
    assert downsample == 20.0
    assert mask[:25].all()
    assert not mask[25:].any()


@pytest.mark.parametrize("size", [(100, 100), (50, 100)])
def test_that_a_mask_of_another_slide_is_refused(tmp_path, size):
    with pytest.raises(MaskFileError, match="not of this slide"):
        read_mask_file(picture(tmp_path / "m.png", *size), (2000, 1000))


def test_that_a_mask_that_is_no_picture_is_refused(tmp_path):
    file = tmp_path / "m.png"
    file.write_bytes(b"no picture")
    with pytest.raises(MaskFileError, match="cannot be read"):
        read_mask_file(file, (2000, 1000))


# -- colours -----------------------------------------------------------------


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_that_a_profile_that_cannot_be_read_leaves_the_pixels_alone():
    assert to_screen(b"junk") is None
    assert to_screen(None) is None


def test_that_the_profile_of_the_scanner_is_found_and_applied(tmp_path):
    path = tmp_path / "s.tif"
    pixels = np.random.default_rng(0).integers(0, 255, (512, 512, 3), np.uint8)
    tifffile.imwrite(
        path, pixels, tile=(256, 256), photometric="rgb", iccprofile=profile()
    )
    with open_slide(path) as slide:
        assert slide.icc_profile is not None
    loaded = load(Request("s", path, tmp_path / "no.h5"), TileCache(0.01), print, bool)
    assert loaded.pixels.colour is not None
    shown = loaded.pixels.region(0, 0, 0, 512, 512)
    assert np.abs(shown.astype(int) - pixels).max() <= 2
    assert (loaded.pixels.raw(0, 10, 20, 90, 80) == pixels[20:80, 10:90]).all()
    loaded.close()


# -- maps and features -------------------------------------------------------


@pytest.fixture
def with_more(project, project_folder):
    """The result of the first slide with a stitched map, and features beside it."""
    result = project.result_path("first")
    kept = result.with_suffix(".kept")
    shutil.copy(result, kept)
    with open_file(result) as file:
        coords = file.slide(0).grid().coords
    stitch_file(result, "white", method="average", to="h5")
    features = slide_file(project, "first")
    features.parent.mkdir(exist_ok=True)
    values = np.stack([np.arange(len(coords)), -np.arange(len(coords))], 1)
    meta = FeatureMeta("first", "hand", feature_names=("up", "down"))
    write_features(features, meta, coords, values.astype(np.float32))
    yield len(coords)
    kept.replace(result)
    features.unlink()


def heats(panel) -> list[HeatMap]:
    return [item for item in panel.layers.overlays if isinstance(item, HeatMap)]


@pytest.mark.gl
def test_that_maps_and_features_are_shown_as_heat_maps(panel, with_more, qtbot):
    with qtbot.waitSignal(panel.ready, timeout=30_000):
        panel.show_slide("first")
    offered = panel.layers.heat_labels()
    assert {"White", "Feature file: up", "Feature file: down"} <= set(offered)
    panel.layers.add_heat("White")
    qtbot.waitUntil(lambda: len(heats(panel)) == 1)
    panel.layers.add_heat("Feature file: up")
    qtbot.waitUntil(lambda: len(heats(panel)) == 2)
    shown = heats(panel)[0]
    assert shown.style.high == with_more - 1
    assert np.isfinite(shown.values).sum() == with_more
    panel.stage.pointer.hover(1000, 1000)
    panel.layers.restyle_heat(shown, colormap="magma", low=1.0)
    assert shown.swatch.colormap == "magma"
    panel.layers.remove_heat(shown)
    assert len(heats(panel)) == 1


@pytest.fixture
def with_metrics(project):
    """A second result of the first slide, of a recipe for quality metrics."""
    recipe = load_recipe(resource("pipelines") / "qc_metrics.toml")
    out = project.result_path("first", recipe.output.name)
    process_slide(project.slide_path("first"), recipe, out, slide_id="first")
    yield recipe
    out.unlink()


@pytest.mark.gl
def test_that_masks_and_labels_of_further_recipes_can_be_shown(
    panel, with_metrics, qtbot
):
    with qtbot.waitSignal(panel.ready, timeout=30_000):
        panel.show_slide("first")
    more = {item.name: item for item in panel.layers.overlays if item.kind == "more"}
    assert "Tissue mask, quality metrics" in more
    assert not any(item.visible for item in more.values()), "they wait to be wanted"
    panel.layers.show(more["Tissue mask, quality metrics"], True)
    assert "Focus, quality metrics" in panel.layers.heat_labels()
    panel.layers.add_heat("Focus, quality metrics")
    qtbot.waitUntil(lambda: len(heats(panel)) == 1)
    assert np.isfinite(heats(panel)[0].values).any()
    # What is wanted once is wanted on the slides that follow.
    with qtbot.waitSignal(panel.ready, timeout=30_000):
        panel.show_slide("second")
    with qtbot.waitSignal(panel.ready, timeout=30_000):
        panel.show_slide("first")
    qtbot.waitUntil(lambda: len(heats(panel)) == 1)
    shown = [item.name for item in panel.layers.overlays if item.visible]
    assert "Tissue mask, quality metrics" in shown


@pytest.mark.gl
def test_that_an_imported_mask_lies_over_the_slide_and_can_be_edited(
    shown, tmp_path, qtbot
):
    file = picture(tmp_path / "other_tool.png", 512, 512)
    shown.tools.imports.bring_mask(file)
    qtbot.waitUntil(
        lambda: "Other tool" in [item.name for item in shown.layers.overlays]
    )
    shown.stage.banner.button.click()
    editor = shown.tools.masks.tool.editor
    assert editor.downsample == 4.0
    assert editor.mask[:256].all()
    assert editor.changed
    shown.tools.masks.leave()
    shown.tools.masks._drafts.clear()
    for slide_id, there in (("second", False), ("first", True)):
        with qtbot.waitSignal(shown.ready, timeout=30_000):
            shown.show_slide(slide_id)
        names = [item.name for item in shown.layers.overlays]
        assert ("Other tool" in names) is there
    shown.tools.imports._brought.clear()


@pytest.mark.gl
def test_that_a_mask_of_another_slide_is_told(shown, tmp_path, qtbot):
    file = picture(tmp_path / "other.png", 512, 100)
    with qtbot.waitSignal(shown.tools.troubled) as told:
        shown.tools.imports.bring_mask(file)
    assert "not of this slide" in told.args[0].message
