"""Transforms by name: ours, and those that other packages offer."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from pathgui.errors import TransformError
from pathgui.preprocessing.artifacts import LabelArtifactTileHE
from pathgui.preprocessing.binary import (
    BinaryThreshold,
    ForegroundDetection,
    MorphClose,
    MorphOpen,
)
from pathgui.preprocessing.blur import BoxBlur, GaussianBlur, MedianBlur
from pathgui.preprocessing.filters import LabelEdges, LabelGreySpaceHE, LabelStainHE
from pathgui.preprocessing.given import DrawnRegions, ReviewedMask
from pathgui.preprocessing.intensity import (
    AdaptiveHistogramEqualization,
    HistogramEqualization,
    RescaleIntensity,
)
from pathgui.preprocessing.metrics import (
    LabelBrightness,
    LabelDarkSpots,
    LabelEntropy,
    LabelFocus,
    LabelPenMarks,
    LabelSaturation,
)
from pathgui.preprocessing.nuclei import NucleusDetectionHE
from pathgui.preprocessing.quality import MeasureSlide
from pathgui.preprocessing.stains import StainNormalizationHE
from pathgui.preprocessing.superpixels import SuperpixelInterpolation
from pathgui.preprocessing.tissue import TissueDetectionHE
from pathgui.preprocessing.transform import Transform
from pathgui.preprocessing.whitespace import LabelWhiteSpaceHE

GROUP = "pathgui.transforms"
KEY = "transform"

# In the order in which a menu shows them.
_OURS: Iterable[type[Transform]] = (
    TissueDetectionHE,
    DrawnRegions,
    ReviewedMask,
    StainNormalizationHE,
    NucleusDetectionHE,
    LabelWhiteSpaceHE,
    LabelArtifactTileHE,
    LabelFocus,
    LabelPenMarks,
    LabelDarkSpots,
    LabelBrightness,
    LabelSaturation,
    LabelEntropy,
    LabelGreySpaceHE,
    LabelEdges,
    LabelStainHE,
    MeasureSlide,
    GaussianBlur,
    MedianBlur,
    BoxBlur,
    RescaleIntensity,
    HistogramEqualization,
    AdaptiveHistogramEqualization,
    SuperpixelInterpolation,
    BinaryThreshold,
    MorphOpen,
    MorphClose,
    ForegroundDetection,
)

TRANSFORMS: Mapping[str, type[Transform]] = {kind.__name__: kind for kind in _OURS}


def transform_from_config(config: Mapping[str, Any]) -> Transform:
    """Make a transform from a recipe's step.

    Parameters
    ----------
    config : mapping
        ``{"transform": name, **parameters}``.

    Raises
    ------
    TransformError
        If the name is unknown or a parameter does not fit.
    """
    values = dict(config)
    name = values.pop(KEY, None)
    if not isinstance(name, str):
        raise TransformError(
            "a step does not say which transform it is",
            'write for example transform = "TissueDetectionHE"',
        )
    return transform_class(str(name)).from_config(values)


def transform_class(name: str) -> type[Transform]:
    """The class of a transform, ours or a plug-in's.

    Raises
    ------
    TransformError
        If there is none of that name, or the plug-in that offers it is broken.
    """
    if name in TRANSFORMS:
        return TRANSFORMS[name]
    if name in plugin_names():
        return _load_plugin(name)
    known = sorted({*TRANSFORMS, *plugin_names()})
    raise TransformError(f"there is no transform {name!r}", _hint(name, known))


def all_transforms() -> dict[str, type[Transform]]:
    """Ours and all plug-ins that load, by name; a broken plug-in is left out."""
    found = dict(TRANSFORMS)
    for name in plugin_names():
        try:
            found.setdefault(name, _load_plugin(name))
        except TransformError as error:
            from pathgui import log

            log.get(__name__).warning("%s", error)
    return found


def plugin_names() -> tuple[str, ...]:
    """Names in the entry point group ``pathgui.transforms``, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


@cache
def _load_plugin(name: str) -> type[Transform]:
    (point, *_) = entry_points(group=GROUP, name=name)
    package = point.dist.name if point.dist else point.value
    try:
        kind = point.load()
    # A plug-in may fail in any way when it is imported; it must not take us along.
    except Exception as error:
        raise TransformError(
            f"the transform {name!r} of {package} cannot be loaded: {error}",
            "update or remove that package",
        ) from error
    if not (isinstance(kind, type) and issubclass(kind, Transform)):
        raise TransformError(
            f"{point.value} of {package} is not a transform",
            "it must be a subclass of pathgui.preprocessing.Transform",
        )
    if kind.__name__ != name:
        # A recipe stores the name of the class and must find it again.
        raise TransformError(
            f"{package} offers the transform {kind.__name__} as {name!r}",
            "its entry point must have the name of the class",
        )
    return kind


def _hint(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return f"did you mean {near[0]}?" if near else "there are " + ", ".join(known)
