"""Files of neighbouring tools, read and written."""

from pathgui.interop.annotation import Annotation, AnnotationFile, Bounds
from pathgui.interop.geojson_read import read_classes, read_geojson
from pathgui.interop.geojson_write import write_geojson
from pathgui.interop.outlines import (
    mask_polygons,
    tile_annotations,
    tissue_annotations,
)

__all__ = [
    "Annotation",
    "AnnotationFile",
    "Bounds",
    "mask_polygons",
    "read_classes",
    "read_geojson",
    "tile_annotations",
    "tissue_annotations",
    "write_geojson",
]
