"""What all readers share: clipping, tiles in order, the overview."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence

import numpy as np
from typing_extensions import override

from pathgui.errors import ResolutionError, SlideError, TilingError
from pathgui.slides import blocks, overview
from pathgui.slides.slide import Slide
from pathgui.slides.tiled import TiledLevel
from pathgui.tiling import Image, TileGrid

Colour = tuple[int, int, int]


class RegionSlide(Slide):
    """A slide that can read any rectangle inside a level."""

    override_mpp: float | None = None
    override_objective: float | None = None

    @abstractmethod
    def region(
        self,
        level: int,
        x: int,
        y: int,
        width: int,
        height: int,
        background: Colour | None = None,
    ) -> Image:
        """Pixels of a rectangle that lies wholly inside the level.

        `background` is what shows where the scanner stored nothing; None gives zero.
        """

    def direct(self, level: int) -> TiledLevel | None:  # noqa: ARG002
        """The level's compressed tiles, where they can be decoded without OpenSlide."""
        return None

    @override
    def read(self, level: int, x: int, y: int, width: int, height: int) -> Image:
        columns, rows = self.level_size(level)
        if width < 1 or height < 1:
            raise TilingError(f"a region of {width} × {height} px has no pixels")
        left, top = max(x, 0), max(y, 0)
        right, lower = min(x + width, columns), min(y + height, rows)
        if (left, top, right, lower) == (x, y, x + width, y + height):
            return self.region(level, x, y, width, height)
        out = np.zeros((height, width, 3), np.uint8)
        if left < right and top < lower:
            inside = self.region(level, left, top, right - left, lower - top)
            out[top - y : lower - y, left - x : right - x] = inside
        return out

    def level_size(self, level: int) -> tuple[int, int]:
        """``(width, height)`` of a level; ResolutionError if there is no such level."""
        count = self.properties.level_count
        if not 0 <= level < count:
            raise ResolutionError(
                f"{self.path.name} has no level {level}",
                f"its levels are 0 to {count - 1}",
            )
        return self.properties.level_dimensions[level]

    @override
    def iter_tiles(
        self, grid: TileGrid, indices: Sequence[int] | None = None, threads: int = 1
    ) -> Iterator[tuple[int, Image]]:
        return blocks.iterate(self, grid, indices, threads)

    @override
    def overview(self, max_side: int = 4096) -> tuple[Image, float]:
        if max_side < 1:
            raise TilingError(f"an overview of {max_side} px has no pixels")
        return overview.make(self, max_side)

    def damage(
        self, level: int, x: int, y: int, size: tuple[int, int], cause: object
    ) -> SlideError:
        """The error of a region that cannot be read."""
        return SlideError(
            f"{self.path} is damaged at level {level}, x {x}, y {y} "
            f"({size[0]} × {size[1]} px): {cause}",
            "copy the file again from its source, or leave the slide out",
        )

    @override
    def __reduce__(self) -> tuple[object, ...]:
        from pathgui.slides.opening import reopen

        source = self.properties.mpp_source
        given = (self.override_mpp, source, self.override_objective)
        return reopen, (self.path, *given)
