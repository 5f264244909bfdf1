"""Reading, tissue, listing, stitching and nuclei against their targets: one table.

    python benchmarks/pixels.py                  as in docs/performance.md, about 8 min
    python benchmarks/pixels.py --quick          smaller slides and maps, fewer repeats

Both sides of every line are measured in turns in one process; figures are medians.
CPU is user and system time of all threads. Wall rates mean something only on an idle
machine.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import listing
import measure
import nuclei
import read
import stitch
import tissue

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Sizes:
    """How large the tasks are."""

    slide: int = 16_000
    tissue: int = 40_000
    map: int = 20_000
    repeats: int = 5


@dataclass(frozen=True)
class Line:
    """One figure and what it should be.

    `value` is a ratio where there is a plain side, else the figure itself; `most`
    tells whether the target is an upper limit.
    """

    what: str
    ours: str
    plain: str
    value: float
    target: float | None = None
    most: bool = False

    def cells(self) -> dict[str, str]:
        """The line as a row of a Markdown table."""
        met = ""
        if self.target is not None:
            good = self.value <= self.target if self.most else self.value >= self.target
            met = "yes" if good else "NO"
        sign = "≤" if self.most else "≥"
        return {
            "what": self.what,
            "pathgui": self.ours,
            "plain": self.plain,
            "figure": f"{self.value:.2f}",
            "target": "" if self.target is None else f"{sign} {self.target:g}",
            "met": met,
        }


def reading(sizes: Sizes) -> Iterator[Line]:
    """Tiles of 256 px over tissue."""
    found = {(r["grid"], r["way"]): r for r in read.rows(sizes.slide, sizes.repeats)}
    for grid, target in (("aligned", 4.5), ("offset by 100 px", 4.0)):
        plain = found[grid, "OpenSlide read_region, RGB"]
        limit = found[grid, "decoding the same JPEGs in memory"]
        one, two = (found[grid, f"ours, {n}"] for n in ("1 thread", "2 threads"))
        unit = "CPU µs per tile"
        cost, most, least = (f"{r[unit]} µs" for r in (one, plain, limit))
        what = f"read 256² tiles, {grid}"
        yield Line(f"{what}: × less CPU", cost, most, one["× less CPU"], target)
        yield Line(
            f"{what}: CPU ÷ decoding alone", cost, least, one["× decoding"], 1.4, True
        )
        alone = found[grid, "ours, one by one"]
        yield Line(
            f"{what}, one by one (tile.image): × less CPU",
            f"{alone[unit]} µs",
            most,
            alone["× less CPU"],
            target,
        )
        rates = (f"{r['tiles/s wall']} tiles/s" for r in (two, plain))
        yield Line(f"{what}: 2 threads, × wall rate", *rates, two["× wall rate"], 8.0)


def stitching(sizes: Sizes) -> Iterator[Line]:
    """Overlapping maps joined."""
    for kind in ("map", "number"):
        case = stitch.Case.make(sizes.map, 256, 128, kind)
        times = measure.alternate(
            {
                "plain": lambda c=case: c.plain("average"),
                "lean": lambda c=case: c.plain("average", lean=True),
                "ours": lambda c=case: c.ours("average"),
                "streamed": lambda c=case: c.ours("average", stitch.Nowhere()),
            },
            sizes.repeats,
        )
        cpu = {name: taken[0] for name, taken in times.items()}
        what = f"average of a {kind} per tile, stride 128, {sizes.map}²"
        for side, name in (("ours", "into an array"), ("streamed", "streamed")):
            for loop, goal in (("plain", 5.0), ("lean", None)):
                note = "" if loop == "plain" else " (loop that divides in place)"
                yield Line(
                    f"{what}, {name}: × less CPU{note}",
                    f"{cpu[side]:.2f} s",
                    f"{cpu[loop]:.2f} s",
                    cpu[loop] / cpu[side],
                    goal,
                )
    more = _number("stitch.py", "--memory", "--size", str(sizes.map))
    what = f"working memory, streamed, {sizes.map}²: MB"
    yield Line(what, f"{more:.0f} MB", "", more, 100.0, True)


def finding(sizes: Sizes) -> Iterator[Line]:
    """Tissue, grids, lists, imports."""
    mask, start = tissue.rows(sizes.tissue, sizes.repeats)
    wall, whole = float(mask["wall s"]), float(mask["plain CPU s"])
    yield Line(
        f"tissue and adaptive grid, {sizes.tissue}²: wall s",
        f"{wall:.2f} s ({mask['CPU s']:.2f} s CPU)",
        f"{whole:.0f} s CPU",
        wall,
        1.5,
        True,
    )
    count = 500_000
    times = measure.alternate({"list": lambda: listing.listed(count)}, sizes.repeats)
    cpu, wall = times["list"]
    said = f"{cpu:.2f} s ({wall:.2f} s wall)"
    yield Line("list 500,000 tiles: CPU s", said, "", cpu, 1.0, True)
    more = _number("listing.py", "--memory", "--tiles", str(count))
    yield Line("list 500,000 tiles: MB", f"{more:.0f} MB", "", more, 150.0, True)
    cost = float(start["CPU s"])
    yield Line("import pathgui.core: CPU s", f"{cost:.2f} s", "", cost, 0.6, True)


def detecting() -> Iterator[Line]:
    """Nuclei on pictures that chose no parameter."""
    ours, plain = nuclei.held_out(nuclei.default_folder())
    yield Line(
        "nuclei, mean F1 at IoU 0.5, held-out half",
        f"{ours:.3f}",
        f"{plain:.3f} (Otsu and watershed)",
        ours,
        0.6,
    )


def _number(script: str, *arguments: str) -> float:
    """What a script prints before ``MB``, from a process of its own."""
    command = [sys.executable, str(_HERE / script), *arguments]
    said = subprocess.run(command, check=True, text=True, capture_output=True).stdout
    return float(said.rsplit(" MB", 1)[0].rsplit(" ", 1)[1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller and shorter")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    sizes = Sizes(repeats=arguments.repeats)
    if arguments.quick:
        sizes = Sizes(8000, 16_000, 8192, min(3, arguments.repeats))
    lines = [*reading(sizes), *stitching(sizes), *finding(sizes), *detecting()]
    print(measure.table([line.cells() for line in lines]))


if __name__ == "__main__":
    main()
