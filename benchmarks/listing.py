"""List the tiles of a very large slide, and choose those with tissue.

    python benchmarks/listing.py [--tiles 500000] [--repeats 5]

The plain side of the listing makes one small object with its coordinates per tile;
that of the choice takes the mean of each tile's piece of the mask, rounded to pixels.
"""

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent))
import measure

from pathgui.tiling import Frame, TileGrid, TileList

_TILE = 256
_SIDE = 40_000
_MASK_DOWNSAMPLE = 16


@dataclass(slots=True)
class Plain:
    x: int
    y: int


class NoPixels:
    path = None

    def image(self, index: int) -> Any:
        raise NotImplementedError

    masks = labels = image


def listed(count: int) -> list[Any]:
    frame = Frame(0, 1.0, 1000 * _TILE, count // 1000 * _TILE)
    return list(TileList(TileGrid.regular(frame, _TILE), NoPixels()))


def plain_listed(count: int) -> list[Any]:
    return [
        Plain(x, y)
        for y in range(0, count // 1000 * _TILE, _TILE)
        for x in range(0, 1000 * _TILE, _TILE)
    ]


def shares(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    grid = TileGrid.regular(Frame(0, 1.0, _SIDE, _SIDE), _TILE)
    return grid.mask_fraction(mask, _MASK_DOWNSAMPLE)


def plain_shares(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    step = _TILE // _MASK_DOWNSAMPLE
    starts = range(0, _SIDE // _MASK_DOWNSAMPLE - step + 1, step)
    return np.array(
        [mask[y : y + step, x : x + step].mean() for y in starts for x in starts]
    )


def main() -> None:
    args = arguments()
    if args.memory:
        before = resident_mb()
        tiles = listed(args.tiles)
        print(f"{len(tiles)} tiles listed: {resident_mb() - before:.0f} MB more")
        return
    mask = np.zeros((_SIDE // _MASK_DOWNSAMPLE,) * 2, np.bool_)
    mask[500:1800, 300:2000] = np.random.default_rng(0).random((1300, 1700)) < 0.8
    assert np.allclose(shares(mask), plain_shares(mask))
    times = measure.alternate(
        {
            f"list {args.tiles} tiles: pathgui": lambda: listed(args.tiles),
            f"list {args.tiles} tiles: plain": lambda: plain_listed(args.tiles),
            "share of tissue, 40,000² px: pathgui": lambda: shares(mask),
            "share of tissue, 40,000² px: plain": lambda: plain_shares(mask),
        },
        args.repeats,
    )
    rows = [
        {"what": name, "CPU s": f"{cpu:.3f}", "wall s": f"{wall:.3f}"}
        for name, (cpu, wall) in times.items()
    ]
    print(measure.table(rows), flush=True)
    subprocess.run([sys.executable, *sys.argv, "--memory"], check=True)


def resident_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(s.split()[1]) for s in lines if s.startswith("VmRSS")) / 1024


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiles", type=int, default=500_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
