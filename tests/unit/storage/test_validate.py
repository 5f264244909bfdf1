"""The validator finds what is wrong, says where, and finds nothing in good files."""

import os
import shutil
from collections.abc import Callable

import h5py
import numpy as np
import pytest

from pathgui.errors import Cancelled, StorageError
from pathgui.storage import validate

_CHOICES = [
    {},
    {"images": "none"},
    {"images": "reference", "compression": 4},
    {"compression": "none", "fletcher32": True},
    {"layout": "stacked"},
    {"layout": "stacked", "chunks": "channel"},
    {"layout": "stacked", "images": "none", "compression": "zstd"},
]


@pytest.mark.parametrize("options", _CHOICES)
@pytest.mark.parametrize("count", [0, 1, 25])
def test_that_a_file_of_the_writer_has_no_problems(tmp_path, write, options, count):
    assert validate(write(tmp_path / "a.h5", count, **options)) == []


def _delete(path: str) -> Callable[[h5py.File], None]:
    def change(f: h5py.File) -> None:
        del f[path]

    return change


def _replace(path: str, value) -> Callable[[h5py.File], None]:
    def change(f: h5py.File) -> None:
        del f[path]
        f[path] = value

    return change


def _attribute(path: str, name: str, value) -> Callable[[h5py.File], None]:
    def change(f: h5py.File) -> None:
        if value is None:
            del f[path].attrs[name]
        else:
            f[path].attrs[name] = value

    return change


def _garbage(path: str) -> Callable[[h5py.File], None]:
    def change(f: h5py.File) -> None:
        dataset = f[path]
        dataset.id.write_direct_chunk((0,) * dataset.ndim, b"x\x9cgarbage" * 9)

    return change


def _features_named(f: h5py.File) -> None:
    f["slide_0/features/tile_features"] = np.zeros((8, 2), "f4")
    f["slide_0/features/feature_names"] = np.array([b"a", b"b", b"c"])


def _map(f: h5py.File, dtype: str, half: int) -> None:
    group = f.create_group("slide_0/maps/m")
    group.attrs.update(level=1, downsample=4.0)
    for number, side in enumerate((300, half)):
        values = np.zeros((side, side), dtype)
        group.create_dataset(f"level_{number}", data=values, chunks=(100, 100))


def _deep(f: h5py.File) -> None:
    group = f.create_group("slide_0/maps")
    for _ in range(2000):
        group = group.create_group("a")


_T, _M = "slide_0/tiles", "slide_0/metadata"
_BREAKS = {
    "complete missing": (_attribute("/", "complete", None), "/@complete"),
    "complete false": (_attribute("/", "complete", False), "/@complete"),
    "version unknown": (_attribute("/", "format_version", 7), "/@format_version"),
    "version missing": (_attribute("/", "format_version", None), "/@format_version"),
    "foreign": (_attribute("/", "format", "other"), "/@format"),
    "root member": (_replace("slide_0", 1), "/slide_0"),
    "a stranger": (lambda f: f.create_group("notes"), "/notes"),
    "gap in slides": (lambda f: f.move("slide_0", "slide_1"), "/slide_0"),
    "tile lost": (_delete(f"{_T}/tile_3"), f"/{_T}/tile_3"),
    "tile beyond": (
        lambda f: f.copy(f"{_T}/tile_3", f"{_T}/tile_77"),
        f"/{_T}/tile_77",
    ),
    "image lost": (_delete(f"{_T}/tile_3/image"), f"/{_T}/tile_3"),
    "image of other size": (
        _replace(f"{_T}/tile_3/image", np.zeros((9, 9, 3), np.uint8)),
        f"/{_T}/tile_3/image",
    ),
    "image of other type": (
        _replace(f"{_T}/tile_3/image", np.zeros((32, 32, 3), np.float32)),
        f"/{_T}/tile_3/image",
    ),
    "image damaged": (_garbage(f"{_T}/tile_3/image"), f"/{_T}/tile_3/image"),
    "mask damaged": (
        _garbage(f"{_T}/tile_0/masks/tissue"),
        f"/{_T}/tile_0/masks/tissue",
    ),
    "mask of other size": (
        _replace(f"{_T}/tile_3/masks/tissue", np.zeros(4, bool)),
        f"/{_T}/tile_3/masks/tissue",
    ),
    "coords lost": (_delete(f"{_T}/tile_3/coords"), f"/{_T}/tile_3"),
    "coords wrong": (
        _replace(f"{_T}/tile_3/coords", np.array([1, 2])),
        f"/{_T}/tile_3/coords",
    ),
    "label differs": (
        _attribute(f"{_T}/tile_3", "white", False),
        f"/{_T}/tile_3@white",
    ),
    "label lost": (_attribute(f"{_T}/tile_3", "site", None), f"/{_T}/tile_3@site"),
    "label is an array": (
        _attribute(f"{_T}/tile_3", "site", np.zeros(3)),
        f"/{_T}/tile_3@site",
    ),
    "count wrong": (_attribute(_T, "count", 5), f"/{_T}"),
    "count missing": (_attribute(_T, "count", None), f"/{_T}"),
    "stride differs": (_attribute(_T, "stride", 16), f"/{_T}"),
    "fact lost": (_delete(f"{_M}/source_quickhash"), f"/{_M}"),
    "facts lost": (_delete(_M), "/slide_0"),
    "tile size of zero": (_replace(f"{_M}/tile_size", 0), f"/{_M}/tile_size"),
    "stride beyond all": (_replace(f"{_M}/stride", 1 << 40), f"/{_M}/stride"),
    "name empty": (_replace(f"{_M}/name", b""), f"/{_M}/name"),
    "name a number": (_replace(f"{_M}/name", 3), f"/{_M}/name"),
    "level a text": (_replace(f"{_M}/level", b"one"), f"/{_M}/level"),
    "level negative": (_replace(f"{_M}/level", -1), f"/{_M}/level"),
    "downsample unknown": (
        _replace(f"{_M}/downsample", float("nan")),
        f"/{_M}/downsample",
    ),
    "mpp endless": (_replace(f"{_M}/mpp", float("inf")), f"/{_M}/mpp"),
    "dimensions of one number": (_replace(f"{_M}/dimensions", 7), f"/{_M}/dimensions"),
    "who wrote it": (_attribute("/", "created_by", None), "/@created_by"),
    "layout unknown": (_attribute(_T, "layout", "heap"), f"/{_T}@layout"),
    "layout wrong": (_attribute(_T, "layout", "stacked"), f"/{_T}"),
    "images unknown": (_attribute(_T, "images", "some"), f"/{_T}@images"),
    "images denied": (_attribute(_T, "images", "none"), f"/{_T}/tile_0/image"),
    "image in pieces": (
        lambda f: (
            f.__delitem__(f"{_T}/tile_3/image"),
            f[f"{_T}/tile_3"].create_dataset(
                "image", data=np.zeros((32, 32, 3), np.uint8), chunks=(8, 8, 3)
            ),
        ),
        f"/{_T}/tile_3/image",
    ),
    "five channels": (
        _replace(f"{_T}/tile_3/image", np.zeros((32, 32, 5), np.uint8)),
        f"/{_T}/tile_3/image",
    ),
    "tile out of the slide": (
        lambda f: f["slide_0/tile_index/level_y"].__setitem__(2, -32),
        "/slide_0/tile_index/level_y",
    ),
    "positions of another type": (
        _replace("slide_0/tile_index/level_y", np.zeros(8, np.int32)),
        "/slide_0/tile_index/level_y",
    ),
    "label without kind": (
        _attribute("slide_0/tile_index/white", "kind", None),
        "/slide_0/tile_index/white@kind",
    ),
    "label of another kind": (
        _attribute("slide_0/tile_index/mean", "kind", "str"),
        "/slide_0/tile_index/mean@kind",
    ),
    "label that lacks values": (
        _attribute("slide_0/tile_index/mean", "missing", 5),
        "/slide_0/tile_index/mean@missing",
    ),
    "share that the mask does not have": (
        lambda f: f["slide_0/mask_fractions/tissue"].__setitem__(2, 0.123),
        "/slide_0/mask_fractions/tissue",
    ),
    "share of fewer tiles": (
        _replace("slide_0/mask_fractions/tissue", np.zeros(3, "f4")),
        "/slide_0/mask_fractions",
    ),
    "names of other features": (
        _features_named,
        "/slide_0/features/feature_names",
    ),
    "map without method": (lambda f: _map(f, "f4", 150), "/slide_0/maps/m"),
    "map of doubles": (lambda f: _map(f, "f8", 150), "/slide_0/maps/m/level_0"),
    "map that does not halve": (
        lambda f: _map(f, "f4", 100),
        "/slide_0/maps/m/level_1",
    ),
    "groups without end": (_deep, "/slide_0/maps" + "/a" * 31),
    "column short": (
        _replace("slide_0/tile_index/y", np.arange(3)),
        "/slide_0/tile_index",
    ),
    "column moved": (
        _replace("slide_0/tile_index/x", np.arange(8) * 1000),
        "/slide_0/tile_index/x",
    ),
    "index doubled": (
        _replace("slide_0/tile_index/index", np.zeros(8, int)),
        "/slide_0/tile_index/index",
    ),
    "provenance no json": (_replace("slide_0/provenance", b"{"), "/slide_0/provenance"),
    "slide mask without downsample": (
        _attribute("slide_0/masks/tissue", "downsample", None),
        "/slide_0/masks",
    ),
    "shares beyond one": (
        _replace("slide_0/mask_fractions/tissue", np.full(8, 2.0)),
        "/slide_0/mask_fractions/tissue",
    ),
    "features of other length": (
        lambda f: f.create_dataset("slide_0/features/tile_features", (3, 4), "f4"),
        "/slide_0/features/tile_features",
    ),
    "unknown group": (lambda f: f.create_group("slide_0/stuff"), "/slide_0/stuff"),
    "soft link": (
        _replace(f"{_T}/tile_3/image", h5py.SoftLink("/slide_0/tiles/tile_0/image")),
        f"/{_T}/tile_3/image",
    ),
    "external link": (
        _replace("slide_0/masks/tissue", h5py.ExternalLink("b.h5", "/x")),
        "/slide_0/masks/tissue",
    ),
    "external link at the top": (
        lambda f: f.__setitem__("slide_1", h5py.ExternalLink("b.h5", "/slide_0")),
        "/slide_1",
    ),
    "group in itself": (
        lambda f: f["slide_0"].__setitem__("maps", f["slide_0"]),
        "/slide_0/maps",
    ),
    "bomb": (
        lambda f: f.create_dataset(
            "slide_0/maps/m", (1 << 20, 1 << 20), "f4", chunks=(256, 256), compression=1
        ),
        "/slide_0/maps/m",
    ),
    "references": (
        lambda f: f.create_dataset("slide_0/maps/r", (2,), h5py.ref_dtype),
        "/slide_0/maps/r",
    ),
}


@pytest.mark.parametrize("name", _BREAKS)
def test_that_a_broken_rule_is_found_and_its_place_named(tmp_path, write, name):
    path = write(tmp_path / "a.h5", 8)
    change, where = _BREAKS[name]
    with h5py.File(path, "r+") as f:
        change(f)
    problems = validate(path)
    assert where in [problem.path for problem in problems]
    assert all(p.message and "\n" not in p.message for p in problems)
    assert len(problems) < 12


def test_that_external_storage_is_found(tmp_path, write):
    path = write(tmp_path / "a.h5", 2)
    secret = tmp_path / "secret"
    secret.write_bytes(b"s" * 100)
    with h5py.File(path, "r+") as f:
        f.create_dataset(
            "slide_0/maps/m",
            (100,),
            "u1",
            external=[(str(secret), 0, 100)],
        )
    assert {p.path for p in validate(path)} == {"/slide_0/maps/m"}


_STACK_BREAKS = {
    "damaged": (_garbage(f"{_T}/images"), f"/{_T}/images[0]"),
    "short": (_replace(f"{_T}/coords", np.zeros((3, 2), int)), f"/{_T}/coords"),
    "moved": (_replace(f"{_T}/coords", np.zeros((8, 2), int)), f"/{_T}/coords[1]"),
    "a stranger": (_replace(f"{_T}/tile_0", 1), f"/{_T}/tile_0"),
    "lost": (_delete(f"{_T}/images"), f"/{_T}"),
    "mask short": (
        _replace(f"{_T}/masks/tissue", np.zeros((8, 9, 9), bool)),
        f"/{_T}/masks/tissue",
    ),
    "mask never written": (
        lambda f: (
            f.__delitem__(f"{_T}/masks/tissue"),
            f[f"{_T}/masks"].create_dataset(
                "tissue", (8, 32, 32), bool, chunks=(1, 32, 32), compression=1
            ),
        ),
        f"/{_T}/masks/tissue[5]",
    ),
}


@pytest.mark.parametrize("name", _STACK_BREAKS)
def test_that_a_broken_stack_is_found(tmp_path, write, name):
    path = write(tmp_path / "a.h5", 8, layout="stacked")
    change, where = _STACK_BREAKS[name]
    with h5py.File(path, "r+") as f:
        if name == "a stranger":
            f[f"{_T}/tile_0"] = 1
        else:
            change(f)
    assert where in [problem.path for problem in validate(path)]


def test_that_every_byte_of_pixels_is_looked_at(tmp_path, write):
    path = write(tmp_path / "a.h5", 4, fletcher32=True)
    with h5py.File(path) as f:
        spans = [
            (info.byte_offset, info.size)
            for k in range(4)
            for info in [f[f"{_T}/tile_{k}/image"].id.get_chunk_info(0)]
        ]
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for offset, size in spans:
        content = bytearray(whole)
        content[offset + int(rng.integers(size))] ^= 1 << int(rng.integers(8))
        path.write_bytes(content)
        assert [p.path.rsplit("/")[-1] for p in validate(path)] == ["image"]


def test_that_a_truncated_or_foreign_file_is_one_problem(tmp_path, write, data):
    path = write(tmp_path / "a.h5", 4)
    os.truncate(path, path.stat().st_size // 2)
    assert [p.path for p in validate(path)] == ["/"]
    (tmp_path / "t.h5").write_text("no")
    assert len(validate(tmp_path / "t.h5")) == 1
    for name in ("not_a_slide.h5path", "truncated.h5path"):
        assert len(validate(data / "broken" / name)) == 1
    assert len(validate(data / "hostile" / "bomb.h5")) == 1


def test_that_a_missing_file_is_an_error_and_no_problem(tmp_path):
    with pytest.raises(StorageError, match="does not exist"):
        validate(tmp_path / "no.h5")
    with pytest.raises(StorageError, match="folder"):
        validate(tmp_path)


def test_that_progress_is_told_and_can_be_stopped(tmp_path, write):
    path = write(tmp_path / "a.h5", 6)
    seen = []
    validate(path, progress=lambda *step: seen.append(step))
    assert seen == [("slide a", k, 6) for k in range(6)]
    with pytest.raises(Cancelled):
        validate(path, cancelled=lambda: True)
    shutil.rmtree(tmp_path)


def test_that_the_list_of_problems_is_bounded(tmp_path, write):
    path = write(tmp_path / "a.h5", 8)
    with h5py.File(path, "r+") as f:
        for k in range(1500):
            f.create_group(f"x{k}")
    assert len(validate(path)) == 1000
