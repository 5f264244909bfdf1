"""Reading 256 px tiles: ours, OpenSlide's plain loop, and JPEG decoding alone.

    python benchmarks/read.py [--size 16000] [--repeats 5]

Both sides read the same tiles of one slide in turns, in one process.
"""

import argparse
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import openslide
import tifffile

sys.path.insert(0, str(Path(__file__).parent))
from measure import alternate, table
from slides_for_benchmarks import TILE, big_slide

from pathgui.slides import open_slide
from pathgui.tiling import TileGrid

_SIDE = 24  # tiles per side of the square that is read, over tissue


def rows(size: int = 16_000, repeats: int = 5) -> list[dict[str, object]]:
    """Measure; one row per way of reading."""
    path = big_slide(size)
    result: list[dict[str, object]] = []
    for name, offset in (("aligned", 0), ("offset by 100 px", 100)):
        result.extend(_measure(path, name, offset, repeats))
    return result


def _measure(
    path: Path, name: str, offset: int, repeats: int
) -> list[dict[str, object]]:
    slide, plain = open_slide(path), openslide.OpenSlide(path)
    width, height = slide.properties.dimensions
    left, top = (int(0.30 * width) // TILE - _SIDE // 2) * TILE, 0
    top = (int(0.40 * height) // TILE - _SIDE // 2) * TILE
    whole = TileGrid.regular(slide.frame(0), TILE)
    inside = (whole.level_x >= left) & (whole.level_x < left + _SIDE * TILE)
    inside &= (whole.level_y >= top) & (whole.level_y < top + _SIDE * TILE)
    chosen = whole.take(inside)
    grid = TileGrid(
        chosen.frame,
        TILE,
        TILE,
        False,
        chosen.level_x + offset,
        chosen.level_y + offset,
    )
    _same(slide, plain, grid)
    decode = _decoder(path, grid)

    def ours(threads: int) -> None:
        for _ in slide.iter_tiles(grid, threads=threads):
            pass

    def one_by_one() -> None:
        # As `tile.image` reads; what a round before left in the cache does not count.
        slide.close()
        for k in range(len(grid)):
            next(slide.iter_tiles(grid, [k]))

    def reference() -> None:
        for x, y in grid.coords:
            np.asarray(plain.read_region((x, y), 0, (TILE, TILE)).convert("RGB"))

    jobs = {
        "OpenSlide read_region, RGB": reference,
        "ours, 1 thread": lambda: ours(1),
        "ours, 2 threads": lambda: ours(2),
        "ours, one by one": one_by_one,
        "decoding the same JPEGs in memory": decode,
    }
    return _report(name, alternate(jobs, repeats), len(grid))


def _report(name: str, times: dict, count: int) -> list[dict[str, object]]:
    base_cpu, base_wall = times["OpenSlide read_region, RGB"]
    limit = times["decoding the same JPEGs in memory"][0]
    return [
        {
            "grid": name,
            "way": way,
            "CPU µs per tile": round(cpu / count * 1e6),
            "tiles/s wall": round(count / wall),
            "× less CPU": base_cpu / cpu,
            "× wall rate": base_wall / wall,
            "× decoding": cpu / limit,
        }
        for way, (cpu, wall) in times.items()
    ]


def _same(slide: object, plain: openslide.OpenSlide, grid: TileGrid) -> None:
    """Both sides must give the same pixels, or the race means nothing."""
    for (index, image), k in zip(slide.iter_tiles(grid, threads=2), range(20)):  # noqa: B905
        x, y = grid.coords[index]
        pixels = plain.read_region((int(x), int(y)), 0, (TILE, TILE)).convert("RGB")
        if not np.array_equal(image, np.asarray(pixels)):
            raise SystemExit(f"tile {k} at {x}, {y} differs from OpenSlide")


def _decoder(path: Path, grid: TileGrid):
    """Decode each compressed tile that the grid touches once, bytes in memory."""
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        across = -(-page.imagewidth // TILE)
        columns = np.unique([grid.level_x // TILE, (grid.level_x + TILE - 1) // TILE])
        rows = np.unique([grid.level_y // TILE, (grid.level_y + TILE - 1) // TILE])
        data = []
        for row in rows:
            for column in columns:
                k = int(row * across + column)
                file.filehandle.seek(page.dataoffsets[k])
                data.append(file.filehandle.read(page.databytecounts[k]))
        tables = page.jpegtables
        space = "YCBCR" if page.photometric == 6 else "RGB"

    def run() -> None:
        for tile in data:
            imagecodecs.jpeg8_decode(
                tile, tables=tables, colorspace=space, outcolorspace="RGB"
            )

    return run


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=16_000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    print(table(rows(arguments.size, arguments.repeats)))


if __name__ == "__main__":
    main()
