"""What the inspector says of a clinical row: near miss, values, history of the cell."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from pathgui.gui.session import Session
from pathgui.gui.session.decisions import spoken_time
from pathgui.gui.style.parts import Button, Icon, SearchField, label, row
from pathgui.gui.style.sections import Chip, Elided, Facts, Section
from pathgui.gui.style.states import JOIN
from pathgui.project import JoinReport, NearMiss, Project
from pathgui.project.cellhistory import CellChange, CellPlace, changes_of
from pathgui.project.keptapart import keep_apart
from pathgui.workflows.join_fixes import accept_near_misses

_SHOWN = 5
# Values of the row that are shown, and so many where some are looked for.
_VALUES, _FOUND = 6, 15
_IDS = ("slide_id", "patient_id")
_NAMES = {"slide_id": "Slide", "patient_id": "Patient"}


class CellSection(QWidget):
    """Follows the current cell of the clinical table; hidden elsewhere.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    spoke : Signal(bool)
        It speaks about a row of the clinical table, or about none.
    place : callable
        The current cell; None where the clinical table is not up.
    """

    asked = Signal(str)
    spoke = Signal(bool)
    place: Callable[[], CellPlace | None]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.place = lambda: None
        self._report: JoinReport | None = None
        self._miss: NearMiss | None = None
        self._number = 0
        self.title = Elided(16, strong=True)
        self.under = label("", "quiet", size=12)
        self.chip = Chip(session.theme)
        self.head = QFrame()
        self.box = QFrame()
        self.box.setObjectName("boxWarn")
        self.why = label("", strong=True, wrap=True)
        self.words = label("", wrap=True)
        self.use = Button(session.theme, "", "ph.check", small=True)
        self.keep = Button(session.theme, "Keep", small=True)
        self.values = Section(session.theme, "This row")
        self.facts = Facts()
        self.search = SearchField(session.theme, "Find a value of this row")
        self.more = label("", "quiet", size=12)
        for widget in (self.search, self.facts, self.more):
            self.values.box.addWidget(widget)
        self.history = Section(session.theme, "History of this cell")
        self.changes = Facts()
        self.all = Button(session.theme, "All changes", role="link", small=True)
        self.history.box.addWidget(self.changes)
        self.history.box.addLayout(row(self.all, None))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(200)
        self._later.timeout.connect(self.refresh)
        self._build()
        self.hide()

    def _build(self) -> None:
        inner = QVBoxLayout()
        inner.setSpacing(4)
        inner.addWidget(self.why)
        inner.addWidget(self.words)
        inner.addLayout(row(self.use, self.keep, None))
        both = row(spacing=8)
        top = Qt.AlignmentFlag.AlignTop
        both.addWidget(Icon(self._session.theme, "ph.warning-fill", "warn"), 0, top)
        both.addLayout(inner, 1)
        both.setContentsMargins(10, 8, 10, 8)
        self.box.setLayout(both)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.head.setObjectName("inspectorHead")
        upper = QVBoxLayout(self.head)
        upper.setContentsMargins(12, 12, 12, 10)
        upper.setSpacing(5)
        upper.addWidget(self.title)
        upper.addWidget(self.under)
        upper.addLayout(row(self.chip, None))
        outer.addWidget(self.head)
        holder = row(self.box)
        holder.setContentsMargins(12, 10, 12, 2)
        outer.addLayout(holder)
        outer.addWidget(self.values)
        outer.addWidget(self.history)
        self.search.textChanged.connect(self._look_for)
        self.use.clicked.connect(self._use)
        self.keep.clicked.connect(self._keep)
        self.all.clicked.connect(lambda: self.asked.emit("edit.cell_history"))
        self._session.changed.connect(self.look)
        self._session.saved.connect(self.look)
        self._session.project_closed.connect(self.look)
        self._session.selection_changed.connect(self.look)

    def take_report(self, report: JoinReport) -> None:
        """Know the near misses of a new join report."""
        self._report = report
        self.look()

    def look(self, *_what: object) -> None:
        """Look again soon: the cell, the table or the page is another."""
        self._later.start()

    def refresh(self) -> None:
        """Speak about the current cell."""
        project, place = self._session.project, self.place()
        there = project is not None and place is not None and place.table == "clinical"
        self.setVisible(there)
        self.spoke.emit(there)
        if project is None or place is None or not there:
            return
        texts = project.clinical.row(place.row)
        self._show_miss(texts)
        self._show_head(project, place.row, texts[project.clinical.key])
        self._show_values(project.clinical.key, texts)
        self._number += 1
        number = self._number
        task = self._session.background.start(
            "Reading the history",
            lambda _progress, _asked: changes_of(project, place),
            pictures=True,
        )
        task.done.connect(lambda found: self._show_history(number, found))

    def _look_for(self) -> None:
        project, place = self._session.project, self.place()
        if project is not None and place is not None and place.table == "clinical":
            self._show_values(project.clinical.key, project.clinical.row(place.row))

    def _show_values(self, key: str, texts: dict[str, str]) -> None:
        """Key and first values of the row, or those of columns that are looked for."""
        names = [name for name in texts if name not in _IDS]
        self.search.setVisible(len(names) > _VALUES)
        words = self.search.text().casefold().split()
        if words:
            names = [n for n in names if all(word in n.casefold() for word in words)]
        shown = names[: _FOUND if words else _VALUES]
        values = [(name.capitalize(), texts[name] or "missing") for name in shown]
        named = (_NAMES.get(key, key), texts[key] or "missing")
        self.facts.say([named, *values])
        self.more.setVisible(len(shown) < len(names) or bool(words))
        noun = "columns with these words" if words else "columns"
        self.more.setText(f"{len(shown):,} of {len(names):,} {noun}")

    def _show_miss(self, texts: dict[str, str]) -> None:
        misses = self._report.near_misses if self._report is not None else []
        ids = {texts.get(name, "") for name in _IDS}
        self._miss = next((miss for miss in misses if miss.clinical in ids), None)
        self.box.setVisible(self._miss is not None)
        if self._miss is not None:
            miss = self._miss
            self.why.setText(f"Differs only by {miss.why}")
            self.words.setText(
                f"The slides say {miss.slide}. No other {miss.names} is as close."
            )
            self.use.setText(f"Use {miss.slide}"[:34].replace("&", "&&"))

    def _show_head(self, project: Project, row_id: int, key: str) -> None:
        """Name the row, where no slide stands above it."""
        self.head.setVisible(not self._session.selection)
        near = self._miss is not None
        number = project.clinical.row_ids.index(row_id) + 1
        self.title.say(key or f"Row {number:,}")
        why = "near miss" if near else "no slide of this project"
        self.under.setText(f"clinical row {number:,} · {why}")
        self.chip.show_state(JOIN["near" if near else "no slide"])

    def _show_history(self, number: int, found: list[CellChange]) -> None:
        if number != self._number:
            return
        lines = [
            (spoken_time(change.when) or "not saved yet", _words(change))
            for change in found[:_SHOWN]
        ]
        self.changes.say(lines or [("", "as it was first read")])
        self.all.setVisible(len(found) > 0)

    def _use(self) -> None:
        project, miss = self._session.project, self._miss
        if project is not None and miss is not None:
            edit = accept_near_misses(project, [miss])
            if edit:
                self._session.edit(edit)

    def _keep(self) -> None:
        project, miss = self._session.project, self._miss
        if project is not None and miss is not None:
            self.box.hide()
            self._session.edit(keep_apart(project.config, [miss]))


def _words(change: CellChange) -> str:
    if change.added:
        # A name of a file may be broken at its underscores.
        return change.label.replace("_", "_\u200b")
    return f"{change.before or 'missing'} → {change.after or 'missing'}, {change.who}"
