"""Small files that inflate to gigabytes: refused before anything is read."""

import zlib
from itertools import product
from math import prod
from pathlib import Path

import h5py
import numpy as np
import pytest

from pathgui.errors import StorageError
from pathgui.storage import SlideWriter, StoredSlide, info, open_file, validate


def _zeros(f: h5py.File, name: str, shape: tuple[int, ...], dtype: str) -> None:
    """Chunks of zeros, each a few kilobytes in the file."""
    if name in f:
        del f[name]
    chunk = tuple(min(n, (1 << 20) // 1000 ** (len(shape) - 1)) for n in shape)
    data = f.create_dataset(name, shape, dtype, chunks=chunk, compression=4)
    payload = zlib.compress(bytes(prod(chunk) * data.dtype.itemsize))
    for corner in product(*(range(0, n, c) for n, c in zip(shape, chunk, strict=True))):
        data.id.write_direct_chunk(corner, payload)


def _texts(f: h5py.File, name: str, count: int, width: int) -> None:
    kind = f"S{width}"
    f.create_dataset(name, (count,), kind, chunks=(1,), compression=4)[:] = b"a"


def _positions(f: h5py.File) -> None:
    for name in ("index", "x", "y", "level_x", "level_y"):
        _zeros(f, f"slide_0/tile_index/{name}", (1 << 23,), "i8")


def _labels(f: h5py.File) -> None:
    for k in range(8):
        _texts(f, f"slide_0/tile_index/label{k}", 3, 4 << 20)


def _names(f: h5py.File) -> None:
    f["slide_0/features/tile_features"] = np.zeros((3, 9), "f4")
    _texts(f, "slide_0/features/feature_names", 9, 1 << 20)


def _nested(f: h5py.File) -> None:
    del f["slide_0/provenance"]
    f["slide_0/provenance"] = np.array(b"[" * (9 << 20))


def _pointers(f: h5py.File) -> None:
    """Many texts of variable length, each long."""
    column = f.create_dataset("slide_0/tile_index/label", (3,), h5py.string_dtype())
    column[:] = ["a" * (12 << 20)] * 3


_BOMBS = {
    "positions": _positions,
    "labels": _labels,
    "texts of any length": _pointers,
    "shares": lambda f: _zeros(f, "slide_0/mask_fractions/tissue", (1 << 23,), "f4"),
    "slide masks": lambda f: _zeros(f, "slide_0/masks/m", (17_000, 17_000), "u1"),
    "features": lambda f: _zeros(
        f, "slide_0/features/tile_features", (3, 6 << 20), "f4"
    ),
    "names of features": _names,
    "provenance": _nested,
}


def _all(slide: StoredSlide) -> None:
    _ = slide.index, slide.features, slide.provenance, slide.slide_masks
    for name in slide.mask_names:
        slide.mask_fraction(name)


@pytest.mark.parametrize("name", _BOMBS)
def test_that_what_inflates_beyond_measure_is_refused(tmp_path, write, name):
    path = write(tmp_path / "a.h5", 3)
    with h5py.File(path, "r+") as f:
        _BOMBS[name](f)
    with open_file(path) as file, pytest.raises(StorageError, match=r"a\.h5 is"):
        _all(file.slide(0))
    assert validate(path)


def test_that_the_writer_makes_no_masks_that_the_reader_refuses(tmp_path, meta):
    half = np.zeros((12_000, 12_000), bool)
    with SlideWriter(tmp_path / "a.h5", meta) as writer:
        writer.add_slide_mask("one", half, 1.0)
        with pytest.raises(StorageError, match="256 MiB at most"):
            writer.add_slide_mask("two", half, 1.0)


def test_that_provenance_as_large_as_a_slide_is_refused(tmp_path, meta):
    with (
        SlideWriter(tmp_path / "a.h5", meta) as writer,
        pytest.raises(StorageError, match="provenance"),
    ):
        writer.set_provenance({"pixels": "x" * (5 << 20)})


def test_that_a_slide_under_many_names_is_refused(tmp_path, write):
    path = write(tmp_path / "a.h5", 3)
    with h5py.File(path, "r+") as f:
        for k in range(1, 500):
            f[f"slide_{k}"] = f["slide_0"]
    with pytest.raises(StorageError, match="another name"):
        open_file(path)
    assert len(validate(path)) == 499


def test_that_a_tile_of_another_size_than_the_slide_says_is_refused(tmp_path, write):
    path = write(tmp_path / "a.h5", 3)
    with h5py.File(path, "r+") as f:
        del f["slide_0/tiles/tile_1/image"]
        f["slide_0/tiles/tile_1/image"] = np.zeros((640, 640, 3), np.uint8)
    with open_file(path) as file, pytest.raises(StorageError, match="tile 1 is"):
        file.slide(0).image(1)


def test_that_groups_without_end_are_refused(tmp_path: Path):
    with h5py.File(tmp_path / "a.h5", "w") as f:
        group = f
        for _ in range(2000):
            group = group.create_group("a")
    with pytest.raises(StorageError, match="nested too deeply"):
        info(tmp_path / "a.h5")


def test_that_shares_are_right_where_the_size_of_the_slide_is_unknown(tmp_path, tile):
    from pathgui.storage import SlideMeta

    with SlideWriter(tmp_path / "a.h5", SlideMeta("s", tile_size=32)) as writer:
        for k in range(40):
            writer.add(**tile(k) | {"coords": tile(k)["level_coords"]})
    with open_file(tmp_path / "a.h5") as file:
        slide = file.slide(0)
        shares = slide.mask_fraction("tissue")
        assert all(
            shares[k] == np.float32(slide.mask(k, "tissue").mean()) for k in (0, 39)
        )
    assert validate(tmp_path / "a.h5") == []
