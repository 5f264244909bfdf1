"""Whole processes, imports included: one 10,000² slide to tiles, tissue and HDF5.

Ours and the plain loop of the field run in turn on the same slide; the table
shows medians of CPU time (user + system), wall time, peak memory and file size.

    python benchmarks/end_to_end.py [--size 10000] [--repeats 5] [--slide FILE]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
RECIPE = HERE.parent / "resources" / "pipelines" / "tissue_tiles.toml"


@dataclass(frozen=True)
class Measured:
    """One finished process."""

    cpu: float
    wall: float
    memory_mb: float


def run(command: list[str]) -> Measured:
    """Run a process to its end and ask the system what it took."""
    start = time.perf_counter()
    null = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, null, 1)]
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    os.close(null)
    wall = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    # Kilobytes on Linux, bytes on macOS.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Measured(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit)


def slide_of(size: int, folder: Path) -> Path:
    """A synthetic slide with tissue on about a third of it."""
    from pathgui.workflows.synthetic import SlideLook, make_slide

    return make_slide(folder / "slide.tif", SlideLook(size, seed=5, pieces=2))


def count_tiles(path: Path) -> int:
    import h5py

    with h5py.File(path) as file:
        return len(file["slide_0/tiles"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--slide", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slide = arguments.slide or slide_of(arguments.size, folder)
        out = {"pathgui": folder / "ours.h5", "plain loop": folder / "plain.h5"}
        process = [sys.executable, "-m", "pathgui", "process-slide", str(slide)]
        process += [str(RECIPE), "--out", str(out["pathgui"])]
        plain = [sys.executable, str(HERE / "plain_loop.py"), str(slide)]
        plain += [str(out["plain loop"])]
        commands = {"pathgui": process, "plain loop": plain}
        taken: dict[str, list[Measured]] = {key: [] for key in commands}
        for _ in range(arguments.repeats):
            for key, command in commands.items():
                out[key].unlink(missing_ok=True)
                taken[key].append(run(command))
        table(taken, out)


def table(taken: dict[str, list[Measured]], out: dict[str, Path]) -> None:
    print(
        f"{'':12} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'file MB':>8} {'tiles':>6}"
    )
    medians = {}
    for key, runs in taken.items():
        cpu = statistics.median(r.cpu for r in runs)
        wall = statistics.median(r.wall for r in runs)
        memory = max(r.memory_mb for r in runs)
        size = out[key].stat().st_size / 1e6
        medians[key] = cpu, wall
        print(
            f"{key:12} {cpu:8.2f} {wall:8.2f} {memory:8.0f} {size:8.1f}"
            f" {count_tiles(out[key]):6}"
        )
    pairs = list(zip(taken["pathgui"], taken["plain loop"], strict=True))
    cpu = statistics.median(a.cpu / b.cpu for a, b in pairs)
    wall = statistics.median(a.wall / b.wall for a, b in pairs)
    print(f"pathgui / plain loop, median of pairs: CPU {cpu:.3f}, wall {wall:.3f}")


if __name__ == "__main__":
    main()
