"""Result files against plain h5py: writing, reading, merging, listing, memory.

    python benchmarks/storage.py [--tiles 500] [--quick]

The other side is the loop of the field: a group for each tile and
``create_dataset(..., compression="gzip", compression_opts=4)``. Both sides take turns
in one process; the ratios of processor time are what counts, since the machine may be
busy. Tiles are tissue from a slide that is mosaicked from a real one, with the masks
that our tissue detection writes, for both sides alike.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from isal import isal_zlib

sys.path.insert(0, str(Path(__file__).parent))
from measure import Times, alternate, table
from slides_for_benchmarks import big_slide

from pathgui.core import SlideData
from pathgui.storage import SlideMeta, SlideWriter, merge, open_file

SIDE, GZIP = 256, {"compression": "gzip", "compression_opts": 4}
Tiles = list[tuple[np.ndarray, np.ndarray]]
Row = dict[str, Any]


def tissue_tiles(count: int) -> Tiles:
    """Tiles in random order with the masks that our tissue detection gives them."""
    with SlideData.from_slide(big_slide(10_000)) as slide:
        places = list(slide.generate_tiles(tile_size=SIDE, min_tissue=0.5))
        random.Random(0).shuffle(places)
        return [(tile.image, tile.masks["tissue"]) for tile in places[:count]]


def plain_write(path: Path, tiles: Tiles) -> None:
    with h5py.File(path, "w") as f:
        for k, (image, mask) in enumerate(tiles):
            tile = f.create_group(f"slide_0/tiles/tile_{k}")
            tile.create_dataset("image", data=image, **GZIP)
            tile.create_dataset("coords", data=np.array([k * SIDE, 0]))
            tile.create_dataset("masks/tissue", data=mask, **GZIP)
            tile.attrs["white"] = False


def our_write(path: Path, tiles: Tiles, **options: Any) -> None:
    side = tiles[0][0].shape[0]
    wide = 1 << 30
    meta = SlideMeta("slide", tile_size=side, stride=side, level_size=(wide, side))
    with SlideWriter(path, meta, **options) as writer:
        for k, (image, mask) in enumerate(tiles):
            at = (k * side, 0)
            writer.add(k, image, at, at, {"tissue": mask}, {"white": False})


def compare(
    times: Times,
    reference: str,
    per: int,
    sizes: dict[str, int] | None = None,
    goals: dict[str, float] | None = None,
) -> str:
    """A table of processor time per item, with ratios to the reference and goals."""
    rows = []
    for name, (cpu, wall) in times.items():
        row: Row = {"": name, "µs CPU": round(cpu / per * 1e6)}
        row["µs wall"] = round(wall / per * 1e6)
        row["times less CPU"] = times[reference][0] / cpu
        if goals:
            goal = goals.get(name)
            row["goal"] = "" if goal is None else f"≥ {goal:g}"
        if sizes:
            row["kB"] = round(sizes[name] / per / 1000, 1)
            row["size"] = f"{sizes[name] / sizes[reference]:.3f}"
        rows.append(row)
    return table(rows)


def write(folder: Path, tiles: Tiles, repeats: int) -> None:
    jobs: dict[str, Callable[[], Any]] = {
        "plain tree, gzip 4": lambda: plain_write(folder / "plain.h5", tiles),
        "tree": lambda: our_write(folder / "tree.h5", tiles),
        "tree, 2 threads": lambda: our_write(folder / "tree2.h5", tiles, threads=2),
        "stacked": lambda: our_write(folder / "stack.h5", tiles, layout="stacked"),
        "stacked, no compression": lambda: our_write(
            folder / "raw.h5", tiles, layout="stacked", compression="none"
        ),
    }
    files = ["plain.h5", "tree.h5", "tree2.h5", "stack.h5", "raw.h5"]
    times = alternate(jobs, repeats)
    sizes = {
        name: (folder / file).stat().st_size
        for name, file in zip(jobs, files, strict=True)
    }
    print(f"\n## Write {len(tiles)} tiles of {SIDE} px with mask, per tile\n")
    goals = {"tree": 6, "tree, 2 threads": 6, "stacked": 10}
    print(compare(times, "plain tree, gzip 4", len(tiles), sizes, goals))
    one, two = times["tree"][1], times["tree, 2 threads"][1]
    print(
        f"\n2 threads against 1, wall: {one / two:.2f}; calibration {calibrate():.2f}"
    )


def calibrate() -> float:
    """How much faster two threads compress than one, right now."""
    block = np.random.default_rng(0).integers(0, 40, 1 << 22, dtype=np.uint8)

    def work(_: int) -> None:
        for _ in range(4):
            isal_zlib.compress(block, 1)

    start = time.perf_counter()
    work(0), work(1)
    one = time.perf_counter() - start
    with ThreadPoolExecutor(2) as pool:
        start = time.perf_counter()
        list(pool.map(work, range(2)))
    return one / (time.perf_counter() - start)


def read(folder: Path, count: int, repeats: int) -> None:
    order = np.random.default_rng(0).integers(0, count, 300).tolist()
    with (
        h5py.File(folder / "plain.h5") as plain,
        h5py.File(folder / "tree.h5") as tree_plain,
        open_file(folder / "tree.h5") as tree,
        open_file(folder / "stack.h5") as stack,
    ):
        ours, stacked = tree.slide(0), stack.slide(0)

        def by_h5py(f: h5py.File) -> None:
            for k in order:
                f[f"slide_0/tiles/tile_{k}/image"][:]

        times = alternate(
            {
                "plain file, plain h5py": lambda: by_h5py(plain),
                "our tree, plain h5py": lambda: by_h5py(tree_plain),
                "our tree, our reader": lambda: [ours.image(k) for k in order],
                "our stack, our reader": lambda: [stacked.image(k) for k in order],
            },
            repeats,
        )
    print("\n## Read tiles in random order, per tile\n")
    goals = {"our tree, our reader": 2.5, "our stack, our reader": 2.5}
    print(compare(times, "plain file, plain h5py", len(order), None, goals))


def join(folder: Path, tiles: Tiles, files: int, repeats: int) -> None:
    paths = [folder / f"part_{k}.h5" for k in range(files)]
    per_file = 12
    for k, path in enumerate(paths):
        start = k * per_file % max(1, len(tiles) - per_file)
        our_write(path, tiles[start : start + per_file])

    def recompress() -> None:
        with h5py.File(folder / "plain_all.h5", "w") as out:
            for number, path in enumerate(paths):
                with h5py.File(path) as f:
                    copy_by_value(f["slide_0"], out.create_group(f"slide_{number}"))

    times = alternate(
        {
            "read and recompress": recompress,
            "merge": lambda: merge(paths, folder / "all.h5"),
        },
        repeats,
    )
    print(f"\n## Merge {files} files of {per_file} tiles, per tile\n")
    print(compare(times, "read and recompress", files * per_file, None, {"merge": 10}))


def copy_by_value(source: h5py.Group, target: h5py.Group) -> None:
    """What a script does: read each dataset and write it compressed."""
    for name, item in source.items():
        if isinstance(item, h5py.Group):
            copy_by_value(item, target.create_group(name))
        else:
            options = GZIP if item.ndim > 1 else {}
            target.create_dataset(name, data=item[()], **options)
    target.attrs.update(source.attrs)


def bookkeeping(folder: Path, count: int) -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (16, 16, 3), dtype=np.uint8)
    small: Tiles = [(image, image[..., 0] > 9)] * count
    times = alternate(
        {
            "plain tree, gzip 4": lambda: plain_write(folder / "p.h5", small),
            "tree": lambda: our_write(folder / "t.h5", small),
            "stacked": lambda: our_write(folder / "s.h5", small, layout="stacked"),
        },
        1,
    )
    files = {"plain tree, gzip 4": "p.h5", "tree": "t.h5", "stacked": "s.h5"}
    sizes = {name: (folder / file).stat().st_size for name, file in files.items()}
    print(f"\n## Bookkeeping: {count} tiles of 16 px, per tile\n")
    print(compare(times, "plain tree, gzip 4", count, sizes))
    print(f"\n## List {count} tiles: coordinates and label of each, per tile\n")
    times = alternate(
        {
            "plain h5py, tile by tile": lambda: list_plain(folder / "p.h5"),
            "tile_index": lambda: list_ours(folder / "t.h5"),
        },
        3,
    )
    print(compare(times, "plain h5py, tile by tile", count))
    print(f"\nall {count} tiles: {times['tile_index'][1] * 1000:.0f} ms")


def list_plain(path: Path) -> int:
    with h5py.File(path) as f:
        tiles = f["slide_0/tiles"]
        found = [(tiles[k]["coords"][:], tiles[k].attrs["white"]) for k in tiles]
    return len(found)


def list_ours(path: Path) -> int:
    with open_file(path) as file:
        index = file.slide(0).index
    return len(index["white"])


def peak() -> int:
    """Most memory this process has held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # a child's ru_maxrss begins with that of its parent
        line = next(x for x in status.read_text().split("\n") if x.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def memory(count: int) -> None:
    """Peak memory of a process that writes many tiles."""
    code = (
        "import sys, tempfile, pathlib, numpy as np, storage\n"
        "side = int(sys.argv[2])\n"
        "rng = np.random.default_rng(0)\n"
        "image = rng.integers(0, 30, (side, side, 3), dtype=np.uint8)\n"
        "tiles = [(image, image[..., 0] > 9)] * int(sys.argv[1])\n"
        "before = storage.peak()\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    storage.our_write(pathlib.Path(folder) / 'a.h5', tiles, threads=2)\n"
        "print(before, storage.peak())"
    )
    rows = []
    for tiles, side in ((count // 10, 256), (count, 256), (count * 10, 16)):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tiles), str(side)],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
        before, after = done.stdout.split()
        rows.append(
            {"tiles": tiles, "px": side, "MB at start": before, "MB at most": after}
        )
    print("\n## Memory of a writer with 2 threads\n")
    print(table(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiles", type=int, default=500)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and files")
    args = parser.parse_args()
    repeats = 2 if args.quick else 4
    tiles = tissue_tiles(args.tiles)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, tiles, repeats)
        read(folder, len(tiles), repeats)
        join(folder, tiles, 10 if args.quick else 50, 1 if args.quick else 3)
        bookkeeping(folder, 1000 if args.quick else 10_000)
    memory(500 if args.quick else 5000)
    print(f"\nthis process, at most: {peak()} MB")


if __name__ == "__main__":
    main()
