"""Values beside the labels of tiles: stitched maps and features, read when wanted."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pathgui.errors import PathguiError, StorageError
from pathgui.gui.viewer.tilemap import TileMap

if TYPE_CHECKING:
    from pathgui.jobs.known_files import KnownFiles

_SIDE, _MOST_FEATURES = 2048, 4096
_PREFIX = "Feature file: "


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """Values over the slide.

    Attributes
    ----------
    name : str
        What they are called.
    values : ndarray of float32, shape (height, width)
        NaN where there is none.
    step : (float, float)
        Level-0 pixels per value, along x and y.
    origin : (float, float)
        Corner in level-0 pixels.
    classes : tuple of str
        Words that the values 0, 1, 2 … stand for; none where they are numbers.
    """

    name: str
    values: npt.NDArray[np.float32]
    step: tuple[float, float]
    origin: tuple[float, float] = (0.0, 0.0)
    classes: tuple[str, ...] = ()


def label_field(name: str, label: str, tiles: TileMap) -> Field:
    """A label of tiles under a name, one pixel per tile."""
    side = (tiles.stride, tiles.stride)
    return Field(name, tiles.values(label), side, tiles.origin, tiles.classes(label))


def read_map(
    file: Path, name: str, which: tuple[str, int], size: tuple[int, int]
) -> Field:
    """A stitched map, at the finest level that is not too large; StorageError."""
    from pathgui.storage import open_file

    with open_file(file) as opened:
        stored = opened.slide(0).map(which[0])
        level = next(
            (k for k, shape in enumerate(stored.shapes) if max(shape[:2]) <= _SIDE),
            len(stored.shapes) - 1,
        )
        height, width = stored.shapes[level][:2]
        values = stored.read(level, 0, 0, width, height)
    if values.ndim == 3:
        values = values[..., which[1]]
    step = (size[0] / width, size[1] / height)
    return Field(name, np.ascontiguousarray(values, np.float32), step)


def read_feature(file: Path, name: str, column: int, tiles: TileMap) -> Field:
    """One feature of all tiles, one pixel per tile; StorageError."""
    from pathgui.storage import open_file

    with open_file(file) as opened:
        found = opened.slide(0).features
        if found is None or len(found[0]) != len(tiles):
            raise StorageError(f"{file.name} has no features for its tiles any more")
        values = np.asarray(found[0][:, column], np.float32)
    side = (tiles.stride, tiles.stride)
    return Field(name, tiles.picture(values), side, tiles.origin)


def feature_titles(file: Path | None, known: "KnownFiles") -> tuple[str, ...]:
    """What the feature file of a slide offers; nothing where it cannot be read."""
    from pathgui.storage.features import open_features

    if file is None or not file.exists():
        return ()
    try:
        known.look(file)
        with open_features(file) as opened:
            stored = opened.slide()
            names = stored.meta.feature_names
            count = min(stored.shape[1], _MOST_FEATURES)
    except PathguiError:
        return ()
    named = len(names) >= count
    return tuple(f"{_PREFIX}{names[k] if named else k}" for k in range(count))


def read_feature_file(file: Path, name: str, column: int, tiles: TileMap) -> Field:
    """One column of a feature file on the tiles with the same corners; StorageError."""
    from pathgui.storage.features import open_features

    with open_features(file) as opened:
        stored = opened.slide()
        coords, found = stored.coords, np.asarray(stored.read())[:, column]
    place = {tuple(xy): k for k, xy in enumerate(tiles.coords.tolist())}
    values = np.full(len(tiles), np.nan, np.float32)
    for corner, value in zip(coords.tolist(), found.tolist(), strict=True):
        number = place.get(tuple(corner))
        if number is not None:
            values[number] = value
    side = (tiles.stride, tiles.stride)
    return Field(name, tiles.picture(values), side, tiles.origin)
