"""What a run writes down: every attempt and every event, safe against any death."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pathgui.errors import RunError
from pathgui.jobs import schema
from pathgui.jobs.events import RunEvent, SlideProgress
from pathgui.jobs.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Finished:
    """The last finished attempt at a result, as the journal knows it."""

    run_id: str
    recipe_hash: str
    checksum: str
    source: Stamp
    output: Stamp


def now() -> str:
    """The time as the journal writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Journal:
    """The journal, open for writing by one run. A context manager.

    Rows wait in memory until `commit` makes them safe on disk, all at once: the
    database is never locked while a run waits, so two runs can share it.

    Raises
    ------
    RunError
        From every method, if the database cannot be written.
    """

    def __init__(self, path: Path, run_id: str) -> None:
        self.path, self.run_id = path, run_id
        self._base = schema.connect(path, write=True)
        self._progress: dict[str, SlideProgress] = {}
        self._waiting: list[tuple[str, tuple[Any, ...]]] = []

    def begin(self, facts: dict[str, Any]) -> None:
        """Note the start of the run; `facts` are columns of the table ``runs``."""
        row = {"run_id": self.run_id, "started": now(), **facts}
        self._insert("runs", row, "OR REPLACE")
        self.commit()

    def end(self, outcome: str) -> None:
        """Note the end of the run."""
        self._later(
            "UPDATE runs SET ended=?, outcome=? WHERE run_id=?",
            (now(), outcome, self.run_id),
        )
        self._later("DELETE FROM progress WHERE run_id=?", (self.run_id,))
        self._progress.clear()
        self.commit()

    def state(self, outcome: str) -> None:
        """Note where a run stands that has no end yet."""
        self._later(
            "UPDATE runs SET ended=NULL, outcome=? WHERE run_id=?",
            (outcome, self.run_id),
        )
        self.commit()

    def slide(self, slide_id: str, **columns: Any) -> None:
        """Set columns of a slide's row in this run; the row is made if need be."""
        names = list(columns)
        marks = ", ".join("?" * (len(names) + 2))
        sets = ", ".join(f"{name}=excluded.{name}" for name in names)
        self._later(
            f"INSERT INTO slides (run_id, slide_id, {', '.join(names)})"  # noqa: S608
            f" VALUES ({marks}) ON CONFLICT (run_id, slide_id) DO UPDATE SET {sets}",
            (self.run_id, slide_id, *columns.values()),
        )

    def attempt(self, **columns: Any) -> None:
        """Add a finished attempt."""
        self._insert("attempts", {"run_id": self.run_id, "started": now(), **columns})

    def event(self, event: RunEvent) -> None:
        """Keep an event; of progress only the newest of each slide is kept."""
        if isinstance(event, SlideProgress):
            self._progress[event.slide_id] = event
            return
        body = json.dumps(asdict(event))
        self._insert(
            "events",
            {"run_id": self.run_id, "time": now(), "kind": type(event).__name__,
             "body": body},
        )  # fmt: skip

    def commit(self) -> None:
        """Make everything noted so far safe on disk."""
        for event in self._progress.values():
            self._insert("progress", asdict(event), "OR REPLACE")
        self._progress.clear()
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self._do("BEGIN IMMEDIATE")
        try:
            for statement, values in waiting:
                self._do(statement, values)
            self._do("COMMIT")
        except RunError:
            if self._base.in_transaction:
                self._base.rollback()
            raise

    def finished(self) -> dict[str, Finished]:
        """The newest finished attempt at each result, by path of the result."""
        rows = self._do(
            "SELECT * FROM attempts WHERE id IN"
            " (SELECT max(id) FROM attempts WHERE status='done' GROUP BY output)"
        )
        return {row["output"]: _finished(row) for row in rows}

    def failed(self) -> set[tuple[str, str]]:
        """Slides, with path of the result, that failed when they last ran to an end."""
        rows = self._do(
            "SELECT slide_id, output, status FROM slides WHERE rowid IN"
            " (SELECT max(rowid) FROM slides"
            " WHERE status IN ('done', 'failed', 'quarantined')"
            " GROUP BY slide_id, output)"
        )
        return {
            (row["slide_id"], row["output"]) for row in rows if row["status"] != "done"
        }

    def runs(self) -> set[str]:
        """Names of all runs that were begun."""
        return {row["run_id"] for row in self._do("SELECT run_id FROM runs")}

    def tickets(self) -> set[int]:
        """Orders of this run whose end is known."""
        rows = self._do("SELECT ticket FROM attempts WHERE run_id=?", (self.run_id,))
        return {row["ticket"] for row in rows}

    def close(self) -> None:
        """Commit and close."""
        try:
            self.commit()
        finally:
            self._base.close()

    def _insert(self, table: str, row: dict[str, Any], how: str = "") -> None:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._later(
            f"INSERT {how} INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
            tuple(row.values()),
        )

    def _later(self, statement: str, values: tuple[Any, ...]) -> None:
        self._waiting.append((statement, values))

    def _do(self, statement: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        try:
            return self._base.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise RunError(
                f"the run journal {self.path} cannot be written: {error}",
                "check the space on the disk and the rights of the folder",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _finished(row: sqlite3.Row) -> Finished:
    return Finished(
        row["run_id"],
        row["recipe_hash"],
        row["checksum"] or "",
        Stamp(row["source_files"], row["source_size"], row["source_mtime_ns"]),
        Stamp(1, row["output_size"], row["output_mtime_ns"]),
    )
