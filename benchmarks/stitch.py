"""Stitch overlapping prediction maps: pathgui against the add-and-count loop.

Both sides get the same tiles. The plain loop adds every tile to a float32 map of sums
and one to a map of counts, and divides with ``np.where`` at the end; "lean" divides in
place, without a further map; ``--double`` takes numpy's default of float64. Ours is
measured into a new array, and streamed to a sink that drops the rows.

    python benchmarks/stitch.py                        20,000 × 20,000 px, stride 128
    python benchmarks/stitch.py --size 8192 --repeats 3
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent))
import measure

from pathgui.tiling import stitch_tiles

Map = npt.NDArray[Any]


@dataclass(slots=True)
class Spot:
    level_coords: tuple[int, int]
    prediction: Any


class Nowhere:
    def write_rows(self, y: int, rows: Map) -> None:
        pass


@dataclass
class Case:
    size: int
    tile: int
    stride: int
    spots: list[Spot]

    @classmethod
    def make(cls, size: int, tile: int, stride: int, kind: str) -> "Case":
        # 128 MB of different predictions: far more than a processor's cache holds.
        rng = np.random.default_rng(0)
        pool: list[Any] = [
            rng.random((tile, tile), np.float32) if kind == "map" else float(value)
            for value in rng.random(512)
        ]
        starts = range(0, size - tile + 1, stride)
        corners = [(x, y) for y in starts for x in starts]
        spots = [Spot(corner, pool[k % 512]) for k, corner in enumerate(corners)]
        return cls(size, tile, stride, spots)

    def plain(self, method: str, dtype: type = np.float32, lean: bool = False) -> Map:
        total = np.zeros((self.size, self.size), dtype)
        if method == "average":
            count = np.zeros_like(total)
            for spot in self.spots:
                x, y = spot.level_coords
                total[y : y + self.tile, x : x + self.tile] += spot.prediction
                count[y : y + self.tile, x : x + self.tile] += 1
            if not lean:
                return np.where(count > 0, total / np.maximum(count, 1), np.nan)
            with np.errstate(invalid="ignore"):
                return np.divide(total, count, out=total)
        total.fill(-np.inf)
        for spot in self.spots:
            x, y = spot.level_coords
            area = total[y : y + self.tile, x : x + self.tile]
            np.maximum(area, spot.prediction, out=area)
        total[np.isneginf(total)] = np.nan
        return total

    def ours(self, method: str, out: Any = None) -> Any:
        shape = (self.size, self.size)
        return stitch_tiles(self.spots, shape, self.tile, self.stride, method, out=out)


def main() -> None:
    args = arguments()
    if args.memory:
        memory(args)
        return
    rows = []
    for name in args.cases.split(","):
        method, kind = name.split("-")
        case = Case.make(args.size, args.tile, args.stride, kind)
        if args.check:
            check(case, method)
        rows += compare(case, f"{method} of a {kind} per tile", method, args)
    print(f"{args.size} × {args.size} px, tiles of {args.tile}, stride {args.stride}\n")
    print(measure.table(rows))
    child = [sys.executable, *sys.argv, "--memory"]
    print(subprocess.run(child, check=True, text=True, capture_output=True).stdout)


def compare(
    case: Case, what: str, method: str, args: argparse.Namespace
) -> list[dict[str, Any]]:
    jobs: dict[str, Callable[[], Any]] = {"plain loop": lambda: case.plain(method)}
    if method == "average":
        jobs["plain loop, lean"] = lambda: case.plain(method, lean=True)
    if args.double:
        jobs["plain loop, float64"] = lambda: case.plain(method, np.float64)
    jobs["pathgui"] = lambda: case.ours(method)
    jobs["pathgui, streamed"] = lambda: case.ours(method, Nowhere())
    times = measure.alternate(jobs, args.repeats)
    cpu, wall = times["plain loop"]
    return [
        {
            "what": what,
            "side": side,
            "CPU s": own_cpu,
            "wall s": own_wall,
            "× CPU": cpu / own_cpu,
            "× wall": wall / own_wall,
        }
        for side, (own_cpu, own_wall) in times.items()
    ]


def check(case: Case, method: str) -> None:
    same = np.array_equal(case.plain(method), case.ours(method), equal_nan=True)
    print(f"{method}: {'equal bit for bit' if same else 'DIFFERENT'}")


def memory(args: argparse.Namespace) -> None:
    """Growth of this process while predictions are made when asked for."""
    case = Case.make(args.size, args.tile, args.stride, "number")
    shape, side = (args.size, args.size), args.tile

    def predict(_: Any) -> Map:
        return np.ones((side, side), np.float32)

    before = peak_mb()
    stitch_tiles(case.spots, shape, side, args.stride, attribute=predict, out=Nowhere())
    print(
        f"streamed, predictions made when asked for: {peak_mb() - before:.0f} MB more"
    )


def peak_mb() -> float:
    # ru_maxrss would start at what the parent had.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(s.split()[1]) for s in lines if s.startswith("VmHWM")) / 1024


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--tile", type=int, default=256)
    parser.add_argument("--stride", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--cases", default="average-map,average-number,max-map")
    parser.add_argument("--double", action="store_true", help="float64 loop as well")
    parser.add_argument("--check", action="store_true", help="compare the maps")
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
