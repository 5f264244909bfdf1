"""Nuclei found by pathgui, and by plain Otsu and watershed, against hand-drawn ones.

Prints F1 at an intersection over union of 0.5 for each picture, and the mean of both
halves: parameters were chosen on the first half (every other picture, by name, from
the first), and the second half only checks them. One set of parameters serves all.

    python benchmarks/nuclei.py                        the shared test data
    python benchmarks/nuclei.py FOLDER                 *.png with *_labels.tif beside

The plain side is what a tutorial does: grey, Gaussian, Otsu, fill holes, watershed of
the distance transform. It is given its best reading of the stain: the haematoxylin
channel of a fixed colour deconvolution.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tifffile
from PIL import Image
from scipy import ndimage
from skimage.color import rgb2hed
from skimage.feature import peak_local_max
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed

from pathgui.preprocessing.nuclei import nuclei

Array = npt.NDArray[Any]
DATA = Path(__file__).parents[2] / "shared" / "data"
PICTURES = "annotated/dsb2018_nuclei"


def plain(image: Array) -> Array:
    """Otsu and watershed, as tutorials have it."""
    stain = ndimage.gaussian_filter(rgb2hed(image)[..., 0], 1)
    mask = ndimage.binary_fill_holes(stain > threshold_otsu(stain))
    labels, _ = ndimage.label(mask)
    sizes = np.bincount(labels.ravel())
    mask &= sizes[labels] > 30
    depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1)
    peaks = peak_local_max(depth, min_distance=5, labels=ndimage.label(mask)[0])
    seeds = np.zeros(mask.shape, dtype=int)
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return np.asarray(watershed(-depth, seeds, mask=mask))


def f1(truth: Array, found: Array, least: float = 0.5) -> float:
    """F1 of nuclei whose intersection over union is above `least`."""
    truth = np.unique(truth, return_inverse=True)[1].reshape(truth.shape)
    rows, columns = int(truth.max()) + 1, int(found.max()) + 1
    codes = truth.astype(np.int64).ravel() * columns + found.ravel()
    shared = np.bincount(codes, minlength=rows * columns).reshape(rows, columns)
    union = shared.sum(1)[:, None] + shared.sum(0)[None] - shared
    hits = np.count_nonzero((shared / np.maximum(union, 1))[1:, 1:] > least)
    return 2 * hits / max(rows + columns - 2, 1)


def measured(
    side: Callable[[Array], Array], image: Array, truth: Array
) -> tuple[float, int, float]:
    """F1, count, and CPU milliseconds."""
    side(image)
    start = time.process_time()
    found = side(image)
    took = 1e3 * (time.process_time() - start)
    return f1(truth, found), int(found.max()), took


def default_folder() -> Path:
    """The shared pictures with hand-drawn nuclei."""
    return Path(os.environ.get("PATHGUI_TEST_DATA", DATA)) / PICTURES


def picture(file: Path) -> tuple[Array, Array]:
    """A picture and its true nuclei, as labels."""
    image = np.asarray(Image.open(file).convert("RGB"))
    return image, tifffile.imread(file.with_name(file.stem + "_labels.tif"))


def held_out(folder: Path) -> tuple[float, float]:
    """Mean F1 of ours and of the plain side on the pictures that chose nothing."""
    found = [picture(file) for file in sorted(folder.glob("*.png"))[1::2]]
    ours, theirs = (
        [f1(truth, side(image)) for image, truth in found] for side in (nuclei, plain)
    )
    return float(np.mean(ours)), float(np.mean(theirs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=default_folder())
    files = sorted(parser.parse_args().folder.glob("*.png"))
    if not files:
        parser.error("no *.png there; name a folder with pictures and *_labels.tif")
    print(f"{'picture':12} {'nuclei':>7}   {'pathgui':^22}   {'plain':^22}")
    scores: list[tuple[float, float]] = []
    for file in files:
        image, truth = picture(file)
        ours, theirs = (measured(side, image, truth) for side in (nuclei, plain))
        scores.append((ours[0], theirs[0]))
        count = len(np.unique(truth)) - 1
        text = "   ".join("{:.3f} {:5d} {:7.0f} ms".format(*s) for s in (ours, theirs))
        print(f"{file.stem:12} {count:7d}   {text}")
    for name, part in (
        ("parameters chosen on", scores[0::2]),
        ("held out", scores[1::2]),
        ("all", scores),
    ):
        ours_mean, plain_mean = np.mean(part or [(0, 0)], axis=0)
        print(f"mean F1, {name:20} pathgui {ours_mean:.3f}   plain {plain_mean:.3f}")


if __name__ == "__main__":
    main()
