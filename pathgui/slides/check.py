"""Is a slide readable? A few reads that catch what is broken."""

from pathgui.slides.slide import Slide

_SIDE = 256
_CORNER = 64


def check_slide(slide: Slide) -> None:
    """Read a little of every level.

    Level 0 is read at its origin, centre and end (256 px each), of the others only
    the first 64 px: scanners write coarse levels with flaws at the edges that do no
    harm, because a finer level can stand in for them.

    Raises
    ------
    SlideError
        If any of these reads fails.
    """
    width, height = slide.properties.dimensions
    for x, y in _corners(width, height):
        slide.read(0, x, y, min(_SIDE, width), min(_SIDE, height))
    for level in range(1, slide.properties.level_count):
        columns, rows = slide.properties.level_dimensions[level]
        slide.read(level, 0, 0, min(_CORNER, columns), min(_CORNER, rows))


def _corners(width: int, height: int) -> list[tuple[int, int]]:
    right, lower = max(0, width - _SIDE), max(0, height - _SIDE)
    return sorted({(0, 0), (right // 2, lower // 2), (right, lower)})
