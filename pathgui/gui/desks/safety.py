"""Safety of the tables: versions, changes by other programs, history of a cell."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QWidget

from pathgui.errors import Cancelled, TableChangedError
from pathgui.gui.background import Asked, Progress
from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.cellhistory import CellHistoryDialog
from pathgui.gui.dialogs.change import ChangeDialog
from pathgui.gui.dialogs.diskchange import DiskChangeDialog, DiskChoice, outcome
from pathgui.gui.dialogs.filegone import gone_choice, gone_dialog
from pathgui.gui.dialogs.report import Line, ReportDialog
from pathgui.gui.dialogs.restore import RestoreDialog
from pathgui.gui.session import Session
from pathgui.gui.session.history import (
    Change,
    EntryCell,
    edit_cells,
    entry_cells,
    put_back,
)
from pathgui.gui.session.watch import TableWatch
from pathgui.project import Cell, Edit, Project
from pathgui.project import cellhistory as history
from pathgui.project.cellhistory import CellChange, CellPlace
from pathgui.project.layout import HISTORY
from pathgui.project.merge import Conflict
from pathgui.project.watch import Watch
from pathgui.workflows.disk_changes import (
    Answer,
    Brought,
    DiskChange,
    bring_together,
    disk_change,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is being asked, about which states of which files."""

    dialog: QDialog
    changes: list[DiskChange]

    def of(self, changes: list[DiskChange]) -> bool:
        """Whether it is about just these."""
        ours = {(change.table, change.checksum) for change in self.changes}
        return ours == {(change.table, change.checksum) for change in changes}


def _answer(change: DiskChange, choice: DiskChoice) -> Answer:
    """What somebody chose about all tables, for one of them."""
    theirs = {place for table, place in choice.theirs if table == change.table}
    kept = {place: here for place, (_, here) in change.losses.items()}
    return Answer(choice.how, theirs, kept if choice.keep else {})


def _watch(told: Progress, asked: Asked) -> Watch:
    """Bytes are told in percent."""

    def tell(what: str, done: int, total: int) -> None:
        told(f"{what}: {100 * done // total} %" if total else what, 0, 0)

    return Watch(tell, asked)


class SafetyDesk(Desk):
    """What keeps edits safe, and brings older states back.

    Attributes
    ----------
    place : callable
        The current cell of the table on screen; None if there is none.
    save : callable
        Writes the tables.
    go_to : callable
        Shows a cell by table, row and column.
    """

    place: Callable[[], CellPlace | None]
    save: Callable[[], None]
    go_to: Callable[[str, int, str], None]

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(session, widget, preferences)
        self.place = lambda: None
        self.save = session.save
        self.go_to = lambda _table, _row, _column: None
        self.watch = TableWatch(session)
        self.watch.changed.connect(self.compare_with_disk)
        self.watch.settled.connect(self.look_again)
        self._comparing = False
        self._asked: _Asked | None = None

    def restore(self) -> None:
        """Show older versions of the tables."""
        project = self.session.project
        if project is None:
            return
        there = self.place()
        dialog = RestoreDialog(
            self.session.theme,
            project,
            self.session.background,
            there.table if there is not None else "manifest",
            self.widget,
        )
        dialog.chosen.connect(self.session.edit)
        self.show_dialog(dialog)

    def compare_with_disk(self, names: tuple[str, ...] = ()) -> None:
        """Show what another program changed, and ask what to do."""
        project = self.session.project
        if project is None or self._comparing:
            return
        if self.session.bulk.wait(self.watch.look):
            return  # tables are about to be others
        self._comparing = True

        def look(_progress: object, _asked: object) -> list[DiskChange]:
            found = names or tuple(project.changed_on_disk())
            return [disk_change(project, name) for name in found]

        task = self.session.background.start("Comparing with the disk", look)
        task.done.connect(self._compared)
        task.failed.connect(self._cannot_compare)
        task.cancelled.connect(self._not_compared)

    def _not_compared(self) -> None:
        self._comparing = False

    def _cannot_compare(self, error: Exception) -> None:
        self._comparing = False
        self.session.trouble.emit(error)

    def _compared(self, changes: list[DiskChange]) -> None:
        """Ask, unless that is just what is being asked."""
        self._comparing = False
        if self.session.bulk.wait(self.watch.look):
            return  # tables are about to be others
        asked, self._asked = self._asked, None
        if asked is not None and asked.of(changes):
            self._asked = asked
            return
        if asked is not None:
            asked.dialog.reject()
            words = "The files are as they were here again"
            if changes:
                words = "Another program wrote again: this is what is on disk now"
            self.session.told.emit(words, "note")
        if self.session.project is not None and changes:
            self._ask(changes)

    def _ask(self, changes: list[DiskChange]) -> None:
        """Ask about files that are gone first, and about the others after that."""
        gone = [change for change in changes if change.gone]
        dialog: Dialog
        if gone:
            dialog = gone_dialog(self.session.theme, gone, self.widget)
            dialog.picked.connect(
                lambda answer: self._bring_together(gone, gone_choice(answer))
            )
        else:
            dialog = DiskChangeDialog(self.session.theme, changes, self.widget)
            dialog.chosen.connect(lambda choice: self._bring_together(changes, choice))
        asked = self._asked = _Asked(dialog, changes)
        dialog.finished.connect(lambda: self._answered(asked))
        self.show_dialog(dialog)

    def _answered(self, asked: "_Asked") -> None:
        if self._asked is asked:
            self._asked = None

    def look_again(self) -> None:
        """Files were touched: what is being asked may be out of date."""
        if self._asked is not None:
            self.compare_with_disk()

    def _bring_together(self, changes: list[DiskChange], choice: DiskChoice) -> None:
        """Fit tables and files together in the background; nobody edits meanwhile."""
        project = self.session.project
        if project is None:
            return
        self._asked = None
        self.session.settling.emit()
        if self.session.bulk.wait(lambda: self._bring_together(changes, choice)):
            return
        files = " and ".join(change.file for change in changes)

        def fit(told: Progress, asked: Asked) -> Brought:
            answers = [(change, _answer(change, choice)) for change in changes]
            return bring_together(project, answers, _watch(told, asked))

        self.session.bulk.carry(
            f"Taking {files} from disk" if choice.how == "theirs" else f"Merge {files}",
            fit,
            lambda brought: self._take(changes, choice, brought),
            lambda error: self._not_brought(project, error),
        )

    def _not_brought(self, project: Project, error: Exception) -> None:
        """Tables that were fitted before it went wrong are as the journal says."""
        project.finish()
        self.session.reload()
        self.session.trouble.emit(error)

    def _take(
        self, changes: list[DiskChange], choice: DiskChoice, brought: Brought
    ) -> None:
        """What came from disk can be undone, like what a person does."""
        self.session.adopt(brought.edits, brought.linked)
        # Files are written once others may edit again.
        self.session.bulk.wait(lambda: self._taken(changes, choice, brought))

    def _taken(
        self, changes: list[DiskChange], choice: DiskChoice, brought: Brought
    ) -> None:
        error = brought.error
        if error is None:
            self.save()
            self._tell(changes, choice, brought.conflicts)
        elif isinstance(error, TableChangedError | Cancelled):
            self.session.told.emit(error.message, "warning")
            self.compare_with_disk()
        else:
            self.session.trouble.emit(error)

    def _tell(
        self, changes: list[DiskChange], choice: DiskChoice, conflicts: list[Conflict]
    ) -> None:
        seen = {
            (change.table, side.row, side.column)
            for change in changes
            for side in change.changes
            if side.side == "both"
        }
        conflicts = [c for c in conflicts if (c.table, c.row, c.column) not in seen]
        if not conflicts:  # or all of them were shown, and chosen one by one
            self.session.told.emit(outcome(changes, choice), "ok")
            return
        lines: list[Line] = [
            (
                "warning",
                f"{c.key} · {c.column}",
                f"here {c.ours or 'missing'}, on disk {c.theirs or 'missing'}",
            )
            for c in conflicts
        ]
        count = len(conflicts)
        noun = "cell was" if count == 1 else "cells were"
        title = f"{count:,} {noun} changed on both sides"
        text = "What is here stands in the table; the others are listed for you."
        dialog = ReportDialog(self.session.theme, title, text, lines, self.widget)
        self.show_dialog(dialog)

    def cell_history(self) -> None:
        """Show who changed the current cell, when, from what to what."""
        project, place = self.session.project, self.place()
        if project is None or place is None:
            return

        def show(changes: list[CellChange]) -> None:
            if self.session.project is project:
                self._show_history(place, changes)

        self.work(
            "Reading the history",
            lambda _progress, _asked: history.changes_of(project, place),
            show,
        )

    def show_change(self, change: Change, edit: Edit | None) -> None:
        """Show all cells of a change of the history."""
        project = self.session.project
        if project is None:
            return
        if edit is not None:
            self._show_change(change, edit_cells(edit, project))
            return
        file = project.root / HISTORY
        self.work(
            "Reading the history",
            lambda _progress, _asked: entry_cells(file, change.key),
            lambda cells: self._show_change(change, cells),
        )

    def _show_change(self, change: Change, cells: list[EntryCell]) -> None:
        project = self.session.project
        if project is None:
            return
        dialog = ChangeDialog(self.session.theme, change, cells, self.widget)

        def back() -> None:
            edit = put_back(project, cells, change.label)
            if edit:
                self.session.edit(edit)
            else:
                words = "The cells were changed again since; nothing was put back"
                self.session.told.emit(words, "note")

        dialog.back.connect(back)
        dialog.wanted.connect(self._go)
        self.show_dialog(dialog)

    def _go(self, cell: EntryCell) -> None:
        project = self.session.project
        if project is None:
            return
        table = project.table(cell.table)
        row = table.find(cell.key) if cell.key else cell.row
        if row is not None and table.has_row(row):
            self.go_to(cell.table, row, cell.column)

    def _show_history(self, place: CellPlace, changes: list[CellChange]) -> None:
        project = self.session.project
        assert project is not None
        table = project.table(place.table)
        now = table.text(place.row, place.column)
        known = history.with_first_texts(changes, now)
        column = table.column(place.column)
        dialog = CellHistoryDialog(
            self.session.theme,
            place,
            now,
            known,
            self.widget,
            needed=column.required or column.name == table.key,
        )

        def put_back(text: str) -> None:
            cell = Cell(place.table, place.row, place.column, now, text)
            self.session.edit(Edit(f"Put back {place.column}", (cell,)))

        dialog.wanted.connect(put_back)
        self.show_dialog(dialog)
