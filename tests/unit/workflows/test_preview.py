"""What a recipe would do to a slide, before it is run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pathgui.engine import load_recipe, parse_recipe, prepare, process_slide
from pathgui.errors import Cancelled, RecipeError
from pathgui.preprocessing import (
    BoxBlur,
    MedianBlur,
    Pipeline,
    ReviewedMask,
    TileStep,
    mask_to_text,
)
from pathgui.project import Edit, Project, RowChange
from pathgui.slides import open_slide
from pathgui.tiling import TileData
from pathgui.workflows import keep_recipe
from pathgui.workflows.keep_recipe import KeptRecipe
from pathgui.workflows.overrides import set_parameter
from pathgui.workflows.preview import Previewer, for_cohort
from pathgui.workflows.preview_steps import StepChain, steps_to_show
from pathgui.workflows.slide_recipes import name_in_columns, own_recipe
from pathgui.workflows.synthetic import SlideLook, make_slide

RECIPE = """
name = "tiles"
[tiling]
level = 0
tile_size = 128
min_tissue = 0.5
[[steps]]
transform = "TissueDetectionHE"
threshold = 40
[[steps]]
transform = "GaussianBlur"
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("slides") / "s.tif"
    make_slide(file, SlideLook(1024, seed=4, pieces=1))
    return file


@pytest.fixture
def slide(path: Path):
    with open_slide(path) as opened:
        yield opened


@pytest.fixture
def recipe():
    return parse_recipe(RECIPE)


@pytest.fixture
def project(tmp_path: Path):
    with Project.create(tmp_path / "p") as made:
        rows = [
            {"slide_id": name, "path": f"{name}.tif", "cohort": "demo", "mpp": "0.5",
             "width": str(side), "height": str(side)}
            for name, side in (("s", 1024), ("large", 2048))
        ]  # fmt: skip
        added = tuple(RowChange("manifest", k, row) for k, row in enumerate(rows))
        made.apply(Edit("Add", added=added))
        yield made


def test_that_a_preview_gives_the_tiles_that_a_run_makes(slide, recipe):
    look = Previewer(slide).look(recipe)
    made = prepare(slide, recipe.tiling, recipe.pipeline)
    assert look.grid.coords.tolist() == made.grid.coords.tolist()
    assert look.tissue == made.tissue_fraction
    assert look.candidates == made.candidates


def test_that_the_size_told_is_about_that_of_the_file(slide, recipe, path, tmp_path):
    look = Previewer(slide).look(recipe)
    out = tmp_path / "s.h5"
    process_slide(path, recipe, out)
    assert 0.4 < look.file_bytes / out.stat().st_size < 2.5
    assert look.bytes_by_images["reference"] < look.bytes_by_images["pixels"] / 5


def test_that_tissue_is_found_once_while_only_the_tiling_changes(slide, recipe):
    previewer = Previewer(slide)
    first = previewer.look(recipe)
    other = replace(recipe, tiling=replace(recipe.tiling, tile_size=64))
    second = previewer.look(other)
    assert second.masks["tissue"] is first.masks["tissue"]
    assert len(second.grid) > len(first.grid)


def test_that_a_preview_nobody_waits_for_is_given_up(slide, recipe):
    with pytest.raises(Cancelled):
        Previewer(slide).look(recipe, lambda: True)


def test_that_the_time_told_grows_with_the_tiles(slide, recipe):
    previewer = Previewer(slide)
    none = replace(recipe, output=replace(recipe.output, images="none"))
    assert previewer.pace(previewer.look(none)) < previewer.pace(previewer.look(recipe))


def test_that_a_step_is_shown_on_what_the_steps_before_it_made(slide, recipe):
    steps = [*recipe.pipeline.transforms, MedianBlur(), BoxBlur()]
    longer = replace(recipe, pipeline=Pipeline(steps))
    previewer = Previewer(slide)
    raw = slide.read(0, 400, 400, 200, 200)
    chain = previewer.chain(previewer.look(longer), TileData(raw.copy(), (400, 400)))
    tile = TileData(raw.copy(), (400, 400))
    assert np.array_equal(chain.state(0).image, raw)
    last = chain.state(len(steps))
    for number, step in enumerate(steps):
        if step.scope == "tile":
            step.apply(tile)
        assert np.array_equal(chain.state(number + 1).image, tile.image)
    assert "tissue" in last.masks
    assert "tissue" not in chain.state(0).masks


def test_that_each_step_runs_once_on_a_region_however_often_it_is_seen():
    fitted = []

    class Darker(TileStep):
        changes_image = True

        def apply(self, tile):
            tile.image -= 1

    def fit(place):
        fitted.append(place)
        return Darker()

    chain = StepChain(4, fit, TileData(np.full((8, 8, 3), 9, np.uint8)))
    assert [int(chain.state(n).image.min()) for n in (3, 1, 0, 2, 4)] == [6, 8, 9, 7, 5]
    assert fitted == [0, 1, 2, 3]
    with pytest.raises(IndexError):
        chain.state(5)


def test_that_steps_that_nobody_wants_to_see_any_more_are_not_carried_out():
    chain = StepChain(
        2, lambda _: pytest.fail("ran"), TileData(np.zeros((4, 4, 3), np.uint8))
    )
    with pytest.raises(Cancelled):
        chain.state(1, lambda: True)


def test_that_what_was_drawn_on_a_slide_does_not_shift_the_numbers_of_steps(recipe):
    mask = ReviewedMask("tissue", mask_to_text(np.ones((4, 4), bool)), 64.0)
    steps = list(recipe.pipeline.transforms)
    own = replace(recipe, pipeline=Pipeline([steps[0], mask, *steps[1:]]))
    assert steps_to_show(recipe) == tuple(range(len(steps)))
    assert steps_to_show(own) == (0, *range(2, len(steps) + 1))


def test_that_numbers_for_the_cohort_follow_the_areas_of_its_slides(
    slide, recipe, project
):
    look = Previewer(slide).look(recipe)
    found = for_cohort(project, look, "s")
    assert found.slides == 2
    assert found.tiles == 5 * len(look.grid)
    assert found.pixel_bytes == 5 * look.bytes_by_images["pixels"]


def test_that_a_changed_recipe_is_kept_beside_the_one_it_came_from(project, recipe):
    base = project.folder("pipelines") / "tiles.toml"
    base.write_text(RECIPE)
    assert keep_recipe.keep(project, base, recipe) == KeptRecipe(base)
    other = replace(recipe, tiling=replace(recipe.tiling, tile_size=64))
    kept = keep_recipe.keep(project, base, other)
    assert kept.fresh
    assert kept.path.name == "tiles_2.toml"
    assert keep_recipe.keep(project, base, other) == KeptRecipe(kept.path)
    assert base.read_text() == RECIPE


def test_that_parameters_for_one_slide_become_its_own_recipe(project, recipe):
    config = recipe.config()
    config["tiling"]["min_tissue"] = 0.25
    del config["steps"][0]["threshold"]
    config["steps"][1]["sigma"] = 3.5
    wanted = type(recipe).from_config(config)
    project.apply(keep_recipe.for_slide(project, "s", recipe, wanted))
    row = project.manifest.row(project.manifest.find("s"))
    assert own_recipe(recipe, "s", row).hash == wanted.hash
    large = project.manifest.row(project.manifest.find("large"))
    assert own_recipe(recipe, "large", large) is None


def test_that_a_result_leads_to_the_recipe_that_made_it(project, recipe):
    base = project.folder("pipelines") / "tiles.toml"
    base.write_text(RECIPE)
    other = replace(recipe, tiling=replace(recipe.tiling, tile_size=64))
    made = keep_recipe.keep(project, base, other).path
    behind = keep_recipe.recipe_behind
    assert behind(project, recipe.name, recipe.hash) == base
    assert behind(project, recipe.name, other.hash) == made
    # A slide's own parameters make a hash that no file has.
    assert behind(project, load_recipe(made).name, "0" * 64) == made
    assert behind(project, "never heard of", "") is None


def test_that_parameters_for_one_slide_hold_for_that_recipe_only(project, recipe):
    wanted = replace(recipe, tiling=replace(recipe.tiling, min_tissue=0.25))
    project.apply(keep_recipe.for_slide(project, "s", recipe, wanted))
    row = project.manifest.row(project.manifest.find("s"))
    other = replace(recipe, name="quality metrics")
    assert own_recipe(other, "s", row) is None
    assert own_recipe(recipe, "s", row).tiling.min_tissue == 0.25


def test_that_a_column_for_one_recipe_goes_before_one_for_all(recipe):
    row = {
        "recipe.tiling.min_tissue": "0.1",
        f"recipe.{name_in_columns(recipe)}.tiling.min_tissue": "0.2",
        "recipe.another.tiling.min_tissue": "0.3",
    }
    assert own_recipe(recipe, "s", row).tiling.min_tissue == 0.2
    other = replace(recipe, name="Not this one")
    assert own_recipe(other, "s", row).tiling.min_tissue == 0.1


def test_that_a_general_value_can_be_taken_back_for_one_recipe(project, recipe):
    project.apply(set_parameter(project, ["s"], "tiling.min_tissue", "0.9"))
    project.apply(keep_recipe.for_slide(project, "s", recipe, recipe))
    row = project.manifest.row(project.manifest.find("s"))
    assert own_recipe(recipe, "s", row) is None
    other = replace(recipe, name="another")
    assert own_recipe(other, "s", row).tiling.min_tissue == 0.9


def test_that_parameters_for_one_slide_can_be_taken_back(project, recipe):
    wanted = replace(recipe, tiling=replace(recipe.tiling, min_tissue=0.25))
    project.apply(keep_recipe.for_slide(project, "s", recipe, wanted))
    project.apply(keep_recipe.for_slide(project, "s", recipe, recipe))
    row = project.manifest.row(project.manifest.find("s"))
    assert own_recipe(recipe, "s", row) is None


def test_that_one_slide_cannot_have_other_steps(project, recipe):
    fewer = replace(recipe, pipeline=Pipeline(recipe.pipeline.transforms[:1]))
    with pytest.raises(RecipeError, match="other steps"):
        keep_recipe.for_slide(project, "s", recipe, fewer)


def test_that_the_preview_of_a_slide_without_tissue_has_no_tiles(tmp_path, recipe):
    file = tmp_path / "white.tif"
    make_slide(file, SlideLook(1024, seed=4, pieces=0))
    with open_slide(file) as white:
        look = Previewer(white).look(recipe)
    assert len(look.grid) == 0
    assert not np.asarray(look.masks["tissue"].array).any()
    assert look.warnings
