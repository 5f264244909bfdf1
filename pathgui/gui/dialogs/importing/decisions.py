"""What a person decides about an import, and the plan that comes of it."""

from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui.errors import PathguiError
from pathgui.gui.background import Background, Task
from pathgui.gui.dialogs.importing.accepting import Acceptance
from pathgui.gui.dialogs.importing.source import Source
from pathgui.gui.session.keymatches import KeyMatches, key_matches
from pathgui.project import ImportOptions, ImportPlan, Project, RawTable, plan_import
from pathgui.project.columnwords import ColumnWords
from pathgui.project.watch import Watch
from pathgui.workflows.import_manifest import plan_manifest

Into = Literal["clinical", "manifest"]
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
    acceptance : Acceptance or None
        Which changes and new rows of the plan are accepted.
    into : {"clinical", "manifest"}
        The table that the file goes to.
    doing : str
        What is being done for the plan, in words.
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
        self.acceptance: Acceptance | None = None
        self.into: Into = "clinical"
        self.doing = ""
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
        if self.plan is None or self.acceptance is None:
            return self.plan
        if self._accepted is None:
            self._accepted = self.acceptance.accepted()
        return self._accepted

    @property
    def busy(self) -> str:
        """What is being done for the plan, in words."""
        return self.doing or "Looking…"

    def take_ticks(self) -> None:
        """Something was ticked or unticked."""
        self._accepted = None

    def go_to(self, into: Into) -> None:
        """Say which table the file goes to, and plan again."""
        if into != self.into:
            self.into = into
            self.options = replace(self.options, unlinked=False, key_names="")
            if self._table is not None:
                self._plan_soon()
            else:
                self.changed.emit()

    def _read(self) -> None:
        table = self.source.table
        if table is None:
            self.stop()
            self.plan, self._table, self.acceptance = None, None, None
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
        self.plan, self.error, self.acceptance = None, None, None
        self._drop()
        self._later.start()
        self.changed.emit()

    def _start(self) -> None:
        table, project, options = self._table, self.project, self.options
        if table is None:
            return
        number, into = self._number, self.into
        task = self._background.start(
            "Planning the import",
            lambda progress, asked: _plan(
                project, table, options, into, Watch(progress, asked)
            ),
        )
        self._task = task
        task.progress.connect(self._say)
        task.done.connect(lambda found: self._planned(number, *found))
        task.failed.connect(lambda error: self._failed(number, error))

    def _say(self, what: str, done: int, total: int) -> None:
        share = f" {done / total:.0%}" if total > 1 else ""
        self.doing = f"{what}{share}".replace("%", " %")
        self.progress.emit(what, done, total)

    def _planned(
        self, number: int, plan: ImportPlan, matches: KeyMatches | None
    ) -> None:
        if number != self._number:
            return
        self.plan, self.matches = plan, matches
        self.words = {column.source: column.words for column in plan.columns}
        self.acceptance, self._accepted = Acceptance(plan), None
        self.doing = ""
        self.changed.emit()

    def _failed(self, number: int, error: BaseException) -> None:
        if not isinstance(error, PathguiError):
            raise error
        if number == self._number:
            self.error = error
            self.changed.emit()


def _plan(
    project: Project,
    table: RawTable,
    options: ImportOptions,
    into: Into,
    watch: Watch,
) -> tuple[ImportPlan, KeyMatches | None]:
    planner = plan_manifest if into == "manifest" else plan_import
    plan = planner(project, table, options, watch)
    matches = key_matches(project, plan, options) if plan.key is not None else None
    return plan, matches
