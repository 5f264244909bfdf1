"""Hand-crafted features: how the colours of a tile are distributed."""

import numpy as np
from typing_extensions import override

from pathgui.errors import TransformError
from pathgui.features.extractor import Extractor, Features, Images

_CHANNELS = ("red", "green", "blue", "optical_density", "saturation")
_MEASURES = ("mean", "std", "p10", "p50", "p90")


class ColourStatistics(Extractor):
    """Mean, spread and percentiles of colour, optical density and saturation.

    Optical density is ``-log10((I + 1) / 256)``, mean of the three channels
    (Beer-Lambert); saturation is ``(max - min) / max`` as in HSV.
    """

    name = "colour-statistics"
    feature_names = tuple(f"{c}_{m}" for c in _CHANNELS for m in _MEASURES)

    @override
    def extract(self, images: Images) -> Features:
        if images.ndim != 4 or images.shape[-1] != 3 or images.dtype != np.uint8:
            raise TransformError(
                f"images are {images.dtype} of shape {images.shape}",
                "give uint8 of shape (n, height, width, 3)",
            )
        result = np.empty((len(images), self.dimension), np.float32)
        for row, image in zip(result, images, strict=True):
            row[:] = _measure(image)
        return result


def _measure(image: Images) -> Features:
    pixels = image.reshape(-1, 3).astype(np.float32)
    high, low = pixels.max(axis=1), pixels.min(axis=1)
    density = -np.log10((pixels + 1) / 256).mean(axis=1)
    saturation = (high - low) / np.maximum(high, 1)
    values = np.column_stack([pixels / 255, density, saturation])
    percentiles = np.percentile(values, (10, 50, 90), axis=0)
    table = np.vstack([values.mean(axis=0), values.std(axis=0), percentiles])
    return np.asarray(table.T.ravel(), np.float32)
