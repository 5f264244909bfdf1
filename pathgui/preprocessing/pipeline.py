"""A pipeline: transforms in order, fitted once per slide, applied tile by tile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from typing_extensions import override

from pathgui.errors import TransformError
from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.registry import KEY, transform_from_config
from pathgui.preprocessing.transform import (
    Image,
    Overview,
    SlideMask,
    TileData,
    TileStep,
    Transform,
    digest_of,
)


class TileLike(Protocol):
    """Whatever has the attributes of a tile."""

    coords: Any
    downsample: Any
    mpp: Any
    valid_size: Any
    image: Any
    masks: Any
    labels: Any


class RunsPipeline(Protocol):
    """A slide that knows how to run a pipeline on itself."""

    def apply(self, pipeline: "Pipeline") -> object: ...


@dataclass(frozen=True)
class FittedPipeline:
    """A pipeline after it has seen one slide; small, and can be pickled.

    Attributes
    ----------
    steps : tuple of TileStep
        What each tile gets, in order.
    masks : dict of str to SlideMask
        Masks over the whole slide that were found.
    warnings : tuple of str
        What had to be guessed or given up; shown to people.
    """

    steps: tuple[TileStep, ...]
    masks: dict[str, SlideMask]
    warnings: tuple[str, ...] = ()

    @property
    def changes_image(self) -> bool:
        """Whether any step changes pixels."""
        return any(step.changes_image for step in self.steps)

    def apply(self, tile: TileLike) -> None:
        """Run all steps on one tile, in place.

        Raises
        ------
        TransformError
            If the picture is not uint8 RGB, or a step misses its mask.
        """
        _on_arrays(self.steps, tile)


class Pipeline:
    """Transforms to be run one after the other.

    Parameters
    ----------
    transforms : sequence of Transform
        In the order in which they run. Those with scope ``slide`` look at the
        whole slide first, whatever their place.
    """

    def __init__(self, transforms: Iterable[Transform] = ()) -> None:
        if isinstance(transforms, Transform) or not isinstance(transforms, Iterable):
            raise TransformError(
                f"a pipeline takes a list of transforms, not {transforms!r}",
                "write Pipeline([...]), with square brackets",
            )
        self.transforms: tuple[Transform, ...] = tuple(transforms)
        for item in self.transforms:
            if not isinstance(item, Transform):
                raise TransformError(
                    f"a pipeline takes transforms, not {item!r}",
                    "write TissueDetectionHE(), with brackets"
                    if isinstance(item, type)
                    else "",
                )

    def apply(self, tile: TileLike) -> None:
        """Run all transforms on one tile, in place.

        Transforms that learn from a slide learn from this tile alone.
        """
        _on_arrays(self.transforms, tile)

    def run(self, slide: RunsPipeline) -> None:
        """Run on a slide: fitted at once, applied to tiles when they are read."""
        slide.apply(self)

    def fit(self, overview: Overview) -> FittedPipeline:
        """Let each transform learn from the slide.

        Parameters
        ----------
        overview : Overview
            The slide at low resolution; masks and warnings are added to it.
        """
        steps = tuple(transform.fit(overview) for transform in self.transforms)
        return FittedPipeline(steps, dict(overview.masks), tuple(overview.warnings))

    def config(self) -> list[dict[str, Any]]:
        """Steps as a recipe writes them: name, then parameters."""
        return [{KEY: type(t).__name__, **t.config()} for t in self.transforms]

    @property
    def digest(self) -> str:
        """SHA-256 of all steps in order: the same in every process and everywhere."""
        return digest_of(self.config())

    @classmethod
    def from_config(cls, steps: Sequence[Mapping[str, Any]]) -> Self:
        """Make a pipeline from what `config` gave.

        Raises
        ------
        TransformError
            If a transform is unknown or a parameter does not fit.
        """
        return cls(transform_from_config(step) for step in steps)

    def __len__(self) -> int:
        return len(self.transforms)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pipeline) and self.transforms == other.transforms

    @override
    def __hash__(self) -> int:
        return hash(self.transforms)

    @override
    def __repr__(self) -> str:
        return f"Pipeline([{', '.join(map(repr, self.transforms))}])"


def _on_arrays(steps: Sequence[TileStep], tile: TileLike) -> None:
    """Run steps on plain arrays, so that a lazy tile reads its pixels only once."""
    if isinstance(tile, TileData):
        rgb_image(tile)
        for step in steps:
            step.apply(tile)
        return
    before: Image = tile.image
    data = TileData(
        before,
        tile.coords,
        tile.downsample,
        tile.mpp,
        tile.valid_size,
        dict(tile.masks),
        dict(tile.labels),
    )
    _on_arrays(steps, data)
    if data.image is not before:
        tile.image = data.image
    tile.masks, tile.labels = data.masks, data.labels
