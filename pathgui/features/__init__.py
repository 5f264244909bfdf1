"""Feature extractors: an image of a tile in, a vector of numbers out."""

from pathgui.features.extractor import Extractor
from pathgui.features.statistics import ColourStatistics

__all__ = ["ColourStatistics", "Extractor"]
