"""Opening a slide and its result away from the window's thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pathgui.errors import PathguiError, SlideError
from pathgui.gui.viewer.colour import to_screen
from pathgui.gui.viewer.drawn import Drawn, read_drawn
from pathgui.gui.viewer.levels import plan_levels
from pathgui.gui.viewer.overview import overview
from pathgui.gui.viewer.pixels import SlidePixels
from pathgui.gui.viewer.results import (
    Result,
    Stamp,
    find_results,
    of_this_slide,
    read_result,
    results_of,
    stamp_of,
)
from pathgui.gui.viewer.scale import Optics
from pathgui.gui.viewer.values import feature_titles
from pathgui.tiling import TileCache


class MissingSlideError(SlideError):
    """The slide's file is not where the project says."""


@dataclass(frozen=True)
class Request:
    """What to open.

    Attributes
    ----------
    slide_id : str
        Name of the slide in the project.
    path : Path
        The slide's file.
    result : Path
        Its result file, which may not exist.
    cache : Path or None
        Folder for pictures that may be made again.
    mpp : float or None
        Overrides what the file says.
    mask, annotations : Path or None
        What people drew on the slide; the files may not exist.
    features : Path or None
        Its feature file, which may not exist.
    journal : Path or None
        The journal of the project's runs, which says what files they made.
    drafts : tuple of Path, optional
        What people were drawing and have not saved: mask, and shape.
    profile : bool
        Whether the scanner's colour profile is applied to what is shown.
    objective : float or None
        Objective power that overrides what the file says.
    """

    slide_id: str
    path: Path
    result: Path
    cache: Path | None = None
    mpp: float | None = None
    mask: Path | None = None
    annotations: Path | None = None
    features: Path | None = None
    journal: Path | None = None
    drafts: tuple[Path, Path] | None = None
    profile: bool = True
    objective: float | None = None


@dataclass(frozen=True, eq=False)
class LoadedSlide:
    """An open slide, ready to draw; `profiled` where it has a colour profile.

    `result` is the one whose tiles are drawn; `others` are those of further recipes.
    """

    request: Request
    pixels: SlidePixels
    overview: npt.NDArray[np.uint8]
    optics: Optics
    size: tuple[int, int]
    result: Result | None
    stamps: tuple[Stamp, ...]
    drawn: Drawn = field(default_factory=Drawn)
    drawn_stamps: tuple[Stamp, ...] = ()
    features: tuple[str, ...] = ()
    bounds: tuple[int, int, int, int] | None = None
    profiled: bool = False
    others: tuple[Result, ...] = ()

    @property
    def slide_id(self) -> str:
        """Name of the slide in the project."""
        return self.request.slide_id

    def current(self) -> bool:
        """Whether the files are still those that were read."""
        return self.stamps == stamps_of(self.request)

    def fresh(self) -> bool:
        """Whether that is so of what people drew on it, too."""
        return self.current() and self.drawn_stamps == drawn_stamps_of(self.request)

    def close(self) -> None:
        """Close the slide once nobody reads it."""
        self.pixels.close()


def load(
    request: Request,
    cache: TileCache,
    failed: Callable[[PathguiError], None],
    cancelled: Callable[[], bool],
) -> LoadedSlide:
    """Open a slide, its overview and its result.

    Raises
    ------
    SlideError
        If the slide is missing or cannot be read. A result that cannot be read is
        no error: it is noted in ``result.problem``.
    """
    from pathgui.jobs.known_files import known_files

    if not request.path.exists():
        raise MissingSlideError(
            f"The slide file {request.path} is not there.",
            "Relink missing slides, or plug in the disk it lies on.",
        )
    stamps, drawn_stamps = stamps_of(request), drawn_stamps_of(request)
    known = known_files(request.journal)
    with ThreadPoolExecutor(1, "viewer-look") as aside:
        # A first look at files nobody knows takes as long as opening the slide.
        aside.submit(known.prepare, _files_of(request))
        pixels, picture, profiled = _opened(request, cache, failed, cancelled)
    properties = pixels.slide.properties
    files = find_results(request.result, request.slide_id, known)
    read = (read_result(file, known) for file in files)
    found = [of_this_slide(result, properties.quickhash) for result in read]
    return LoadedSlide(
        request,
        pixels,
        picture,
        Optics(properties.mpp, properties.objective),
        properties.dimensions,
        found[0] if found else None,
        stamps,
        read_drawn(
            request.mask, request.annotations, properties.bounds, request.drafts
        ),
        drawn_stamps,
        feature_titles(request.features, known),
        properties.bounds,
        profiled,
        tuple(other for other in found[1:] if other.problem is None),
    )


def _files_of(request: Request) -> list[Path]:
    files = results_of(request.result, request.slide_id)
    return files if request.features is None else [*files, request.features]


def _opened(
    request: Request,
    cache: TileCache,
    failed: Callable[[PathguiError], None],
    cancelled: Callable[[], bool],
) -> tuple[SlidePixels, npt.NDArray[np.uint8], bool]:
    from pathgui.slides import open_slide

    slide = open_slide(request.path, mpp=request.mpp, objective=request.objective)
    try:
        picture = overview(slide, request.cache, cancelled)
        properties = slide.properties
        levels = plan_levels(
            properties.level_dimensions,
            properties.level_downsamples,
            (picture.shape[1], picture.shape[0]),
        )
        known = to_screen(slide.icc_profile)
        colour = known if request.profile else None
        picture = picture if colour is None else colour(picture)
        pixels = SlidePixels(slide, levels, picture, cache, failed, colour)
    except PathguiError:
        slide.close()
        raise
    return pixels, picture, known is not None


def stamps_of(request: Request) -> tuple[Stamp, ...]:
    """What tells whether the slide or its result was replaced; opens nothing."""
    files = results_of(request.result, request.slide_id)
    return tuple(stamp_of(file) for file in (request.path, *files))


def drawn_stamps_of(request: Request) -> tuple[Stamp, ...]:
    """What tells whether somebody drew on the slide meanwhile."""
    files = (request.mask, request.annotations, *(request.drafts or ()))
    return tuple(stamp_of(file) for file in files)
