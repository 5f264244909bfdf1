"""A file of an older format version, from plain HDF5 to the format of today.

Version 0 never left the house: here it is a file whose slide is called ``slide`` rather
than ``name``, and whose tile index lacks the corners in the frame of the level.
"""

import h5py
import numpy as np
import pytest

from pathgui.cli import main
from pathgui.errors import FormatVersionError
from pathgui.storage import SlideMeta, SlideWriter, migrate, open_file, validate

DOWNSAMPLE = 4.0
CORNERS = [(0, 0), (128, 0), (0, 128), (128, 256)]


def slide_file(path):
    """The slide as this version writes it."""
    meta = SlideMeta("old slide", 1, DOWNSAMPLE, level_size=(96, 96), tile_size=32)
    rng = np.random.default_rng(0)
    with SlideWriter(path, meta) as writer:
        for k, (x, y) in enumerate(CORNERS):
            image = rng.integers(0, 255, (32, 32, 3), np.uint8)
            level = int(x / DOWNSAMPLE), int(y / DOWNSAMPLE)
            writer.add(
                k, image, (x, y), level, {"tissue": image[..., 0] > 99}, {"a": k}
            )
    return path


@pytest.fixture
def today(tmp_path):
    return slide_file(tmp_path / "today.h5")


@pytest.fixture
def older(tmp_path):
    """The same slide as version 0 would have written it."""
    path = slide_file(tmp_path / "older.h5")
    with h5py.File(path, "r+") as f:
        f.attrs["format_version"] = "0.9"
        f.move("slide_0/metadata/name", "slide_0/metadata/slide")
        for name in ("level_x", "level_y"):
            del f[f"slide_0/tile_index/{name}"]
    return path


def upgrade(f: h5py.File) -> None:
    """The step from version 0 to 1."""
    f.move("slide_0/metadata/slide", "slide_0/metadata/name")
    index, scale = f["slide_0/tile_index"], f["slide_0/metadata/downsample"][()]
    for name in ("x", "y"):
        index[f"level_{name}"] = np.rint(index[name][:] / scale).astype(np.int64)


@pytest.fixture
def step(monkeypatch):
    monkeypatch.setattr(migrate, "STEPS", {0: upgrade})


def test_that_an_older_file_is_not_read_as_if_it_were_new(older, capfd):
    with pytest.raises(FormatVersionError, match="version 0, older than 1") as caught:
        open_file(older)
    assert "h5 repack" in caught.value.hint
    assert main(["h5", "validate", str(older)]) == 1
    assert "format_version is '0.9', known is 1" in capfd.readouterr().err
    assert main(["h5", "merge", str(older), "--out", str(older) + ".x.h5"]) == 2
    assert "h5 repack" in capfd.readouterr().err.replace("`", "")


@pytest.mark.usefixtures("step")
@pytest.mark.parametrize("words", [[], ["--compression", "none", "--images", "pixels"]])
def test_that_the_hint_is_true_repacking_brings_it_up_to_date(
    older, today, tmp_path, words, capfd
):
    out = tmp_path / "new.h5"
    before = older.read_bytes()
    assert main(["h5", "repack", str(older), "--out", str(out), *words]) == 0, (
        capfd.readouterr().err
    )
    assert older.read_bytes() == before
    assert main(["h5", "repack", str(older), *words]) == 0
    for path in (out, older):
        assert validate(path) == []
        assert not migrate.migrate(path)
        with open_file(path) as file, open_file(today) as same:
            found, wanted = file.slide(), same.slide()
            assert found.meta == wanted.meta
            assert list(found.index) == list(wanted.index)
            for name in wanted.index:
                np.testing.assert_array_equal(found.index[name], wanted.index[name])
            for k in range(len(CORNERS)):
                np.testing.assert_array_equal(found.image(k), wanted.image(k))
                assert found.labels(k) == wanted.labels(k)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "new.h5", "older.h5", "today.h5",
    ]  # fmt: skip


def test_that_a_step_that_fails_leaves_the_file_as_it_was(
    older, tmp_path, monkeypatch, capfd
):
    def fail(f: h5py.File) -> None:
        upgrade(f)
        raise KeyError("no such thing in this file")

    monkeypatch.setattr(migrate, "STEPS", {0: fail})
    before = older.read_bytes()
    assert main(["h5", "repack", str(older)]) == 2
    assert "older.h5" in capfd.readouterr().err
    assert older.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["older.h5"]


@pytest.mark.usefixtures("step")
def test_that_an_older_file_that_is_cut_off_is_refused(older, capfd):
    content = older.read_bytes()
    older.write_bytes(content[: len(content) // 2])
    assert main(["h5", "repack", str(older)]) == 2
    assert "truncated" in capfd.readouterr().err


def test_that_without_a_step_the_way_forward_is_told(older, capfd):
    assert main(["h5", "repack", str(older)]) == 2
    said = capfd.readouterr().err
    assert "cannot be brought up to date" in said
    assert "from its slide" in said
