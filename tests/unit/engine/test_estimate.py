"""Tiles and bytes are known before they are made."""

import pytest

from pathgui.engine import estimate, make_overview, parse_recipe, process_slide
from pathgui.preprocessing import TissueDetectionHE
from pathgui.slides import open_slide


@pytest.mark.parametrize("images", ["pixels", "none"])
@pytest.mark.parametrize("layout", ["tree", "stacked"])
def test_that_count_is_exact_and_size_is_near(
    synthetic, recipe_text, tmp_path, images, layout
):
    output = f'[output]\nimages = "{images}"\nlayout = "{layout}"\n'
    recipe = parse_recipe(recipe_text + output)
    with open_slide(synthetic) as slide:
        overview = make_overview(slide, slide.frame(0))
        TissueDetectionHE("tissue").fit(overview)
        expected = estimate(slide, recipe, overview.masks["tissue"])
    result = process_slide(synthetic, recipe, tmp_path / "r.h5")
    assert expected.tiles == result.tiles
    assert expected.candidates == 64
    size = (tmp_path / "r.h5").stat().st_size
    assert expected.hdf5_bytes == pytest.approx(size, rel=0.35, abs=20_000)


def test_that_no_pixel_is_read_for_it(synthetic, recipe_text, monkeypatch):
    with open_slide(synthetic) as slide:
        for name in ("read", "iter_tiles", "overview"):
            monkeypatch.setattr(type(slide), name, None)
        assert estimate(slide, parse_recipe(recipe_text)).tiles == 64
