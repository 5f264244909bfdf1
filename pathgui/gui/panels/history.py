"""The History panel: who changed what and when, and what can be undone."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.session import Session
from pathgui.gui.session.decisions import spoken_time
from pathgui.gui.session.history import (
    Change,
    find_changes,
    saved_changes,
    unsaved_change,
)
from pathgui.gui.session.undo import EditCommand
from pathgui.gui.style.parts import EmptyState, SearchField, label, row
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import Edit
from pathgui.project.layout import HISTORY

_HEADS = (Head("When", 170), Head("Who", 130), Head("Change", 360), Head("What"))


class HistoryPanel(QWidget):
    """Edits of this session that can be undone, then what is on disk.

    Attributes
    ----------
    wanted : Signal(Change, object)
        Someone wants all of a change; the edit, if it is not saved yet.
    """

    wanted = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._changes: list[Change] = []
        self._edits: dict[str, Edit] = {}
        self._number = 0
        theme = session.theme
        hint = "Filter by person, slide, column, value or words"
        self.search = SearchField(theme, hint, "ph.funnel")
        self.count = label("", "quiet", size=12)
        self.list = RowsView(theme, _HEADS, "History")
        self.empty = EmptyState(theme, "ph.clock-counter-clockwise")
        self.stack = QStackedWidget()
        self.stack.setObjectName("panel")
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.empty)
        head = row(self.search, self.count, None)
        head.setContentsMargins(10, 5, 10, 5)
        self.search.setMinimumWidth(360)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.stack, 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(200)
        self._later.timeout.connect(self.refresh)
        self.search.textChanged.connect(self._later.start)
        self.list.opened.connect(self._opened)
        session.undo_stack.indexChanged.connect(self.refresh)
        for signal in (
            session.saved,
            session.reloaded,
            session.project_opened,
            session.project_closed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List the changes anew, if anyone looks."""
        if not self.isVisible():
            return
        wanted = self.search.text().strip()
        project = self._session.project
        waiting = self._undoable(wanted)
        self._number += 1
        if project is None:
            self._show([])
            return
        file, number = project.root / HISTORY, self._number
        if not wanted:
            self._show([*waiting, *saved_changes(file)])
            return
        task = self._session.background.start(
            "Searching the history",
            lambda _progress, _asked: find_changes(file, wanted),
            pictures=True,
        )
        task.done.connect(lambda found: self._found(number, waiting, found))

    def _found(self, number: int, waiting: list[Change], found: list[Change]) -> None:
        if number == self._number:
            self._show([*waiting, *found])

    def _show(self, changes: list[Change]) -> None:
        self._changes = changes
        self.list.show_rows([_row(change) for change in changes])
        wanted = self.search.text().strip()
        count = len(changes)
        self.count.setText(f"{count:,} found" if wanted else "")
        if wanted:
            self.empty.say("No change like this", "Other words may find more.")
        else:
            self.empty.say("No changes yet", "Every edit of a table is listed here.")
        self.stack.setCurrentWidget(self.list if changes else self.empty)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _undoable(self, wanted: str) -> list[Change]:
        stack = self._session.undo_stack
        found: list[Change] = []
        self._edits.clear()
        for number in reversed(range(stack.count())):
            command = stack.command(number)
            saved = number < stack.cleanIndex()
            if isinstance(command, EditCommand) and not saved:
                undone = number >= stack.index()
                change = unsaved_change(command.edit, number, undone)
                words = f"{change.who} {change.label} {change.where}".casefold()
                if all(word in words for word in wanted.casefold().split()):
                    self._edits[change.key] = command.edit
                    found.append(change)
        return found

    def _opened(self, key: str, _column: int) -> None:
        change = next((c for c in self._changes if c.key == key), None)
        if change is not None:
            self.wanted.emit(change, self._edits.get(key))


def _row(change: Change) -> Row:
    when = spoken_time(change.when, seconds=True) if change.saved else "not yet saved"
    first = Part(when, "number" if change.saved else "link")
    return Row(
        change.key,
        (first, Part(change.who), Part(change.label), Part(change.where, "quiet")),
    )
