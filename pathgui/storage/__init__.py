"""Result files: HDF5 that is small, fast, exact and safe to open."""

from pathgui.storage.advice import Advice, Choice, advise
from pathgui.storage.assemble import add_slides, merge, replace_slide, split
from pathgui.storage.atomic import remove_stale_parts, stale_parts
from pathgui.storage.features import (
    FeatureFile,
    FeatureMeta,
    FeatureOptions,
    FeatureWriter,
    SlideFeatures,
    consolidate,
    open_features,
)
from pathgui.storage.guard import call_in_child
from pathgui.storage.map_writer import MapWriter
from pathgui.storage.maps import StoredMap
from pathgui.storage.options import WriteOptions
from pathgui.storage.reader import SlideFile, open_file
from pathgui.storage.repacking import RepackReport, repack
from pathgui.storage.schema import (
    FORMAT_VERSION,
    IMAGES,
    LAYOUTS,
    Images,
    Layout,
    SlideMeta,
)
from pathgui.storage.sizes import DatasetInfo, FileInfo, info
from pathgui.storage.slide import StoredSlide
from pathgui.storage.validation import validate
from pathgui.storage.walk import Problem
from pathgui.storage.writer import SlideWriter

__all__ = [
    "FORMAT_VERSION",
    "IMAGES",
    "LAYOUTS",
    "Advice",
    "Choice",
    "DatasetInfo",
    "FeatureFile",
    "FeatureMeta",
    "FeatureOptions",
    "FeatureWriter",
    "FileInfo",
    "Images",
    "Layout",
    "MapWriter",
    "Problem",
    "RepackReport",
    "SlideFeatures",
    "SlideFile",
    "SlideMeta",
    "SlideWriter",
    "StoredMap",
    "StoredSlide",
    "WriteOptions",
    "add_slides",
    "advise",
    "call_in_child",
    "consolidate",
    "info",
    "merge",
    "open_features",
    "open_file",
    "remove_stale_parts",
    "repack",
    "replace_slide",
    "split",
    "stale_parts",
    "validate",
]
