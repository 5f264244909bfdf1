"""Tissue and the tiles that hold it, on a 40,000² slide; and what an import costs.

    python benchmarks/tissue.py [--size 40000] [--repeats 5]

The plain side does what scripts do without a mask: it reads every tile of level 0 and
keeps those that are coloured, here on a sixteenth of the slide, and says what the
whole would take.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import measure
from slides_for_benchmarks import big_slide

TILE = 256
PART = 4


def ours(path: Path) -> int:
    from pathgui.core import SlideData

    with SlideData.from_slide(path) as slide:
        slide.generate_tiles(level=0, tile_size=TILE, min_tissue=0.5)
        return len(slide.tiles)


def plain(path: Path, size: int) -> int:
    import numpy as np
    import openslide

    slide, kept = openslide.OpenSlide(path), 0
    for y in range(0, size // PART - TILE + 1, TILE):
        for x in range(0, size // PART - TILE + 1, TILE):
            tile = np.asarray(slide.read_region((x, y), 0, (TILE, TILE)).convert("RGB"))
            high = tile.max(axis=2).astype(np.float32)
            kept += ((high - tile.min(axis=2)) > 0.07 * high).mean() >= 0.5
    return kept


def rows(size: int = 40_000, repeats: int = 5) -> list[dict[str, Any]]:
    path = big_slide(size)
    times = measure.alternate({"ours": lambda: ours(path)}, repeats)
    start = time.process_time()
    plain(path, size)
    whole = (time.process_time() - start) * PART * PART
    return [
        {
            "what": f"tissue mask and adaptive grid, {size}²",
            "CPU s": times["ours"][0],
            "wall s": times["ours"][1],
            "plain CPU s": whole,
        },
        {"what": "import pathgui.core, fresh process", "CPU s": import_cost(repeats)},
    ]


def import_cost(repeats: int) -> float:
    """Median CPU seconds of a process that imports the library and ends."""
    code = (
        "import time, pathgui.core;"
        "print(time.process_time())"
    )  # fmt: skip
    taken = [
        float(subprocess.check_output([sys.executable, "-c", code]))
        for _ in range(repeats)
    ]
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=40_000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    print(measure.table(rows(arguments.size, arguments.repeats)))


if __name__ == "__main__":
    main()
