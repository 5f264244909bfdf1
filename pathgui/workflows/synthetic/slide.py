"""Writing a synthetic slide as a pyramidal tiled JPEG TIFF."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.workflows.synthetic.paint import (
    Brush,
    Pen,
    Stains,
    band,
    defocus,
    draw_pen,
)
from pathgui.workflows.synthetic.tissue import fibres, grow, stamps

Pixels = npt.NDArray[np.uint8]
TILE = 256
BAND = 1024
FACTOR = 4
_BLUR = 5


@dataclass(frozen=True, slots=True)
class SlideLook:
    """What a synthetic slide looks like.

    Attributes
    ----------
    size : int
        Side in pixels.
    seed : int
        Same seed, same slide.
    mpp : float
        Micrometres per pixel.
    pieces : int
        Pieces of tissue on the glass.
    density : float
        Nuclei per area, relative.
    haematoxylin, eosin : float
        Strength of the stains.
    pen : tuple of int or None
        RGB of a felt-tip mark over the slide.
    blurred : bool
        Whether the scanner missed the focus.
    """

    size: int = 8192
    seed: int = 1
    mpp: float = 0.5
    pieces: int = 2
    density: float = 1.0
    haematoxylin: float = 1.0
    eosin: float = 1.0
    pen: tuple[int, int, int] | None = None
    blurred: bool = False


def make_slide(path: Path, look: SlideLook) -> Path:
    """Write a synthetic slide, band by band; memory stays near one band.

    Parameters
    ----------
    path : Path
        File to write; appears under this name only when complete.
    look : SlideLook
        What to paint.

    Returns
    -------
    Path
        `path`.
    """
    import tifffile

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    smaller: list[Pixels] = []
    per_cm = 10_000 / look.mpp
    options: dict[str, Any] = {
        "photometric": "rgb",
        "tile": (TILE, TILE),
        "compression": "jpeg",
        "compressionargs": {"level": 85},
        "subsampling": (2, 2),
        "dtype": np.uint8,
        "metadata": None,
        "resolutionunit": "CENTIMETER",
    }
    with tifffile.TiffWriter(part, bigtiff=False) as writer:
        writer.write(
            _tiles(_bands(look, smaller)),
            shape=(look.size, look.size, 3),
            resolution=(per_cm, per_cm),
            description="Synthetic H&E, not from a patient",
            software="pathgui",
            **options,
        )
        level = np.concatenate(smaller)
        downsample = FACTOR
        while True:
            writer.write(
                _tiles(iter([level])),
                shape=level.shape,
                subfiletype=1,
                resolution=(per_cm / downsample, per_cm / downsample),
                **options,
            )
            if max(level.shape) <= 1024:
                break
            level, downsample = shrink(level), downsample * FACTOR
    part.replace(path)
    return path


def shrink(image: Pixels, factor: int = FACTOR) -> Pixels:
    """Area mean by an integer factor; a remainder at the edge is dropped."""
    height, width = image.shape[0] // factor, image.shape[1] // factor
    cut = image[: height * factor, : width * factor]
    total = np.zeros((height, width, 3), np.uint16)
    for dy in range(factor):
        for dx in range(factor):
            total += cut[dy::factor, dx::factor]
    return ((total + factor * factor // 2) // (factor * factor)).astype(np.uint8)


def _bands(look: SlideLook, smaller: list[Pixels]) -> Iterator[Pixels]:
    tissue = grow(look.size, look.seed, look.pieces, look.density)
    stains = Stains(look.haematoxylin, look.eosin)
    brush = Brush(tissue, stamps(look.seed), fibres(look.seed), stains, look.size)
    pen = None if look.pen is None else _stroke(look)
    margin = 3 * _BLUR if look.blurred else 0
    for top in range(0, look.size, BAND):
        rows = min(BAND, look.size - top)
        start, end = max(top - margin, 0), min(top + rows + margin, look.size)
        image = band(brush, start, end - start)
        if look.blurred:
            image = defocus(image, _BLUR)
        image = np.ascontiguousarray(image[top - start : top - start + rows])
        if pen is not None:
            draw_pen(image, pen, top)
        smaller.append(shrink(image))
        yield image


def _stroke(look: SlideLook) -> Pen:
    along = np.linspace(0, 1, 160, dtype=np.float32)
    x = (look.size * (0.12 + 0.5 * along)).astype(np.float32)
    wave = 0.78 - 0.42 * along + 0.05 * np.sin(along * 9)
    y = (look.size * wave).astype(np.float32)
    assert look.pen is not None
    return Pen(x, y, look.pen, width=0.011 * look.size)


def _tiles(bands: Iterator[Pixels]) -> Iterator[Pixels]:
    for rows in bands:
        for y in range(0, rows.shape[0], TILE):
            for x in range(0, rows.shape[1], TILE):
                tile = rows[y : y + TILE, x : x + TILE]
                short = (TILE - tile.shape[0], TILE - tile.shape[1])
                if any(short):
                    tile = np.pad(tile, ((0, short[0]), (0, short[1]), (0, 0)), "edge")
                yield tile
