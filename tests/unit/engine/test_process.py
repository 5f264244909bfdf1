"""One slide through a recipe."""

import h5py
import numpy as np
import openslide
import pytest

from pathgui.core import SlideData
from pathgui.engine import (
    Tiling,
    make_overview,
    parse_recipe,
    prepare,
    process_slide,
)
from pathgui.errors import Cancelled, ResolutionError, SlideError
from pathgui.preprocessing import Pipeline, SlideMask, TissueDetectionHE
from pathgui.slides import open_slide
from pathgui.storage import open_file


def test_that_a_result_holds_the_slides_own_pixels(synthetic, recipe_text, tmp_path):
    out = tmp_path / "deep" / "r.h5"
    result = process_slide(synthetic, parse_recipe(recipe_text), out)
    slide = openslide.OpenSlide(synthetic)
    with h5py.File(out) as file:
        tiles = file["slide_0/tiles"]
        assert len(tiles) == result.tiles > 5
        for name in list(tiles)[:5]:
            x, y = tiles[name]["coords"][:].tolist()
            expected = slide.read_region((x, y), 0, (256, 256)).convert("RGB")
            assert np.array_equal(tiles[name]["image"][:], np.asarray(expected))
            assert tiles[name]["masks/tissue"][:].mean() >= 0.45
        assert file["slide_0/metadata/mpp"][()] == pytest.approx(0.5)


def test_that_one_thread_and_four_write_the_same_tiles(
    synthetic, recipe_text, tmp_path
):
    recipe = parse_recipe(
        recipe_text + '[[steps]]\ntransform = "GaussianBlur"\nsigma = 2\n'
    )
    files = []
    for threads in (1, 4):
        out = tmp_path / f"{threads}.h5"
        process_slide(synthetic, recipe, out, threads=threads)
        files.append(h5py.File(out))
    one, four = (file["slide_0/tiles"] for file in files)
    assert set(one) == set(four)
    for name in one:
        assert np.array_equal(one[name]["image"][:], four[name]["image"][:])
    for file in files:
        file.close()


def test_that_progress_ends_at_the_number_of_tiles(synthetic, recipe_text, tmp_path):
    seen = []
    result = process_slide(
        synthetic,
        parse_recipe(recipe_text),
        tmp_path / "r.h5",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (result.tiles, result.tiles)
    assert seen == sorted(seen)


def test_that_dear_tiles_are_told_of_and_asked_about_one_by_one(
    synthetic, recipe_text, tmp_path, monkeypatch
):
    """So that a slide of slow tiles is not taken for one that hangs."""
    monkeypatch.setattr("pathgui.engine.process._REPORT_SECONDS", -1.0)
    monkeypatch.setattr("pathgui.engine.stream._CHECK_SECONDS", -1.0)
    told, asked = [], []
    result = process_slide(
        synthetic,
        parse_recipe(recipe_text),
        tmp_path / "r.h5",
        progress=lambda done, _total: told.append(done),
        cancelled=lambda: bool(asked.append(1)),
    )
    assert told[:3] == [1, 2, 3]
    assert len(asked) >= result.tiles


def test_that_a_cancelled_slide_leaves_no_file(synthetic, recipe_text, tmp_path):
    calls = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) > 2

    with pytest.raises(Cancelled):
        process_slide(
            synthetic, parse_recipe(recipe_text), tmp_path / "r.h5", cancelled=stop
        )
    assert list(tmp_path.iterdir()) == []


def test_that_a_slide_without_mpp_is_refused_by_a_recipe_in_um(data, tmp_path):
    slide = data / "slides" / "derived" / "cmu1_generic_nompp_bigtiff_deflate.tif"
    recipe = parse_recipe("[tiling]\ntile_um = 128\ntile_size = 128")
    with pytest.raises(ResolutionError, match="nompp") as caught:
        process_slide(slide, recipe, tmp_path / "r.h5")
    assert "mpp" in caught.value.hint
    assert process_slide(slide, recipe, tmp_path / "r.h5", mpp=0.5).tiles > 0


@pytest.mark.parametrize(
    "name", ["bad_tile_data.tif", "truncated.svs", "text_renamed.svs", "zero_bytes.svs"]
)
def test_that_a_broken_slide_gives_one_error_and_no_file(data, name, tmp_path):
    recipe = parse_recipe("[tiling]\ntile_size = 128")
    with pytest.raises(SlideError, match=name):
        process_slide(data / "broken" / name, recipe, tmp_path / "r.h5")
    assert list(tmp_path.iterdir()) == []


def test_that_provenance_tells_how_to_do_it_again(synthetic, recipe_text, tmp_path):
    from pathgui.storage import open_file

    recipe = parse_recipe(recipe_text)
    process_slide(synthetic, recipe, tmp_path / "r.h5", provenance={"run_id": "r1"})
    with open_file(tmp_path / "r.h5") as file:
        facts = file.slide(0).provenance
    assert (
        parse_recipe(facts["recipe_text"]).hash == facts["recipe_hash"] == recipe.hash
    )
    assert facts["run_id"] == "r1"
    assert facts["versions"]["openslide-bin"]


def test_that_a_reference_to_changed_pixels_is_told(synthetic, tmp_path):
    text = '[[steps]]\ntransform = "GaussianBlur"\n[output]\nimages = "{}"\n'
    told = [
        process_slide(synthetic, parse_recipe(text.format(kind)), tmp_path / kind)
        for kind in ("pixels", "reference")
    ]
    assert [len(result.warnings) for result in told] == [0, 1]
    with open_file(told[1].output) as file:
        assert "own pixels" in file.slide(0).provenance["warnings"][0]


def test_that_who_gave_the_mpp_stands_in_the_result(data, tmp_path):
    slide = data / "slides/derived/cmu1_generic_nompp_bigtiff_deflate.tif"
    process_slide(
        slide, parse_recipe(""), tmp_path / "a.h5", mpp=0.5, mpp_source="cohort"
    )
    with open_file(tmp_path / "a.h5") as file:
        meta = file.slide(0).meta
    assert (meta.mpp, meta.mpp_source) == (0.5, "cohort")
    with SlideData.from_hdf5(tmp_path / "a.h5") as again:
        assert again.properties.mpp_source == "cohort"


def test_that_a_doubtful_resolution_is_told(synthetic, tmp_path):
    with open_slide(synthetic, mpp=12.0) as slide:
        assert "outside" in prepare(slide, Tiling(), Pipeline()).warnings[0]


def test_that_stains_are_sampled_on_tissue_whatever_masks_there_are(synthetic):
    with open_slide(synthetic) as slide:
        overview = make_overview(slide, slide.frame(0))
        glass = np.zeros(overview.image.shape[:2], bool)
        glass[: len(glass) // 8, : len(glass) // 8] = True
        overview.masks["pen"] = SlideMask(glass, overview.downsample)
        everywhere = overview.sample(5000).mean()
        TissueDetectionHE("mine").fit(overview)
        assert overview.sample(5000).mean() < everywhere - 10
        overview.masks["mine"] = overview.masks["pen"]  # as a reviewer may replace it
        assert overview.sample(5000).mean() > everywhere
