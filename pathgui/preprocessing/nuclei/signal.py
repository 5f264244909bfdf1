"""A picture that is high in nuclei, and how large these are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.colour import otsu
from pathgui.preprocessing.nuclei.shape import ellipse_fit, moments
from pathgui.preprocessing.transform import Image

Signal = npt.NDArray[np.float32]
Column = npt.NDArray[np.float64]

# Haematoxylin is what takes away red. Red blood cells and dark eosin take away blue
# as well, haematoxylin hardly does.
_BLUE = -0.15
# Darker than this, differences are the noise of the camera.
_DARKEST = 16
# Nuclei have a radius between these, in µm where the resolution is known, else in
# pixels.
_RADIUS_UM = (2.0, 9.0)
_RADIUS_PX = (3.0, 30.0)
# Thresholds at which single nuclei are looked for, and the radius if there are none.
_SHARES, _GUESS = (0.7, 0.85, 1.0, 1.2, 1.5, 1.9), 8.0
# Smoothing grows with the nuclei: their texture is not to be seen.
_SMOOTHING, _SMOOTHING_PX = 0.08, (0.7, 2.0)
# With less than this between background and nuclei (optical density), the picture
# has no nuclei.
_LEAST_CONTRAST = 0.08


@dataclass(frozen=True, eq=False)
class NuclearSignal:
    """What the later steps need to know of the picture.

    Attributes
    ----------
    values : ndarray of float32, shape (H, W)
        Smoothed optical density of haematoxylin.
    slope : ndarray of float32, shape (H, W)
        Size of its gradient, times the smoothing: comparable between scales.
    background, threshold : float
        Level of the background, and Otsu's threshold.
    radius : float
        Typical radius of nuclei in pixels.
    """

    values: Signal
    slope: Signal
    background: float
    threshold: float
    radius: float

    @property
    def area(self) -> float:
        """Typical area of a nucleus in pixels."""
        return float(np.pi * self.radius**2)

    def level(self, share: float) -> float:
        """A threshold: 0 is the background, 1 is Otsu's."""
        return self.background + share * (self.threshold - self.background)


def nuclear_signal(image: Image, mpp: float | None) -> NuclearSignal | None:
    """The signal of a picture, or None where nothing stands out."""
    from scipy.ndimage import gaussian_filter

    density = haematoxylin(image)
    coarse = gaussian_filter(density, 1.0, mode="nearest")
    background, threshold = _levels(coarse)
    if threshold - background < _LEAST_CONTRAST:
        return None
    low, high = _RADIUS_PX if mpp is None else (r / mpp for r in _RADIUS_UM)
    radius = float(
        np.clip(_typical_radius(coarse, background, threshold), max(low, 2.0), high)
    )
    sigma = float(np.clip(_SMOOTHING * radius, *_SMOOTHING_PX))
    values = gaussian_filter(density, sigma, mode="nearest")
    background, threshold = _levels(values)
    slope = np.hypot(*_gradient(values)) * np.float32(sigma)
    return NuclearSignal(values, slope, background, threshold, radius)


def haematoxylin(image: Image) -> Signal:
    """Optical density of haematoxylin, float32 of shape (H, W)."""
    levels = np.maximum(np.arange(256, dtype=np.float32), _DARKEST)
    density = -np.log((levels + 1) / 256)
    result = np.take(density, image[..., 0])
    result += np.take(np.float32(_BLUE) * density, image[..., 2])
    return result


def _levels(values: Signal) -> tuple[float, float]:
    """Background (2nd percentile) and Otsu's threshold."""
    background, low, high = np.percentile(values, [2, 0, 100])
    if high - low < 1e-6:
        return float(low), float(low)
    counts, edges = np.histogram(values, bins=256, range=(low, high))
    return float(background), float(edges[otsu(counts) + 1])


def _gradient(values: Signal) -> tuple[Signal, Signal]:
    """Central differences along y and x; zero along a side of one pixel."""
    result = []
    for axis in (0, 1):
        if values.shape[axis] < 2:
            result.append(np.zeros_like(values))
        else:
            result.append(np.gradient(values, axis=axis))
    return result[0], result[1]


def _typical_radius(values: Signal, background: float, threshold: float) -> float:
    """Radius of the regions that look like single nuclei at some threshold.

    Weighed by area and by how clear the edge is, so that neither debris nor dark
    cytoplasm decides; half of the weight lies in larger ones.
    """
    slope = np.hypot(*_gradient(values))
    areas, weights = [], []
    for share in _SHARES:
        mask = values > background + share * (threshold - background)
        area, weight = _single_regions(mask, slope)
        areas.append(area)
        weights.append(weight)
    area, weight = np.concatenate(areas), np.concatenate(weights)
    if len(area) == 0:
        return _GUESS
    order = np.argsort(area, kind="stable")
    summed = np.cumsum(weight[order])
    middle = order[np.searchsorted(summed, summed[-1] / 2)]
    return float(np.sqrt(area[middle] / np.pi))


def _single_regions(
    mask: npt.NDArray[np.bool_], slope: Signal
) -> tuple[Column, Column]:
    """Areas and weights of elliptic regions of a mask."""
    from scipy.ndimage import binary_erosion, label

    labels, count = label(mask)
    parts = moments(labels, count)
    border = mask & ~binary_erosion(mask, border_value=1)
    edge = labels[border]
    length = np.bincount(edge, minlength=count + 1)
    clear = np.bincount(edge, slope[border], count + 1) / np.maximum(length, 1)
    single = (ellipse_fit(parts) > 0.93) & (parts[:, 0] > 40)
    single[0] = False
    area = parts[single, 0]
    return area, area * clear[single] ** 2
