"""Transforms of tiles and slides: arrays in, arrays out."""

from pathgui.preprocessing.blur import BoxBlur, GaussianBlur, MedianBlur
from pathgui.preprocessing.pipeline import FittedPipeline, Pipeline
from pathgui.preprocessing.registry import (
    TRANSFORMS,
    all_transforms,
    transform_class,
    transform_from_config,
)
from pathgui.preprocessing.slide_transform import SlideMaskStep, SlideTransform
from pathgui.preprocessing.tissue import TissueDetectionHE
from pathgui.preprocessing.transform import (
    Bounds,
    Overview,
    Parameter,
    SlideMask,
    TileStep,
    Transform,
    param,
)
from pathgui.preprocessing.whitespace import LabelWhiteSpaceHE

__all__ = [
    "TRANSFORMS",
    "Bounds",
    "BoxBlur",
    "FittedPipeline",
    "GaussianBlur",
    "LabelWhiteSpaceHE",
    "MedianBlur",
    "Overview",
    "Parameter",
    "Pipeline",
    "SlideMask",
    "SlideMaskStep",
    "SlideTransform",
    "TileStep",
    "TissueDetectionHE",
    "Transform",
    "all_transforms",
    "param",
    "transform_class",
    "transform_from_config",
]
