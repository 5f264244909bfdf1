"""A frame: the pixel grid that tiles are cut from."""

from dataclasses import dataclass


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
    """

    level: int
    downsample: float
    width: int
    height: int
    scale: float = 1.0
    mpp: float | None = None

    @property
    def size(self) -> tuple[int, int]:
        """``(width, height)`` in pixels of this frame."""
        return self.width, self.height

    @property
    def native(self) -> bool:
        """Whether tiles hold the level's own pixels, without resampling."""
        return self.scale == 1.0
