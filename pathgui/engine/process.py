"""One slide through a recipe: open, tile, transform, write. What a worker calls."""

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pathgui
from pathgui.engine.prepare import Prepared, prepare
from pathgui.engine.recipe import Recipe
from pathgui.engine.stream import Stop, iter_processed
from pathgui.errors import Cancelled, PathguiError
from pathgui.preprocessing import FittedPipeline
from pathgui.slides import Slide, open_slide
from pathgui.storage import Images, SlideMeta, SlideWriter
from pathgui.tiling import TileData, TileGrid

Progress = Callable[[int, int], None]
TISSUE = "tissue_fraction"
"""Entry of a result's provenance: share of the slide that is tissue, or null."""
EXCLUDED = "excluded_tiles"
"""Entry of a result's provenance: tiles left out because a reviewer excluded them."""
_REPORT_EVERY, _REPORT_SECONDS = 32, 1.0


@dataclass(frozen=True, slots=True)
class SlideResult:
    """What came of one slide.

    Attributes
    ----------
    output : Path
        The finished file.
    tiles : int
        Tiles in it.
    tissue_fraction : float or None
        Share of the slide that is tissue; None where no mask was made.
    seconds : float
        Wall time.
    warnings : tuple of str
        For people.
    excluded : int
        Tiles left out because somebody excluded them in review.
    """

    output: Path
    tiles: int
    tissue_fraction: float | None
    seconds: float
    warnings: tuple[str, ...] = ()
    excluded: int = 0


def process_slide(  # noqa: PLR0913 - each is a plain choice of the caller
    slide_path: Path | str,
    recipe: Recipe,
    out: Path,
    *,
    slide_id: str = "",
    threads: int = 2,
    mpp: float | None = None,
    mpp_source: str = "user",
    objective: float | None = None,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
    provenance: dict[str, Any] | None = None,
) -> SlideResult:
    """Apply a recipe to one slide and write its HDF5 file.

    The file appears under its final name only when it is complete and verified.

    Parameters
    ----------
    slide_path : Path
        The slide.
    recipe : Recipe
        What to do.
    out : Path
        Final name of the result; its folder is created.
    slide_id : str
        Name stored in the file; the slide's file name without suffix if empty.
    threads : int
        Threads for reading, transforms and compression.
    mpp : float, optional
        Micrometres per level-0 pixel, instead of what the slide says.
    mpp_source : {"user", "cohort"}
        Who gave `mpp`.
    objective : float, optional
        Nominal objective power of level 0, instead of what the slide says.
    progress : callable, optional
        Called with tiles written and tiles to write.
    cancelled : callable, optional
        Asked every few tiles; True stops and leaves no file.
    provenance : dict, optional
        Further facts to store, for example the run's id.

    Raises
    ------
    SlideError, ResolutionError, TilingError, TransformError, StorageError
        As the parts raise them; no file is left behind.
    Cancelled
        If `cancelled` said so.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    with open_slide(
        slide_path, mpp=mpp, mpp_source=mpp_source, objective=objective
    ) as slide:
        if cancelled is not None and cancelled():
            raise Cancelled("stopped on request")
        prepared = prepare(slide, recipe.tiling, recipe.pipeline, recipe.drawn)
        meta = slide_meta(slide, prepared.grid, slide_id or slide.path.stem)
        output = recipe.output
        lost = unstored_changes(prepared.fitted, output.images)
        warnings = (*prepared.warnings, *lost)
        facts = {
            **describe(recipe, meta, started),
            **(provenance or {}),
            "warnings": list(warnings),
            TISSUE: prepared.tissue_fraction,
            EXCLUDED: prepared.excluded,
        }
        if prepared.measured:
            facts["measured"] = dict(prepared.measured)
        with SlideWriter(
            out,
            meta,
            layout=output.layout,
            images=output.images,
            compression=output.compression,
            threads=threads,
        ) as writer:
            write_masks(writer, prepared)
            tiles = iter_processed(
                slide, prepared.grid, prepared.fitted, None, threads, cancelled
            )
            _write_tiles(writer, tiles, prepared.grid, progress)
            facts["seconds"] = round(time.monotonic() - clock, 3)
            facts["ended"] = datetime.now(UTC).isoformat(timespec="seconds")
            writer.set_provenance(facts)
    return SlideResult(
        out,
        len(prepared.grid),
        prepared.tissue_fraction,
        time.monotonic() - clock,
        warnings,
        prepared.excluded,
    )


def unstored_changes(fitted: FittedPipeline, images: Images) -> tuple[str, ...]:
    """What people should know of pixels that were changed, but are not stored."""
    if images != "reference" or not fitted.changes_image:
        return ()
    return (
        "the file refers to the slide's own pixels: what the steps changed in them "
        "went into masks and labels only; store pixels to keep it",
    )


def slide_meta(slide: Slide, grid: TileGrid, name: str) -> SlideMeta:
    """The facts about slide and tiling that a result file stores."""
    properties, frame = slide.properties, grid.frame
    try:
        stat = slide.path.stat()
    except OSError as error:
        raise PathguiError(f"{slide.path} has vanished: {error.strerror}") from error
    return SlideMeta(
        name=name,
        level=frame.level,
        downsample=frame.downsample,
        scale=frame.scale,
        dimensions=properties.dimensions,
        level_size=frame.size,
        mpp=properties.mpp,
        mpp_source=properties.mpp_source,
        magnification=properties.objective,
        tile_size=grid.tile_size,
        stride=grid.stride,
        pad=grid.pad,
        bounds=properties.bounds,
        source_path=str(slide.path.absolute()),
        source_quickhash=properties.quickhash,
        source_size=stat.st_size,
        source_mtime=stat.st_mtime,
    )


def describe(recipe: Recipe, meta: SlideMeta, started: datetime) -> dict[str, Any]:
    """Facts that let somebody repeat this: recipe, versions, host, time, source."""
    return {
        "recipe": recipe.name,
        "recipe_hash": recipe.hash,
        "recipe_text": recipe.text,
        "versions": versions(),
        "host": platform.node(),
        "platform": platform.platform(),
        "started": started.isoformat(timespec="seconds"),
        "source": meta.source_path,
        "source_quickhash": meta.source_quickhash,
        "source_size": meta.source_size,
        "source_mtime": meta.source_mtime,
    }


def versions() -> dict[str, str]:
    """Versions of what decides the pixels."""
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    names = ("numpy", "scipy", "scikit-image", "h5py", "openslide-python",
             "openslide-bin", "tifffile", "imagecodecs", "simplejpeg",
             "isal")  # fmt: skip
    found = {"pathgui": pathgui.__version__, "python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # openslide-bin is not made for every machine
            continue
    return found


def write_masks(writer: SlideWriter, prepared: Prepared) -> None:
    """Store the slide's low-resolution masks."""
    for name, mask in prepared.fitted.masks.items():
        writer.add_slide_mask(name, mask.array, mask.downsample)


def _write_tiles(
    writer: SlideWriter,
    tiles: Iterator[tuple[int, TileData]],
    grid: TileGrid,
    progress: Progress | None,
) -> None:
    total, told_at = len(grid), time.monotonic()
    with closing(tiles):  # type: ignore[type-var]
        for index, tile in tiles:
            level = int(grid.level_x[index]), int(grid.level_y[index])
            writer.add(index, tile.image, tile.coords, level, tile.masks, tile.labels)
            if progress is None:
                continue
            # Dear tiles are told of one by one: silence is taken for a hang.
            now = time.monotonic()
            if (index + 1) % _REPORT_EVERY == 0 or now > told_at + _REPORT_SECONDS:
                told_at = now
                progress(index + 1, total)
    if progress is not None:
        progress(total, total)
