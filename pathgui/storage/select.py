"""Choosing tiles by place, label and mask, from the columns alone."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pathgui.errors import StorageError
from pathgui.storage.schema import SlideMeta

Region = tuple[float, float, float, float]
LabelTest = bool | int | float | str | Callable[[npt.NDArray[Any]], npt.NDArray[Any]]


class Chooseable(Protocol):
    """What `choose` needs to know of a stored slide."""

    @property
    def path(self) -> Path: ...

    @property
    def meta(self) -> SlideMeta: ...

    @property
    def index(self) -> dict[str, npt.NDArray[Any]]: ...

    def mask_fraction(self, name: str) -> npt.NDArray[np.float64]: ...


def choose(
    slide: Chooseable,
    region: Region | None,
    labels: Mapping[str, LabelTest],
    mask: str,
    min_fraction: float,
) -> npt.NDArray[np.int64]:
    """Numbers of the tiles that meet all conditions; see `StoredSlide.select`."""
    index = slide.index
    keep = np.ones(len(index["index"]), dtype=bool)
    if region is not None:
        keep &= _overlaps(slide.meta, index, region)
    for name, test in labels.items():
        if name not in index:
            raise StorageError(
                f"{slide.path} has no label {name!r} of {slide.meta.name}",
                "its labels: " + (", ".join(list(index)[5:]) or "none"),
            )
        column = index[name]
        wanted = test(column) if callable(test) else column == test
        keep &= np.asarray(wanted, dtype=bool)
    if min_fraction > 0:
        keep &= slide.mask_fraction(mask) >= min_fraction  # never true for NaN
    return np.flatnonzero(keep).astype(np.int64)


def _overlaps(
    meta: SlideMeta, index: dict[str, npt.NDArray[Any]], region: Region
) -> npt.NDArray[np.bool_]:
    x, y, width, height = region
    side = meta.tile_size * meta.downsample
    left, top = index["x"], index["y"]
    across = (left < x + width) & (left + side > x)
    return np.asarray(across & (top < y + height) & (top + side > y))
