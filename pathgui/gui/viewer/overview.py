"""The whole slide as one picture, made once and kept in the project's cache."""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pathgui.errors import Cancelled
from pathgui.gui.viewer.pixels import over_background
from pathgui.replacing import replacing
from pathgui.slides.slide import Slide

Image = npt.NDArray[np.uint8]
SIDE = 2048
_LARGE = 4096
_STRIP = 1 << 24


def overview_side(slide: Slide) -> int:
    """Longest side the picture needs, so that no coarser view is read live.

    A slide whose coarsest level is large has nothing between that level and the
    picture, so its picture must be finer: a twelfth of the coarsest level.
    """
    coarsest = max(slide.properties.level_dimensions[-1])
    return SIDE if coarsest <= _LARGE * 2 else min(max(SIDE, coarsest // 12), 8192)


def overview(
    slide: Slide,
    folder: Path | None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Image:
    """Picture of the whole slide, from the cache if it was made before.

    Parameters
    ----------
    slide : Slide
        An open slide.
    folder : Path, optional
        Where to keep pictures that took long; None keeps nothing.
    cancelled : callable
        Asked between strips; True raises `Cancelled`.

    Raises
    ------
    SlideError
        If the slide cannot be read.
    Cancelled
        If nobody needs the picture any more.
    """
    side = overview_side(slide)
    if max(slide.properties.level_dimensions[-1]) <= _LARGE * 2:
        return slide.overview(side)[0]
    file = None if folder is None else folder / f"{_key(slide, side)}.npy"
    kept = None if file is None else _kept(file)
    if kept is not None:
        return kept
    picture = _shrunk(slide, side, cancelled)
    if file is not None:
        _keep(file, picture)
    return picture


def _key(slide: Slide, side: int) -> str:
    stat = slide.path.stat()
    words = f"{slide.path}|{stat.st_size}|{stat.st_mtime_ns}|{side}"
    return f"overview-{sha256(words.encode()).hexdigest()[:24]}"


def _kept(file: Path) -> Image | None:
    try:
        picture = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError):
        return None
    whole = picture.ndim == 3 and picture.shape[2] == 3 and picture.dtype == np.uint8
    return picture if whole else None


def _keep(file: Path, picture: Image) -> None:
    # A full or read-only disk costs time at the next visit, nothing else.
    with suppress(OSError), replacing(file) as part, part.open("wb") as out:
        np.save(out, picture, allow_pickle=False)


def _shrunk(slide: Slide, side: int, cancelled: Callable[[], bool]) -> Image:
    """Read the coarsest level in strips, each shrunk at once."""
    from PIL import Image as Pillow

    level = slide.properties.level_count - 1
    width, height = slide.properties.level_dimensions[level]
    factor = max(width, height) / side
    out = np.empty((round(height / factor), round(width / factor), 3), np.uint8)
    rows = max(1, int(_STRIP / width / factor))
    for top in range(0, len(out), rows):
        if cancelled():
            raise Cancelled("the slide was closed")
        end = min(top + rows, len(out))
        y0, y1 = round(top * factor), min(round(end * factor), height)
        strip = over_background(slide, level, 0, y0, width, y1 - y0)
        small = Pillow.fromarray(strip).resize(
            (out.shape[1], end - top), Pillow.Resampling.BOX
        )
        out[top:end] = np.asarray(small)
    return out
