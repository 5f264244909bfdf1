"""A frame: the pixel grid that tiles are cut from."""

from dataclasses import dataclass, replace
from math import ceil, floor

# Of a pixel: how far a downsample that is no whole number may carry an edge away.
_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Frame:
    """A pixel grid over a slide: a level of the file, or a finer level shrunk.

    Attributes
    ----------
    level : int
        Slide level whose pixels are read.
    downsample : float
        Level-0 pixels per pixel of this frame; never rounded.
    width, height : int
        Size of the frame in its own pixels.
    scale : float
        Pixels of ``level`` per pixel of this frame. 1.0 means the frame is the
        level itself; above 1.0 tiles are area-resampled from it.
    mpp : float or None
        Micrometres per pixel of this frame, where known.
    area : tuple of int or None
        Left, upper, right, lower edge of the part that was scanned, in pixels of
        this frame; None where that is all of it.
    """

    level: int
    downsample: float
    width: int
    height: int
    scale: float = 1.0
    mpp: float | None = None
    area: tuple[int, int, int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """``(width, height)`` in pixels of this frame."""
        return self.width, self.height

    @property
    def extent(self) -> tuple[int, int, int, int]:
        """Left, upper, right, lower edge of what holds pixels."""
        return self.area or (0, 0, self.width, self.height)

    def scanned(self, bounds: tuple[int, int, int, int] | None) -> "Frame":
        """The frame, told which part of it was scanned.

        Parameters
        ----------
        bounds : (int, int, int, int) or None
            ``(x, y, width, height)`` in level-0 pixels. Bounds that share no whole
            pixel with the frame say nothing, and are left out.
        """
        if bounds is None:
            return self
        x, y, width, height = (value / self.downsample for value in bounds)
        area = (
            max(ceil(x - _ROUNDING), 0),
            max(ceil(y - _ROUNDING), 0),
            min(floor(x + width + _ROUNDING), self.width),
            min(floor(y + height + _ROUNDING), self.height),
        )
        if area[0] >= area[2] or area[1] >= area[3]:
            return self
        return replace(self, area=None if area == (0, 0, *self.size) else area)

    @property
    def native(self) -> bool:
        """Whether tiles hold the level's own pixels, without resampling."""
        return self.scale == 1.0
