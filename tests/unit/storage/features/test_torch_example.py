"""The example for PyTorch, with and without it."""

import importlib.util
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

from pathgui.storage import SlideMeta, SlideWriter
from pathgui.storage.features import consolidate

EXAMPLE = Path(__file__).parents[4] / "examples" / "torch_dataset.py"


def load(monkeypatch):
    spec = importlib.util.spec_from_file_location("torch_dataset_example", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "torch_dataset_example", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tiles(tmp_path):
    path = tmp_path / "slide.h5"
    with SlideWriter(path, SlideMeta("slide", tile_size=8)) as writer:
        for k in range(6):
            image = np.full((8, 8, 3), 40 * k, np.uint8)
            writer.add(k, image, (8 * k, 3), (8 * k, 3), {}, {"white": k > 3})
    return path


@pytest.fixture
def without_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    return load(monkeypatch)


def test_that_tiles_come_with_place_and_labels_in_another_process_too(
    without_torch, tiles
):
    dataset = without_torch.TileDataset(tiles, rows=[5, 2])
    copy = pickle.loads(pickle.dumps(dataset))
    for one in (dataset, copy):
        assert len(one) == 2
        item = one[0]
        assert item["image"].shape == (3, 8, 8)
        assert item["image"].dtype == np.float32
        np.testing.assert_allclose(item["image"], 200 / 255)
        assert item["coords"].tolist() == [40, 3]
        assert item["labels"] == {"white": True}
        assert one[1]["labels"] == {"white": False}


def test_that_a_transform_sees_the_pixels(without_torch, tiles):
    dataset = without_torch.TileDataset(tiles, transform=np.invert)
    np.testing.assert_allclose(dataset[0]["image"], 1.0)


def test_that_bags_are_read_by_slide_and_by_row(without_torch, tmp_path, write, bag):
    files = [write(tmp_path, name, 30, seed=k) for k, name in enumerate("abc")]
    consolidate(files, tmp_path / "all_features.h5")
    dataset = without_torch.BagDataset(
        tmp_path / "all_features.h5", {"c": 1, "a": 0}, most=10
    )
    copy = pickle.loads(pickle.dumps(dataset))
    assert [copy[k]["slide"] for k in range(len(copy))] == ["a", "c"]
    item = copy[1]
    assert item["target"] == 1
    coords, features = bag(30, seed=2)
    rows = [coords.tolist().index(place.tolist()) for place in item["coords"]]
    assert len(set(rows)) == 10
    np.testing.assert_array_equal(item["features"], features[rows])


def test_that_workers_of_a_loader_read_the_same(tiles, monkeypatch):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    dataset = load(monkeypatch).TileDataset(tiles)
    for workers in (0, 2):
        loader = torch.utils.data.DataLoader(
            dataset, batch_size=3, num_workers=workers, collate_fn=list
        )
        found = [item["image"][0, 0, 0].item() for batch in loader for item in batch]
        np.testing.assert_allclose(found, np.arange(6) * 40 / 255, rtol=1e-6)
