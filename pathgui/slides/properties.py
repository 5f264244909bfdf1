"""What a slide file says about itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pathgui.tiling import plausible_mpp

# Pixels that differ by less than this in width and height are squares.
_SQUARE = 0.02


@dataclass(frozen=True, slots=True)
class SlideProperties:
    """Facts about a slide, in the terms of the field.

    Attributes
    ----------
    vendor : str
        As OpenSlide names it (``aperio``, ``hamamatsu`` …), or ``ome-tiff``.
    level_dimensions : tuple of (int, int)
        ``(width, height)`` of each level, level 0 first.
    level_downsamples : tuple of float
        Level-0 pixels per pixel of each level; one float for both axes.
    mpp : float or None
        Micrometres per level-0 pixel (mean of x and y); None if unknown.
    mpp_source : str
        Where `mpp` comes from: ``vendor``, ``tiff``, ``ome``, ``user``, ``cohort``
        or empty.
    mpp_x, mpp_y : float or None
        Per axis.
    objective : float or None
        Nominal objective power.
    quickhash : str
        OpenSlide's quickhash-1 (identifies a slide, is no checksum), or our own
        hash of file head and tail where OpenSlide has none.
    bounds : tuple of int or None
        ``(x, y, width, height)`` of the scanned area in level-0 pixels.
    associated : tuple of str
        Names of label, macro and thumbnail images.
    scanner : str
        Scanner model or maker as far as the file tells.
    background : tuple of int
        RGB of areas without pixels.
    raw : mapping of str to str
        All properties as the library gives them.
    """

    vendor: str
    level_dimensions: tuple[tuple[int, int], ...]
    level_downsamples: tuple[float, ...]
    mpp: float | None = None
    mpp_source: str = ""
    mpp_x: float | None = None
    mpp_y: float | None = None
    objective: float | None = None
    quickhash: str = ""
    bounds: tuple[int, int, int, int] | None = None
    associated: tuple[str, ...] = ()
    scanner: str = ""
    background: tuple[int, int, int] = (255, 255, 255)
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def dimensions(self) -> tuple[int, int]:
        """``(width, height)`` of level 0."""
        return self.level_dimensions[0]

    @property
    def level_count(self) -> int:
        """Number of levels in the file."""
        return len(self.level_dimensions)

    @property
    def mpp_warning(self) -> str:
        """What makes `mpp` doubtful, as a sentence; empty if nothing does."""
        if self.mpp is None:
            return "the file does not say how many micrometres a pixel measures"
        return plausible_mpp(self.mpp, self.objective) or self.shape_warning

    @property
    def shape_warning(self) -> str:
        """That pixels are no squares, as a sentence; empty where they are."""
        across, down = self.mpp_x, self.mpp_y
        if across is None or down is None or abs(across / down - 1) <= _SQUARE:
            return ""
        return (
            f"a pixel measures {across:g} by {down:g} µm: it is taken as a square of "
            "the mean, so lengths and areas are off"
        )
