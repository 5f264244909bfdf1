"""Tables: cut, copy, paste, fill, set and delete in the table on screen."""

from datetime import date

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QInputDialog

from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.panels.tablepage import TablePage
from pathgui.gui.tables import changes
from pathgui.gui.tables.view import TableView
from pathgui.project import Edit
from pathgui.project.cellhistory import CellPlace


class TableDesk(Desk):
    """What the Edit menu does to cells.

    Attributes
    ----------
    page : TablePage or None
        The table page on screen.
    """

    page: TablePage | None = None

    @property
    def view(self) -> TableView | None:
        """The table on screen."""
        return None if self.page is None else self.page.view

    def place(self) -> CellPlace | None:
        """The current cell; None where there is none behind it."""
        view, project = self.view, self.session.project
        index = view.currentIndex() if view is not None else QModelIndex()
        if view is None or project is None or not index.isValid():
            return None
        proxy = view.proxy
        found = proxy.model.locate(proxy.source_row(index.row()), index.column())
        if found is None:
            return None
        name, row, column = found
        table = project.table(name)
        return CellPlace(name, row, table.text(row, table.key), column)

    def column(self) -> tuple[str, str]:
        """Table and name of the current column; both empty if there is none."""
        place = self.place()
        return (place.table, place.column) if place is not None else ("", "")

    def cut(self) -> None:
        """Copy the selected cells, then empty them."""
        if self.view is not None:
            self.view.cut_cells()

    def copy(self) -> None:
        """Put the selected cells on the clipboard."""
        if self.view is not None:
            self.view.copy_cells()

    def paste(self) -> None:
        """Put the clipboard where the selection begins."""
        if self.view is not None:
            self.view.paste_cells()

    def clear(self) -> None:
        """Empty the selected cells."""
        if self.view is not None:
            self.view.clear_cells()

    def fill_down(self) -> None:
        """Copy the top cell of the selection down."""
        if self.view is not None:
            self.view.fill_down()

    def today(self) -> None:
        """Put today's date into the selected cells."""
        if self.view is not None:
            self.view.set_value(date.today().isoformat())  # noqa: DTZ011 - local day

    def ask_value(self) -> None:
        """Ask for one value for all selected cells."""
        view = self.view
        count = 0 if view is None else changes.count(view.chosen_cells())
        if view is None or not count:
            return
        noun = "cell" if count == 1 else "cells"
        dialog = QInputDialog(self.widget)
        dialog.setWindowTitle("Set value")
        dialog.setLabelText(f"Value for {count:,} {noun}; nothing empties them:")
        dialog.textValueSelected.connect(view.set_value)
        self.show_dialog(dialog)

    def find(self) -> None:
        """Go to the filter field of the table."""
        if self.page is not None:
            self.page.start_search()

    def delete_rows(self) -> None:
        """Ask, then delete the rows of the selected cells from their table."""
        view, project = self.view, self.session.project
        if view is None or project is None:
            return
        rows = self._rows()
        if not rows or not view.proxy.model.main:
            return
        table = project.table(view.proxy.model.main)
        noun = "row" if len(rows) == 1 else "rows"
        files = "No file is touched. " if table.name == "manifest" else ""
        dialog = ChoiceDialog(
            self.session.theme,
            f"Delete {len(rows):,} {noun} of the {table.name} table?",
            f"{files}Ctrl+Z brings them back.",
            (f"Delete {len(rows):,} {noun}",),
            self.widget,
            icon="ph.trash",
            danger=f"Delete {len(rows):,} {noun}",
        )
        edit = Edit(f"Delete {len(rows):,} {noun}", removed=table.gone_rows(rows))
        dialog.picked.connect(lambda _choice: self.session.edit(edit))
        self.show_dialog(dialog)

    def _rows(self) -> list[int]:
        """Ids of the rows of the selected cells."""
        assert self.view is not None
        proxy = self.view.proxy
        rows = proxy.source_rows()[self.view.chosen_rows()].tolist()
        return [proxy.model.row_id(row) for row in rows]
