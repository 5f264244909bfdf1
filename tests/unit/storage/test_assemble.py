"""Joining, splitting and exchanging slides by raw copy."""

import os
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from pathgui.errors import Cancelled, StorageError
from pathgui.storage import (
    add_slides,
    merge,
    open_file,
    replace_slide,
    split,
    validate,
)


@pytest.fixture
def three(tmp_path, write, meta) -> list[Path]:
    """Files of 3, 4 and 5 tiles, two of them of one name, one stacked."""
    (tmp_path / "in").mkdir()
    names = ["b", "a", "b"]
    return [
        write(
            tmp_path / "in" / f"{k}.h5",
            3 + k,
            replace(meta, name=names[k]),
            layout="stacked" if k == 1 else "tree",
        )
        for k in range(3)
    ]


def _chunks(path: Path, slide: int) -> bytes:
    """All stored image payloads of a slide."""
    payloads = []
    with h5py.File(path) as f:
        tiles = f[f"slide_{slide}/tiles"]
        if "images" in tiles:
            count = tiles["images"].shape[0]
            read = tiles["images"].id.read_direct_chunk
            payloads = [read((k, 0, 0, 0))[1] for k in range(count)]
        else:
            payloads = [
                tiles[f"tile_{k}/image"].id.read_direct_chunk((0, 0, 0))[1]
                for k in range(len(tiles))
            ]
    return b"".join(payloads)


def test_that_merged_slides_keep_order_names_and_every_byte(tmp_path, three, tile):
    out = merge(three, tmp_path / "all.h5")
    assert validate(out) == []
    with open_file(out) as file:
        assert [s.meta.name for s in file.slides] == ["b", "a", "b"]
        assert [len(s) for s in file.slides] == [3, 4, 5]
        assert np.array_equal(file.slide(2).image(4), tile(4)["image"])
    for number, path in enumerate(three):
        assert _chunks(out, number) == _chunks(path, 0)


def test_that_split_undoes_merge_and_overwrites_nothing(tmp_path, three):
    out, folder = merge(three, tmp_path / "all.h5"), tmp_path / "out"
    folder.mkdir()
    (folder / "a.h5").write_text("mine")
    files = split(out, folder)
    assert [path.name for path in files] == ["b.h5", "a_2.h5", "b_2.h5"]
    assert (folder / "a.h5").read_text() == "mine"
    for path, old in zip(files, three, strict=True):
        assert validate(path) == []
        assert _chunks(path, 0) == _chunks(old, 0)
        with open_file(path) as one, open_file(old) as other:
            assert one.slide(0).meta == other.slide(0).meta
            assert one.slide(0).provenance == other.slide(0).provenance


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/x", ".._.._etc_x.h5"),
        ("a/b\\c:d", "a_b_c_d.h5"),
        ("..", "slide.h5"),
        ("", "slide.h5"),
        ("con", "con_.h5"),
        ("é 日本", "é 日本.h5"),
        ("x" * 300, "x" * 150 + ".h5"),
    ],
)
def test_that_a_slide_name_never_leads_out_of_the_folder(
    tmp_path, write, meta, name, file, names
):
    path = write(tmp_path / "a.h5", 1, replace(meta, name=name))
    (found,) = split(path, tmp_path / "out")
    assert found.parent == tmp_path / "out"
    assert found.name in (file, file.lstrip("."))
    assert names(tmp_path) == ["a.h5", "out"]


def test_that_slides_are_added_and_exchanged(tmp_path, three):
    path = merge(three[:2], tmp_path / "all.h5")
    assert add_slides(path, three[2]) == 3
    replace_slide(path, 0, three[1])
    assert validate(path) == []
    with open_file(path) as file:
        assert [s.meta.name for s in file.slides] == ["a", "a", "b"]
    size = path.stat().st_size
    replace_slide(path, 0, three[1])
    assert path.stat().st_size == size


def test_that_a_file_may_be_merged_into_itself(tmp_path, three):
    merge([three[0], three[1]], three[0])
    with open_file(three[0]) as file:
        assert len(file) == 2


def test_that_merging_a_damaged_file_harms_nothing(tmp_path, three, names):
    out = merge(three[:1], tmp_path / "all.h5")
    before = out.read_bytes()
    os.truncate(three[1], three[1].stat().st_size // 2)
    with pytest.raises(StorageError, match=three[1].name):
        merge(three, out)
    assert out.read_bytes() == before
    assert names(tmp_path) == ["all.h5", "in"]


def test_that_merging_nothing_or_a_missing_slide_is_refused(tmp_path, three):
    with pytest.raises(StorageError, match="no files"):
        merge([], tmp_path / "all.h5")
    with pytest.raises(StorageError, match="slide_4"):
        replace_slide(three[0], 4, three[1])


def test_that_merging_can_be_stopped(tmp_path, three, names):
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        merge(three, tmp_path / "all.h5", cancelled=lambda: next(asked))
    assert names(tmp_path) == ["in"]


def test_that_progress_counts_files(tmp_path, three):
    seen = []
    merge(three, tmp_path / "all.h5", progress=lambda *step: seen.append(step))
    assert seen == [("0.h5", 1, 3), ("1.h5", 2, 3), ("2.h5", 3, 3)]
