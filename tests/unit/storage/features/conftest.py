"""Small files of features."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pathgui.storage.features import FeatureMeta, FeatureOptions, write_features


@pytest.fixture
def bag() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Coordinates and features of a made-up slide."""

    def make(count: int = 50, width: int = 8, seed: int = 0) -> tuple[Any, Any]:
        rng = np.random.default_rng(seed)
        coords = rng.integers(0, 100_000, (count, 2))
        return coords, rng.normal(size=(count, width)).astype(np.float32)

    return make


@pytest.fixture
def write(bag) -> Callable[..., Path]:
    """Write the features of a slide into a folder."""

    def make(
        folder: Path, name: str, count: int = 50, seed: int = 0, **options: Any
    ) -> Path:
        coords, features = bag(count, seed=seed)
        path = folder / f"{name}_features.h5"
        meta = FeatureMeta(name, "m", "ab" * 32, 1, 256, 4.0, 0.5)
        write_features(path, meta, coords, features, FeatureOptions(**options))
        return path

    return make
