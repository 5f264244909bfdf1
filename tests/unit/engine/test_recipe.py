"""Recipes: reading, writing, refusing, hashing."""

import pytest

from pathgui.engine import (
    Output,
    Recipe,
    Tiling,
    load_recipe,
    parse_recipe,
    save_recipe,
)
from pathgui.errors import RecipeError
from pathgui.preprocessing import LabelWhiteSpaceHE, Pipeline, TissueDetectionHE
from pathgui.settings import resource


def test_that_the_bundled_recipes_are_valid():
    recipes = [load_recipe(path) for path in resource("pipelines").glob("*.toml")]
    assert len(recipes) >= 2
    assert len({recipe.hash for recipe in recipes}) == len(recipes)


def test_that_a_recipe_survives_a_round_trip_through_toml(tmp_path):
    steps = [TissueDetectionHE(mask_name="t"), LabelWhiteSpaceHE(label_name="w")]
    recipe = Recipe(
        "mine", Tiling(mpp=0.5, min_tissue=0.3), Pipeline(steps), Output("x")
    )
    save_recipe(recipe, tmp_path / "mine.toml")
    again = load_recipe(tmp_path / "mine.toml")
    assert again == recipe
    assert again.hash == recipe.hash


def test_that_the_hash_ignores_name_comments_order_and_written_out_defaults():
    short = parse_recipe('name = "a"\n[tiling]\nlevel = 0')
    long = parse_recipe(
        '# note\n[output]\nlayout = "tree"\n[tiling]\nstride = 256\ntile_size = 256\n'
    )
    assert short.hash == long.hash


@pytest.mark.parametrize(
    "change",
    [
        "[tiling]\nlevel = 1",
        "[tiling]\ntile_size = 128",
        "[tiling]\nstride = 128",
        "[tiling]\nmin_tissue = 0.4",
        '[[steps]]\ntransform = "GaussianBlur"',
        '[output]\nlayout = "stacked"',
        '[output]\nimages = "reference"',
    ],
)
def test_that_whatever_changes_the_result_changes_the_hash(change):
    assert parse_recipe(change).hash != parse_recipe("").hash


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[tiling]\nlevel = 0\nmpp = 0.5", "only one"),
        ("[tiling]\ntile_size = 0", "tile_size"),
        ("[tiling]\nstride = 0", "stride"),
        ("[tiling]\nlevel = -1", "level"),
        ("[tiling]\nmpp = 0", "mpp"),
        ("[tiling]\nmpp = nan", "mpp"),
        ("[tiling]\nmin_tissue = 2", "min_tissue"),
        ('[tiling]\ntile_size = "256"', "tile_size"),
        ("[tiling]\npad = 1", "pad"),
        ("[tiling]\ntilesize = 256", "tilesize"),
        ('[[steps]]\ntransform = "Nope"', "Nope"),
        ('[[steps]]\ntransform = "GaussianBlur"\nkernel_size = 4', "kernel_size"),
        ('[output]\nname = "../x"', "output name"),
        ('[output]\nlayout = "heap"', "layout"),
        ("[output]\ncompression = 12", "compression"),
        ("colour = 1", "colour"),
        ("steps = 3", "steps"),
        ("this is no toml", "TOML"),
    ],
)
def test_that_a_wrong_recipe_is_refused_with_what_is_wrong(text, word):
    with pytest.raises(RecipeError, match=r"mine\.toml") as caught:
        parse_recipe(text, "mine.toml")
    assert word in caught.value.message + caught.value.hint


def test_that_a_missing_recipe_is_named(tmp_path):
    with pytest.raises(RecipeError, match=r"none\.toml"):
        load_recipe(tmp_path / "none.toml")


def test_that_the_output_name_is_part_of_the_file_name():
    assert Recipe().output_name("a") == "a.h5"
    assert Recipe(output=Output("x")).output_name("a") == "a.x.h5"
