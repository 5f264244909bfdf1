"""STAMP: features with coordinates in micrometres, one file per slide."""

from pathlib import Path

import numpy as np

from pathgui.errors import InteropError
from pathgui.interop import h5
from pathgui.interop.patches import Patches


def write_stamp(path: Path | str, patches: Patches) -> None:
    """Write ``feats`` and ``coords`` (µm) as STAMP reads them.

    Raises
    ------
    InteropError
        If there are no features, or the slide's resolution is unknown.
    """
    if patches.features is None:
        raise InteropError(
            f"{patches.name} has no features, and STAMP files are made of them",
            "extract features first",
        )
    if patches.mpp is None:
        raise InteropError(
            f"{patches.name} does not say its µm per pixel, which STAMP needs",
            "set mpp in the manifest",
        )
    with h5.new_file(Path(path)) as file:
        file.create_dataset("feats", data=np.asarray(patches.features, np.float32))
        file.create_dataset("coords", data=patches.coords * patches.mpp)
        file.attrs.update(
            {
                "extractor": patches.encoder or "unknown",
                "unit": "um",
                "tile_size_um": patches.patch_size * patches.downsample * patches.mpp,
                "tile_size_px": patches.patch_size,
                "feat_type": "tile",
                **patches.left_out(),
            }
        )
