"""What came of an import, for people and for ``--json``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typing_extensions import override

from pathgui.project.rawtable import RawTable

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a table file: where and what.

    `line` is that of the file, 0 where it concerns the whole; `column` may be empty.
    """

    file: str
    message: str
    line: int = 0
    column: str = ""

    @override
    def __str__(self) -> str:
        place = f", line {self.line}" if self.line else ""
        place += f", column {self.column}" if self.column else ""
        return f"{self.file}{place}: {self.message}."

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of importing a table.

    Attributes
    ----------
    file : str
        What was read.
    rows : int
        Rows of the file that were taken.
    added, updated, unchanged : int
        What they did to the table.
    duplicates : tuple of str
        Keys that several rows of the file share.
    problems : tuple of Problem
        What is wrong, with line numbers.
    warnings : tuple of str
        What people should know though nothing is wrong.
    key_column, key_names, key_reason : str
        The column that names rows, whether it names a ``slide`` or a ``patient``, and
        why it was chosen; empty where there is none.
    columns : tuple of str
        Columns that are new in the table.
    missing : tuple of str
        Ids of new slides whose file is not there.
    into : str
        The table that it went to.
    kept : bool
        Whether all rows that share a key were taken, and not one of each key.
    """

    file: str
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    key_column: str = ""
    key_names: str = ""
    key_reason: str = ""
    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    into: str = "clinical"
    kept: bool = True

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def text(self) -> str:
        """The outcome in one or two lines."""
        rows = "row" if self.added == 1 else "rows"
        line = (
            f"{self.file}: {self.added:,} {rows} added, "
            f"{self.updated:,} updated, "
            f"{self.unchanged:,} unchanged"
        )
        if self.missing:
            count = len(self.missing)
            be = "is" if count == 1 else "are"
            line += f"; {count:,} of the new slides {be} missing"
        if self.duplicates and self.into == "clinical":
            count = len(self.duplicates)
            line += f"; {count:,} key{'s' * (count > 1)} with several rows"
            line += ", all kept" if self.kept else ", of each one was taken"
        if not self.key_column:
            return line + "."
        return f"{line}.\nKey: {self.key_column} ({self.key_reason})."

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "file": self.file,
            "ok": self.ok,
            "rows": self.rows,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": list(self.duplicates),
            "problems": [problem.as_dict() for problem in self.problems],
            "warnings": list(self.warnings),
            "key_column": self.key_column,
            "key_names": self.key_names,
            "key_reason": self.key_reason,
            "columns": list(self.columns),
            "missing": list(self.missing),
            "table": self.into,
        }


class Findings:
    """Collects problems; the many of one kind are cut short, and counted."""

    def __init__(self, file: Path) -> None:
        self.file = str(file)
        self._problems: list[Problem] = []
        self._counts: dict[tuple[str, str], int] = {}

    def add(
        self, message: str, line: int = 0, column: str = "", kind: str = ""
    ) -> None:
        """Note a problem; those of one `kind` and column count together."""
        group = (kind or message, column)
        self._counts[group] = self._counts.get(group, 0) + 1
        if self._counts[group] <= _SHOWN:
            self._problems.append(Problem(self.file, message, line, column))

    def take_reading(self, table: RawTable) -> None:
        """Note what reading found."""
        for bad in table.bad:
            self.add(f"{bad.reason}; the line was left out", bad.line, kind="shape")
        for problem in table.problems:
            self.add(problem, 1)

    def all(self) -> tuple[Problem, ...]:
        """What was found, in order, with the counts of what was cut short."""
        rest = [
            Problem(self.file, f"{count - _SHOWN} more like this", 0, column)
            for (_, column), count in self._counts.items()
            if count > _SHOWN
        ]
        return (*self._problems, *rest)
