"""Coordinates and features of patches, free of any program's file format."""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.storage import FeatureMeta, SlideFeatures, SlideMeta, StoredSlide
from pathgui.tiling import Frame, TileGrid

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


@dataclass(frozen=True, eq=False, slots=True)
class Patches:
    """Patches of one slide, with features where there are any.

    Attributes
    ----------
    name : str
        Of the slide.
    coords : ndarray of int64, shape (n, 2)
        ``(x, y)`` of top-left corners in level-0 pixels.
    patch_size : int
        Side of a patch in its own pixels.
    downsample : float
        Level-0 pixels per pixel of a patch.
    overlap : int
        Pixels that neighbours share, in pixels of a patch.
    level : int or None
        Slide level, where the program works by levels.
    level0_size : tuple of int or None
        ``(width, height)`` of the slide in level-0 pixels.
    magnification : float or None
        Objective power of the slide.
    mpp : float or None
        Micrometres per level-0 pixel.
    features : ndarray of float, shape (n, d), or None
        One row per patch.
    encoder : str
        What made the features.
    excluded : int
        Patches that were left out, because a reviewer excluded them.
    """

    name: str
    coords: npt.NDArray[np.int64]
    patch_size: int
    downsample: float = 1.0
    overlap: int = 0
    level: int | None = None
    level0_size: tuple[int, int] | None = None
    magnification: float | None = None
    mpp: float | None = None
    features: npt.NDArray[Any] | None = None
    encoder: str = ""
    excluded: int = 0

    def __len__(self) -> int:
        return len(self.coords)

    @property
    def stride(self) -> int:
        """Distance between neighbours in pixels of a patch."""
        return max(1, self.patch_size - self.overlap)

    def take(self, rows: npt.NDArray[np.int64]) -> "Patches":
        """Some of the patches; how many are left out is remembered."""
        if len(rows) == len(self):
            return self
        features = None if self.features is None else self.features[rows]
        lost = self.excluded + len(self) - len(rows)
        return replace(self, coords=self.coords[rows], features=features, excluded=lost)

    def left_out(self) -> dict[str, Any]:
        """What a file tells of excluded patches, if there are any."""
        return {"excluded_tiles": self.excluded} if self.excluded else {}

    def frame(self) -> Frame:
        """The pixel grid of the patches."""
        size = self.level0_size
        if size is None:
            # Unknown: at least what the patches cover.
            side = self.patch_size * self.downsample
            far = self.coords.max(axis=0) + side if len(self) else (side, side)
            size = int(far[0]), int(far[1])
        width, height = (max(1, int(s / self.downsample)) for s in size)
        mpp = None if self.mpp is None else self.mpp * self.downsample
        level = self.level or 0
        scale = 1.0 if self.level is not None else self.downsample
        return Frame(level, self.downsample, width, height, scale, mpp)

    def grid(self) -> TileGrid:
        """The patches as tiles of a grid, corners rounded to the frame's pixels."""
        corners = np.rint(self.coords / self.downsample).astype(np.int64)
        return TileGrid(
            self.frame(), self.patch_size, self.stride, True, *corners.T.copy()
        )


def from_stored(slide: StoredSlide) -> Patches:
    """The tiles of a result file as patches."""
    meta, index = slide.meta, slide.index
    native = meta.scale == 1.0
    return Patches(
        meta.name,
        np.stack([index["x"], index["y"]], axis=1),
        meta.tile_size,
        meta.downsample,
        max(0, meta.tile_size - meta.stride),
        meta.level if native else None,
        meta.dimensions,
        meta.magnification,
        meta.mpp,
        None if slide.features is None else slide.features[0],
    )


def from_features(slide: SlideFeatures) -> Patches:
    """Features of a slide as patches; the size of the slide is not known."""
    meta = slide.meta
    return Patches(
        slide.name,
        slide.coords,
        meta.tile_size or 256,
        meta.downsample,
        level=meta.level if meta.level >= 0 else None,
        mpp=None if meta.mpp is None else meta.mpp / meta.downsample,
        features=slide.read(),
        encoder=meta.model,
    )


def feature_meta(patches: Patches) -> FeatureMeta:
    """What a file of features stores of a slide that is known by its patches."""
    return FeatureMeta(
        patches.name,
        patches.encoder,
        level=-1 if patches.level is None else patches.level,
        tile_size=patches.patch_size,
        downsample=patches.downsample,
        mpp=None if patches.mpp is None else patches.mpp * patches.downsample,
    )


def file_name(name: str) -> str:
    """A slide's name, or an encoder's, as part of a file name."""
    safe = _UNSAFE.sub("_", name).strip(" .")
    return safe[:150] or "slide"


def meta_of(patches: Patches) -> SlideMeta:
    """What a result file stores of a slide that is known by its patches."""
    frame = patches.frame()
    return SlideMeta(
        name=patches.name,
        level=frame.level,
        downsample=frame.downsample,
        scale=frame.scale,
        dimensions=patches.level0_size or frame.size,
        level_size=frame.size,
        mpp=patches.mpp,
        mpp_source="" if patches.mpp is None else "user",
        magnification=patches.magnification,
        tile_size=patches.patch_size,
        stride=patches.stride,
        pad=True,
    )
