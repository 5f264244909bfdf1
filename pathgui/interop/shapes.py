"""Checks that foreign coordinates and features make sense together."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from pathgui.errors import InteropError
from pathgui.interop import h5


def checked_coords(file: h5py.File, path: Path) -> npt.NDArray[np.int64]:
    """The dataset ``coords`` as int64 (n, 2).

    Raises
    ------
    InteropError
        If there is none, or it is of another shape or type.
    """
    if not h5.holds(file, "coords"):
        raise InteropError(f"{path} has no coords", "is it a file of CLAM or TRIDENT?")
    coords = h5.array(file, "coords")
    good = coords.ndim == 2 and coords.shape[1] == 2 and coords.dtype.kind in "iuf"
    if not good or not np.isfinite(coords).all():
        raise InteropError(
            f"{path} has coords of {coords.dtype} {coords.shape}, not numbers (n, 2)"
        )
    return np.asarray(np.rint(coords), np.int64)


def checked_features(
    file: h5py.File, name: str, count: int, path: Path
) -> npt.NDArray[Any] | None:
    """A dataset of features (count, d), or None if there is none.

    Raises
    ------
    InteropError
        If its rows do not fit the coordinates.
    """
    if not h5.holds(file, name):
        return None
    features = h5.array(file, name, h5.MAX_FEATURE_BYTES)
    if features.ndim == 3 and features.shape[0] == 1:
        features = features[0]
    if features.ndim != 2 or features.dtype.kind not in "f":
        raise InteropError(f"{path} has {name} of {features.dtype} {features.shape}")
    if len(features) != count:
        raise InteropError(
            f"{path} has {len(features)} rows of {name} for {count} coords",
            "make the file again; its parts do not belong together",
        )
    return features
