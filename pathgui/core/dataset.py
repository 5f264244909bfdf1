"""A set of slides that go through the same pipeline, one after or beside another."""

import operator
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from pathgui.core.slide_data import SlideData
from pathgui.engine import Recipe, Tiling
from pathgui.errors import RecipeError, RunError, TilingError, TransformError
from pathgui.preprocessing import Pipeline

if TYPE_CHECKING:
    from pathgui.jobs import RunPlan


@dataclass(frozen=True, slots=True)
class DatasetRun:
    """What came of `SlideDataset.run`.

    Attributes
    ----------
    done : tuple of str
        Names of slides whose file is finished, in the order of the dataset.
    failed : dict of str to str
        Names of the others, and why.
    """

    done: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)


class SlideDataset:
    """Slides that are tiled alike; opened one by one, never all at once.

    Parameters
    ----------
    paths : sequence of Path or str
        The slides.
    level, tile_size, stride, pad, mpp, tile_um, magnification, min_tissue
        As in `SlideData.generate_tiles`.

    Raises
    ------
    TilingError
        If the tiling makes no sense.
    """

    def __init__(
        self,
        paths: Sequence[Path | str],
        tile_size: int = 256,
        stride: int | None = None,
        level: int | None = None,
        pad: bool = False,
        **resolution: Any,
    ) -> None:
        try:
            self.tiling = Tiling(
                level=level, tile_size=tile_size, stride=stride, pad=pad, **resolution
            )
        except RecipeError as error:
            raise TilingError(error.message, error.hint) from error
        if isinstance(paths, str | Path):
            raise TilingError(
                f"SlideDataset takes a list of slides, not {str(paths)!r} alone",
                f"write SlideDataset([{str(paths)!r}], …)",
            )
        self.paths = tuple(Path(path) for path in paths)
        self.names = _names(self.paths)
        self._spool: Path | None = None
        self._finished: dict[str, Path] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[SlideData]:
        return (self[i] for i in range(len(self)))

    @overload
    def __getitem__(self, index: SupportsIndex) -> SlideData: ...

    @overload
    def __getitem__(self, index: slice) -> list[SlideData]: ...

    def __getitem__(self, index: SupportsIndex | slice) -> SlideData | list[SlideData]:
        """Open slide `index`: its finished file after a run, else the slide.

        A slice opens several, as a list.
        """
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= operator.index(index) < len(self):
            raise IndexError(f"there is no slide {index} among {len(self)}")
        name = self.names[index]
        if name in self._finished:
            return SlideData.from_hdf5(self._finished[name])
        slide = SlideData.from_slide(self.paths[index], name=name)
        tiling = self.tiling
        slide.generate_tiles(
            tiling.level,
            tiling.tile_size,
            tiling.stride,
            tiling.pad,
            mpp=tiling.mpp,
            tile_um=tiling.tile_um,
            magnification=tiling.magnification,
            min_tissue=tiling.min_tissue,
        )
        return slide

    def run(
        self,
        pipeline: Pipeline,
        distributed: bool = False,
        n_workers: int | None = None,
        client: Any = None,
        scheduler: str | None = None,
        *,
        spool_dir: Path | str | None = None,
        on_error: str = "raise",
    ) -> DatasetRun:
        """Run a pipeline on every slide; finished slides lie in the spool.

        Parameters
        ----------
        pipeline : Pipeline
            What to do.
        distributed : bool
            True runs slides side by side in worker processes.
        n_workers : int, optional
            How many; one per core by default.
        client : distributed.Client, optional
            Workers that are there already.
        scheduler : str, optional
            ``"distributed"`` for worker processes here, or the address of a
            Dask scheduler.
        spool_dir : Path or str, optional
            Where finished slides are written; a temporary folder by default,
            which goes with this object.
        on_error : {"raise", "report"}
            What to do about failed slides once all others are finished.

        Returns
        -------
        DatasetRun
            Names of finished and failed slides.

        Raises
        ------
        RunError
            If a slide failed and `on_error` is ``"raise"``; the others are kept. If
            the workers make no sense or do not answer.
        TransformError
            If `pipeline` is no pipeline.
        """
        _check_run(pipeline, n_workers, client, on_error)
        from pathgui.jobs import Run, SlideDone, SlideFailed, SlideSkipped

        plan = self._plan(pipeline, distributed, n_workers, scheduler, spool_dir)
        outputs = {task.slide_id: task.output for task in plan.tasks}
        failed: dict[str, str] = {}
        done: list[str] = []
        for event in Run(plan, client=client).events():
            match event:
                case SlideDone(slide_id=name):
                    done.append(name)
                case SlideSkipped(slide_id=name) if outputs[name].exists():
                    done.append(name)
                case SlideFailed(slide_id=name, reason=reason):
                    failed[name] = reason
                case _:
                    pass
        self._finished = {name: outputs[name] for name in done}
        if failed and on_error == "raise":
            raise RunError(
                f"{len(failed)} of {len(self)} slides failed: "
                + "; ".join(f"{name}: {reason}" for name, reason in failed.items()),
                'the others are finished; pass on_error="report" to go on without',
            )
        ordered = tuple(name for name in self.names if name in self._finished)
        return DatasetRun(ordered, failed)

    def to_hdf5(self, path: Path | str) -> Path:
        """Write all slides into one file, ``slide_0``, ``slide_1`` … in order.

        Finished slides are copied as they are, without decompression; slides
        that have not been run are written now.
        """
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        spool = self._folder(None)
        files = []
        for index, name in enumerate(self.names):
            if name not in self._finished:
                with self[index] as slide:
                    self._finished[name] = slide.to_hdf5(spool / f"{name}.h5")
            files.append(self._finished[name])
        from pathgui.storage import merge

        merge(files, target)
        return target

    def _plan(
        self,
        pipeline: Pipeline,
        distributed: bool,
        n_workers: int | None,
        scheduler: str | None,
        spool_dir: Path | str | None,
    ) -> "RunPlan":
        from pathgui.jobs import RunPlan, SlideTask, new_run_id
        from pathgui.jobs.plan import THREADS

        spool = self._folder(spool_dir)
        run_id = new_run_id()
        address = None if scheduler in (None, "distributed") else scheduler
        if not distributed and scheduler is None:
            address = THREADS
        tasks = [
            SlideTask(name, path.absolute(), spool / f"{name}.h5")
            for name, path in zip(self.names, self.paths, strict=True)
        ]
        return RunPlan(
            run_id=run_id,
            recipe_path="",
            recipe=Recipe("dataset", self.tiling, pipeline),
            tasks=tuple(tasks),
            run_dir=spool / "runs" / run_id,
            journal=spool / "runs" / "journal.db",
            workers=n_workers or 0,
            threads=2 if address == THREADS else 1,
            scheduler=address,
            force=True,
        )

    def _folder(self, spool_dir: Path | str | None) -> Path:
        if spool_dir is not None:
            self._spool = Path(spool_dir).absolute()
        if self._spool is None:
            # Kept as long as this object: its finished slides lie there.
            self._spool = Path(tempfile.mkdtemp(prefix="pathgui-"))
            weakref.finalize(self, shutil.rmtree, self._spool, ignore_errors=True)
        self._spool.mkdir(parents=True, exist_ok=True)
        return self._spool


def _check_run(
    pipeline: object, n_workers: int | None, client: object, on_error: str
) -> None:
    if not isinstance(pipeline, Pipeline):
        raise TransformError(
            f"run takes a Pipeline, not {pipeline!r}", "write Pipeline([...])"
        )
    if n_workers is not None and n_workers < 1:
        raise RunError(
            f"a run cannot have {n_workers} workers",
            "leave n_workers out for all cores",
        )
    if client is not None and not hasattr(client, "submit"):
        raise RunError(
            f"client is {client!r}, which is no Dask client",
            "pass a distributed.Client, or an address as scheduler=",
        )
    if on_error not in ("raise", "report"):
        raise RunError(f"on_error is {on_error!r}", "use raise or report")


def _names(paths: Sequence[Path]) -> tuple[str, ...]:
    """Names that differ even where files of two folders are called alike."""
    names: list[str] = []
    for path in paths:
        name, number = path.stem, 2
        while name in names:
            name, number = f"{path.stem}_{number}", number + 1
        names.append(name)
    return tuple(names)
