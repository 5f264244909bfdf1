"""Features of slides on disk: a file for each slide, and databases of many."""

from pathgui.storage.features.database import ConsolidateReport, consolidate
from pathgui.storage.features.meta import SUFFIX, FeatureMeta
from pathgui.storage.features.reader import FeatureFile, SlideFeatures, open_features
from pathgui.storage.features.writer import (
    FeatureOptions,
    FeatureWriter,
    write_features,
)

__all__ = [
    "SUFFIX",
    "ConsolidateReport",
    "FeatureFile",
    "FeatureMeta",
    "FeatureOptions",
    "FeatureWriter",
    "SlideFeatures",
    "consolidate",
    "open_features",
    "write_features",
]
