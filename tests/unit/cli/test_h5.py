"""`h5 …` and `stitch`: words, statuses, sentences."""

import json
import os
import shutil

import h5py
import numpy as np
import pytest

from pathgui.cli import main
from pathgui.engine import parse_recipe, process_slide
from pathgui.storage import merge, open_file, validate
from pathgui.storage.features import FeatureMeta, open_features, write_features


@pytest.fixture
def run(capfd):
    def call(*words):
        status = main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


@pytest.fixture(scope="module")
def one(synthetic, recipe_text, tmp_path_factory):
    out = tmp_path_factory.mktemp("one") / "synthetic.h5"
    process_slide(synthetic, parse_recipe(recipe_text), out)
    return out


@pytest.fixture(scope="module")
def two(one, tmp_path_factory):
    return merge([one, one], tmp_path_factory.mktemp("two") / "two.h5")


@pytest.fixture
def features(tmp_path):
    path = tmp_path / "s_features.h5"
    rng = np.random.default_rng(0)
    meta = FeatureMeta("s", "net", "ab" * 32, level=0, tile_size=64, mpp=0.5)
    coords = np.arange(40).reshape(20, 2) * 64
    write_features(path, meta, coords, rng.normal(size=(20, 8)).astype(np.float32))
    return path


def test_that_info_shows_sizes_and_no_waste_where_there_is_none(run, one):
    status, out, _ = run("h5", "info", one)
    assert status == 0
    assert "/slide_0/tiles/tile_*/image" in out
    assert "wasted" not in out
    status, out, _ = run("h5", "info", one, "--json")
    found = json.loads(out)
    assert (status, found["size"]) == (0, one.stat().st_size)


def test_that_waste_is_shown_and_repacking_gives_it_back(run, one, tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(one.read_bytes())
    with h5py.File(path, "r+") as f:
        f["slide_0/metadata/big"] = np.random.default_rng(0).random(100_000)
        f["slide_0/metadata/small"] = 1
    with h5py.File(path, "r+") as f:
        del f["slide_0/metadata/big"]
    _, out, _ = run("h5", "info", path)
    assert "wasted; h5 repack gives it back" in out
    status, out, _ = run("h5", "repack", path, "--json")
    sizes = json.loads(out)
    assert status == 0
    assert sizes["before"] - sizes["after"] > 700_000
    assert validate(path) == []


def test_that_a_broken_file_has_status_1_and_names_the_place(run, one, tmp_path):
    assert run("h5", "validate", one)[0] == 0
    path = tmp_path / "a.h5"
    path.write_bytes(one.read_bytes())
    with h5py.File(path, "r+") as f:
        del f["slide_0/tiles/tile_3/image"]
    status, out, err = run("h5", "validate", path, "--json")
    found = json.loads(out)
    assert (status, found["valid"]) == (1, False)
    assert found["problems"][0]["path"] == "/slide_0/tiles/tile_3"
    assert "/slide_0/tiles/tile_3 has no image" in err


@pytest.mark.parametrize(
    "words",
    [
        ["info"],
        ["validate"],
        ["advise"],
        ["merge", "--out", "x.h5"],
        ["split", "--out", "x"],
        ["repack"],
        ["convert", "--to", "clam", "--out", "x.h5"],
    ],
)
def test_that_a_file_that_is_not_there_has_status_2(run, tmp_path, words):
    status, out, err = run("h5", words[0], tmp_path / "no.h5", *words[1:])
    assert (status, out) == (2, "")
    assert "no.h5 does not exist" in err


@pytest.mark.parametrize(
    "words",
    [
        ["advise"],
        ["merge", "--out", "x.h5"],
        ["split", "--out", "x"],
        ["repack", "--out", "x.h5"],
        ["convert", "--to", "clam", "--out", "x.h5"],
    ],
)
def test_that_a_bomb_is_refused_and_nothing_is_written(
    run, data, tmp_path, monkeypatch, words
):
    monkeypatch.chdir(tmp_path)
    bomb = data / "hostile" / "bomb.h5"
    status, out, err = run("h5", words[0], bomb, *words[1:])
    assert (status, out) == (2, "")
    assert "bomb.h5" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes there")
def test_that_a_pipe_is_no_file(run, tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    status, _, err = run("h5", "info", tmp_path / "pipe.h5")
    assert status == 2
    assert "a device or a pipe" in err


def test_that_a_name_cannot_steer_the_terminal(run, one, tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(one.read_bytes())
    with h5py.File(path, "r+") as f:
        f.create_group("slide_0/\x1b[31mred")
    _, _, err = run("h5", "validate", path)
    assert "red" in err
    assert "\x1b" not in err


def test_that_advice_tells_sizes_and_times_of_each_way(run, one):
    status, out, _ = run("h5", "advise", one, "--sample", "4", "--json")
    found = json.loads(out)
    assert status == 0
    assert len(found["choices"]) >= 9
    assert all(way["file_bytes"] > 0 for way in found["choices"])
    assert found["best"]["layout"] in ("tree", "stacked")
    assert found["reason"]


def test_that_files_are_joined_in_order_and_parted_again(run, one, tmp_path):
    out = tmp_path / "all.h5"
    assert run("h5", "merge", one, one, "--out", out)[0] == 0
    with open_file(out) as file:
        assert [slide.meta.name for slide in file] == ["synthetic"] * 2
    status, text, _ = run("h5", "split", out, "--out", tmp_path, "--json")
    names = [name.rsplit("/")[-1] for name in json.loads(text)["files"]]
    assert (status, names) == (0, ["synthetic.h5", "synthetic_2.h5"])
    run("h5", "split", out, "--out", tmp_path)
    assert (tmp_path / "synthetic_4.h5").exists()


def test_that_pixels_leave_and_come_back_from_the_slide(run, one, tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(one.read_bytes())
    words = ["h5", "repack", path, "--layout", "stacked", "--images"]
    status, out, _ = run(*words, "reference", "--json")
    sizes = json.loads(out)
    assert (status, sizes["after"] < sizes["before"] / 3) == (0, True)
    assert run(*words, "pixels")[0] == 0
    with open_file(one) as before, open_file(path) as after:
        for k in range(len(before.slide(0))):
            same = before.slide(0).image(k) == after.slide(0).image(k)
            assert same.all()


def test_that_pixels_which_a_recipe_changed_do_not_go_in_silence(
    run, synthetic, recipe_text, tmp_path
):
    path, step = tmp_path / "a.h5", '[[steps]]\ntransform = "MedianBlur"\n'
    process_slide(synthetic, parse_recipe(recipe_text + step), path)
    status, _, err = run("h5", "repack", path, "--images", "reference")
    assert status == 0
    assert "only another run makes them again" in err
    _, _, err = run("h5", "repack", path, "--images", "pixels")
    assert "without the recipe's steps" in err
    _, _, err = run("h5", "repack", path)
    assert err == ""


@pytest.mark.parametrize("name", ["zstd", "lz4"])
def test_that_a_compression_that_others_lack_is_warned_of(run, one, tmp_path, name):
    pytest.importorskip("hdf5plugin")
    out = tmp_path / "a.h5"
    status, _, err = run("h5", "repack", one, "--out", out, "--compression", name)
    assert status == 0
    assert f"compressed with {name}" in err
    assert "hdf5plugin" in err
    _, _, err = run("h5", "repack", one, "--out", out, "--compression", "fast")
    assert "hdf5plugin" not in err


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--compression", "11"),
        ("--layout", "heap"),
        ("--chunks", "row"),
        ("--images", "some"),
    ],
)
def test_that_an_unknown_choice_is_named_with_status_2(
    run, one, tmp_path, option, value
):
    out = tmp_path / "x.h5"
    status, _, err = run("h5", "repack", one, "--out", out, option, value)
    assert status == 2
    assert value in err
    assert not out.exists()


def test_that_checksums_are_added_and_taken_away(run, one, tmp_path):
    out = tmp_path / "a.h5"
    for word, wanted in (("--fletcher32", True), ("--no-fletcher32", False)):
        assert run("h5", "repack", one, "--out", out, word)[0] == 0
        with open_file(out) as file:
            assert file.slide(0).storage().fletcher32 is wanted


def test_that_a_mask_is_stitched_into_the_file_a_copy_or_a_picture(run, two, tmp_path):
    copy, picture = tmp_path / "copy.h5", tmp_path / "new" / "a.png"
    words = ["stitch", two, "tissue", "--slide", "1"]
    assert run(*words, "--to", "h5", "--out", copy)[0] == 0
    with open_file(two) as before, open_file(copy) as after:
        assert before.slide(1).map_names == ()
        assert after.slide(1).map_names == ("tissue",)
    assert validate(copy) == []
    status, out, _ = run(*words, "--to", "png", "--out", picture, "--json")
    assert (status, json.loads(out)["file"]) == (0, str(picture))
    assert picture.read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "words", [["frob"], ["tissue", "--method", "median"], ["tissue", "--to", "bmp"],
              ["tissue", "--slide", "7"]],
)  # fmt: skip
def test_that_what_cannot_be_stitched_is_said_with_status_2(run, one, words):
    status, out, err = run("stitch", one, *words)
    assert (status, out) == (2, "")
    assert err


def test_that_features_are_checked_repacked_and_converted(run, features, tmp_path):
    assert run("h5", "validate", features)[0] == 0
    packed = tmp_path / "p_features.h5"
    words = ["h5", "repack", features, "--out", packed, "--compression", "fast"]
    assert run(*words)[0] == 0
    with open_features(features) as before, open_features(packed) as after:
        assert not after.slide().contiguous
        assert np.array_equal(before.slide().read(), after.slide().read())
        assert before.slide().meta == after.slide().meta
    for to in ("clam", "trident"):
        theirs, back = tmp_path / f"{to}.h5", tmp_path / f"{to}_features.h5"
        assert run("h5", "convert", packed, "--to", to, "--out", theirs)[0] == 0
        assert run("h5", "convert", theirs, "--to", "pathgui", "--out", back)[0] == 0
        with open_features(packed) as before, open_features(back) as after:
            assert np.array_equal(before.slide().read(), after.slide().read())
            assert np.array_equal(before.slide().coords, after.slide().coords)
    status, _, err = run("h5", "merge", features, "--out", tmp_path / "x.h5")
    assert status == 2
    assert "holds features and no tiles" in err


def test_that_a_broken_file_of_features_is_found(run, features):
    with h5py.File(features, "r+") as f:
        f.attrs["num_tiles"] = 7
        del f["coords"]
        f["coords"] = np.zeros((3, 2), np.int64)
    status, out, _ = run("h5", "validate", features, "--json")
    paths = [problem["path"] for problem in json.loads(out)["problems"]]
    assert (status, paths) == (1, ["/coords", "@num_tiles"])


@pytest.mark.parametrize("ending", [".svs", ".tif"])
def test_that_no_command_writes_over_a_slide(
    run, two, synthetic, recipe_text, tmp_path, ending
):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(recipe_text)
    slide = tmp_path / f"slide{ending}"
    shutil.copy(synthetic, slide)
    before = slide.read_bytes()
    for words in (
        ("stitch", two, "tissue", "--to", "h5", "--out", slide),
        ("stitch", two, "tissue", "--to", "png", "--out", slide),
        ("stitch", two, "tissue", "--to", "tiff", "--out", slide),
        ("h5", "repack", two, "--out", slide),
        ("h5", "merge", two, "--out", slide),
        ("process-slide", synthetic, recipe, "--out", slide),
    ):
        status, _, err = run(*words)
        assert status == 2, words
        assert "it stays" in err or "already" in err
        assert slide.read_bytes() == before


def test_that_a_stitched_tiff_takes_the_place_of_an_earlier_one(run, two, tmp_path):
    words = ("stitch", two, "tissue", "--to", "tiff", "--out", tmp_path / "map.tif")
    assert run(*words)[0] == 0
    assert run(*words)[0] == 0
