"""Feature extractors: an image of a tile in, a vector of numbers out."""

from pathgui.features.card import ModelCard, load_card
from pathgui.features.choose import extractor_for
from pathgui.features.extractor import Extractor
from pathgui.features.statistics import ColourStatistics

__all__ = ["ColourStatistics", "Extractor", "ModelCard", "extractor_for", "load_card"]
