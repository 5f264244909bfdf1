"""Every transform we offer keeps its promises, whatever the picture."""

import json
import pickle
from typing import Any

import numpy as np
import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.preprocessing import (
    TRANSFORMS,
    FittedPipeline,
    Overview,
    Parameter,
    Pipeline,
    Transform,
    transform_from_config,
)
from pathgui.tiling import TileData

ALL = sorted(TRANSFORMS)
DIGEST = "ba29b80d1d7fe4daa15cda6f53c11e95e23922252a39cc0fb5eb4104c3a64995"
SPECIAL = {
    ("RescaleIntensity", "in_range"): st.sampled_from(["image", "dtype", "10, 200"]),
    ("RescaleIntensity", "out_range"): st.sampled_from(["image", "dtype", "0, 99.5"]),
    ("StainNormalizationHE", "target"): st.just("normalize"),
}


def values_of(name: str, parameter: Parameter) -> st.SearchStrategy[Any]:
    """Values that a parameter may take."""
    bounds, kind = parameter.bounds, parameter.kind
    low = 0 if bounds.minimum is None else bounds.minimum
    high = 10_000 if bounds.maximum is None else bounds.maximum
    values: st.SearchStrategy[Any] = st.just(parameter.default)
    if (name, parameter.name) in SPECIAL:
        values = SPECIAL[name, parameter.name]
    elif bounds.choices:
        values = st.sampled_from(bounds.choices)
    elif kind is bool:
        values = st.booleans()
    elif kind is str:
        values = st.text("abc_ ąß", min_size=1, max_size=8)
    elif kind is int:
        values = st.integers(int(low), int(high))
        values = values.filter(lambda n: n % 2 == 1) if bounds.odd else values
    elif kind is float:
        values = st.floats(low, high, allow_subnormal=False)
    return st.none() | values if parameter.optional else values


@st.composite
def transforms(draw: st.DrawFn) -> Transform:
    name = draw(st.sampled_from(ALL))
    kind = TRANSFORMS[name]
    chosen = {p.name: draw(values_of(name, p)) for p in kind.parameters()}
    return kind(**chosen)


def tile_of(image: np.ndarray) -> TileData:
    mask = image[..., 0] < 128
    return TileData(
        image, (32, 64), 2.0, 1.0, None, {"tissue": mask, "threshold": mask.copy()}
    )


def pictures() -> dict[str, np.ndarray]:
    noise = np.random.default_rng(1).integers(0, 256, (40, 56, 3), dtype=np.uint8)
    gradient = np.linspace(0, 255, 48 * 48 * 3).astype(np.uint8).reshape(48, 48, 3)
    return {
        "white": np.full((48, 32, 3), 255, np.uint8),
        "black": np.zeros((48, 32, 3), np.uint8),
        "grey": np.full((30, 30, 3), 128, np.uint8),
        "one pixel": np.full((1, 1, 3), 90, np.uint8),
        "one white pixel": np.full((1, 1, 3), 255, np.uint8),
        "a line": np.full((1, 40, 3), (200, 120, 180), np.uint8),
        "pink": np.full((20, 40, 3), (220, 130, 180), np.uint8),
        "noise": noise,
        "gradient": gradient,
    }


@settings(max_examples=200, deadline=None)
@given(transforms())
def test_that_any_transform_comes_back_from_toml_and_json(transform: Transform) -> None:
    step = Pipeline([transform]).config()[0]
    text = tomlkit.dumps({"steps": [step]})
    read = tomlkit.parse(text).unwrap()["steps"][0]
    for config in (read, json.loads(json.dumps(step)), tomlkit.parse(text)["steps"][0]):
        again = transform_from_config(config)
        assert again == transform
        assert hash(again) == hash(transform)
        assert again.digest == transform.digest
        assert json.dumps(again.config()) == json.dumps(transform.config())


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("picture", sorted(pictures()))
def test_that_any_picture_keeps_its_shape_and_kind(name: str, picture: str) -> None:
    image = pictures()[picture]
    tile, before, shape = tile_of(image), image.copy(), image.shape
    Pipeline([TRANSFORMS[name]()]).apply(tile)
    assert tile.image.shape == shape
    assert tile.image.dtype == np.uint8
    for mask in tile.masks.values():
        assert mask.shape == shape[:2]
        assert mask.dtype == bool or mask.dtype.kind in "iu"
    for label in tile.labels.values():
        assert type(label) in (bool, int, float, str)
        assert np.isfinite(label)
    # Pixels that the caller handed over are never written into.
    assert np.array_equal(image, before)


@pytest.mark.parametrize("name", ALL)
def test_that_a_picture_that_cannot_be_written_to_is_fine(name: str) -> None:
    image = pictures()["noise"]
    image.setflags(write=False)
    tile = tile_of(image)
    for mask in tile.masks.values():
        mask.setflags(write=False)
    other = tile_of(pictures()["noise"])
    for each in (tile, other):
        Pipeline([TRANSFORMS[name]()]).apply(each)
    assert np.array_equal(tile.image, other.image)
    assert tile.labels == other.labels
    assert tile.masks.keys() == other.masks.keys()
    for key, mask in tile.masks.items():
        assert np.array_equal(mask, other.masks[key]), key


@pytest.mark.parametrize("name", ALL)
def test_that_padding_may_be_all_there_is(name: str) -> None:
    image = pictures()["noise"]
    tile, plain = tile_of(image), tile_of(image)
    tile.valid_size = (0, 0)
    for each in (tile, plain):
        Pipeline([TRANSFORMS[name]()]).apply(each)
    assert tile.image.shape == image.shape
    # The same is told as of any other tile, and it is a number.
    assert tile.labels.keys() == plain.labels.keys()
    assert tile.masks.keys() == plain.masks.keys()
    assert all(np.isfinite(label) for label in tile.labels.values())


@pytest.mark.parametrize("name", ALL)
def test_that_the_same_tile_gives_the_same_result(name: str) -> None:
    first, second = (tile_of(pictures()["noise"]) for _ in range(2))
    for tile in (first, second):
        Pipeline([TRANSFORMS[name]()]).apply(tile)
    assert np.array_equal(first.image, second.image)
    assert first.labels == second.labels
    for key, mask in first.masks.items():
        assert np.array_equal(mask, second.masks[key])


@pytest.mark.parametrize("name", ALL)
def test_that_a_fitted_transform_travels_to_a_worker(name: str) -> None:
    image = pictures()["noise"]
    overview = Overview(image, 4.0, 0.5, lambda count: image.reshape(-1, 3)[:count])
    fitted = Pipeline([TRANSFORMS[name]()]).fit(overview)
    again: FittedPipeline = pickle.loads(pickle.dumps(fitted))
    one, other = tile_of(image), tile_of(image)
    fitted.apply(one)
    again.apply(other)
    assert np.array_equal(one.image, other.image)


@pytest.mark.parametrize("name", ALL)
def test_that_a_form_can_be_built_for_every_parameter(name: str) -> None:
    kind = TRANSFORMS[name]
    assert kind.title
    assert kind.__doc__
    for parameter in kind.parameters():
        assert parameter.bounds.help, parameter.name
        assert not parameter.bounds.help.endswith(".")


@pytest.mark.parametrize(
    "name", ["MorphOpen", "MorphClose", "ForegroundDetection", "BinaryThreshold",
             "TissueDetectionHE", "NucleusDetectionHE", "RescaleIntensity"],
)  # fmt: skip
def test_that_doing_it_twice_is_doing_it_once(name: str) -> None:
    pipeline = Pipeline([TRANSFORMS[name]()])
    tile = tile_of(pictures()["noise"])
    pipeline.apply(tile)
    once = tile.image.copy(), {key: mask.copy() for key, mask in tile.masks.items()}
    pipeline.apply(tile)
    assert np.array_equal(tile.image, once[0])
    for key, mask in tile.masks.items():
        assert np.array_equal(mask, once[1][key]), key


def test_that_a_digest_is_the_same_on_every_machine() -> None:
    pipeline = Pipeline([TRANSFORMS["GaussianBlur"](5, 2)])
    assert pipeline.digest == DIGEST
    assert Pipeline([TRANSFORMS["GaussianBlur"](5, 2.5)]).digest != DIGEST
    assert pipeline.transforms[0].digest != DIGEST
