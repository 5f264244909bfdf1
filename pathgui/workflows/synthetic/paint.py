"""Painting bands of a synthetic slide, by light absorption as in a real one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.workflows.synthetic.tissue import CELL, STAMP, Array, Tissue

# Optical density per unit of stain; Ruifrok & Johnston 2001, rounded.
HAEMATOXYLIN = np.array([0.65, 0.70, 0.29], np.float32)
EOSIN = np.array([0.09, 0.95, 0.28], np.float32)
GLASS = 246.0
_MARGIN = STAMP
_STRIP = 32


@dataclass(frozen=True, slots=True)
class Stains:
    """How strongly the stains took, as it differs between laboratories."""

    haematoxylin: float = 1.0
    eosin: float = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Pen:
    """A felt-tip stroke over the slide: centre line in pixels, colour, width."""

    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.float32]
    colour: tuple[int, int, int]
    width: float


def enlarge(plan: Array, top: int, rows: int, size: int) -> Array:
    """Rows [top, top + rows) of a plan at full size, interpolated linearly."""
    y = np.clip(np.arange(top, top + rows) / CELL, 0, plan.shape[0] - 2)
    x = np.arange(size) / CELL
    row, column = y.astype(int), x.astype(int)
    fy = (y - row).astype(np.float32)[:, None]
    fx = (x - column).astype(np.float32)
    tall = plan[row] * (1 - fy) + plan[row + 1] * fy
    return np.asarray(tall[:, column] * (1 - fx) + tall[:, column + 1] * fx)


@dataclass(frozen=True, eq=False, slots=True)
class Brush:
    """What all bands of a slide are painted with."""

    tissue: Tissue
    pictures: Array
    texture: Array
    stains: Stains
    size: int


def band(brush: Brush, top: int, rows: int) -> npt.NDArray[np.uint8]:
    """Paint rows [top, top + rows) as uint8 (rows, size, 3)."""
    out = np.empty((rows, brush.size, 3), np.uint8)
    # Strips of a few rows stay in the processor's cache: four times as fast.
    for start in range(0, rows, _STRIP):
        _strip(brush, top + start, out[start : start + _STRIP])
    _grain(out, top)
    return out


def _strip(brush: Brush, top: int, out: npt.NDArray[np.uint8]) -> None:
    tissue, texture, size = brush.tissue, brush.texture, brush.size
    rows = len(out)
    cover = np.clip(enlarge(tissue.inside, top, rows, size) * 14, 0, 1)
    if not cover.any():
        out[:] = round(GLASS)
        return
    gland = enlarge(tissue.gland, top, rows, size)
    tone = enlarge(tissue.tone, top, rows, size)
    side = texture.shape[0]
    lines = np.take(texture, np.arange(top, top + rows) % side, 0)
    fibre = np.tile(lines, (1, -(-size // side)))[:, :size]
    epithelium = np.clip(np.minimum(gland, 1 - gland) * 6 + 0.3, 0, 1)
    open_ = cover * (1 - np.clip((gland - 1) * 8, 0, 1))
    eosin = (0.4 - 0.1 * epithelium) * tone + 0.09 * fibre * (1 - 0.7 * epithelium)
    eosin = np.maximum(eosin, 0.04) * (0.06 * cover + 0.94 * open_)
    haematoxylin = (0.05 + 0.12 * epithelium + 0.012 * fibre) * open_
    _stamp(haematoxylin, tissue, brush.pictures, top)
    haematoxylin *= brush.stains.haematoxylin
    eosin *= brush.stains.eosin
    for channel in range(3):
        density = haematoxylin * HAEMATOXYLIN[channel] + eosin * EOSIN[channel]
        out[..., channel] = GLASS * np.exp(-1.35 * np.maximum(density, 0)) + 0.5


def _stamp(target: Array, tissue: Tissue, pictures: Array, top: int) -> None:
    rows, size = target.shape
    first, last = np.searchsorted(tissue.y, [top - _MARGIN, top + rows + _MARGIN])
    left = tissue.x[first:last] - STAMP // 2
    upper = tissue.y[first:last] - STAMP // 2 - top
    for x, y, kind in zip(
        left.tolist(), upper.tolist(), tissue.kind[first:last].tolist(), strict=True
    ):
        x0, y0 = max(x, 0), max(y, 0)
        x1, y1 = min(x + STAMP, size), min(y + STAMP, rows)
        if x0 < x1 and y0 < y1:
            view = target[y0:y1, x0:x1]
            np.maximum(view, pictures[kind, y0 - y : y1 - y, x0 - x : x1 - x], out=view)


def _grain(out: npt.NDArray[np.uint8], top: int) -> None:
    """Add a little sensor noise, so that no two places are alike."""
    rng = np.random.default_rng(top + 1)
    noise = rng.integers(-3, 4, (1 << 20) + 997, dtype=np.int8)
    flat = out.reshape(-1)
    for start in range(0, flat.size, noise.size):
        part = flat[start : start + noise.size]
        np.clip(part.astype(np.int16) + noise[: part.size], 0, 255, out=part,
                casting="unsafe")  # fmt: skip


def draw_pen(image: npt.NDArray[np.uint8], pen: Pen, top: int) -> None:
    """Draw the part of a pen stroke that crosses a band, in place."""
    rows, size = image.shape[:2]
    reach = pen.width * 1.2
    near = (pen.y > top - reach) & (pen.y < top + rows + reach)
    if not near.any():
        return
    step = 4
    v, u = np.mgrid[0:rows:step, 0:size:step]
    best: npt.NDArray[Any] = np.full(v.shape, np.inf, np.float32)
    for x, y in zip(pen.x[near], pen.y[near], strict=True):
        np.minimum(best, (u - x) ** 2 + (v + top - y) ** 2, out=best)
    ink = np.clip((pen.width - np.sqrt(best)) / (0.12 * pen.width), 0, 1) * 0.86
    ink = ink.repeat(step, 0).repeat(step, 1)[:rows, :size]
    touched = np.flatnonzero(ink.any(axis=1))
    if not len(touched):
        return
    part = slice(int(touched[0]), int(touched[-1]) + 1)
    through = 1 - ink[part, :, None] * (1 - np.array(pen.colour) / 255)
    image[part] = (image[part] * through).astype(np.uint8)


def defocus(image: npt.NDArray[np.uint8], radius: int) -> npt.NDArray[np.uint8]:
    """Blur as a lens out of focus does: two box means."""
    from scipy.ndimage import uniform_filter1d

    for _ in range(2):
        for axis in (0, 1):
            image = uniform_filter1d(image, 2 * radius + 1, axis=axis, mode="nearest")
    return image
