"""The plain loop of the field: tiles, tissue and HDF5 as most scripts do it.

plain_loop.py SLIDE OUT.h5
"""

import sys

import h5py
import numpy as np
import openslide

TILE = 256


def tissue(rgb: np.ndarray) -> np.ndarray:
    """Pixels that are coloured: saturation above 0.07."""
    high = rgb.max(axis=2).astype(np.float32)
    low = rgb.min(axis=2)
    return (high - low) > 0.07 * np.maximum(high, 1)


def main(source: str, target: str) -> None:
    slide = openslide.OpenSlide(source)
    width, height = slide.dimensions
    kept = 0
    with h5py.File(target, "w") as file:
        for y in range(0, height - TILE + 1, TILE):
            for x in range(0, width - TILE + 1, TILE):
                region = slide.read_region((x, y), 0, (TILE, TILE)).convert("RGB")
                image = np.asarray(region)
                mask = tissue(image)
                if mask.mean() < 0.5:
                    continue
                group = file.create_group(f"slide_0/tiles/tile_{kept}")
                group.create_dataset("image", data=image, compression="gzip")
                group.create_dataset("coords", data=np.array([x, y]))
                group.create_dataset("masks/tissue", data=mask, compression="gzip")
                kept += 1
    print(kept)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
