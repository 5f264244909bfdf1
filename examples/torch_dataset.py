"""Tiles and feature bags as PyTorch datasets.

    python examples/torch_dataset.py processed/A/slide.h5

Both datasets hold a file by its path, so they may be sent to the workers of a
``DataLoader``: each worker opens the file itself. Without PyTorch they give numpy
arrays; nothing else changes.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pathgui.storage import open_file
from pathgui.storage.features import open_features

try:
    import torch
    from torch.utils.data import Dataset
except ImportError:
    torch, Dataset = None, object

Item = dict[str, Any]


def tensor(array: np.ndarray) -> Any:
    """The array as a tensor, where PyTorch is installed."""
    return array if torch is None else torch.from_numpy(np.ascontiguousarray(array))


class TileDataset(Dataset):
    """Tiles of one stored slide: image float32 (3, H, W) in 0 to 1, x, y, labels.

    Parameters
    ----------
    path : Path
        A result file.
    slide : int
        Which of its slides.
    transform : callable, optional
        Takes and gives the image as uint8 (H, W, 3); must be picklable.
    rows : sequence of int, optional
        Only these tiles, such as ``stored.select(mask="tissue", min_fraction=0.8)``.
    """

    def __init__(
        self,
        path: Path,
        slide: int = 0,
        transform: Callable[[np.ndarray], np.ndarray] | None = None,
        rows: Sequence[int] | None = None,
    ) -> None:
        self.stored = open_file(path).slide(slide)
        self.transform = transform
        self.rows = np.arange(len(self.stored)) if rows is None else np.asarray(rows)
        index = self.stored.index
        self.coords = np.stack([index["x"], index["y"]], axis=1)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> Item:
        row = int(self.rows[number])
        image = self.stored.image(row)
        if self.transform is not None:
            image = self.transform(image)
        return {
            "image": tensor(image.transpose(2, 0, 1).astype(np.float32) / 255),
            "coords": tensor(self.coords[row]),
            "labels": self.stored.labels(row),
        }


class BagDataset(Dataset):
    """A bag of features for each slide, as multiple-instance learning wants it.

    Parameters
    ----------
    path : Path
        A database of features, such as ``features/all_features.h5``.
    targets : dict of str to number
        What is to be learned, by slide; slides without are left out.
    most : int, optional
        Tiles per bag: a random choice, new each time. Only these rows are read.
    """

    def __init__(
        self, path: Path, targets: dict[str, float], most: int | None = None
    ) -> None:
        self.file = open_features(path)
        self.targets, self.most = targets, most
        self.slides = [name for name in self.file.slide_names if name in targets]

    def __len__(self) -> int:
        return len(self.slides)

    def __getitem__(self, number: int) -> Item:
        name = self.slides[number]
        slide = self.file.slide(name)
        rows = np.arange(len(slide))
        if self.most is not None and len(rows) > self.most:
            chosen = np.random.default_rng().choice(rows, self.most, replace=False)
            rows = np.sort(chosen)
        return {
            "slide": name,
            "features": tensor(slide.read(rows)),
            "coords": tensor(slide.coords[rows]),
            "target": self.targets[name],
        }


def main(path: Path) -> None:
    """Read a file once, in two workers where PyTorch is installed."""
    dataset = TileDataset(path)
    count = 0
    if torch is None:
        count = sum(1 for k in range(len(dataset)) if dataset[k])
    else:
        loader = torch.utils.data.DataLoader(dataset, batch_size=16, num_workers=2)
        for batch in loader:
            count += len(batch["image"])
    print(f"{count} tiles of {dataset.stored.meta.name}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
