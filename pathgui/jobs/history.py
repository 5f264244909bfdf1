"""What runs were, and are: read from the journal, also while somebody writes it."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pathgui.errors import RunError
from pathgui.jobs import locks, schema
from pathgui.jobs.events import (
    RunEnded,
    RunEvent,
    RunStarted,
    SlideDone,
    SlideFailed,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
)
from pathgui.jobs.parts import alive_lock

INTERRUPTED = "interrupted"
PREPARED, SUBMITTED = "prepared", "submitted"
"""Outcomes of a job array whose tasks are still to come."""
_KINDS = {
    kind.__name__: kind
    for kind in (
        RunStarted, SlideStarted, SlideDone, SlideFailed, SlideSkipped, RunEnded,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlideState:
    """Where a slide stands in a run.

    Attributes
    ----------
    status : str
        ``running``, ``done``, ``failed``, ``quarantined``, ``skipped``, or
        ``interrupted`` in a run whose client died.
    done, total : int
        Tiles, while it is running; 0 before the first report.
    memory_mb : float
        Of its worker, while it is running.
    """

    slide_id: str
    status: str
    reason: str
    hint: str
    attempts: int
    seconds: float
    output: str
    tiles: int | None
    tissue_fraction: float | None
    done: int = 0
    total: int = 0
    memory_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in one row.

    Attributes
    ----------
    started, ended : str
        ISO 8601, UTC; `ended` is empty for a run that has no end.
    outcome : str
        ``running``, ``done``, ``failed``, ``cancelled``, or ``interrupted`` where
        the client died.
    slides : int
        How many the run was asked for.
    counts : dict of str to int
        Slides by status, as far as the run came.
    folder : Path
        With run.json and the log.
    """

    run_id: str
    recipe: str
    recipe_path: str
    recipe_hash: str
    started: str
    ended: str
    outcome: str
    host: str
    pid: int
    workers: int
    slides: int
    counts: dict[str, int]
    folder: Path

    @property
    def live(self) -> bool:
        """Whether it is going on now."""
        return self.outcome == "running"


@dataclass(frozen=True, slots=True)
class RunsSummary:
    """All runs of a project, newest first."""

    runs: tuple[RunSummary, ...] = ()

    @property
    def live(self) -> tuple[RunSummary, ...]:
        """Those going on now."""
        return tuple(run for run in self.runs if run.live)


def status(journal: Path) -> RunsSummary:
    """All runs in a journal; none if there is no journal yet.

    Raises
    ------
    RunError
        If the journal is damaged or of a newer version.
    """
    if not journal.is_file():
        return RunsSummary()
    with closing(schema.connect(journal, write=False)) as base:
        counts: dict[str, dict[str, int]] = {}
        for row in _all(
            base,
            "SELECT run_id, status, count(*) AS n FROM slides GROUP BY run_id, status",
        ):
            counts.setdefault(row["run_id"], {})[row["status"]] = row["n"]
        rows = _all(base, "SELECT * FROM runs ORDER BY rowid DESC")
        runs = [_run(journal, row, counts.get(row["run_id"], {})) for row in rows]
    return RunsSummary(tuple(runs))


def slides_of(journal: Path, run_id: str) -> tuple[SlideState, ...]:
    """The slides of a run, in the order in which they were first heard of."""
    with closing(schema.connect(journal, write=False)) as base:
        live = locks.is_held(alive_lock(journal.parent / run_id))
        if not live:  # the tasks of a job array hold no lock that we could see
            found = _all(base, "SELECT outcome FROM runs WHERE run_id=?", run_id)
            live = bool(found) and found[0]["outcome"] == SUBMITTED
        rows = _all(
            base,
            "SELECT slides.*, progress.done, progress.total, progress.memory_mb"
            " FROM slides LEFT JOIN progress USING (run_id, slide_id)"
            " WHERE run_id=? ORDER BY slides.rowid",
            run_id,
        )
    return tuple(_slide(row, live) for row in rows)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the journal has it: its number, and how many seconds ago it was."""

    number: int
    age: float
    event: RunEvent


def told_after(journal: Path, run_id: str, last: int = 0) -> list[Told]:
    """What a run told after the event numbered `last`."""
    with closing(schema.connect(journal, write=False)) as base:
        rows = _all(
            base,
            "SELECT * FROM events WHERE run_id=? AND id>? ORDER BY id",
            run_id,
            last,
        )
    now = datetime.now(UTC)
    return [Told(row["id"], _age(row["time"], now), _event(row)) for row in rows]


def events_after(
    journal: Path, run_id: str, last: int = 0
) -> tuple[list[RunEvent], int]:
    """Events of a run after the one numbered `last`, and the number of the newest."""
    found = told_after(journal, run_id, last)
    return [told.event for told in found], found[-1].number if found else last


def progress_of(journal: Path, run_id: str) -> list[SlideProgress]:
    """How far the slides in hand are."""
    with closing(schema.connect(journal, write=False)) as base:
        rows = _all(base, "SELECT * FROM progress WHERE run_id=?", run_id)
    return [SlideProgress(**dict(row)) for row in rows]


def trace_of(journal: Path, run_id: str, slide_id: str) -> str:
    """The traceback of a slide's last attempt in a run; empty if there is none."""
    with closing(schema.connect(journal, write=False)) as base:
        rows = _all(
            base,
            "SELECT trace FROM attempts WHERE run_id=? AND slide_id=?"
            " ORDER BY id DESC LIMIT 1",
            run_id,
            slide_id,
        )
    return str(rows[0]["trace"]) if rows else ""


def _run(journal: Path, row: sqlite3.Row, counts: dict[str, int]) -> RunSummary:
    folder = journal.parent / row["run_id"]
    outcome = row["outcome"]
    if outcome == "running" and not locks.is_held(alive_lock(folder)):
        outcome = INTERRUPTED
    return RunSummary(
        run_id=row["run_id"],
        recipe=row["recipe"],
        recipe_path=row["recipe_path"],
        recipe_hash=row["recipe_hash"],
        started=row["started"],
        ended=row["ended"] or "",
        outcome=outcome,
        host=row["host"],
        pid=row["pid"],
        workers=row["workers"],
        slides=row["slides"],
        counts=counts,
        folder=folder,
    )


def _slide(row: sqlite3.Row, live: bool) -> SlideState:
    broken = row["status"] == "running" and not live
    return SlideState(
        slide_id=row["slide_id"],
        status=INTERRUPTED if broken else row["status"],
        reason=row["reason"],
        hint=row["hint"] or "",
        attempts=row["attempts"],
        seconds=row["seconds"],
        output=row["output"],
        tiles=row["tiles"],
        tissue_fraction=row["tissue_fraction"],
        done=row["done"] or 0,
        total=row["total"] or 0,
        memory_mb=row["memory_mb"] or 0.0,
    )


def _age(time: str, now: datetime) -> float:
    # A clock that was set back must not put an event into the future.
    return max(0.0, (now - datetime.fromisoformat(time)).total_seconds())


def _event(row: sqlite3.Row) -> RunEvent:
    body: dict[str, Any] = json.loads(row["body"])
    if "warnings" in body:
        body["warnings"] = tuple(body["warnings"])
    kind = _KINDS[row["kind"]]
    event: RunEvent = kind(**body)
    return event


def _all(
    base: sqlite3.Connection, statement: str, *values: object
) -> list[sqlite3.Row]:
    try:
        return base.execute(statement, values).fetchall()
    except sqlite3.Error as error:
        raise RunError(
            f"the run journal cannot be read: {error}",
            "the next run makes a new one; results are not affected",
        ) from error
