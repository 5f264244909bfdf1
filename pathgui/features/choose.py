"""An extractor by what people call it."""

from pathlib import Path

from pathgui.errors import ModelError
from pathgui.features.extractor import Extractor
from pathgui.features.statistics import ColourStatistics


def extractor_for(model: str | Path, *, threads: int = 1) -> Extractor:
    """``colour-statistics``, or a model's file (``.onnx``).

    Raises
    ------
    ModelError
        If there is no such extractor or file, or the model is of no use.
    MissingExtraError
        If the package that runs it is not installed.
    """
    if str(model) == ColourStatistics.name:
        return ColourStatistics()
    path = Path(model)
    if path.suffix.lower() != ".onnx":
        raise ModelError(
            f"there is no model {str(model)!r}",
            f"use {ColourStatistics.name} or a file that ends in .onnx",
        )
    from pathgui.features.onnx import OnnxExtractor

    return OnnxExtractor(path, threads=threads)
