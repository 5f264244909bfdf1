"""A made-up piece of tissue: where it lies, its glands, its nuclei."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
CELL = 64
STAMP = 30
_STAMPS = 96


@dataclass(frozen=True, eq=False, slots=True)
class Tissue:
    """A plan of the tissue at one value per `CELL` pixels, and its nuclei.

    Attributes
    ----------
    inside : ndarray of float32, shape (h, w)
        Positive in tissue, with a soft edge.
    tone : ndarray of float32, shape (h, w)
        How deep the eosin took, around 1.
    gland : ndarray of float32, shape (h, w)
        Below 0 stroma, 0 to 1 epithelium, above 1 the lumen of a gland.
    x, y, kind : ndarray of int, shape (n,)
        Centres of nuclei in pixels, and which stamp each has; sorted by y.
    """

    inside: Array
    tone: Array
    gland: Array
    x: npt.NDArray[Any]
    y: npt.NDArray[Any]
    kind: npt.NDArray[Any]


def grow(size: int, seed: int, pieces: int, density: float) -> Tissue:
    """Plan a slide of `size` pixels a side with some pieces of tissue."""
    rng = np.random.default_rng(seed)
    cells = -(-size // CELL) + 2
    inside = _pieces(rng, cells, pieces)
    gland = _glands(rng, cells)
    x, y, kind = _nuclei(rng, size, inside, gland, density)
    tone = 1 + 0.16 * smooth(rng, cells, 9) + 0.07 * smooth(rng, cells, 2)
    return Tissue(inside, np.asarray(tone, np.float32), gland, x, y, kind)


def smooth(rng: np.random.Generator, cells: int, sigma: float) -> Array:
    """Smooth noise with mean 0 and standard deviation 1."""
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(rng.standard_normal((cells, cells)), sigma, mode="wrap")
    return np.asarray((noise - noise.mean()) / noise.std(), np.float32)


def _pieces(rng: np.random.Generator, cells: int, pieces: int) -> Array:
    v, u = np.mgrid[0:cells, 0:cells] / cells
    field = np.full((cells, cells), -1.0)
    for number in range(pieces):
        cx = (number + 0.5) / pieces + rng.uniform(-0.03, 0.03)
        cy = rng.uniform(0.42, 0.58)
        rx, ry = rng.uniform(0.36, 0.42) / pieces, rng.uniform(0.26, 0.36)
        turn = rng.uniform(-0.5, 0.5)
        du, dv = u - cx, v - cy
        a = (du * np.cos(turn) + dv * np.sin(turn)) / rx
        b = (dv * np.cos(turn) - du * np.sin(turn)) / ry
        field = np.maximum(field, 1 - np.sqrt(a * a + b * b))
    wobble = 0.13 * smooth(rng, cells, 7) + 0.05 * smooth(rng, cells, 2.5)
    # Tissue never runs off the glass.
    edge = np.maximum(np.abs(u - 0.5), np.abs(v - 0.5))
    field += wobble * (field > -0.5) - 12 * np.maximum(edge - 0.42, 0)
    return np.asarray(field, np.float32)


def _glands(rng: np.random.Generator, cells: int) -> Array:
    field = 0.8 * smooth(rng, cells, 2.2) + 0.5 * smooth(rng, cells, 11)
    # Epithelium is a ring around the maxima, lumen is their inside.
    return np.asarray((field - 0.2) / 1.15, np.float32)


def _nuclei(
    rng: np.random.Generator, size: int, inside: Array, gland: Array, density: float
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    step = round(21 / np.sqrt(density))
    along = np.arange(step // 2, size, step)
    x, y = (a.ravel() for a in np.meshgrid(along, along))
    x = x + rng.integers(-step // 3, step // 3 + 1, x.shape)
    y = y + rng.integers(-step // 3, step // 3 + 1, y.shape)
    tissue, kind_of = sample(inside, x, y), sample(gland, x, y)
    epithelium = (kind_of > 0) & (kind_of < 1)
    chance = np.where(epithelium, 0.82, np.where(kind_of >= 1, 0.01, 0.3))
    keep = (tissue > 0.04) & (rng.random(x.shape) < chance)
    x, y, epithelium = x[keep], y[keep], epithelium[keep]
    half = _STAMPS // 2
    kind = np.where(epithelium, 0, half) + rng.integers(0, half, x.shape)
    order = np.argsort(y, kind="stable")
    return x[order], y[order], kind[order]


def sample(plan: Array, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Array:
    """Values of a plan at pixels, interpolated linearly."""
    u = np.clip(x / CELL, 0, plan.shape[1] - 1.001)
    v = np.clip(y / CELL, 0, plan.shape[0] - 1.001)
    column, row = u.astype(int), v.astype(int)
    fx, fy = u - column, v - row
    upper = plan[row, column] * (1 - fx) + plan[row, column + 1] * fx
    lower = plan[row + 1, column] * (1 - fx) + plan[row + 1, column + 1] * fx
    return np.asarray(upper * (1 - fy) + lower * fy, np.float32)


def stamps(seed: int) -> Array:
    """Haematoxylin pictures of nuclei, shape (n, STAMP, STAMP); round ones first."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:STAMP, 0:STAMP] - (STAMP - 1) / 2
    result = np.zeros((_STAMPS, STAMP, STAMP), np.float32)
    for number in range(_STAMPS):
        round_one = number < _STAMPS // 2
        a = rng.uniform(6.5, 9.5) if round_one else rng.uniform(7.5, 11)
        b = a * (rng.uniform(0.75, 1) if round_one else rng.uniform(0.25, 0.4))
        turn = rng.uniform(0, np.pi)
        du = (u * np.cos(turn) + v * np.sin(turn)) / a
        dv = (v * np.cos(turn) - u * np.sin(turn)) / b
        radius = np.sqrt(du * du + dv * dv)
        chromatin = gaussian_filter(rng.standard_normal((STAMP, STAMP)), 1.1)
        body = np.clip((1.08 - radius) * 4, 0, 1)
        rim = 0.25 * np.exp(-(((radius - 0.9) / 0.15) ** 2))
        depth = rng.uniform(0.55, 0.95) * (1 + 0.8 * chromatin) + rim
        result[number] = gaussian_filter(body * np.clip(depth, 0.2, 1.5), 0.6)
    return result


def fibres(seed: int, side: int = 1024) -> Array:
    """A texture of wavy fibres that tiles without seams, mean 0, deviation 1."""
    from scipy.ndimage import gaussian_filter, map_coordinates

    rng = np.random.default_rng(seed)
    noise = gaussian_filter(rng.standard_normal((side, side)), (1.4, 16), mode="wrap")
    bend = gaussian_filter(rng.standard_normal((side, side)), 60, mode="wrap")
    bend *= 45 / bend.std()
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    wavy = map_coordinates(noise, [rows + bend, columns], order=1, mode="grid-wrap")
    fine = gaussian_filter(rng.standard_normal((side, side)), 0.8, mode="wrap")
    wavy = wavy / wavy.std() + 0.5 * fine / fine.std()
    return np.asarray(wavy / wavy.std(), np.float32)
