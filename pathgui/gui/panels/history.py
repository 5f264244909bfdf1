"""The History panel: who changed what, and what can be undone."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from pathgui.gui.session import Session
from pathgui.gui.session.decisions import spoken_time
from pathgui.gui.session.history import Change, saved_changes, unsaved_change
from pathgui.gui.session.undo import EditCommand
from pathgui.gui.style.parts import EmptyState
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView

_HEADS = (Head("When", 170), Head("Who", 130), Head("Change", 360), Head("What"))


class HistoryPanel(QStackedWidget):
    """Edits of this session that can be undone, then what is on disk."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.list = RowsView(session.theme, _HEADS, "History")
        self.empty = EmptyState(session.theme, "ph.clock-counter-clockwise")
        self.empty.say("No changes yet", "Every edit of a table is listed here.")
        self.addWidget(self.list)
        self.addWidget(self.empty)
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
        changes = self._undoable() + self._saved()
        self.list.show_rows([_row(change) for change in changes])
        self.setCurrentWidget(self.list if changes else self.empty)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _undoable(self) -> list[Change]:
        stack = self._session.undo_stack
        found = []
        for number in reversed(range(stack.count())):
            command = stack.command(number)
            saved = number < stack.cleanIndex()
            if isinstance(command, EditCommand) and not saved:
                undone = number >= stack.index()
                found.append(unsaved_change(command.edit, number, undone))
        return found

    def _saved(self) -> list[Change]:
        project = self._session.project
        if project is None:
            return []
        return saved_changes(project.folder("metadata") / "history.jsonl")


def _row(change: Change) -> Row:
    when = spoken_time(change.when) if change.saved else "not yet saved"
    first = Part(when, "number" if change.saved else "link")
    return Row(
        change.key,
        (first, Part(change.who), Part(change.label), Part(change.where, "quiet")),
    )
