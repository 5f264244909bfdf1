"""What a person decides about an import, and the plan that comes of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui.errors import PathguiError
from pathgui.gui.background import Background, Task
from pathgui.gui.dialogs.importing.source import Source
from pathgui.gui.session.keymatches import KeyMatches, key_matches
from pathgui.project import ImportOptions, ImportPlan, Project, RawTable, plan_import
from pathgui.project.columnwords import ColumnWords
from pathgui.project.watch import Watch

_WAIT_MS = 120


class Decisions(QObject):
    """Plans anew in the background whenever something is decided.

    Attributes
    ----------
    options : ImportOptions
        All that was decided.
    plan : ImportPlan or None
        What the import would do; None while it is being planned.
    matches : KeyMatches or None
        What the key finds in the project.
    words : dict of str to ColumnWords
        What was found in the columns of the file.
    error : PathguiError or None
        Why it cannot be planned.
    rejected : set of (int, str)
        Row and column of changes that are not accepted.
    refused : set of int
        New rows that are not accepted.
    changed : Signal()
        Another plan is here, or is being made.
    progress : Signal(str, int, int)
        What is being done for it, how much of it, of how much.
    """

    changed = Signal()
    progress = Signal(str, int, int)

    def __init__(
        self,
        project: Project,
        source: Source,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.project, self.source = project, source
        self._background = background
        self._table: RawTable | None = None
        self._number = 0
        self._task: Task | None = None
        self.options = ImportOptions()
        self.plan: ImportPlan | None = None
        self.matches: KeyMatches | None = None
        self.words: dict[str, ColumnWords] = {}
        self._accepted: ImportPlan | None = None
        self.error: PathguiError | None = None
        self.rejected: set[tuple[int, str]] = set()
        self.refused: set[int] = set()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_WAIT_MS)
        self._later.timeout.connect(self._start)
        source.changed.connect(self._read)

    def stop(self) -> None:
        """Plan no more."""
        self._later.stop()
        self._drop()

    def _drop(self) -> None:
        """Take no more of what is still being planned."""
        self._number += 1
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def decide(self, **changes: Any) -> None:
        """Decide something, and plan again."""
        options = replace(self.options, **changes)
        if options == self.options:
            return
        self.options = options
        self._plan_soon()

    def accepted(self) -> ImportPlan | None:
        """The plan without what was not accepted."""
        if self.plan is None or not (self.rejected or self.refused):
            return self.plan
        if self._accepted is None:
            self._accepted = self.plan.only(
                lambda c: (c.cell.row, c.cell.column) not in self.rejected,
                lambda row: row.row not in self.refused,
            )
        return self._accepted

    def reject(self, cells: Iterable[tuple[int, str]]) -> None:
        """Accept all changes but these, given by row and column."""
        self.rejected = set(cells)
        self._accepted = None

    def _read(self) -> None:
        table = self.source.table
        if table is None:
            self.stop()
            self.plan, self._table = None, None
            self.changed.emit()
            return
        decimal = self.source.decimal
        if table is self._table and decimal == self.options.decimal:
            return
        same = self._table is not None and set(table.columns) == set(
            self._table.columns
        )
        kept = self.options if same else ImportOptions(rule=self.options.rule)
        self._table = table
        self.options = replace(kept, decimal=decimal)
        self._plan_soon()

    def _plan_soon(self) -> None:
        self.plan, self.error = None, None
        self._drop()
        self._later.start()
        self.changed.emit()

    def _start(self) -> None:
        table, project, options = self._table, self.project, self.options
        if table is None:
            return
        number = self._number
        task = self._background.start(
            "Planning the import",
            lambda progress, asked: _plan(
                project, table, options, Watch(progress, asked)
            ),
        )
        self._task = task
        task.progress.connect(self._say)
        task.done.connect(lambda found: self._planned(number, *found))
        task.failed.connect(lambda error: self._failed(number, error))

    def _say(self, what: str, done: int, total: int) -> None:
        self.progress.emit(what, done, total)

    def _planned(
        self, number: int, plan: ImportPlan, matches: KeyMatches | None
    ) -> None:
        if number != self._number:
            return
        self.plan, self.matches = plan, matches
        self.words = {column.source: column.words for column in plan.columns}
        self.refused.clear()
        self.reject(())
        self.changed.emit()

    def _failed(self, number: int, error: BaseException) -> None:
        if not isinstance(error, PathguiError):
            raise error
        if number == self._number:
            self.error = error
            self.changed.emit()


def _plan(
    project: Project, table: RawTable, options: ImportOptions, watch: Watch
) -> tuple[ImportPlan, KeyMatches | None]:
    plan = plan_import(project, table, options, watch)
    matches = key_matches(project, plan, options) if plan.key is not None else None
    return plan, matches
