"""Writing PathML's ``.h5path``, strictly as PathML's own check wants it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from pathgui.errors import InteropError
from pathgui.interop import h5
from pathgui.storage import StoredSlide

# PathML refuses any attribute it does not know, but lets labels be.
_OURS = (
    *("level", "downsample", "scale", "mpp", "magnification", "pad"),
    *("source_path", "source_quickhash"),
)


def write_pathml(
    path: Path | str,
    slide: StoredSlide,
    *,
    strict: bool = True,
    rows: npt.NDArray[np.int64] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> int:
    """Write a stored slide as PathML reads it.

    Parameters
    ----------
    path : Path or str
        ``.h5path`` to write.
    slide : StoredSlide
        With pixels.
    strict : bool
        True stores pixels as float16, as PathML does; False as uint8, which PathML
        reads too and which is half the size.
    rows : ndarray of int64, optional
        Numbers of the tiles to write, if not all; the label ``excluded_tiles`` of the
        slide tells how many are left out.
    progress : callable, optional
        ``progress(slide, done, total)``.

    Returns
    -------
    int
        Tiles written.

    Raises
    ------
    InteropError
        If the slide has no pixels, tiles that share a corner, or writing fails.
    """
    if slide.images != "pixels":
        raise InteropError(
            f"{slide.path} holds no pixels, and PathML files are made of them",
            "repack it with --images pixels",
        )
    meta = slide.meta
    with h5.new_file(Path(path)) as file:
        fields = file.create_group("fields")
        fields.attrs["name"] = meta.name
        width, height = meta.dimensions
        fields.attrs["shape"] = np.array([height, width])
        labels = fields.create_group("labels")
        for name in _OURS:
            value = getattr(meta, name)
            if value is not None:
                labels.attrs[name] = value
        wanted = range(len(slide)) if rows is None else rows.tolist()
        if len(wanted) < len(slide):
            labels.attrs["excluded_tiles"] = len(slide) - len(wanted)
        _slide_type(fields.create_group("slide_type"))
        file.create_group("masks")
        file.create_group("counts")
        tiles = file.create_group("tiles")
        side = meta.tile_size
        tiles.attrs["tile_shape"] = str((side, side, 3)).encode()
        tiles.attrs["tile_stride"] = np.array([meta.stride, meta.stride])
        for done, number in enumerate(wanted):
            _tile(tiles, slide, number, strict)
            if progress is not None:
                progress(meta.name, done, len(wanted))
    return len(wanted)


def _slide_type(group: h5py.Group) -> None:
    group.attrs["stain"] = "HE"
    group.attrs["platform"] = ""
    group.attrs["rgb"] = True
    for name in ("tma", "volumetric", "time_series"):
        group.attrs[name] = 0


def _tile(tiles: h5py.Group, slide: StoredSlide, number: int, strict: bool) -> None:
    index = slide.index
    corner = int(index["level_y"][number]), int(index["level_x"][number])
    name = str(corner)
    if name in tiles:
        raise InteropError(f"{slide.path} has two tiles at {name}")
    group = h5.new_group(tiles, name)
    image = slide.image(number)
    if image.shape[2] != 3:
        raise InteropError(
            f"{slide.path}, tile {number} has {image.shape[2]} channels, and PathML's "
            "files of stained slides hold RGB"
        )
    _array(group, "array", image.astype(np.float16) if strict else image)
    masks = group.create_group("masks")
    for mask_name, mask in slide.masks(number).items():
        _array(masks, mask_name, _float_mask(mask, slide, mask_name))
    labels = group.create_group("labels")
    for label, value in slide.labels(number).items():
        labels.attrs[label] = value
    group.attrs["coords"] = name
    group.attrs["name"] = 0


def _float_mask(
    mask: npt.NDArray[Any], slide: StoredSlide, name: str
) -> npt.NDArray[np.float16]:
    """PathML keeps masks as float16 of 0 and 255; label images up to 2048 fit too."""
    if mask.dtype == bool:
        return mask.astype(np.float16) * np.float16(255)
    if mask.max(initial=0) > 2048:
        raise InteropError(
            f"{slide.path}: mask {name} has labels above 2048, which do not fit float16"
        )
    return mask.astype(np.float16)


def _array(group: h5py.Group, name: str, data: npt.NDArray[Any]) -> None:
    group.create_dataset(
        name, data=data, chunks=data.shape, compression="gzip", compression_opts=4
    )
