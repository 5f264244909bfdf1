"""Haematoxylin and eosin: estimated once per slide, then normalised."""

from pathgui.preprocessing.stains.normalization import StainNormalizationHE

__all__ = ["StainNormalizationHE"]
