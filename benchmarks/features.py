"""Features: consolidating slides, and reading random rows, against plain h5py.

    python benchmarks/features.py [--files 100] [--quick]

The other side is what scripts of the field do: ``create_dataset(...,
compression="gzip")`` with chunks that h5py guesses, and a database made by reading
all features and compressing them again. Both sides take turns in one process; the
ratios of processor time are what counts, since the machine may be busy.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from measure import Times, alternate, table

from pathgui.storage.features import (
    FeatureMeta,
    FeatureOptions,
    consolidate,
    open_features,
    write_features,
)

WIDTH = 1024
Row = dict[str, Any]


def features(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, WIDTH)).astype("f4")


def plain_write(path: Path, values: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("features", data=values, compression="gzip")
        file.create_dataset("coords", data=np.zeros((len(values), 2), np.int64))


def plain_consolidate(files: list[Path], out: Path) -> None:
    with h5py.File(out, "w") as target:
        for number, path in enumerate(files):
            with h5py.File(path) as source:
                group = target.create_group(f"slide_{number}")
                group.create_dataset(
                    "features", data=source["features"][:], compression="gzip"
                )
                group.create_dataset("coords", data=source["coords"][:])
                group.attrs["slide_name"] = path.stem


def afresh(files: list[Path], out: Path, *, links: bool = False) -> None:
    out.unlink(missing_ok=True)
    consolidate(files, out, links=links)


def consolidation(folder: Path, count: int, rows: int, repeats: int) -> list[Row]:
    """Files of gzip, so that both sides copy the same bytes; and ours, uncompressed."""
    zipped = folder / "zipped"
    whole = folder / "whole"
    zipped.mkdir()
    whole.mkdir()
    theirs, ours = [], []
    values = features(rows)
    plain_write(zipped / "first.h5", values)
    for k in range(count):
        theirs.append(zipped / f"s{k}_features.h5")
        shutil.copy(zipped / "first.h5", theirs[-1])
        ours.append(whole / f"s{k}_features.h5")
        write_features(ours[-1], FeatureMeta(f"s{k}"), np.zeros((rows, 2)), values)
    times = alternate(
        {
            "read and recompress": lambda: plain_consolidate(
                theirs, folder / "plain.h5"
            ),
            "raw copy of the same files": lambda: afresh(theirs, folder / "raw.h5"),
            "raw copy, uncompressed": lambda: afresh(ours, folder / "whole.h5"),
            "links": lambda: afresh(ours, whole / "all.h5", links=True),
        },
        repeats,
    )
    return compared(times, "read and recompress", "10 ×")


def random_rows(folder: Path, count: int, wanted: int, repeats: int) -> list[Row]:
    """Each row by itself, as a random sampler asks; and all of them at once."""
    values = features(count)
    plain, ours = folder / "rows_plain.h5", folder / "rows.h5"
    packed = folder / "rows_fast.h5"
    plain_write(plain, values)
    coords = np.zeros((count, 2))
    write_features(ours, FeatureMeta("s"), coords, values)
    write_features(
        packed, FeatureMeta("s"), coords, values, FeatureOptions("float32", "fast")
    )
    chosen = np.random.default_rng(1).permutation(count)[:wanted]

    def plainly() -> None:
        with h5py.File(plain) as file:
            data = file["features"]
            for row in chosen:
                data[row]

    def one_by_one(path: Path) -> None:
        with open_features(path) as file:
            slide = file.slide()
            for row in chosen:
                slide[int(row)]

    def at_once(path: Path) -> None:
        with open_features(path) as file:
            file.slide().read(chosen)

    times = alternate(
        {
            "gzip, guessed chunks": plainly,
            "in one piece, row by row": lambda: one_by_one(ours),
            "in one piece, at once": lambda: at_once(ours),
            "shuffle and deflate, at once": lambda: at_once(packed),
        },
        repeats,
    )
    return compared(times, "gzip, guessed chunks", "50 ×")


def writing(folder: Path, rows: int, repeats: int) -> list[Row]:
    values, coords = features(rows), np.zeros((rows, 2))
    meta, fast = FeatureMeta("s"), FeatureOptions("float32", "fast")
    paths = [folder / f"w{k}.h5" for k in range(3)]
    times = alternate(
        {
            "create_dataset, gzip": lambda: plain_write(paths[0], values),
            "in one piece": lambda: write_features(paths[1], meta, coords, values),
            "shuffle and deflate": lambda: write_features(
                paths[2], meta, coords, values, fast
            ),
        },
        repeats,
    )
    found = compared(times, "create_dataset, gzip", "")
    for row, path in zip(found, paths, strict=True):
        row["of raw size"] = path.stat().st_size / values.nbytes
    return found


def compared(times: Times, base: str, goal: str) -> list[Row]:
    return [
        {
            "way": name,
            "CPU s": f"{cpu:.4f}",
            "wall s": f"{wall:.4f}",
            "less CPU": times[base][0] / max(cpu, 1e-6),
            "goal": "" if name == base else goal,
        }
        for name, (cpu, wall) in times.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--tiles", type=int, default=600, help="in each file")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    files = 20 if options.quick else options.files
    tiles = options.tiles
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {
            f"Consolidate {files} files of {tiles} × {WIDTH}": lambda: consolidation(
                folder, files, tiles, 1
            ),
            f"500 random rows of 8,000 × {WIDTH}": lambda: random_rows(
                folder, 8000, 500, 1
            ),
            f"Write 4,000 × {WIDTH}": lambda: writing(folder, 4000, 3),
        }
        for title, measure in found.items():
            print(f"\n{title}\n\n{table(measure())}", flush=True)


if __name__ == "__main__":
    main()
