"""Transforms of tiles and slides: arrays in, arrays out."""

from pathgui.preprocessing.artifacts import LabelArtifactTileHE
from pathgui.preprocessing.binary import (
    BinaryThreshold,
    ForegroundDetection,
    MorphClose,
    MorphOpen,
)
from pathgui.preprocessing.blur import BoxBlur, GaussianBlur, MedianBlur
from pathgui.preprocessing.filters import LabelEdges, LabelGreySpaceHE, LabelStainHE
from pathgui.preprocessing.given import (
    AUTOMATIC,
    DrawnRegions,
    ReviewedMask,
    mask_to_text,
)
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
from pathgui.preprocessing.pipeline import FittedPipeline, Pipeline
from pathgui.preprocessing.quality import MeasureSlide
from pathgui.preprocessing.registry import (
    TRANSFORMS,
    all_transforms,
    transform_class,
    transform_from_config,
)
from pathgui.preprocessing.slide_transform import SlideMaskStep, SlideTransform
from pathgui.preprocessing.stains import StainNormalizationHE
from pathgui.preprocessing.superpixels import SuperpixelInterpolation
from pathgui.preprocessing.tissue import TissueDetectionHE
from pathgui.preprocessing.transform import (
    Bounds,
    Overview,
    Parameter,
    SlideMask,
    TileStep,
    Transform,
    digest_of,
    param,
)
from pathgui.preprocessing.whitespace import LabelWhiteSpaceHE

__all__ = [
    "AUTOMATIC",
    "TRANSFORMS",
    "AdaptiveHistogramEqualization",
    "BinaryThreshold",
    "Bounds",
    "BoxBlur",
    "DrawnRegions",
    "FittedPipeline",
    "ForegroundDetection",
    "GaussianBlur",
    "HistogramEqualization",
    "LabelArtifactTileHE",
    "LabelBrightness",
    "LabelDarkSpots",
    "LabelEdges",
    "LabelEntropy",
    "LabelFocus",
    "LabelGreySpaceHE",
    "LabelPenMarks",
    "LabelSaturation",
    "LabelStainHE",
    "LabelWhiteSpaceHE",
    "MeasureSlide",
    "MedianBlur",
    "MorphClose",
    "MorphOpen",
    "NucleusDetectionHE",
    "Overview",
    "Parameter",
    "Pipeline",
    "RescaleIntensity",
    "ReviewedMask",
    "SlideMask",
    "SlideMaskStep",
    "SlideTransform",
    "StainNormalizationHE",
    "SuperpixelInterpolation",
    "TileStep",
    "TissueDetectionHE",
    "Transform",
    "all_transforms",
    "digest_of",
    "mask_to_text",
    "param",
    "transform_class",
    "transform_from_config",
]
