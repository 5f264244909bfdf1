"""Result files in an environment that has h5py and numpy, and nothing else of ours."""

import json
import subprocess
import sys

import numpy as np
import pytest

from pathgui.storage import MapWriter, open_file
from pathgui.storage.features import FeatureMeta, write_features

_BARE = """
import importlib.abc, json, sys
allowed = set(sys.stdlib_module_names) | {"h5py", "numpy"}
class Bare(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] not in allowed:
            raise ImportError(name + " is not installed here")
sys.meta_path.insert(0, Bare())
import h5py, numpy as np
try:
    import pathgui
except ImportError:
    pass
else:
    raise SystemExit("pathgui is here")
"""

_TREE = """
with h5py.File(sys.argv[1]) as f:
    tiles = f["slide_0/tiles"]
    names = sorted(tiles, key=lambda name: int(name[5:]))
    print(json.dumps({
        "format": f.attrs["format"],
        "complete": bool(f.attrs["complete"]),
        "name": f["slide_0/metadata/name"].asstr()[()],
        "mpp": float(f["slide_0/metadata/mpp"][()]),
        "images": [int(tiles[n]["image"][:].sum()) for n in names],
        "coords": [tiles[n]["coords"][:].tolist() for n in names],
        "masks": [int(tiles[n]["masks/tissue"][:].sum()) for n in names],
        "white": [bool(tiles[n].attrs["white"]) for n in names],
        "x": f["slide_0/tile_index/x"][:].tolist(),
        "map": float(np.nansum(f["slide_0/maps/m/level_0"][:])),
        "provenance": json.loads(f["slide_0/provenance"].asstr()[()])["recipe"],
    }))
"""

_STACK = """
with h5py.File(sys.argv[1]) as f:
    tiles = f["slide_0/tiles"]
    print(json.dumps({
        "images": [int(image.sum()) for image in tiles["images"]],
        "coords": tiles["coords"][:].tolist(),
        "masks": [int(mask.sum()) for mask in tiles["masks/tissue"]],
    }))
"""

_FEATURES = """
with h5py.File(sys.argv[1]) as f:
    print(json.dumps({
        "sum": float(f["features"][:].sum()), "row": f["features"][7].tolist(),
        "coords": f["coords"][:].tolist(), "model": f.attrs["model"],
    }))
"""


def _bare(code, path):
    done = subprocess.run(
        [sys.executable, "-I", "-c", _BARE + code, str(path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _expected(path):
    with open_file(path) as file:
        slide = file.slide(0)
        rows = range(len(slide))
        return {
            "images": [int(slide.image(k).sum()) for k in rows],
            "coords": np.stack([slide.index["x"], slide.index["y"]], 1).tolist(),
            "masks": [int(slide.mask(k, "tissue").sum()) for k in rows],
        }


@pytest.mark.parametrize("compression", ["fast", "none", 9])
def test_that_plain_h5py_reads_the_tree(tmp_path, write, compression):
    path = write(tmp_path / "a.h5", 12, compression=compression, fletcher32=True)
    with MapWriter(path, "m", (500, 300), level=1, downsample=4.0) as writer:
        writer.write_rows(0, np.ones((300, 500), np.float32))
    found = _bare(_TREE, path)
    assert {key: found[key] for key in ("images", "coords", "masks")} == _expected(path)
    assert (found["format"], found["complete"]) == ("pathgui", True)
    assert (found["name"], found["mpp"]) == ("slide a", 0.25)
    assert found["white"] == [k % 3 == 0 for k in range(12)]
    assert found["x"] == [x for x, _ in found["coords"]]
    assert (found["map"], found["provenance"]) == (150_000, "r")


@pytest.mark.parametrize("chunks", ["tile", "channel"])
def test_that_plain_h5py_reads_the_stack(tmp_path, write, chunks):
    path = write(tmp_path / "a.h5", 12, layout="stacked", chunks=chunks)
    assert _bare(_STACK, path) == _expected(path)


def test_that_plain_h5py_reads_features(tmp_path):
    path, rng = tmp_path / "s_features.h5", np.random.default_rng(0)
    values = rng.normal(size=(20, 8)).astype(np.float32)
    write_features(path, FeatureMeta("s", "net"), np.ones((20, 2)), values)
    found = _bare(_FEATURES, path)
    assert found["row"] == values[7].tolist()
    assert found["coords"] == [[1, 1]] * 20
    assert found["model"] == "net"
