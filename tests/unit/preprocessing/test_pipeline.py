"""A pipeline runs transforms in order, survives being written down, and says no."""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import numpy as np
import pytest

from pathgui.errors import TransformError
from pathgui.preprocessing import (
    TRANSFORMS,
    BoxBlur,
    GaussianBlur,
    LabelWhiteSpaceHE,
    MedianBlur,
    Overview,
    Pipeline,
    TissueDetectionHE,
    registry,
    transform_from_config,
)
from pathgui.tiling import Frame, Tile, TileData, TileGrid

PINK = (200, 120, 170)


def halves(height: int = 64, width: int = 64) -> np.ndarray:
    """Left half tissue, right half glass."""
    image = np.full((height, width, 3), 243, dtype=np.uint8)
    image[:, : width // 2] = PINK
    return image


def overview_of(image: np.ndarray, downsample: float = 16.0) -> Overview:
    return Overview(image, downsample, 0.5, lambda count: image.reshape(-1, 3)[:count])


def test_that_a_pipeline_read_from_its_own_config_is_equal() -> None:
    pipeline = Pipeline([TissueDetectionHE(threshold=30), GaussianBlur(7, 2)])
    written = json.loads(json.dumps(pipeline.config()))
    assert written[0]["transform"] == "TissueDetectionHE"
    assert Pipeline.from_config(written) == pipeline
    assert hash(Pipeline.from_config(written)) == hash(pipeline)


def test_that_whole_and_floating_numbers_make_the_same_config() -> None:
    one, other = GaussianBlur(kernel_size=5, sigma=2), GaussianBlur(5.0, np.float32(2))
    assert json.dumps(one.config()) == json.dumps(other.config())


def test_that_steps_run_in_the_order_given() -> None:
    tile = TileData(halves())
    Pipeline([LabelWhiteSpaceHE("before"), LabelWhiteSpaceHE("after")]).apply(tile)
    assert list(tile.labels) == ["before", "after"]


def test_that_the_mask_of_a_slide_lands_on_the_right_tile() -> None:
    fitted = Pipeline([TissueDetectionHE()]).fit(overview_of(halves(1000, 1000)))
    left = TileData(np.zeros((256, 256, 3), np.uint8), (512, 512), 1.0, 0.5)
    right = TileData(np.zeros((256, 256, 3), np.uint8), (15000, 512), 1.0, 0.5)
    border = TileData(np.zeros((256, 256, 3), np.uint8), (8000 - 128, 512), 1.0, 0.5)
    for tile in (left, right, border):
        fitted.apply(tile)
    assert left.masks["tissue"].all()
    assert not right.masks["tissue"].any()
    assert border.masks["tissue"][:, :112].all()
    assert not border.masks["tissue"][:, 144:].any()


def test_that_a_fitted_pipeline_is_small_and_travels_to_a_worker() -> None:
    fitted = Pipeline([TissueDetectionHE(), MedianBlur(3)]).fit(
        overview_of(halves(400, 400))
    )
    written = pickle.dumps(fitted)
    again = pickle.loads(written)
    assert len(written) < 400 * 400 + 20_000
    tile = TileData(halves(), (0, 0), 4.0)
    again.apply(tile)
    assert tile.masks["tissue"].all()


def test_that_tissue_is_found_on_a_lone_tile_wherever_it_lies() -> None:
    tile = TileData(halves(), coords=(5000, 7000), downsample=2.0, mpp=1.0)
    Pipeline([TissueDetectionHE(min_region_size=0)]).apply(tile)
    assert tile.masks["tissue"].shape == (64, 64)
    assert tile.masks["tissue"][:, :30].all()
    assert not tile.masks["tissue"][:, 34:].any()


def test_that_a_lazy_tile_is_read_once_and_keeps_what_was_made() -> None:
    class Source:
        reads = 0

        def image(self, index: int) -> np.ndarray:
            self.reads += 1
            return halves()

        def masks(self, index: int) -> dict[str, np.ndarray]:
            return {}

        def labels(self, index: int) -> dict[str, object]:
            return {}

    source = Source()
    tile = Tile(0, TileGrid.regular(Frame(0, 1.0, 64, 64), 64), source)
    Pipeline([LabelWhiteSpaceHE(), BoxBlur(), TissueDetectionHE()]).apply(tile)
    assert source.reads == 1
    assert tile.labels["white"] is False
    assert tile.masks["tissue"].any()
    assert not np.array_equal(tile.image, halves())
    assert source.reads == 1


def test_that_run_hands_the_pipeline_to_the_slide() -> None:
    class Slide:
        def apply(self, pipeline: Pipeline) -> None:
            self.got = pipeline

    slide, pipeline = Slide(), Pipeline([BoxBlur()])
    pipeline.run(slide)
    assert slide.got is pipeline


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({}, "does not say which"),
        ({"transform": "TisueDetectionHE"}, "no transform"),
        ({"transform": "BoxBlur", "size": 3}, "has no parameter 'size'"),
        ({"transform": "BoxBlur", "kernel_size": 4}, "odd"),
        ({"transform": "BoxBlur", "kernel_size": -1}, "outside"),
        ({"transform": "BoxBlur", "kernel_size": "5"}, "number"),
        ({"transform": "BoxBlur", "kernel_size": 2.5}, "whole number"),
        ({"transform": "BoxBlur", "kernel_size": True}, "number"),
        ({"transform": "GaussianBlur", "sigma": float("nan")}, "outside"),
        ({"transform": "TissueDetectionHE", "use_saturation": 1}, "bool"),
        ({"transform": "TissueDetectionHE", "mask_name": None}, "missing"),
    ],
)
def test_that_a_wrong_step_is_refused_in_words(step: dict, words: str) -> None:
    with pytest.raises(TransformError, match=words):
        transform_from_config(step)


def test_that_a_misspelt_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(TransformError) as caught:
        transform_from_config({"transform": "TisueDetectionHE"})
    assert "TissueDetectionHE" in caught.value.hint


def test_that_a_class_instead_of_a_transform_is_refused_with_a_hint() -> None:
    with pytest.raises(TransformError) as caught:
        Pipeline([BoxBlur])
    assert "brackets" in caught.value.hint


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((8, 8, 3)),
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((0, 8, 3), np.uint8),
    ],
)
def test_that_a_picture_of_another_kind_is_refused(image: np.ndarray) -> None:
    with pytest.raises(TransformError):
        Pipeline([BoxBlur()]).apply(TileData(image))


PLUGIN = """
from dataclasses import dataclass
from pathgui.preprocessing import Transform, param

@dataclass(frozen=True)
class Invert(Transform):
    amount: int = param(255, "How much", minimum=0, maximum=255)
    def apply(self, tile):
        tile.image = self.amount - tile.image

@dataclass(frozen=True)
class Needy(Transform):
    needed: int
    def apply(self, tile):
        pass
"""


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package of somebody else that offers transforms, good and bad."""
    (tmp_path / "somebody_elses.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    points = EntryPoints(
        EntryPoint(name, value, registry.GROUP)
        for name, value in {
            "Invert": "somebody_elses:Invert",
            "Needy": "somebody_elses:Needy",
            "Broken": "no_such_module:Thing",
            "Foreign": "json:dumps",
            "Misnamed": "somebody_elses:Invert",
            "BoxBlur": "somebody_elses:Invert",
        }.items()
    )
    monkeypatch.setattr(registry, "entry_points", lambda **kw: points.select(**kw))
    registry._load_plugin.cache_clear()
    yield
    registry._load_plugin.cache_clear()


@pytest.mark.usefixtures("plugins")
def test_that_other_packages_add_transforms() -> None:
    pipeline = Pipeline.from_config([{"transform": "Invert", "amount": 200}])
    tile = TileData(halves())
    pipeline.apply(tile)
    assert np.array_equal(tile.image, 200 - halves())
    assert Pipeline.from_config(pipeline.config()) == pipeline
    assert set(registry.all_transforms()) == {*TRANSFORMS, "Invert", "Needy"}
    assert transform_from_config({"transform": "BoxBlur"}) == BoxBlur()


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Broken", "cannot be loaded"),
        ("Foreign", "not a transform"),
        ("Misnamed", "offers the transform Invert"),
        ("Needy", "needed"),
    ],
)
def test_that_a_bad_transform_of_others_is_told_and_does_no_harm(
    name: str, words: str
) -> None:
    with pytest.raises(TransformError, match=words):
        transform_from_config({"transform": name})


def test_that_importing_the_transforms_loads_no_heavy_library() -> None:
    code = (
        "import sys, pathgui.preprocessing;"
        "print([m for m in ('scipy', 'skimage', 'pandas', 'PIL') if m in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"
