"""What the run engine costs over a plain loop, how it scales, how fast it resumes.

The same function does the work on both sides: `pathgui.engine.process_slide`, in a
loop or through a run. Sides take turns, because other work may share the machine.

    python benchmarks/runs.py [--slides 1000] [--rounds 3] [--side 3072]

About 6 minutes on an idle machine.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import tifffile
from measure import table

from pathgui.engine import Recipe, Tiling, process_slide, save_recipe
from pathgui.jobs import (
    Run,
    RunPlan,
    SlideDone,
    SlideProgress,
    SlideStarted,
    SlideTask,
    new_run_id,
)
from pathgui.preprocessing import Pipeline, TissueDetectionHE

TINY = Recipe("tiny", Tiling(level=0, tile_size=256))
TISSUE = Recipe(
    "tissue", Tiling(level=0, tile_size=256), Pipeline([TissueDetectionHE()])
)


Row = dict[str, str | float]


def row(
    what: str,
    ours: str,
    plain: str,
    figure: float,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Row:
    """A line of the table, as docs/performance.md shows it."""
    if at_most is not None:
        target, met = f"≤ {at_most:g}", figure <= at_most
    else:
        target, met = f"≥ {at_least:g}", figure >= (at_least or 0.0)
    return {
        "what": what, "pathgui": ours, "plain": plain, "figure": figure,
        "target": target, "met": "yes" if met else "NO",
    }  # fmt: skip


def make_slides(folder: Path, count: int, side: int) -> list[Path]:
    """Equal slides: one is made, the others are copies under other names."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(1)
    image = np.full((side, side, 3), 240, np.uint8)
    image[side // 8 :, side // 8 :] = random.integers(
        90, 210, (side, side, 3), np.uint8
    )[side // 8 :, side // 8 :]
    options: dict[str, Any] = {
        "tile": (256, 256), "photometric": "rgb", "compression": "jpeg",
    }  # fmt: skip
    first = folder / "s0000.tif"
    tifffile.imwrite(first, image, **options)
    paths = [first]
    for number in range(1, count):
        paths.append(folder / f"s{number:04d}.tif")
        shutil.copy(first, paths[-1])
    return paths


def plan(root: Path, paths: list[Path], recipe: Recipe, **options: Any) -> RunPlan:
    name = new_run_id()
    tasks = tuple(SlideTask(p.stem, p, root / "out" / f"{p.stem}.h5") for p in paths)
    runs = root / "runs"
    return RunPlan(name, "", recipe, tasks, runs / name, runs / "journal.db", **options)


@dataclass(frozen=True)
class Taken:
    """Seconds: of the whole, from the first slide to the last, and of all cores."""

    whole: float
    busy: float
    cpu: float


def loop(root: Path, paths: list[Path], recipe: Recipe) -> Taken:
    start, cpu = time.perf_counter(), time.process_time()
    for path in paths:
        process_slide(path, recipe, root / "out" / f"{path.stem}.h5", threads=1)
    seconds = time.perf_counter() - start
    return Taken(seconds, seconds, time.process_time() - cpu)


def family_cpu() -> float:
    """User and system time of this process and those it has started."""
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in family)


def run(root: Path, paths: list[Path], recipe: Recipe, **options: Any) -> Taken:
    start = begun = done = time.perf_counter()
    count, cpu = 0, 0.0
    for event in Run(plan(root, paths, recipe, **options)).events():
        if isinstance(event, SlideStarted) and begun == start:
            begun, cpu = time.perf_counter(), family_cpu()
        if isinstance(event, SlideDone):
            count += 1
            if count == len(paths):
                done, cpu = time.perf_counter(), family_cpu() - cpu
    if count != len(paths):
        raise SystemExit(f"only {count} of {len(paths)} slides were done")
    return Taken(time.perf_counter() - start, done - begun, cpu)


def fresh(root: Path) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    (root / "out").mkdir(parents=True)
    return root


def overhead(folder: Path, count: int, rounds: int) -> list[Row]:
    paths = make_slides(folder / "tiny", count, 256)
    work = folder / "work"
    loop(fresh(work), paths[:5], TINY)
    alone, pool, threads = [], [], []
    for _ in range(rounds):
        alone.append(loop(fresh(work), paths, TINY))
        pool.append(run(fresh(work), paths, TINY, workers=1))
        threads.append(run(fresh(work), paths, TINY, workers=1, scheduler="threads"))
    rows = []
    for name, found, part in (
        ("worker process", pool, "busy"),
        ("worker process, start and end included", pool, "whole"),
        ("worker process", pool, "cpu"),
        ("thread", threads, "busy"),
        ("thread", threads, "cpu"),
    ):
        ours = [getattr(taken, part) / count for taken in found]
        plain = [getattr(taken, part) / count for taken in alone]
        extra = statistics.median(a - b for a, b in zip(ours, plain, strict=True))
        unit = "CPU ms" if part == "cpu" else "ms"
        what = f"{count:,} tiny slides, 1 {name}: {unit} more for each"
        sides = [f"{statistics.median(side) * 1e3:.1f} ms" for side in (ours, plain)]
        rows.append(row(what, *sides, extra * 1e3, at_most=30))
    return rows


def scaling(folder: Path, side: int, rounds: int) -> list[Row]:
    paths = make_slides(folder / "equal", 8, side)
    work = folder / "work"
    ours, plain = [], []
    for _ in range(rounds):
        one = processes(fresh(work), [paths])
        two = processes(fresh(work), [paths[::2], paths[1::2]])
        plain.append(one / two)
        single = run(fresh(work), paths, TISSUE, workers=1).busy
        double = run(fresh(work), paths, TISSUE, workers=2).busy
        ours.append(single / double)
    a, b = statistics.median(ours), statistics.median(plain)
    what = f"8 slides of {side}², 2 workers against 1: share of the loop's own gain"
    return [row(what, f"{a:.2f} ×", f"{b:.2f} ×", a / b, at_least=0.9)]


def processes(root: Path, shares: list[list[Path]]) -> float:
    """Plain loops, one process each, begun together once all have imported."""
    children = [
        subprocess.Popen(
            [sys.executable, __file__, "--loop", str(root), *map(str, share)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for share in shares
    ]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    start = time.perf_counter()
    for child in children:
        child.communicate(b"go\n")
    return time.perf_counter() - start


def child_loop(root: Path, paths: list[Path]) -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    loop(root, paths, TISSUE)


def resume(folder: Path, count: int) -> list[Row]:
    """A finished run of a project, once more, as a person would call it."""
    from pathgui.project import Project
    from pathgui.workflows.add_slides import add

    paths = sorted((folder / "tiny").glob("*.tif"))[:count]
    root = folder / "study"
    with Project.create(root) as project:
        add(project, paths, "c1")
        save_recipe(TINY, project.folder("pipelines") / "tiny.toml")
    command = [sys.executable, "-m", "pathgui", "run", str(root), "tiny"]
    subprocess.run(command, check=True, capture_output=True)
    before = os.times()
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, after = time.perf_counter() - start, os.times()
    if "Nothing to do" not in done.stdout:
        raise SystemExit(done.stdout + done.stderr)
    cpu = sum(after[2:4]) - sum(before[2:4])
    what = f"pathgui run on {len(paths):,} finished slides says so: s"
    ours = f"{seconds:.2f} s ({cpu:.2f} s CPU)"
    return [row(what, ours, "", seconds, at_most=5)]


def cancel(folder: Path, side: int) -> list[Row]:
    paths = sorted((folder / "equal").glob("*.tif"))
    begun = Run(plan(fresh(folder / "work"), paths, TISSUE, workers=2))
    asked = 0.0
    for event in begun.events():
        if isinstance(event, SlideProgress) and not asked:
            asked = time.perf_counter()
            begun.cancel()
    if not asked:
        raise SystemExit(
            "the slides are too small to be cancelled: give a larger --side"
        )
    seconds = time.perf_counter() - asked
    what = f"cancel of 2 workers on slides of {side}²: s until all is at rest"
    return [row(what, f"{seconds:.2f} s", "", seconds, at_most=2)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slides", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", type=int, default=3072)
    parser.add_argument("--loop", nargs="+", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.loop:
        child_loop(given.loop[0], given.loop[1:])
        return
    with tempfile.TemporaryDirectory(prefix="pathgui-benchmark-") as name:
        folder = Path(name)
        rows = overhead(folder, given.slides, given.rounds)
        rows += scaling(folder, given.side, given.rounds)
        rows += cancel(folder, given.side)
        rows += resume(folder, given.slides)
    print(table(rows))


if __name__ == "__main__":
    main()
