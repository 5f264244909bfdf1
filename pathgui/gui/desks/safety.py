"""Safety of the tables: versions, changes by other programs, history of a cell."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.cellhistory import CellHistoryDialog
from pathgui.gui.dialogs.change import ChangeDialog
from pathgui.gui.dialogs.diskchange import DiskChangeDialog, DiskChoice
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
from pathgui.gui.session.undo import EditCommand
from pathgui.gui.session.watch import TableWatch
from pathgui.project import Cell, Edit
from pathgui.project import cellhistory as history
from pathgui.project.cellhistory import CellChange, CellPlace
from pathgui.project.layout import HISTORY
from pathgui.project.merge import Conflict
from pathgui.workflows.disk_changes import DiskChange, bring_together, disk_change


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
        self._asking = False

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
        if project is None or self._asking:
            return
        self._asking = True

        def look(_progress: object, _asked: object) -> list[DiskChange]:
            found = names or tuple(project.changed_on_disk())
            return [disk_change(project, name) for name in found]

        task = self.session.background.start("Comparing with the disk", look)
        task.done.connect(self._ask)
        task.failed.connect(self._cannot_compare)

    def _cannot_compare(self, error: Exception) -> None:
        self._asking = False
        self.session.trouble.emit(error)

    def _ask(self, changes: list[DiskChange]) -> None:
        project = self.session.project
        if project is None or not changes:
            self._asking = False
            return
        dialog = DiskChangeDialog(self.session.theme, changes, self.widget)
        names = [change.table for change in changes]
        dialog.chosen.connect(lambda choice: self._bring_together(names, choice))
        dialog.finished.connect(self._answered)
        self.show_dialog(dialog)

    def _answered(self) -> None:
        self._asking = False

    def _bring_together(self, names: list[str], choice: DiskChoice) -> None:
        project = self.session.project
        if project is None:
            return
        conflicts: list[Conflict] = []

        def fit() -> None:
            for name in names:
                theirs = {place for table, place in choice.theirs if table == name}
                conflicts.extend(bring_together(project, name, choice.how, theirs))

        good = self.session.attempt(fit)
        self.session.reload()
        if good:
            self.save()
            self._tell(conflicts)

    def _tell(self, conflicts: list[Conflict]) -> None:
        if not conflicts:
            self.session.told.emit("Both sides are together, and saved", "ok")
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
        waiting = history.unsaved(self._unsaved(), place)
        file = project.root / HISTORY

        def show(changes: list[CellChange]) -> None:
            if self.session.project is project:
                self._show_history(place, [*waiting, *changes])

        self.work(
            "Reading the history",
            lambda _progress, _asked: history.saved(file, place),
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

    def _unsaved(self) -> list[Edit]:
        stack, found = self.session.undo_stack, []
        for number in range(max(stack.cleanIndex(), 0), stack.index()):
            command = stack.command(number)
            if isinstance(command, EditCommand):
                found.append(command.edit)
        return found

    def _show_history(self, place: CellPlace, changes: list[CellChange]) -> None:
        project = self.session.project
        assert project is not None
        table = project.table(place.table)
        now = table.text(place.row, place.column)
        dialog = CellHistoryDialog(self.session.theme, place, now, changes, self.widget)

        def put_back(text: str) -> None:
            cell = Cell(place.table, place.row, place.column, now, text)
            self.session.edit(Edit(f"Put back {place.column}", (cell,)))

        dialog.wanted.connect(put_back)
        self.show_dialog(dialog)
