"""Extract features from the finished tiles of a project's slides."""

import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import Cancelled, PathguiError, ProjectError, StorageError
from pathgui.features import Extractor
from pathgui.project import Project
from pathgui.storage import StoredSlide, open_file, remove_stale_parts
from pathgui.storage.features import (
    FeatureMeta,
    FeatureOptions,
    FeatureWriter,
    open_features,
)
from pathgui.tiling import Box
from pathgui.workflows.features.places import slide_file
from pathgui.workflows.known import known_of
from pathgui.workflows.progress import Progress, Stop, check, never, silent
from pathgui.workflows.qc.tiles import excluded_boxes, kept_tiles, tiles_file
from pathgui.workflows.run_recipe import choose

Features = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """How features are extracted.

    Attributes
    ----------
    threads : int
        Batches that are read and computed side by side.
    batch : int
        Tiles that go through the extractor at once.
    force : bool
        Extract again what is up to date.
    result : str
        Name of the recipe's output, for recipes that name one.
    store : FeatureOptions
        Type and compression of what is written.
    """

    threads: int = 2
    batch: int = 32
    force: bool = False
    result: str = ""
    store: FeatureOptions = field(default_factory=FeatureOptions)


@dataclass(slots=True)
class ExtractReport:
    """What came of each slide, by id."""

    model: str
    done: list[str] = field(default_factory=list)
    up_to_date: list[str] = field(default_factory=list)
    without_result: list[str] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    tiles: int = 0
    excluded: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}

    def text(self) -> str:
        """One sentence for people."""
        out = f", {self.excluded:,} excluded in review" if self.excluded else ""
        parts = [f"{len(self.done)} done ({self.tiles:,} tiles{out})"]
        for count, words in (
            (self.up_to_date, "up to date"),
            (self.without_result, "without tiles"),
            (self.problems, "failed"),
        ):
            if count:
                parts.append(f"{len(count)} {words}")
        return f"Features by {self.model}: {', '.join(parts)} in {self.seconds:.1f} s."


def extract(
    project: Project,
    extractor: Extractor,
    *,
    cohort: str | None = None,
    slides: Collection[str] | None = None,
    options: ExtractOptions | None = None,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> ExtractReport:
    """Write ``features/<slide_id>_features.h5`` for every slide with stored tiles.

    What the same model made from the same tiles before is not made again. Tiles that
    were excluded in review are left out, also where the result still holds them.

    Parameters
    ----------
    project : Project
        The project; its tables stay as they are.
    extractor : Extractor
        What turns tiles into vectors.
    cohort, slides : optional
        Only these.
    options : ExtractOptions, optional
        Threads, batch, storage.
    progress : callable
        Told of slides, and of tiles of each slide.
    cancelled : callable
        Asked before each batch.

    Returns
    -------
    ExtractReport
        Slides that fail are named with the reason; the others go on.

    Raises
    ------
    ProjectError, RunError
        If cohort or slides are unknown, or there are none.
    Cancelled
        On request; finished files stay.
    """
    chosen = options or ExtractOptions()
    ids = choose(project, cohort, slides)
    remove_stale_parts(project.folder("features"))
    report, begun = ExtractReport(extractor.name), time.monotonic()
    _look_ahead(project, ids, chosen.result, progress)
    out = excluded_boxes(tiles_file(project))
    job = _Job(project, extractor, chosen, report, progress, cancelled, out)
    for done, slide_id in enumerate(ids):
        check(cancelled)
        progress("Slides", done, len(ids))
        job.run(slide_id, named=slides is not None)
    progress("Slides", len(ids), len(ids))
    report.seconds = time.monotonic() - begun
    return report


def _look_ahead(
    project: Project, ids: Collection[str], result: str, progress: Progress
) -> None:
    """Let one child look at all files that are about to be opened."""
    files = []
    for slide_id in ids:
        with suppress(ProjectError):  # a slide without a place says so in its turn
            files += [project.result_path(slide_id, result)]
            files += [slide_file(project, slide_id)]
    known_of(project).prepare(files, progress)


@dataclass(frozen=True, slots=True)
class _Job:
    """What all slides of one extraction share."""

    project: Project
    extractor: Extractor
    options: ExtractOptions
    report: ExtractReport
    progress: Progress
    cancelled: Stop
    excluded: Mapping[str, set[Box]]

    def run(self, slide_id: str, *, named: bool) -> None:
        """Extract one slide; failures become a line of the report."""
        try:
            result = self.project.result_path(slide_id, self.options.result)
            if not named and not result.exists():
                self.report.without_result.append(slide_id)
                return
            out = slide_file(self.project, slide_id)
            self._extract(slide_id, result, out)
        except Cancelled:
            raise
        except (PathguiError, OSError) as error:
            hint = error.hint if isinstance(error, PathguiError) else ""
            self.report.problems.append(
                {"slide_id": slide_id, "reason": str(error), "hint": hint}
            )

    def _extract(self, slide_id: str, result: Path, out: Path) -> None:
        if not result.exists():
            raise StorageError(
                f"{slide_id} has no tiles yet: {result} does not exist",
                "run a recipe on it first",
            )
        known_of(self.project).look(result)
        facts = result.stat()
        with open_file(result) as file:
            slide = file.slide()
            stamp = facts.st_size, facts.st_mtime_ns
            meta = _meta(slide_id, slide, self.extractor, stamp)
            kept = kept_tiles(slide, self.excluded.get(slide_id, ()))
            coords = np.stack([slide.index["x"], slide.index["y"]], axis=1)
            todo = _Todo(meta, kept, coords[kept])
            if not self.options.force and self._is_current(out, todo):
                self.report.up_to_date.append(slide_id)
                return
            _check_pixels(slide)
            self._write(out, todo, slide)
        self.report.done.append(slide_id)
        self.report.tiles += len(kept)
        self.report.excluded += len(slide) - len(kept)

    def _is_current(self, out: Path, todo: "_Todo") -> bool:
        """Whether the file is what would be written: same model, same tiles."""
        if not out.exists():
            return False
        try:
            known_of(self.project).look(out)
            with open_features(out) as file:
                found, dtype = file.slide(), self.options.store.dtype
                same = found.meta == todo.meta and found.dtype == dtype
                return same and np.array_equal(found.coords, todo.coords)
        except StorageError:
            return False  # damaged: it is made again

    def _write(self, out: Path, todo: "_Todo", slide: StoredSlide) -> None:
        count, done, width = len(todo.rows), 0, self.extractor.dimension
        with FeatureWriter(out, todo.meta, count, width, self.options.store) as writer:
            for rows, features in self._batches(slide, todo.rows):
                coords = todo.coords[done : done + len(rows)]
                writer.add(coords, features)
                done += len(rows)
                self.progress(todo.meta.slide_name, done, count)

    def _batches(
        self, slide: StoredSlide, kept: Rows
    ) -> Iterator[tuple[Rows, Features]]:
        """Batches in order, a few of them in work at a time."""
        size, threads = max(1, self.options.batch), max(1, self.options.threads)
        waiting: deque[Future[tuple[Rows, Features]]] = deque()
        with ThreadPoolExecutor(threads, "features") as pool:
            try:
                for start in range(0, len(kept), size):
                    check(self.cancelled)
                    rows = kept[start : start + size]
                    waiting.append(pool.submit(self._work, slide, rows))
                    if len(waiting) > threads:
                        yield waiting.popleft().result()
                while waiting:
                    check(self.cancelled)
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def _work(self, slide: StoredSlide, rows: Rows) -> tuple[Rows, Features]:
        images = [slide.image(int(row)) for row in rows]
        if len({image.shape for image in images}) > 1:
            raise StorageError(f"{slide.path} holds tiles of different sizes")
        return rows, self.extractor.extract(np.stack(images))


@dataclass(frozen=True, eq=False, slots=True)
class _Todo:
    """Which stored tiles of a slide get features: their numbers and corners."""

    meta: FeatureMeta
    rows: Rows
    coords: npt.NDArray[np.int64]


def _meta(
    slide_id: str, slide: StoredSlide, extractor: Extractor, stamp: tuple[int, int]
) -> FeatureMeta:
    meta = slide.meta
    return FeatureMeta(
        slide_id,
        extractor.name,
        extractor.model_hash,
        meta.level,
        meta.tile_size,
        meta.downsample,
        meta.frame.mpp,
        extractor.feature_names,
        slide.path.name,
        *stamp,
    )


def _check_pixels(slide: StoredSlide) -> None:
    if slide.images != "pixels":
        raise StorageError(
            f"{slide.path} holds no pixels (images = {slide.images})",
            "run the recipe with images 'pixels', or repack the file so",
        )
