"""Files that are missing, damaged, foreign, newer, or lie."""

import os
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

from pathgui.errors import FormatVersionError, StorageError
from pathgui.storage import open_file

_ARRAYS = ["tiles/tile_0/image", "tile_index/x", "masks/tissue"]


def _use(path: Path) -> None:
    """Touch everything a reader can give."""
    with open_file(path) as file:
        for slide in file.slides:
            _ = slide.meta, slide.index, slide.provenance, slide.slide_masks
            slide.grid()
            for k in range(len(slide)):
                slide.image(k)
                slide.masks(k)
                slide.labels(k)


def _refused(path: Path, *words: str) -> StorageError:
    with pytest.raises(StorageError) as caught:
        _use(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)
    return caught.value


def test_that_a_missing_file_is_named(tmp_path):
    _refused(tmp_path / "no.h5", "does not exist")


def test_that_a_folder_is_no_file(tmp_path):
    _refused(tmp_path, "folder")


def test_that_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.h5").touch()
    _refused(tmp_path / "a.h5", "is empty")


def test_that_text_is_no_hdf5(tmp_path):
    (tmp_path / "a.h5").write_text("x" * 5000)
    _refused(tmp_path / "a.h5", "not an HDF5 file")


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.999])
def test_that_a_truncated_file_is_refused(tmp_path, write, share):
    path = write(tmp_path / "a.h5", 8)
    os.truncate(path, int(path.stat().st_size * share))
    _refused(path)


def test_that_the_cause_is_told_without_the_functions_of_the_library(tmp_path, write):
    path = write(tmp_path / "a.h5", 1)
    data = bytearray(path.read_bytes())
    data[8] = 77  # the version of the superblock
    path.write_bytes(data)
    error = _refused(path, "a.h5 is damaged, HDF5 says: bad superblock version number")
    assert "Unable to" not in error.message


def test_that_a_file_of_another_tool_is_refused_with_a_hint(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as f:
        f["coords"] = np.zeros((4, 2))
    error = _refused(tmp_path / "a.h5", "not one of pathgui")
    assert "convert" in error.hint


@pytest.mark.parametrize("version", [2, "2", "17.3", np.uint8(9)])
def test_that_a_newer_version_is_refused_as_such(tmp_path, write, version):
    path = write(tmp_path / "a.h5", 1)
    with h5py.File(path, "r+") as f:
        f.attrs["format_version"] = version
    with pytest.raises(FormatVersionError, match="version"):
        open_file(path)


@pytest.mark.parametrize("version", [None, "x", -1, "", float("nan")])
def test_that_a_file_without_a_version_is_refused(tmp_path, write, version):
    path = write(tmp_path / "a.h5", 1)
    with h5py.File(path, "r+") as f:
        del f.attrs["format_version"]
        if version is not None:
            f.attrs["format_version"] = version
    _refused(path, "version")


@pytest.mark.parametrize("value", [None, False])
def test_that_a_file_that_was_never_finished_is_refused(tmp_path, write, value):
    path = write(tmp_path / "a.h5", 1)
    with h5py.File(path, "r+") as f:
        del f.attrs["complete"]
        if value is not None:
            f.attrs["complete"] = value
    _refused(path, "not complete")


def test_that_a_soft_link_to_a_tile_is_refused(tmp_path, write):
    path = write(tmp_path / "a.h5", 2)
    with h5py.File(path, "r+") as f:
        del f["slide_0/tiles/tile_1"]
        f["slide_0/tiles/tile_1"] = h5py.SoftLink("/slide_0/tiles/tile_0")
    _refused(path, "link")


@pytest.mark.parametrize("where", ["slide_0", "slide_0/tiles/tile_0/image"])
def test_that_an_external_link_is_refused(tmp_path, write, where):
    path, other = write(tmp_path / "a.h5", 2), write(tmp_path / "b.h5", 2)
    with h5py.File(path, "r+") as f:
        del f[where]
        f[where] = h5py.ExternalLink(str(other), where)
    _refused(path, "link")


def test_that_raw_storage_in_other_files_is_refused(tmp_path, write):
    path = write(tmp_path / "a.h5", 1)
    secret = tmp_path / "secret"
    secret.write_bytes(b"s" * 3072)
    with h5py.File(path, "r+") as f:
        del f["slide_0/tiles/tile_0/image"]
        f["slide_0/tiles/tile_0"].create_dataset(
            "image", (32, 32, 3), np.uint8, external=[(str(secret), 0, 3072)]
        )
    _refused(path, "another file")


def test_that_a_virtual_dataset_is_refused(tmp_path, write):
    path, other = write(tmp_path / "a.h5", 1), write(tmp_path / "b.h5", 1)
    layout = h5py.VirtualLayout((32, 32, 3), np.uint8)
    layout[:] = h5py.VirtualSource(
        str(other), "slide_0/tiles/tile_0/image", (32, 32, 3)
    )
    with h5py.File(path, "r+", libver="latest") as f:
        del f["slide_0/tiles/tile_0/image"]
        f["slide_0/tiles/tile_0"].create_virtual_dataset("image", layout)
    _refused(path, "another file")


def test_that_elements_that_point_elsewhere_are_refused(tmp_path, write):
    path = write(tmp_path / "a.h5", 1)
    with h5py.File(path, "r+") as f:
        del f["slide_0/tile_index/x"]
        f.create_dataset("slide_0/tile_index/x", (1,), h5py.ref_dtype)
    _refused(path, "type")


@pytest.mark.parametrize("side", [20_000, 1_000_000_000])
@pytest.mark.parametrize("where", _ARRAYS)
def test_that_a_claim_of_huge_size_is_refused_at_once(tmp_path, write, where, side):
    path = write(tmp_path / "a.h5", 1)
    shape = {"tile_index/x": (side**2,)}.get(where, (side, side, 3))
    shape = shape[:2] if where.startswith("masks") else shape
    with h5py.File(path, "r+") as f:
        del f["slide_0"][where]
        f["slide_0"].create_dataset(
            where,
            shape,
            np.uint8 if "x" not in where else np.int64,
            chunks=tuple(min(256, n) for n in shape),
            compression="gzip",
        )
        f["slide_0"][where].attrs["downsample"] = 1.0
    start = time.perf_counter()
    _refused(path)
    assert time.perf_counter() - start < 2


def test_that_a_chunk_that_inflates_beyond_its_dataset_is_refused(tmp_path, write):
    import zlib

    path = write(tmp_path / "a.h5", 1)
    with h5py.File(path, "r+") as f:
        dataset = f["slide_0/tiles/tile_0/image"]
        dataset.id.write_direct_chunk((0, 0, 0), zlib.compress(bytes(50 << 20)))
    _refused(path)


def test_that_a_flipped_bit_is_noticed_with_fletcher32(tmp_path, write):
    path = write(tmp_path / "a.h5", 1, compression="none", fletcher32=True)
    with h5py.File(path) as f:
        at = f["slide_0/tiles/tile_0/image"].id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[at + 100] ^= 4
    path.write_bytes(content)
    _refused(path, "checksum")


def test_that_columns_of_unequal_length_are_refused(tmp_path, write):
    path = write(tmp_path / "a.h5", 3)
    with h5py.File(path, "r+") as f:
        del f["slide_0/tile_index/y"]
        f["slide_0/tile_index/y"] = np.arange(2)
    _refused(path, "column 'y'")


@pytest.mark.parametrize(
    "name", ["not_a_slide.h5path", "truncated.h5path", "features_coords_mismatch.h5"]
)
def test_that_broken_files_of_the_field_are_refused(data, name):
    _refused(data / "broken" / name)


def test_that_a_bomb_is_refused(data):
    _refused(data / "hostile" / "bomb.h5")
