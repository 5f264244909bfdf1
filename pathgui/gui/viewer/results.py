"""Tiles and masks of a slide's result file, ready to draw."""

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pathgui.errors import PathguiError, StorageError
from pathgui.gui.viewer.outline import MaskField, mask_field
from pathgui.gui.viewer.tilemap import TileMap

if TYPE_CHECKING:
    from pathgui.jobs.known_files import KnownFiles

Stamp = tuple[str, int, int] | None
_MOST_CHANNELS, _MOST_FEATURES = 16, 4096
_MOST_RESULTS = 8
_POSITION = ("index", "x", "y", "level_x", "level_y")


@dataclass(frozen=True)
class Result:
    """What a result file shows on its slide.

    Attributes
    ----------
    tiles : TileMap or None
        Stored tiles; None if there are none.
    masks : tuple of MaskField
        Whole-slide masks.
    tile_size : int
        Side of a tile in pixels of its frame.
    problem : PathguiError or None
        Why the file cannot be read.
    recipe : str
        Name of the recipe that made it; empty if nobody recorded it.
    digest : str
        Its hash, of the slide's own recipe where it had one.
    file : Path or None
        The file.
    maps : dict
        Stitched predictions by the name people read: name in the file and channel.
    features : tuple of str
        Columns of the feature matrix.
    quickhash : str
        Of the slide file it was made from; empty if nobody recorded it.
    """

    tiles: TileMap | None = None
    masks: tuple[MaskField, ...] = ()
    tile_size: int = 0
    problem: PathguiError | None = None
    recipe: str = ""
    digest: str = ""
    file: Path | None = None
    maps: dict[str, tuple[str, int]] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    quickhash: str = ""

    @property
    def title(self) -> str:
        """What tells it from other results of its slide."""
        return self.recipe or ("" if self.file is None else self.file.stem)


def of_this_slide(result: Result, quickhash: str) -> Result:
    """The result, or the problem that its slide file is another one by now."""
    if not result.quickhash or not quickhash or result.quickhash == quickhash:
        return result
    return Result(
        problem=StorageError(
            "The slide file is not the one this result was made from.",
            "Run the recipe again, or put the right slide back.",
        )
    )


def stamp_of(path: Path | None) -> Stamp:
    """Name, size and time of a file, to see whether it was replaced; None without."""
    if path is None:
        return None
    try:
        stat = path.stat()
    except OSError:
        return None
    return path.name, stat.st_size, stat.st_mtime_ns


def results_of(path: Path, slide_id: str) -> list[Path]:
    """Files that may be results of a slide, by name alone; nothing is opened.

    Parameters
    ----------
    path : Path
        Where the unnamed result lies or would lie; if it is there, it comes first.
    slide_id : str
        Files ``<slide_id>.<name>.h5`` come newest first.
    """
    main = [path] if path.exists() else []
    try:
        found = [
            file
            for file in path.parent.iterdir()
            if file.name.startswith(f"{slide_id}.")
            and file.suffix == ".h5"
            and file != path
        ]
        found.sort(key=lambda file: file.stat().st_mtime_ns, reverse=True)
    except OSError:
        return main
    return [*main, *found]


def find_results(path: Path, slide_id: str, known: "KnownFiles") -> list[Path]:
    """Results of a slide: its unnamed one, then those of named recipes, newest first.

    Parameters
    ----------
    path : Path
        Where the unnamed result lies or would lie.
    slide_id : str
        A file ``<slide_id>.<name>.h5`` counts only if it says that it is of this
        slide, because a slide id may hold dots.
    known : KnownFiles
        Sees to it that unknown files are looked at elsewhere first.
    """
    found = results_of(path, slide_id)
    mine = (f for f in found if f == path or _is_of(f, slide_id, known))
    return list(islice(mine, _MOST_RESULTS))


def read_result(path: Path, known: "KnownFiles") -> Result:
    """Tiles and masks of a result file; a problem is noted, not raised."""
    from pathgui.storage import open_file

    try:
        known.look(path)
        with open_file(path) as file:
            stored = file.slide(0)
            columns = dict(stored.index)
            index = columns.get("index")
            labels = {k: v for k, v in columns.items() if k not in _POSITION}
            grid = stored.grid()
            tiles = TileMap.of(grid, index, labels) if len(grid) else None
            masks = tuple(
                mask_field(name, np.asarray(mask, bool), downsample)
                for name, (mask, downsample) in stored.slide_masks.items()
            )
            recipe = str(stored.provenance.get("recipe", ""))
            return Result(
                tiles,
                masks,
                grid.tile_size,
                recipe=recipe,
                digest=str(stored.provenance.get("recipe_hash", "")),
                file=path,
                maps=_maps(stored),
                features=_features(stored),
                quickhash=stored.meta.source_quickhash,
            )
    except PathguiError as error:
        return Result(problem=error)


def _maps(stored: Any) -> dict[str, tuple[str, int]]:
    """Stitched predictions, one entry per channel."""
    found = {}
    for name in stored.map_names:
        shape = stored.map(name).shapes[0]
        title = name.replace("_", " ").capitalize()
        channels = min(shape[2], _MOST_CHANNELS) if len(shape) == 3 else 0
        for channel in range(channels):
            found[f"{title}, channel {channel}"] = (name, channel)
        if not channels:
            found[title] = (name, 0)
    return found


def _features(stored: Any) -> tuple[str, ...]:
    found = stored.features
    names = () if found is None else found[1][:_MOST_FEATURES]
    return tuple(f"Feature {name}" for name in names)


def _is_of(file: Path, slide_id: str, known: "KnownFiles") -> bool:
    from pathgui.storage import open_file

    try:
        known.look(file)
        with open_file(file) as opened:
            return opened.slide(0).meta.name == slide_id
    except PathguiError:
        return False
