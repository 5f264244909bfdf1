"""What is decided about a slide before its tiles are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pathgui.engine.drawn import Drawn
from pathgui.engine.tiling import Tiling
from pathgui.errors import ResolutionError
from pathgui.preprocessing import (
    FittedPipeline,
    Overview,
    Pipeline,
    SlideMask,
    TissueDetectionHE,
)
from pathgui.slides import Slide
from pathgui.tiling import Frame, Image, TileGrid, frame_for, mpp_for_tile

OVERVIEW_SIDE = 4096
_SAMPLE_TILES = 64
_SAMPLE_SIDE = 128


@dataclass(frozen=True, eq=False, slots=True)
class Prepared:
    """A slide ready to be read: which tiles, and what is done to each.

    Attributes
    ----------
    grid : TileGrid
        The tiles that are kept.
    candidates : int
        Tiles of the full grid, before `min_tissue`.
    fitted : FittedPipeline
        Steps for each tile, with what was learned of the slide; holds the masks.
    tissue_fraction : float or None
        Share of the slide that is tissue; None where no mask was made.
    warnings : tuple of str
        For people.
    measured : dict of str to float
        Numbers about the slide that transforms found.
    excluded : int
        Tiles left out because somebody excluded them in review.
    """

    grid: TileGrid
    candidates: int
    fitted: FittedPipeline
    tissue_fraction: float | None
    warnings: tuple[str, ...]
    measured: Mapping[str, float] = field(default_factory=dict)
    excluded: int = 0


def slide_frame(slide: Slide, tiling: Tiling) -> Frame:
    """The frame a tiling asks for; tiles lie where the slide was scanned.

    Raises
    ------
    ResolutionError
        If the slide lacks the level, or the mpp that the tiling needs.
    """
    properties = slide.properties
    mpp = tiling.mpp
    if tiling.tile_um is not None:
        mpp = mpp_for_tile(tiling.tile_um, tiling.tile_size)
    level = tiling.level
    if mpp is None and tiling.magnification is None and level is None:
        level = 0
    try:
        frame = frame_for(
            properties.level_dimensions,
            properties.level_downsamples,
            mpp0=properties.mpp,
            objective=properties.objective,
            level=level,
            mpp=mpp,
            magnification=tiling.magnification,
            upsample=tiling.upsample,
        )
    except ResolutionError as error:
        raise ResolutionError(
            f"{slide.path.name}: {error.message}", error.hint
        ) from error
    return frame.scanned(properties.bounds)


def make_overview(
    slide: Slide, frame: Frame, picture: tuple[Image, float] | None = None
) -> Overview:
    """The low-resolution picture that slide-scoped transforms look at.

    Parameters
    ----------
    slide : Slide
        The slide.
    frame : Frame
        That of the tiles; stains are learned at its resolution.
    picture : (ndarray, float), optional
        What ``slide.overview(OVERVIEW_SIDE)`` gave before; read if not given.
    """
    image, downsample = picture or slide.overview(OVERVIEW_SIDE)
    overview = Overview(image, downsample, slide.properties.mpp, _nothing)
    overview.sample = _sampler(slide, frame, overview)
    return overview


def prepare(
    slide: Slide, tiling: Tiling, pipeline: Pipeline, drawn: Drawn | None = None
) -> Prepared:
    """Fit the pipeline to a slide and choose the tiles.

    Tissue is detected once, on the overview; if `tiling.min_tissue` needs a mask
    that no step makes, `TissueDetectionHE` with its defaults makes it.

    Raises
    ------
    ResolutionError, TilingError, TransformError, SlideError
        As the parts raise them.
    """
    drawn = drawn or Drawn()
    frame = slide_frame(slide, tiling)
    full = TileGrid.regular(frame, tiling.tile_size, tiling.step, tiling.pad)
    said = (*doubts(slide), *unannotated(tiling, drawn))
    if tiling.min_tissue is None and not _looks_at_slide(pipeline):
        fitted = FittedPipeline(pipeline.transforms, {})
        grid, excluded = keep_tiles(full, tiling, None, drawn)
        return Prepared(grid, len(full), fitted, None, said, {}, excluded)
    overview = make_overview(slide, frame)
    fitted = pipeline.fit(overview)
    if tiling.min_tissue is not None and tiling.mask not in overview.masks:
        step = TissueDetectionHE(mask_name=tiling.mask).fit(overview)
        fitted = FittedPipeline((*fitted.steps, step), dict(overview.masks))
    mask = overview.masks.get(tiling.mask)
    grid, excluded = keep_tiles(full, tiling, mask, drawn)
    return Prepared(
        grid,
        len(full),
        fitted,
        None if mask is None else tissue_share(mask, slide),
        (*said, *overview.warnings),
        dict(overview.measured),
        excluded,
    )


def tissue_share(mask: SlideMask, slide: Slide) -> float:
    """Share of the slide that a mask covers; of what was scanned, where it tells."""
    height, width = mask.array.shape
    frame = Frame(0, mask.downsample, width, height).scanned(slide.properties.bounds)
    left, upper, right, lower = frame.extent
    return float(mask.array[upper:lower, left:right].mean())


def doubts(slide: Slide) -> tuple[str, ...]:
    """What makes the slide's resolution doubtful; an unknown one does no harm here."""
    properties = slide.properties
    doubtful = properties.mpp is not None and properties.mpp_warning
    return (properties.mpp_warning,) if doubtful else ()


def _looks_at_slide(pipeline: Pipeline) -> bool:
    return any(transform.scope == "slide" for transform in pipeline.transforms)


def keep_tiles(
    grid: TileGrid, tiling: Tiling, mask: SlideMask | None, drawn: Drawn | None = None
) -> tuple[TileGrid, int]:
    """The tiles that are made, and how many more were excluded in review.

    Parameters
    ----------
    grid : TileGrid
        All tiles.
    tiling : Tiling
        What it asks of tissue and annotations.
    mask : SlideMask or None
        The mask that `min_tissue` looks at; without one all tiles have enough.
    drawn : Drawn, optional
        Annotated areas and excluded tiles.
    """
    drawn = drawn or Drawn()
    if tiling.min_tissue is not None and mask is not None:
        share = grid.mask_fraction(mask.array, mask.downsample)
        # A share of 0.5 stays in at min_tissue 0.5, whatever the last bit says.
        grid = grid.take(share >= tiling.min_tissue - 1e-9)
    grid = drawn.annotated(grid, tiling)
    out = drawn.taken_out(grid)
    return grid.take(~out), int(out.sum())


def unannotated(tiling: Tiling, drawn: Drawn) -> tuple[str, ...]:
    """What people should know where a tiling asks for annotations in vain."""
    if tiling.include is None or drawn.inside:
        return ()
    return ("this slide has no such annotations: no tile stays",)


def _sampler(
    slide: Slide, frame: Frame, overview: Overview
) -> Callable[[int], npt.NDArray[np.uint8]]:
    """Sample pixels of tissue, spread over the slide, the same at every call."""

    def sample(count: int) -> npt.NDArray[np.uint8]:
        left, upper, right, lower = frame.extent
        side = min(_SAMPLE_SIDE, right - left, lower - upper)
        grid = TileGrid.regular(frame, side)
        tissue = overview.masks.get(overview.tissue)
        if tissue is not None:
            share = grid.mask_fraction(tissue.array, tissue.downsample)
            candidates = np.flatnonzero(share >= min(0.5, share.max()))
        else:
            candidates = np.arange(len(grid))
        step = max(1, len(candidates) // _SAMPLE_TILES)
        chosen = candidates[::step][:_SAMPLE_TILES]
        parts = [
            image.reshape(-1, 3) for _, image in slide.iter_tiles(grid, chosen.tolist())
        ]
        pixels = np.concatenate(parts)
        return pixels[:: max(1, len(pixels) // count)][:count]

    return sample


def _nothing(count: int) -> npt.NDArray[np.uint8]:
    return np.zeros((min(count, 0), 3), dtype=np.uint8)
