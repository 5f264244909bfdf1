"""Measure several ways of doing one thing, in turn, in one process."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Times = dict[str, tuple[float, float]]


def alternate(jobs: Mapping[str, Callable[[], Any]], repeats: int = 5) -> Times:
    """Run every job `repeats` times, one after the other in each round.

    Whatever else the machine does meets all jobs alike, and the order turns around
    from round to round. A round before the first warms files and imports.

    Parameters
    ----------
    jobs : mapping of str to callable
        What to measure; results are thrown away.
    repeats : int
        Rounds that count.

    Returns
    -------
    dict of str to (float, float)
        Medians in seconds: CPU of this process (user and system, all threads), wall.
    """
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
    names = list(jobs)
    for round_number in range(repeats + 1):
        for name in names if round_number % 2 else reversed(names):
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            jobs[name]()
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if round_number:
                taken[name].append((cpu, wall))
    return {
        name: (
            statistics.median(cpu for cpu, _ in times),
            statistics.median(wall for _, wall in times),
        )
        for name, times in taken.items()
    }


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of equal keys as a Markdown table."""
    if not rows:
        return ""
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads)]
    lines += [[_text(row.get(head, "")) for head in heads] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _text(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
