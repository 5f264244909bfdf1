"""Texts of any length are followed before the library does: found wherever they lie."""

import struct
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.core import SlideData
from pathgui.errors import StorageError
from pathgui.storage import open_file, validate
from pathgui.storage.features import FeatureMeta, open_features, write_features
from pathgui.storage.heap import check_text, text_lengths
from pathgui.storage.metadata import attribute, read_column, read_text
from pathgui.storage.problems import Refused

TEXT = h5py.string_dtype()
LIBRARIES = ["earliest", "v108", "v110", "latest"]


def few(f: h5py.File) -> None:
    f.attrs["text"] = "a short text"


def many(f: h5py.File) -> None:
    for k in range(60):
        f.attrs[f"other{k}"] = f"text {k}" * (k % 7)
    f.attrs["text"] = "a short text"


def very_many(f: h5py.File) -> None:
    """More than one block of the heap holds, and more than one of its index."""
    for k in range(400):
        f.attrs[f"number{k}"] = np.arange(90)
    f.attrs["text"] = "a short text"


def replaced(f: h5py.File) -> None:
    many(f)
    for k in range(0, 60, 3):
        del f.attrs[f"other{k}"]
    f.attrs["text"] = "an older text"
    f.attrs["text"] = "a short text"


@pytest.mark.parametrize("fill", [few, many, very_many, replaced])
@pytest.mark.parametrize("library", LIBRARIES)
def test_that_a_text_attribute_is_found_wherever_the_library_put_it(
    tmp_path, fill, library
):
    with h5py.File(tmp_path / "a.h5", "w", libver=(library, "latest")) as f:
        fill(f)
    with h5py.File(tmp_path / "a.h5") as f:
        for name in f.attrs:
            if f.attrs.get_id(name).dtype.kind == "O":
                check_text(f.id, name)
        assert attribute(f.id, "text") == "a short text"
        with pytest.raises(Refused, match="text of 12 bytes"):
            check_text(f.id, "text", 11)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("count", [1, 200, 5000])
def test_that_a_list_of_texts_is_found_though_it_is_huge(tmp_path, library, count):
    names = np.array([f"name {k}" for k in range(count)], TEXT)
    with h5py.File(tmp_path / "a.h5", "w", libver=(library, "latest")) as f:
        many(f)
        if library == "earliest" and count == 5000:
            pytest.skip("this library cannot store them")
        f.attrs["names"] = names
    with h5py.File(tmp_path / "a.h5") as f:
        check_text(f.id, "names", 1 << 20)
        with pytest.raises(Refused, match="bytes"):
            check_text(f.id, "names", 5)


texts = st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")))


@given(texts, st.sampled_from(LIBRARIES), st.sampled_from([None, 1, 3, "gzip"]))
def test_that_lengths_of_texts_are_told_without_the_library(
    tmp_path_factory, words, library, chunks
):
    path = tmp_path_factory.mktemp("texts") / "a.h5"
    most = None if chunks is None else (None,)
    kind = {} if chunks is None else {"chunks": (3 if chunks == "gzip" else chunks,)}
    if chunks == "gzip":
        kind |= {"compression": 4, "shuffle": True}
    with h5py.File(path, "w", libver=(library, "latest")) as f:
        f.create_dataset("a", (len(words),), TEXT, maxshape=most, **kind)[:] = words
        f.create_dataset("never", (4,), TEXT, **kind)
        f["one"] = "|".join(words)
    with h5py.File(path) as f:
        lengths = [len(word.encode()) for word in words]
        found = text_lengths(f["a"].id, 1 << 20)
        assert found == lengths or (not any(lengths) and not any(found))
        assert not any(text_lengths(f["never"].id, 1 << 20))
        stored = [text.decode() for text in read_column(f.id, "a").tolist()]
        assert stored == [word.rstrip("\0") for word in words]
        assert read_text(f.id, "one") == "|".join(words)


def endless(content: bytearray, at: int) -> None:
    """The free object of a collection says that it has no length."""
    end, place = at + int.from_bytes(content[at + 8 : at + 16], "little"), at + 16
    while place + 16 <= end:
        number, _, size = struct.unpack_from("<HH4xQ", content, place)
        if not number:
            struct.pack_into("<Q", content, place + 8, 0)
            return
        place += 16 + (size + 7) // 8 * 8


def overlong(content: bytearray, at: int) -> None:
    """The first text is longer than whoever refers to it knows."""
    (size,) = struct.unpack_from("<Q", content, at + 24)
    struct.pack_into("<Q", content, at + 24, (size + 7) // 8 * 8 + 8)


def enormous(content: bytearray, at: int) -> None:
    struct.pack_into("<Q", content, at + 8, 1 << 40)


def moved(content: bytearray, at: int) -> None:
    content[at : at + 4] = b"XXXX"


def compact(f: h5py.File) -> None:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((2,))
    kind = h5py.h5t.py_create(TEXT, logical=True)
    made = h5py.h5d.create(f.id, b"text", kind, space, plist)
    h5py.Dataset(made)[:] = ["one", "two"]


PLACES = {
    "attribute": few,
    "attribute in a heap": many,
    "compact dataset": compact,
    "dataset": lambda f: f.create_dataset("text", data=["one", "two"], dtype=TEXT),
    "chunked dataset": lambda f: f.create_dataset(
        "text", data=["one", "two"], dtype=TEXT, chunks=(1,), compression=4
    ),
}


@pytest.mark.parametrize("harm", [endless, overlong, enormous, moved])
@pytest.mark.parametrize("place", PLACES)
def test_that_a_damaged_heap_is_refused_before_the_library_walks_it(
    tmp_path, place, harm
):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as f:
        PLACES[place](f)
    with h5py.File(path) as f:
        _read(f)  # as made, it is sound
    content = bytearray(path.read_bytes())
    at = content.find(b"GCOL")
    while at >= 0:
        harm(content, at)
        at = content.find(b"GCOL", at + 4)
    path.write_bytes(content)
    with h5py.File(path) as f, pytest.raises(Refused):
        _read(f)


def _read(f: h5py.File) -> None:
    if "text" in f:
        read_column(f.id, "text")
    else:
        for name in f.attrs:
            attribute(f.id, name)


def _long_name(f: h5py.File) -> None:
    del f["slide_0/metadata/name"]
    f["slide_0/metadata/name"] = "a" * (2 << 20)


def _long_provenance(f: h5py.File) -> None:
    del f["slide_0/provenance"]
    f["slide_0/provenance"] = '"' + "a" * (9 << 20) + '"'


def _elsewhere(f: h5py.File) -> None:
    """Texts whose references lie in another file."""
    del f["slide_0/metadata/name"]
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_external(b"/etc/passwd", 0, 16)
    kind = h5py.h5t.py_create(TEXT, logical=True)
    space = h5py.h5s.create(h5py.h5s.SCALAR)
    h5py.h5d.create(f["slide_0/metadata"].id, b"name", kind, space, plist)


@pytest.mark.parametrize("harm", [_long_name, _long_provenance, _elsewhere])
def test_that_the_library_refuses_a_slide_with_such_a_text(tmp_path, write, harm):
    path = write(tmp_path / "a.h5", 2)
    with h5py.File(path, "r+") as f:
        harm(f)
    with (
        pytest.raises(StorageError, match=r"a\.h5 is refused"),
        open_file(path) as file,
    ):
        _ = file.slide(0).meta, file.slide(0).provenance
    assert any("text" in problem.message for problem in validate(path))


def test_that_a_slide_for_scripts_is_refused_too(tmp_path, write):
    path = write(tmp_path / "a.h5", 2)
    with h5py.File(path, "r+") as f:
        _long_name(f)
    with pytest.raises(StorageError, match=r"a\.h5 is refused"):
        SlideData.from_hdf5(path)


def test_that_features_with_many_names_are_read_and_too_many_bytes_refused(tmp_path):
    path = tmp_path / "a_features.h5"
    names = tuple(f"feature {k} of a model with long names" for k in range(1280))
    coords, features = np.zeros((3, 2), int), np.ones((3, 1280), np.float32)
    write_features(path, FeatureMeta("a", "m", feature_names=names), coords, features)
    with open_features(path) as file:
        assert file.slide().meta.feature_names == names
    with h5py.File(path, "r+") as f:
        f.attrs["model"] = "m" * (3 << 20)
    with pytest.raises(StorageError, match="refused: attribute 'model' is a text of"):
        open_features(path)


def test_that_addresses_of_another_width_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as f:
        f.attrs["text"] = "short"
    plist = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    plist.set_sizes(4, 4)
    file = h5py.h5f.create(str(tmp_path / "b.h5").encode(), fcpl=plist)
    with h5py.File(file) as f:
        f.attrs["text"] = "short"
    with h5py.File(tmp_path / "b.h5") as f, pytest.raises(Refused, match="unusual"):
        attribute(f.id, "text")


def test_that_a_name_that_is_no_text_is_a_problem_of_the_file(tmp_path, write):
    path = write(tmp_path / "a.h5", 2)
    with h5py.File(path, "r+") as f:
        tile, space = f["slide_0/tiles/tile_1"], h5py.h5s.create(h5py.h5s.SCALAR)
        h5py.h5a.create(tile.id, b"\xff\xfe", h5py.h5t.NATIVE_INT8, space)
    found = validate(path)
    assert {problem.path for problem in found} == {"/slide_0/tiles/tile_1"}
    assert all("no text" in problem.message for problem in found)


def test_that_text_that_is_no_utf8_is_marked_not_passed_on(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as f:
        f.attrs.create("text", np.array(b"caf\xe9", object), dtype=TEXT)
    with h5py.File(tmp_path / "a.h5") as f:
        assert attribute(f.id, "text") == "caf\ufffd"
