"""Which cells break a rule of their column or look like a slip, in the background."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui.project import Edit, Finding, JoinReport, Table, validate_table
from pathgui.project.watch import Watch

if TYPE_CHECKING:
    from pathgui.gui.session.session import Session

Place = tuple[str, str]
Found = dict[Place, list[Finding]]
# Tables up to so many rows are judged while they are painted.
_AT_ONCE = 5000
_WAIT_MS = 200


class Checks(QObject):
    """Judges the columns of all tables anew when they change.

    Attributes
    ----------
    changed : Signal()
        Marks of cells may be others now.
    """

    changed = Signal()

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._found: Found = {}
        self._doubts: dict[Place, dict[int, str]] = {}
        self._near: dict[Place, dict[str, str]] = {}
        self._stale: set[Place] = set()
        self._busy = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_WAIT_MS)
        self._later.timeout.connect(self._start)
        session.project_opened.connect(self._all)
        session.reloaded.connect(self._all)
        session.changed.connect(self._touched)
        session.project_closed.connect(self._forget)

    @property
    def settled(self) -> bool:
        """Whether everything is judged as it stands."""
        return not (self._busy or self._stale)

    def problem(self, table: Table, row: int, column: str) -> str:
        """Why a cell does not fit its column; empty if it does or is not known yet."""
        if len(table) <= _AT_ONCE:
            return table.problem(row, column)
        known = table.known_problems(column)
        return "" if known is None else known.get(row, "")

    def doubt(self, table: Table, row: int, column: str) -> str:
        """Why a cell deserves a look; empty if it does not."""
        place = table.name, column
        found = self._doubts.get(place, {}).get(row, "")
        near = self._near.get(place)
        if found or near is None:
            return found
        return near.get(table.text(row, column), "")

    def findings(self) -> list[Finding]:
        """All cells that do not fit or deserve a look, table by table."""
        project = self._session.project
        if project is None:
            return []
        found: list[Finding] = []
        for table in (project.manifest, project.clinical):
            for column in table.columns:
                found += self._found.get((table.name, column.name), ())
        return found

    def errors(self) -> int:
        """How many cells do not fit their column, as far as that is known."""
        return sum(
            finding.severity == "error"
            for findings in self._found.values()
            for finding in findings
        )

    def take_report(self, report: JoinReport) -> bool:
        """Mark ids that almost fit those of the slides. Returns whether others do."""
        near: dict[Place, dict[str, str]] = {}
        for miss in report.near_misses:
            column = "patient_id" if miss.names == "patient" else "slide_id"
            reason = f"differs from {miss.slide} only by {miss.why}"
            near.setdefault(("clinical", column), {})[miss.clinical] = reason
        if near == self._near:
            return False
        self._near = near
        self.changed.emit()
        return True

    def near_misses(self) -> Mapping[Place, Mapping[str, str]]:
        """Reasons by text of the ids that almost fit."""
        return self._near

    def _all(self) -> None:
        project = self._session.project
        if project is None:
            return
        self._found.clear()
        self._doubts.clear()
        self._mark(
            (table.name, column.name)
            for table in (project.manifest, project.clinical)
            for column in table.columns
        )

    def _touched(self, edit: Edit) -> None:
        project = self._session.project
        if project is None:
            return
        whole, places = set(edit.rows_of), set(edit.places)
        whole |= {table for table, column in places if column == "cohort"}
        for change in edit.columns:
            if change.old is not None:
                self._drop((change.table, change.old.name))
            if change.new is not None:
                places.add((change.table, change.new.name))
        for name in whole:
            places |= {(name, column.name) for column in project.table(name).columns}
        self._mark(places)

    def _mark(self, places: Iterable[Place]) -> None:
        self._stale.update(places)
        if self._stale and not self._busy and not self._later.isActive():
            self._later.start()

    def _drop(self, place: Place) -> None:
        self._found.pop(place, None)
        self._doubts.pop(place, None)

    def _start(self) -> None:
        project = self._session.project
        if project is None:
            return
        wanted, self._stale = self._stale, set()
        tables = {t.name: t for t in (project.manifest, project.clinical)}
        places = [p for p in wanted if tables[p[0]].has_column(p[1])]
        self._busy = True
        task = self._session.background.start(
            "Checking tables",
            lambda _progress, asked: _judge(tables, places, Watch(asked=asked)),
            quick=True,
        )
        task.done.connect(self._judged)
        task.failed.connect(self._session.trouble)
        task.finished.connect(self._ended)

    def _judged(self, found: Found) -> None:
        project = self._session.project
        if project is None:
            return
        for place, findings in found.items():
            table = project.table(place[0])
            if place in self._stale:
                # It changed meanwhile, and what was found is of no use.
                table.forget_problems(place[1])
                continue
            self._found[place] = findings
            doubts = {f.row: f.reason for f in findings if f.severity == "warning"}
            self._doubts[place] = doubts
        self.changed.emit()

    def _ended(self) -> None:
        self._busy = False
        self._mark(())

    def _forget(self) -> None:
        self._later.stop()
        self._found.clear()
        self._doubts.clear()
        self._near.clear()
        self._stale.clear()


def _judge(tables: Mapping[str, Table], places: Iterable[Place], watch: Watch) -> Found:
    found: Found = {}
    for table, column in places:
        found[table, column] = validate_table(tables[table], [column], watch=watch)
    return found
