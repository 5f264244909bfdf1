"""Files of PathML, CLAM and TRIDENT, both ways."""

import h5py
import numpy as np
import pytest

from pathgui.engine import parse_recipe, process_slide
from pathgui.errors import InteropError, StorageError
from pathgui.interop.clam import read_clam, write_clam
from pathgui.interop.convert import convert, kind_of
from pathgui.interop.pathml_read import iter_pathml, read_pathml
from pathgui.interop.trident import read_trident, write_trident
from pathgui.storage import open_file, repack, validate

ROOT = {"fields", "masks", "counts", "tiles"}


@pytest.fixture(scope="module")
def result(synthetic, recipe_text, tmp_path_factory):
    out = tmp_path_factory.mktemp("result") / "synthetic.h5"
    process_slide(synthetic, parse_recipe(recipe_text), out)
    return out


@pytest.fixture
def interop(data):
    return data / "interop"


def test_that_pathmls_own_file_is_read(interop):
    path = interop / "cmu1_pathml308.h5path"
    slide = read_pathml(path)
    assert (slide.name, slide.shape, slide.tile_size) == (
        "cmu1_aperio_3level", (2967, 2220), 128,
    )  # fmt: skip
    assert slide.downsample() == 4
    tiles = list(iter_pathml(path, slide))
    assert len(tiles) == 20
    assert tiles[0].image.dtype == np.uint8
    # PathML writes tissue as 127, also where a tile holds none.
    assert {tile.masks["tissue"].dtype for tile in tiles} == {np.dtype(np.int32)}
    assert {int(tile.masks["tissue"].max()) for tile in tiles} == {0, 127}
    assert tiles[0].labels["white_space"] is True


def test_that_pathml_there_and_back_changes_no_value(interop, tmp_path):
    source = interop / "cmu1_pathml308.h5path"
    (ours,) = convert(source, "pathgui", tmp_path / "ours.h5")
    assert validate(ours) == []
    repack(ours, layout="stacked", compression=9)
    (back,) = convert(ours, "h5path", tmp_path / "back.h5path")
    with h5py.File(source) as before, h5py.File(back) as after:
        assert set(before["tiles"]) == set(after["tiles"])
        for name, tile in before["tiles"].items():
            other = after["tiles"][name]
            assert np.array_equal(tile["array"][:], other["array"][:])
            masks = tile["masks/tissue"][:], other["masks/tissue"][:]
            assert np.array_equal(*masks)
            assert dict(tile["labels"].attrs) == dict(other["labels"].attrs)


def test_that_a_written_h5path_passes_pathmls_own_rules(result, tmp_path):
    (path,) = convert(result, "h5path", tmp_path / "x.h5path")
    with h5py.File(path) as file:
        assert set(file) == ROOT
        assert set(file["fields"]) == {"labels", "slide_type"}
        assert set(file["fields"].attrs) == {"name", "shape"}
        assert set(file["tiles"].attrs) == {"tile_shape", "tile_stride"}
        name, tile = next(iter(file["tiles"].items()))
        assert tile.attrs["coords"] == name
        assert tile["array"].dtype == np.float16
        assert set(np.unique(tile["masks/tissue"][:])) <= {0, 255}
        assert "labels" in tile


def test_that_our_own_h5path_comes_back_with_level_and_mpp(result, tmp_path):
    (theirs,) = convert(result, "h5path", tmp_path / "x.h5path")
    (again,) = convert(theirs, "pathgui", tmp_path / "again.h5")
    assert validate(again) == []
    with open_file(result) as before, open_file(again) as after:
        one, other = before.slide(0), after.slide(0)
        for fact in ("level", "downsample", "scale", "mpp", "magnification", "pad"):
            assert getattr(one.meta, fact) == getattr(other.meta, fact)
        for name in ("x", "y", "level_x", "level_y"):
            assert set(one.index[name]) == set(other.index[name])
    (patches,) = convert(theirs, "clam", tmp_path / "c.h5")
    assert len(read_clam(patches)) == len(one)


def test_that_excluded_tiles_of_a_file_of_pathml_are_left_out_and_told(
    result, tmp_path
):
    (theirs,) = convert(result, "h5path", tmp_path / "x.h5path")
    with open_file(result) as file:
        slide = file.slide(0)
        before = set(map(tuple, slide.grid().coords.tolist()))
        side = round(slide.meta.tile_size * slide.meta.downsample)
        name = slide.meta.name
    gone = min(before)
    lost = {}
    (ours,) = convert(
        theirs, "pathgui", tmp_path / "ours.h5",
        excluded={name: [(*gone, side, side)]}, left_out=lost.__setitem__,
    )  # fmt: skip
    assert lost == {name: 1}
    assert validate(ours) == []
    with open_file(ours) as file:
        slide = file.slide(0)
        assert set(map(tuple, slide.grid().coords.tolist())) == before - {gone}
        assert slide.provenance["excluded_tiles"] == 1


def test_that_an_h5path_without_tiles_is_read(tmp_path):
    path = tmp_path / "empty.h5path"
    with h5py.File(path, "w") as file:
        for name in ROOT:
            file.create_group(name)
        file["fields"].attrs.update({"name": "x", "shape": np.array([100, 90])})
        file["tiles"].attrs["tile_shape"] = b"(0, 0)"
    with pytest.raises(InteropError, match="has no tiles"):
        convert(path, "pathgui", tmp_path / "x.h5")


def test_that_a_name_of_a_stranger_never_leads_out_of_the_folder(tmp_path, interop):
    source = interop / "features_h5" / "CMU-1-Small-Region_clam_coords.h5"
    path, out = tmp_path / "evil.h5", tmp_path / "out"
    path.write_bytes(source.read_bytes())
    with h5py.File(path, "r+") as file:
        file["coords"].attrs["name"] = "../../evil"
    for to in ("pathgui", "clam", "trident", "geojson"):
        for written in convert(path, to, out):
            assert written.resolve().is_relative_to(out)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["evil.h5", "out"]


def test_that_a_database_of_features_becomes_their_trees(tmp_path):
    from pathgui.storage.features import FeatureMeta, consolidate, write_features

    files = []
    for name in ("a", "b"):
        meta = FeatureMeta(name, "net", level=0, tile_size=64)
        files.append(tmp_path / f"{name}_features.h5")
        values = np.full((5, 3), ord(name), np.float32)
        write_features(files[-1], meta, np.arange(10).reshape(5, 2), values)
    consolidate(files, tmp_path / "all_features.h5")
    written = convert(tmp_path / "all_features.h5", "clam", tmp_path / "clam")
    assert [path.parent.name for path in written] == ["patches", "h5_files"] * 2
    with h5py.File(tmp_path / "clam" / "h5_files" / "b.h5") as file:
        assert (file["features"][:] == ord("b")).all()
    with pytest.raises(InteropError, match="holds 2 slides"):
        convert(tmp_path / "all_features.h5", "clam", tmp_path / "one.h5")


def test_that_a_tile_that_claims_gigabytes_is_refused(tmp_path, interop):
    path = tmp_path / "bomb.h5path"
    path.write_bytes((interop / "cmu1_pathml308.h5path").read_bytes())
    with h5py.File(path, "r+") as file:
        tile = next(iter(file["tiles"].values()))
        del tile["array"]
        tile.create_dataset(
            "array", (30_000, 30_000, 3), "f2", chunks=(512, 512, 3), compression=4
        )
    with pytest.raises(InteropError, match=r"bomb\.h5path .* claims"):
        convert(path, "pathgui", tmp_path / "x.h5")


def test_that_clam_coordinates_are_read_and_written_alike(interop, tmp_path):
    source = interop / "features_h5" / "CMU-1-Small-Region_clam_coords.h5"
    patches = read_clam(source)
    write_clam(tmp_path / "c.h5", patches)
    with h5py.File(source) as before, h5py.File(tmp_path / "c.h5") as after:
        assert np.array_equal(before["coords"][:], after["coords"][:])
        told, ours = dict(before["coords"].attrs), dict(after["coords"].attrs)
        assert set(told) == set(ours)
        for key, value in told.items():
            assert np.array_equal(value, ours[key])


@pytest.mark.parametrize("kind", ["coords", "features"])
def test_that_trident_files_are_read_and_written_alike(interop, tmp_path, kind):
    source = interop / "features_h5" / f"CMU-1-Small-Region_trident_{kind}.h5"
    write_trident(tmp_path / "t.h5", read_trident(source))
    with h5py.File(source) as before, h5py.File(tmp_path / "t.h5") as after:
        assert set(before) == set(after)
        for name in before:
            assert np.array_equal(before[name][:], after[name][:])
        told, ours = dict(before["coords"].attrs), dict(after["coords"].attrs)
        told.pop("savetodir")
        ours.pop("savetodir")
        assert told == ours


def test_that_features_of_clam_come_along(interop, tmp_path):
    source = interop / "features_h5" / "CMU-1-Small-Region_clam_features.h5"
    assert kind_of(source) == "clam"
    paths = convert(source, "trident", tmp_path / "out")
    assert [path.parent.name for path in paths] == ["patches", "features_unknown"]
    with h5py.File(source) as before, h5py.File(paths[1]) as after:
        assert np.array_equal(before["features"][:], after["features"][:])


def test_that_features_survive_the_way_through_our_file(interop, tmp_path):
    source = interop / "features_h5" / "CMU-1-Small-Region_trident_features.h5"
    (ours,) = convert(source, "pathgui", tmp_path / "ours.h5")
    assert validate(ours) == []
    (back,) = convert(ours, "trident", tmp_path / "back.h5")
    with h5py.File(source) as before, h5py.File(back) as after:
        assert np.array_equal(before["features"][:], after["features"][:])
        assert np.array_equal(before["coords"][:], after["coords"][:])


@pytest.mark.parametrize("to", ["clam", "trident"])
def test_that_our_tiles_become_theirs_and_ours_again(result, tmp_path, to):
    (theirs,) = convert(result, to, tmp_path / "theirs.h5")
    assert kind_of(theirs) == to
    (again,) = convert(theirs, "pathgui", tmp_path / "again.h5")
    with open_file(result) as before, open_file(again) as after:
        for column in ("x", "y", "level_x", "level_y"):
            expected = before.slide(0).index[column]
            assert np.array_equal(expected, after.slide(0).index[column])


def test_that_tiles_between_levels_go_to_trident_but_not_to_clam(synthetic, tmp_path):
    out = tmp_path / "m.h5"
    process_slide(synthetic, parse_recipe("[tiling]\nmpp = 1.3\ntile_size = 64"), out)
    with pytest.raises(InteropError, match="CLAM"):
        convert(out, "clam", tmp_path / "c.h5")
    (path,) = convert(out, "trident", tmp_path / "t.h5")
    assert len(read_trident(path)) > 10


def test_that_stamp_coordinates_are_micrometres(interop, tmp_path):
    from dataclasses import replace

    from pathgui.interop.stamp import write_stamp

    source = interop / "features_h5" / "CMU-1-Small-Region_trident_features.h5"
    patches = replace(read_trident(source), mpp=0.5)
    write_stamp(tmp_path / "s.h5", patches)
    with h5py.File(tmp_path / "s.h5") as file:
        assert np.array_equal(file["coords"][:], patches.coords * 0.5)
        assert file["feats"].shape == (39, 1280)
        assert file.attrs["unit"] == "um"
        assert file.attrs["tile_size_um"] == 128


@pytest.mark.parametrize(
    "name", ["not_a_slide.h5path", "truncated.h5path", "features_coords_mismatch.h5"]
)
def test_that_broken_files_are_refused_by_name(data, tmp_path, name):
    with pytest.raises(InteropError, match=name):
        convert(data / "broken" / name, "pathgui", tmp_path / "x.h5")
    assert list(tmp_path.iterdir()) == []


def test_that_an_external_link_is_not_followed(tmp_path):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["coords"] = np.zeros((3, 2), np.int64)
    path = tmp_path / "bait.h5"
    with h5py.File(path, "w") as file:
        file["coords"] = h5py.ExternalLink(str(secret), "coords")
        file["features"] = np.zeros((3, 4), np.float32)
    with pytest.raises((InteropError, StorageError)):
        convert(path, "pathgui", tmp_path / "x.h5")


def test_that_tuples_in_foreign_text_are_never_evaluated(tmp_path):
    path = tmp_path / "evil.h5path"
    with h5py.File(path, "w") as file:
        for name in ROOT:
            file.create_group(name)
        file["fields"].attrs.update({"name": "x", "shape": np.array([10, 10])})
        file["tiles"].attrs["tile_shape"] = "__import__('os').mkdir('/nowhere')"
    with pytest.raises(InteropError, match=r"evil\.h5path"):
        read_pathml(path)


def test_that_an_unknown_target_is_refused(result, tmp_path):
    with pytest.raises(InteropError, match="zarr"):
        convert(result, "zarr", tmp_path)


def test_that_long_conversions_tell_how_far_they_are(tmp_path):
    """Whoever waits for them ends what stands still."""
    clam = tmp_path / "slide.h5"
    with h5py.File(clam, "w") as f:
        corners = np.stack(np.divmod(np.arange(2500), 50), axis=1) * 256
        f.create_dataset("coords", data=corners, chunks=(1, 2))
        f["coords"].attrs.update(patch_size=256, patch_level=0)
    for to, name in (("pathgui", "out.h5"), ("geojson", "out.geojson")):
        told = []
        convert(
            clam, to, tmp_path / name, progress=lambda *step, t=told: t.append(step)
        )
        assert [done for _, done, _ in told] == [0, 1000, 2000], to
        assert {total for _, _, total in told} == {2500}
    with open_file(tmp_path / "out.h5") as file:
        assert len(file.slide()) == 2500
