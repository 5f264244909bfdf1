"""TRIDENT: ``patches/<slide>_patches.h5`` and ``features_<encoder>/<slide>.h5``."""

import math
from pathlib import Path
from typing import Any

from pathgui.errors import InteropError
from pathgui.interop import h5
from pathgui.interop.clam import put_coords, put_features
from pathgui.interop.patches import Patches
from pathgui.interop.shapes import checked_coords, checked_features


def is_trident(path: Path) -> bool:
    """Whether a file has TRIDENT's coordinates with their attributes."""
    with h5.foreign(path) as file:
        if not h5.holds(file, "coords"):
            return False
        return "patch_size_level0" in h5.attributes(h5.dataset(file, "coords"))


def read_trident(path: Path | str) -> Patches:
    """Read a coordinates or a features file of TRIDENT.

    Raises
    ------
    InteropError
        If it cannot be read, or lacks what says where the patches lie.
    """
    file_path = Path(path)
    with h5.foreign(file_path) as file:
        coords = checked_coords(file, file_path)
        told = h5.attributes(h5.dataset(file, "coords"))
        features = checked_features(file, "features", len(coords), file_path)
        encoder = ""
        if features is not None:
            encoder = str(
                h5.attributes(h5.dataset(file, "features")).get("encoder", "")
            )
    try:
        size = int(told["patch_size"])
        level0 = _number(told.get("patch_size_level0"))
        downsample = _downsample(told, size, level0)
        width = _number(told.get("level0_width"))
        height = _number(told.get("level0_height"))
        return Patches(
            str(told.get("name") or file_path.stem.removesuffix("_patches")),
            coords,
            size,
            downsample,
            int(_number(told.get("overlap")) or 0),
            0 if downsample == 1 else None,
            level0_size=(int(width), int(height)) if width and height else None,
            magnification=_number(told.get("level0_magnification")),
            features=features,
            encoder=encoder,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InteropError(f"{path} has wrong attributes: {error}") from error


def _downsample(told: dict[str, Any], size: int, level0: float | None) -> float:
    """Level-0 pixels per patch pixel; the magnifications say it without rounding."""
    source = _number(told.get("level0_magnification"))
    target = _number(told.get("target_magnification"))
    if source and target and source % target == 0:
        return source / target
    if level0 is None or size < 1:
        raise ValueError("patch_size_level0 is missing")
    return level0 / size


def _number(value: Any) -> float | None:
    """A number, or None where TRIDENT wrote the word ``None``."""
    if value is None or value == "None":
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is no size")
    return number


def write_trident(path: Path | str, patches: Patches) -> None:
    """Write coordinates, and features if there are any, as TRIDENT does."""
    width, height = patches.level0_size or (None, None)
    source = patches.magnification
    target = None if source is None else source / patches.downsample
    told = {
        "patch_size": patches.patch_size,
        "patch_size_level0": round(patches.patch_size * patches.downsample),
        "level0_magnification": _word(source),
        "target_magnification": _word(target),
        "overlap": patches.overlap,
        "name": patches.name,
        "savetodir": str(Path(path).parent),
        "level0_width": _word(width),
        "level0_height": _word(height),
    }
    with h5.new_file(Path(path)) as file:
        put_coords(file, patches).attrs.update(told)
        features = put_features(file, patches)
        if features is not None:
            features.attrs["encoder"] = patches.encoder or "unknown"
            features.attrs["name"] = patches.name
            features.attrs["savetodir"] = told["savetodir"]


def _word(value: float | None) -> int | float | str:
    """A number as TRIDENT stores it: whole where it is whole, ``None`` as a word."""
    if value is None:
        return "None"
    return int(value) if float(value).is_integer() else float(value)


def tree_folder(patches: Patches) -> str:
    """Name of TRIDENT's folder for this resolution, patch size and overlap."""
    source = patches.magnification
    shown = "0" if source is None else f"{source / patches.downsample:g}"
    return f"{shown}x_{patches.patch_size}px_{patches.overlap}px_overlap"
