"""CLAM: coordinates (``patches/<slide>.h5``) and features (``h5_files/<slide>.h5``)."""

from pathlib import Path
from typing import Any

import numpy as np

from pathgui.errors import InteropError
from pathgui.interop import h5
from pathgui.interop.patches import Patches
from pathgui.interop.shapes import checked_coords, checked_features


def is_clam(path: Path) -> bool:
    """Whether a file has CLAM's coordinates with their attributes."""
    with h5.foreign(path) as file:
        if not h5.holds(file, "coords"):
            return False
        return "patch_level" in h5.attributes(h5.dataset(file, "coords"))


def read_clam(path: Path | str, *, patch_size: int = 256) -> Patches:
    """Read a coordinates or a features file of CLAM.

    Parameters
    ----------
    path : Path or str
        The file.
    patch_size : int
        Side of a patch for a features file, which does not tell.

    Raises
    ------
    InteropError
        If it cannot be read, or features and coordinates do not fit each other.
    """
    file_path = Path(path)
    with h5.foreign(file_path) as file:
        coords = checked_coords(file, file_path)
        told = h5.attributes(h5.dataset(file, "coords"))
        features = checked_features(file, "features", len(coords), file_path)
    try:
        downsample = float(np.atleast_1d(told.get("downsample", 1.0))[0])
        level0 = _level0_size(told, downsample)
        return Patches(
            str(told.get("name") or file_path.stem),
            coords,
            int(told.get("patch_size", patch_size)),
            downsample,
            level=int(told.get("patch_level", 0)),
            level0_size=level0,
            features=features,
        )
    except (TypeError, ValueError, IndexError) as error:
        raise InteropError(f"{path} has wrong attributes: {error}") from error


def _level0_size(told: dict[str, Any], downsample: float) -> tuple[int, int] | None:
    for key, factor in (
        ("level_dim", downsample),
        ("downsampled_level_dim", downsample),
    ):
        if key in told:
            width, height = np.atleast_1d(told[key])[:2]
            return round(float(width) * factor), round(float(height) * factor)
    return None


def write_clam(path: Path | str, patches: Patches) -> None:
    """Write coordinates as CLAM's fast patching does, and features if there are any.

    Raises
    ------
    InteropError
        If the patches are not those of a slide level, or writing fails.
    """
    if patches.level is None:
        raise InteropError(
            f"{patches.name} is tiled at a resolution between levels, which CLAM lacks",
            "tile by level, or convert to trident",
        )
    frame = patches.frame()
    size = np.array([frame.width, frame.height])
    with h5.new_file(Path(path)) as file:
        put_coords(file, patches).attrs.update(
            {
                "patch_size": patches.patch_size,
                "patch_level": patches.level,
                "downsample": np.array([patches.downsample, patches.downsample]),
                "downsampled_level_dim": size,
                "level_dim": size,
                "name": patches.name,
                "save_path": "patches",
            }
        )
        put_features(file, patches)


def put_coords(file: Any, patches: Patches) -> Any:
    """The dataset ``coords`` as both CLAM and TRIDENT lay it out."""
    coords = file.create_dataset(
        "coords", data=patches.coords, maxshape=(None, 2), chunks=(1, 2)
    )
    coords.attrs.update(patches.left_out())
    return coords


def put_features(file: Any, patches: Patches) -> Any:
    """The dataset ``features``, if there are any; None else."""
    if patches.features is None:
        return None
    width = patches.features.shape[1]
    return file.create_dataset(
        "features",
        data=np.asarray(patches.features, np.float32),
        maxshape=(None, width),
        chunks=(min(32, max(1, len(patches))), width),
    )
