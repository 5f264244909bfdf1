"""What the run engine costs over a plain loop, how it scales, how fast it resumes.

The same function does the work on both sides: `pathgui.engine.process_slide`, in a
loop or through a run. Sides take turns, because other work may share the machine.

    python benchmarks/runs.py [--slides 200] [--rounds 3] [--side 3072]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from pathgui.engine import Recipe, Tiling, process_slide
from pathgui.jobs import (
    Run,
    RunPlan,
    SlideDone,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
    SlideTask,
    new_run_id,
)
from pathgui.preprocessing import Pipeline, TissueDetectionHE

TINY = Recipe("tiny", Tiling(level=0, tile_size=256))
TISSUE = Recipe(
    "tissue", Tiling(level=0, tile_size=256), Pipeline([TissueDetectionHE()])
)


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


def loop(root: Path, paths: list[Path], recipe: Recipe) -> float:
    start = time.perf_counter()
    for path in paths:
        process_slide(path, recipe, root / "out" / f"{path.stem}.h5", threads=1)
    return time.perf_counter() - start


def run(
    root: Path, paths: list[Path], recipe: Recipe, **options: Any
) -> tuple[float, float]:
    """Seconds of the whole run, and from the first slide begun to the last done."""
    start = begun = done = time.perf_counter()
    count = 0
    for event in Run(plan(root, paths, recipe, **options)).events():
        if isinstance(event, SlideStarted) and begun == start:
            begun = time.perf_counter()
        if isinstance(event, SlideDone):
            done = time.perf_counter()
            count += 1
    if count != len(paths):
        raise SystemExit(f"only {count} of {len(paths)} slides were done")
    return time.perf_counter() - start, done - begun


def fresh(root: Path) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    (root / "out").mkdir(parents=True)
    return root


def overhead(folder: Path, count: int, rounds: int) -> None:
    paths = make_slides(folder / "tiny", count, 256)
    work = folder / "work"
    loop(fresh(work), paths[:5], TINY)
    alone, pool, threads = [], [], []
    for _ in range(rounds):
        alone.append(loop(fresh(work), paths, TINY) / count)
        pool.append(run(fresh(work), paths, TINY, workers=1)[1] / count)
        threads.append(
            run(fresh(work), paths, TINY, workers=1, scheduler="threads")[1] / count
        )
    base = statistics.median(alone)
    print(f"\nOverhead per slide ({count} slides of 256 px, medians of {rounds})")
    print(f"  plain loop                {base * 1e3:7.1f} ms")
    for name, found in (
        ("run on 1 worker process", pool),
        ("run on 1 thread", threads),
    ):
        middle = statistics.median(found)
        extra = statistics.median(a - b for a, b in zip(found, alone, strict=True))
        print(f"  {name:<25} {middle * 1e3:7.1f} ms   +{extra * 1e3:.1f} ms")
    print("  bound: +30 ms")


def scaling(folder: Path, side: int, rounds: int) -> None:
    paths = make_slides(folder / "equal", 8, side)
    work = folder / "work"
    ours, plain = [], []
    for _ in range(rounds):
        one = processes(fresh(work), [paths])
        two = processes(fresh(work), [paths[::2], paths[1::2]])
        plain.append(one / two)
        single = run(fresh(work), paths, TISSUE, workers=1)[1]
        double = run(fresh(work), paths, TISSUE, workers=2)[1]
        ours.append(single / double)
    a, b = statistics.median(ours), statistics.median(plain)
    print(f"\n2 workers against 1 (8 slides of {side} px, medians of {rounds})")
    print(f"  two plain loops side by side   {b:.2f} times as fast as one")
    print(f"  run on 2 workers               {a:.2f} times as fast as on 1")
    print(f"  share of the loop's own gain   {a / b:.2f}   bound: 0.90")


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


def resume(folder: Path, count: int) -> None:
    paths = sorted((folder / "tiny").glob("*.tif"))[:count]
    work = fresh(folder / "work")
    run(work, paths, TINY, workers=2)
    start = time.perf_counter()
    events = list(Run(plan(work, paths, TINY, workers=2)).events())
    seconds = time.perf_counter() - start
    skipped = sum(isinstance(event, SlideSkipped) for event in events)
    print(f"\nResume of a finished run: {skipped} slides up to date in {seconds:.2f} s")
    print(f"  for 1,000 slides          {seconds / count * 1000:.1f} s   bound: 5 s")


def cancel(folder: Path, side: int) -> None:
    paths = sorted((folder / "equal").glob("*.tif"))
    begun = Run(plan(fresh(folder / "work"), paths, TISSUE, workers=2))
    asked = 0.0
    for event in begun.events():
        if isinstance(event, SlideProgress) and not asked:
            asked = time.perf_counter()
            begun.cancel()
    print(f"\nCancel of 2 workers on slides of {side} px: everything at rest after "
          f"{time.perf_counter() - asked:.2f} s   bound: 2 s")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slides", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", type=int, default=3072)
    parser.add_argument("--loop", nargs="+", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.loop:
        child_loop(given.loop[0], given.loop[1:])
        return
    with tempfile.TemporaryDirectory(prefix="pathgui-benchmark-") as name:
        folder = Path(name)
        overhead(folder, given.slides, given.rounds)
        resume(folder, given.slides)
        scaling(folder, given.side, given.rounds)
        cancel(folder, given.side)


if __name__ == "__main__":
    main()
