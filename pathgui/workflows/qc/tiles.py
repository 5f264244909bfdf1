"""Tiles that a reviewer took out of a slide, kept as boxes on the slide.

A box is the place of a tile in level-0 pixels, so that it holds for every later
tiling of the slide: a tile is excluded if its centre lies in a box. The log
``metadata/qc_tiles.csv`` is appended to, like that of decisions; of two lines about
one box the later one counts.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui import log
from pathgui.project import Project, append_rows
from pathgui.project.append import read_lines
from pathgui.project.config import FILE as PROJECT_FILE
from pathgui.project.layout import FOLDERS
from pathgui.storage import StoredSlide
from pathgui.tiling import Box, tiles_within
from pathgui.workflows.review import reviewer as own_name

_log = log.get(__name__)
FILE = "qc_tiles.csv"
COLUMNS = ("time", "slide_id", "x", "y", "width", "height", "action", "reviewer")
EXCLUDE, RESTORE = "exclude", "restore"


def tiles_file(project: Project) -> Path:
    """Where excluded tiles are logged."""
    return project.folder("metadata") / FILE


def log_tiles(
    project: Project,
    slide_id: str,
    boxes: Iterable[Box],
    *,
    restore: bool = False,
    reviewer: str = "",
) -> None:
    """Exclude boxes ``(x, y, width, height)`` of a slide, or take them back.

    Raises
    ------
    TableError
        The disk refuses; nothing was logged.
    """
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    name = reviewer or own_name()
    action = RESTORE if restore else EXCLUDE
    rows = [(now, slide_id, *map(str, box), action, name) for box in boxes]
    append_rows(tiles_file(project), COLUMNS, rows)


def excluded_boxes(file: Path) -> dict[str, set[Box]]:
    """Boxes that are excluded now, by slide; lines that make no sense are left out."""
    try:
        data = file.read_bytes()
    except OSError:
        return {}
    found: dict[str, set[Box]] = {}
    try:
        for line in read_lines(data):
            box = _box(line)
            if box is None:
                continue
            boxes = found.setdefault(line.get("slide_id") or "", set())
            if line.get("action") == RESTORE:
                boxes.discard(box)
            else:
                boxes.add(box)
    except csv.Error as error:
        _log.warning("%s cannot be read to its end: %s", file, error)
    return {slide: boxes for slide, boxes in found.items() if boxes}


def _box(line: dict[str | Any, str | Any]) -> Box | None:
    try:
        x, y, width, height = (int(line[k]) for k in ("x", "y", "width", "height"))
    except (KeyError, TypeError, ValueError):
        return None
    return (x, y, width, height) if width > 0 and height > 0 else None


def kept_tiles(slide: StoredSlide, boxes: Iterable[Box]) -> npt.NDArray[np.int64]:
    """Numbers of the stored tiles that are not excluded.

    A result that was made before an exclusion still holds the tile; whatever is made
    of its tiles leaves it out all the same.
    """
    index, meta = slide.index, slide.meta
    coords = np.stack([index["x"], index["y"]], axis=1)
    out = tiles_within(coords, meta.tile_size * meta.downsample, boxes)
    return np.flatnonzero(~out)


def boxes_around(path: Path) -> dict[str, set[Box]]:
    """Excluded boxes by slide of the project that a file lies in; none elsewhere."""
    for folder in path.absolute().parents:
        if (folder / PROJECT_FILE).is_file():
            return excluded_boxes(folder / FOLDERS["metadata"] / FILE)
    return {}


def left_out(numbers: Mapping[str, int]) -> str:
    """A sentence about excluded tiles by slide; empty if there are none."""
    tiles = sum(numbers.values())
    if not tiles:
        return ""
    one = tiles == 1
    slides = "1 slide" if len(numbers) == 1 else f"{len(numbers)} slides"
    return (
        f"{tiles:,} tile{'' if one else 's'} of {slides} {'is' if one else 'are'} "
        "left out, excluded in review; --all-tiles takes them in."
    )
