"""The library: slides, tiles and datasets as scripts use them."""

from pathgui.core.dataset import DatasetRun, SlideDataset
from pathgui.core.slide_data import SlideData
from pathgui.tiling import Tile

__all__ = ["DatasetRun", "SlideData", "SlideDataset", "Tile"]
