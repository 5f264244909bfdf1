"""What a recipe would do to a slide, before it is run: mask, tiles, size and time."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from pathgui.engine import (
    OVERVIEW_SIDE,
    Recipe,
    file_bytes,
    iter_processed,
    keep_tiles,
    make_overview,
    slide_frame,
    tissue_share,
    unannotated,
)
from pathgui.errors import Cancelled
from pathgui.preprocessing import (
    FittedPipeline,
    Overview,
    Pipeline,
    SlideMask,
    SlideMaskStep,
    TileStep,
    TissueDetectionHE,
    Transform,
)
from pathgui.project import Project
from pathgui.slides import Slide
from pathgui.tiling import Image, TileData, TileGrid
from pathgui.workflows.preview_steps import StepChain

Asked = Callable[[], bool]
_SAMPLE_TILES, _SAMPLE_SECONDS = 24, 1.0
# Opening the slide, writing the file and checking it, whatever the number of tiles.
_START_SECONDS = 0.3


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """What a recipe gives on one slide.

    Attributes
    ----------
    recipe : Recipe
        The recipe.
    grid : TileGrid
        Tiles that would be made.
    candidates : int
        Tiles of the full grid.
    masks : dict of str to SlideMask
        Masks that were found, or given.
    tissue : float or None
        Share of the slide in the mask that tiles are chosen by.
    bytes_by_images : dict of str to int
        Expected size of the file, by what ``output.images`` may be.
    warnings : tuple of str
        For people.
    """

    recipe: Recipe
    grid: TileGrid
    candidates: int
    masks: dict[str, SlideMask]
    tissue: float | None
    bytes_by_images: dict[str, int]
    warnings: tuple[str, ...] = ()

    @property
    def file_bytes(self) -> int:
        """Expected size of the file as the recipe has it."""
        return self.bytes_by_images[self.recipe.output.images]


class Previewer:
    """Looks at one slide under one recipe after another.

    The overview is read once, and masks are found again only if a step that finds
    them has changed. The result is that of a run: the same picture, the same steps.

    Parameters
    ----------
    slide : Slide
        Open as long as the previewer is used.
    """

    def __init__(self, slide: Slide) -> None:
        self._slide = slide
        self._lock = Lock()
        self._picture: tuple[Image, float] | None = None
        self._known: tuple[str, dict[str, SlideMask], tuple[str, ...]] | None = None

    def look(self, recipe: Recipe, asked: Asked = lambda: False) -> Look:
        """Masks and tiles that a recipe gives.

        Parameters
        ----------
        recipe : Recipe
            What would be run.
        asked : callable
            Whether to give up; looked at between steps.

        Raises
        ------
        Cancelled
            If `asked` said so.
        SlideError, ResolutionError, TilingError, TransformError
            As the run would.
        """
        tiling = recipe.tiling
        frame = slide_frame(self._slide, tiling)
        full = TileGrid.regular(frame, tiling.tile_size, tiling.step, tiling.pad)
        masks, warnings = self._masks(recipe, asked)
        _stop(asked)
        mask = masks.get(tiling.mask)
        grid, _ = keep_tiles(full, tiling, mask, recipe.drawn)
        share = None if mask is None else tissue_share(mask, self._slide)
        steps = recipe.pipeline.transforms
        written = sum(1 for step in steps if hasattr(step, "mask_name"))
        sizes = {
            images: file_bytes(
                len(grid),
                tiling.tile_size,
                replace(recipe.output, images=images),
                written,
            )
            for images in ("pixels", "reference", "none")
        }
        said = (*unannotated(tiling, recipe.drawn), *warnings)
        return Look(recipe, grid, len(full), masks, share, sizes, said)

    def pace(self, look: Look, asked: Asked = lambda: False) -> float:
        """Seconds that a worker would take for the slide, measured on a few tiles.

        Raises
        ------
        Cancelled
            If `asked` said so.
        """
        count = len(look.grid)
        if not count or look.recipe.output.images == "none":
            return _START_SECONDS
        fitted = self._fitted(look)
        _stop(asked)
        chosen = np.linspace(0, count - 1, min(count, _SAMPLE_TILES)).astype(int)
        sample = look.grid.take(np.unique(chosen))
        done, start = 0, time.perf_counter()
        for _ in iter_processed(self._slide, sample, fitted, None, 1, asked):
            done += 1
            if time.perf_counter() - start > _SAMPLE_SECONDS:
                break
        spent = time.perf_counter() - start
        return _START_SECONDS + spent / max(done, 1) * count

    def chain(self, look: Look, region: TileData) -> StepChain:
        """The steps of a recipe on a region of the slide, one after the other.

        Parameters
        ----------
        look : Look
            What was found on the slide; slide-wide masks are taken from it.
        region : TileData
            The region at any resolution.
        """
        overview = self._seen(look)
        steps = look.recipe.pipeline.transforms

        def fit(place: int) -> TileStep:
            return _fit(steps[place], look, overview)

        return StepChain(len(steps), fit, region)

    def _fitted(self, look: Look) -> FittedPipeline:
        """The whole pipeline, fitted; masks that are known are not found again."""
        overview = self._seen(look)
        transforms = look.recipe.pipeline.transforms
        steps = tuple(_fit(one, look, overview) for one in transforms)
        return FittedPipeline(steps, look.masks)

    def _seen(self, look: Look) -> Overview:
        overview = make_overview(self._slide, look.grid.frame, self._overview())
        overview.masks.update(look.masks)
        return overview

    def _masks(
        self, recipe: Recipe, asked: Asked
    ) -> tuple[dict[str, SlideMask], tuple[str, ...]]:
        steps: list[Transform] = [
            step
            for step in recipe.pipeline.transforms
            if step.scope == "slide" and hasattr(step, "mask_name")
        ]
        tiling = recipe.tiling
        names = {getattr(step, "mask_name", "") for step in steps}
        if tiling.min_tissue is not None and tiling.mask not in names:
            steps.append(TissueDetectionHE(mask_name=tiling.mask))
        key = json.dumps(Pipeline(steps).config(), sort_keys=True)
        if self._known is not None and self._known[0] == key:
            return self._known[1:]
        frame = slide_frame(self._slide, tiling)
        overview = make_overview(self._slide, frame, self._overview())
        for step in steps:
            _stop(asked)
            step.fit(overview)
        self._known = key, dict(overview.masks), tuple(overview.warnings)
        return self._known[1:]

    def _overview(self) -> tuple[Image, float]:
        with self._lock:
            if self._picture is None:
                self._picture = self._slide.overview(OVERVIEW_SIDE)
            return self._picture


@dataclass(frozen=True, slots=True)
class CohortLook:
    """What a recipe would give on many slides, if all were like the one seen."""

    slides: int
    tiles: int
    pixel_bytes: int
    reference_bytes: int


def for_cohort(project: Project, look: Look, slide_id: str) -> CohortLook:
    """What the recipe would give on all slides of a project, by their areas.

    Slides whose size is not known count as one like this.
    """
    manifest = project.manifest
    areas = [area(project, row) for row in manifest.row_ids]
    own = manifest.find(slide_id)
    mine = None if own is None else area(project, own)
    times = sum((one / mine if one and mine else 1.0) for one in areas)
    sizes = look.bytes_by_images
    return CohortLook(
        len(areas),
        round(len(look.grid) * times),
        round(sizes["pixels"] * times),
        round(sizes["reference"] * times),
    )


def area(project: Project, row: int) -> float | None:
    """Area of a slide in square micrometres (or pixels, where mpp is unknown)."""
    sides = [project.manifest.value(row, name) for name in ("width", "height", "mpp")]
    width, height, mpp = (s if isinstance(s, int | float) else None for s in sides)
    if not width or not height:
        return None
    return float(width) * float(height) * (float(mpp) ** 2 if mpp else 1.0)


def _fit(transform: Transform, look: Look, overview: Overview) -> TileStep:
    name = getattr(transform, "mask_name", "")
    if transform.scope == "slide" and name in look.masks:
        return SlideMaskStep(name, look.masks[name])
    return transform.fit(overview)


def _stop(asked: Asked) -> None:
    if asked():
        raise Cancelled("other parameters were asked for")
