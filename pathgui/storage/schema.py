"""What a result file looks like: names, versions, limits, and a slide's facts."""

from dataclasses import dataclass
from typing import Literal

from pathgui.tiling import Frame

FORMAT = "pathgui"
FORMAT_VERSION = 1

Layout = Literal["tree", "stacked"]
Images = Literal["pixels", "reference", "none"]
LAYOUTS: tuple[Layout, ...] = ("tree", "stacked")
IMAGES: tuple[Images, ...] = ("pixels", "reference", "none")

# Facts that are several whole numbers, and how many.
WHOLE_NUMBERS = {"dimensions": 2, "level_size": 2, "bounds": 4}
# Columns of tile_index that are not labels.
POSITION_COLUMNS = ("index", "x", "y", "level_x", "level_y")

# Limits that protect a reader from a file that lies about its sizes.
MAX_TILE_BYTES = 256 << 20
MAX_ARRAY_BYTES = 1 << 30
# All columns of a slide together, and all its whole-slide masks.
MAX_COLUMN_BYTES = 256 << 20
MAX_MASK_BYTES = 256 << 20
MAX_TEXT_BYTES = 1 << 20
# Parsed JSON takes up to twenty times its text.
MAX_JSON_BYTES = 8 << 20
MAX_SLIDES = 1_000_000
MAX_MEMBERS = 16_000_000
MAX_DEPTH = 32
MAX_NAME = 255
# What is smaller than this may claim any ratio of compression.
FREE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class SlideMeta:
    """What is known of a slide whose tiles are stored.

    Attributes
    ----------
    name : str
        The slide's id or file name without suffix.
    level : int
        Slide level the tiles were read from.
    downsample : float
        Level-0 pixels per tile pixel; never rounded.
    scale : float
        Pixels of `level` per tile pixel; 1.0 means the level's own pixels.
    dimensions : tuple of int
        ``(width, height)`` of level 0.
    level_size : tuple of int
        ``(width, height)`` of the tiled frame in its own pixels.
    mpp : float or None
        Micrometres per **level-0** pixel.
    mpp_source : str
        Where `mpp` comes from (``vendor``, ``tiff``, ``ome``, ``user``, ``cohort``).
    magnification : float or None
        Nominal objective power.
    tile_size, stride : int
        Side of a tile and distance between tiles, in pixels of the tiled frame.
    pad : bool
        Whether tiles may reach over the right and lower edge.
    bounds : tuple of int or None
        ``(x, y, width, height)`` of the scanned area in level-0 pixels; None where
        the slide does not tell, or was scanned as a whole.
    source_path : str
        The slide file the tiles come from.
    source_quickhash : str
        Its quickhash, to recognise it again.
    source_size : int
        Its size in bytes.
    source_mtime : float
        Its modification time in seconds since 1970.
    """

    name: str
    level: int = 0
    downsample: float = 1.0
    scale: float = 1.0
    dimensions: tuple[int, int] = (0, 0)
    level_size: tuple[int, int] = (0, 0)
    mpp: float | None = None
    mpp_source: str = ""
    magnification: float | None = None
    tile_size: int = 256
    stride: int = 256
    pad: bool = False
    bounds: tuple[int, int, int, int] | None = None
    source_path: str = ""
    source_quickhash: str = ""
    source_size: int = 0
    source_mtime: float = 0.0

    @property
    def frame(self) -> Frame:
        """The pixel grid that the tiles lie in."""
        mpp = None if self.mpp is None else self.mpp * self.downsample
        width, height = self.level_size
        frame = Frame(self.level, self.downsample, width, height, self.scale, mpp)
        return frame.scanned(self.bounds)


def visible(
    extent: tuple[int, int, int, int], side: int, level_x: int, level_y: int
) -> tuple[int, int]:
    """Width and height of the part of a tile that shows the slide.

    An extent that is empty is unknown, and cuts nothing off.
    """
    left, upper, right, lower = extent
    return (
        max(0, min(side, right - level_x)) if right > left else side,
        max(0, min(side, lower - level_y)) if lower > upper else side,
    )
