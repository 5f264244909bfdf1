"""Result files: HDF5 that is small, fast, exact and safe to open."""

from pathgui.storage.atomic import remove_stale_parts, stale_parts
from pathgui.storage.reader import SlideFile, StoredSlide, open_file
from pathgui.storage.schema import (
    FORMAT_VERSION,
    IMAGES,
    LAYOUTS,
    Images,
    Layout,
    SlideMeta,
)
from pathgui.storage.writer import SlideWriter

__all__ = [
    "FORMAT_VERSION",
    "IMAGES",
    "LAYOUTS",
    "Images",
    "Layout",
    "SlideFile",
    "SlideMeta",
    "SlideWriter",
    "StoredSlide",
    "open_file",
    "remove_stale_parts",
    "stale_parts",
]
