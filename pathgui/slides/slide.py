"""The interface of an opened slide; every reader gives exactly this."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from pathgui.slides.properties import SlideProperties
from pathgui.tiling import Frame, Image, TileGrid


class Slide(ABC):
    """An opened whole-slide image. Safe to read from several threads.

    Pickles as its path: a worker reopens the file itself.

    Attributes
    ----------
    path : Path
        The file that was opened.
    properties : SlideProperties
        What the file says about itself.
    """

    path: Path
    properties: SlideProperties

    @abstractmethod
    def read(self, level: int, x: int, y: int, width: int, height: int) -> Image:
        """Pixels of a level, exactly as stored.

        Parameters
        ----------
        level : int
            Slide level.
        x, y : int
            Top-left corner **in pixels of that level**.
        width, height : int
            Size in pixels of that level.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            Equal to OpenSlide's ``read_region(...).convert("RGB")`` wherever that
            reads without interpolation; zero outside the level and where the
            scanner stored no pixels.

        Raises
        ------
        SlideError
            If the file is damaged there.
        """

    @abstractmethod
    def iter_tiles(
        self,
        grid: TileGrid,
        indices: Sequence[int] | None = None,
        threads: int = 1,
    ) -> Iterator[tuple[int, Image]]:
        """Tiles of a grid in the order given, read in blocks by several threads.

        Yields ``(index, image)``; at most a bounded number of tiles is in memory.
        Frames with ``scale`` above 1 are area-resampled.
        """

    @abstractmethod
    def overview(self, max_side: int = 4096) -> tuple[Image, float]:
        """The whole slide as one picture, and its downsample.

        Parameters
        ----------
        max_side : int
            Longest side of the picture in pixels, at most.

        Returns
        -------
        image : ndarray of uint8, shape (height, width, 3)
            RGB over the slide's background colour.
        downsample : float
            Level-0 pixels per picture pixel.
        """

    @abstractmethod
    def associated(self, name: str) -> Image:
        """An associated image (label, macro, thumbnail) as RGB."""

    @property
    def icc_profile(self) -> bytes | None:
        """The scanner's colour profile; None where the file has none."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Release the file."""

    def frame(self, level: int = 0) -> Frame:
        """The frame of a level's own pixels."""
        properties = self.properties
        width, height = properties.level_dimensions[level]
        downsample = properties.level_downsamples[level]
        mpp = None if properties.mpp is None else properties.mpp * downsample
        return Frame(level, downsample, width, height, 1.0, mpp)

    def thumbnail(self, max_side: int = 512) -> Image:
        """A small picture of the whole slide, area-resampled."""
        from PIL import Image as Pillow

        image, _ = self.overview(max(max_side, 1024))
        picture = Pillow.fromarray(image)
        picture.thumbnail((max_side, max_side), Pillow.Resampling.BOX)
        return np.asarray(picture)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


Pixels = npt.NDArray[Any]
