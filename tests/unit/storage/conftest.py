"""Small files made the way the product makes them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pathgui.storage import SlideMeta, SlideWriter

SIDE = 32


@pytest.fixture
def meta() -> SlideMeta:
    """A slide of odd size, tiled at a level whose downsample is no whole number."""
    return SlideMeta(
        name="slide a",
        level=1,
        downsample=4.0003,
        dimensions=(2001, 1203),
        level_size=(500, 300),
        mpp=0.25,
        mpp_source="vendor",
        magnification=40.0,
        tile_size=SIDE,
        stride=SIDE,
        source_path="raw/slide a.svs",
        source_quickhash="abc",
        source_size=1234,
        source_mtime=1700000000.5,
    )


def tile_of(k: int) -> dict[str, Any]:
    """Tile k of the test pattern: all parts of `SlideWriter.add`."""
    rng = np.random.default_rng(k)
    image = np.clip(rng.normal(180, 12, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)
    x, y = k % 15 * SIDE, k // 15 * SIDE
    return {
        "index": 2 * k,
        "image": image,
        "coords": (round(x * 4.0003), round(y * 4.0003)),
        "level_coords": (x, y),
        "masks": {"tissue": image[..., 1] > 180},
        "labels": {"white": k % 3 == 0, "mean": float(image.mean()), "site": f"s{k}"},
    }


@pytest.fixture
def tile() -> Callable[[int], dict[str, Any]]:
    """The parts of tile k."""
    return tile_of


@pytest.fixture
def names() -> Callable[[Path], list[str]]:
    """Names of the files in a folder."""
    return lambda folder: sorted(path.name for path in folder.iterdir())


@pytest.fixture
def write(meta: SlideMeta) -> Callable[..., Path]:
    """Write a file of `count` tiles with any writer options."""

    def make(path: Path, count: int = 20, of: SlideMeta = meta, **options: Any) -> Path:
        with SlideWriter(path, of, **options) as writer:
            for k in range(count):
                writer.add(**tile_of(k))
            mask = np.zeros((30, 50), dtype=bool)
            mask[:15] = True
            writer.add_slide_mask("tissue", mask, 40.0)
            writer.set_provenance({"recipe": "r", "versions": {"pathgui": "1"}})
        return path

    return make
