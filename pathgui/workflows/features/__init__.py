"""Features of a project's slides: extract, consolidate, choose, export."""

from pathgui.workflows.features.consolidation import Consolidation, consolidate
from pathgui.workflows.features.export import export
from pathgui.workflows.features.extraction import (
    ExtractOptions,
    ExtractReport,
    extract,
)
from pathgui.workflows.features.memmap import MappedFeatures, open_memmap, write_memmap
from pathgui.workflows.features.selection import Bag, FeatureSet, query
from pathgui.workflows.features.tables import to_anndata, to_frame

__all__ = [
    "Bag",
    "Consolidation",
    "ExtractOptions",
    "ExtractReport",
    "FeatureSet",
    "MappedFeatures",
    "consolidate",
    "export",
    "extract",
    "open_memmap",
    "query",
    "to_anndata",
    "to_frame",
    "write_memmap",
]
