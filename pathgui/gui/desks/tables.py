"""Tables: cut, copy, paste, fill, set and delete in the table on screen."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from pathgui.errors import PathguiError
from pathgui.gui.desks.desk import Preferences
from pathgui.gui.desks.savedviews import SavedViewDesk
from pathgui.gui.dialogs.ask import AskDialog
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.columns import ColumnsDialog
from pathgui.gui.dialogs.newcolumn import NewColumnDialog
from pathgui.gui.session import Session
from pathgui.gui.tables import changes
from pathgui.gui.tables.content import Field
from pathgui.gui.tables.view import TableView
from pathgui.project import (
    Column,
    Edit,
    Table,
    add_column,
    delete_column,
    rename_column,
)
from pathgui.project.cellhistory import CellPlace
from pathgui.project.cohorts import cohorts_naming
from pathgui.project.columns import is_standard
from pathgui.workflows.left_behind import LeftBehind

_SLIDE_ID = ("manifest", "slide_id")
_FEW_ROWS = 500


class TableDesk(SavedViewDesk):
    """What the Edit menu does to cells.

    Attributes
    ----------
    define_wanted : Signal(str, str)
        Someone wants to define a column: table and name.
    """

    define_wanted = Signal(str, str)

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(session, widget, preferences)
        session.doubted.connect(self.ask_if_sure)

    def ask_if_sure(self, edit: Edit, lost: LeftBehind) -> None:
        """Ask whether slides shall be found elsewhere although results stay behind."""
        verb = "Change the id" if lost.named else "Change the cohort"
        named = [c for c in edit.cells if (c.table, c.column) == _SLIDE_ID and c.old]
        count = lost.named or lost.moved
        what = "1 slide" if count == 1 else f"{count:,} slides"
        title = f"Put {what} into another cohort?"
        if lost.named:
            title = f"Give {what} another id?"
        if lost.named == 1 and len(named) == 1:
            title = f"Give the slide {named[0].old} the id {named[0].new or 'missing'}?"
        rows = "Clinical rows follow. " if lost.named else ""
        dialog = ChoiceDialog(
            self.session.theme,
            title,
            f"{lost.sentences()} {rows}Ctrl+Z takes it back.",
            (verb,),
            self.widget,
            icon="ph.warning-fill",
            danger=verb,
        )
        dialog.picked.connect(lambda _: self.session.edit(edit, sure=True))
        self.show_dialog(dialog)

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
        if not table.has_row(row):  # removed, and not yet taken from the view
            return None
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
            self.view.set_today(date.today())  # noqa: DTZ011 - local day

    def ask_value(self) -> None:
        """Ask for one value for all selected cells."""
        view = self.view
        count = 0 if view is None else changes.count(view.chosen_cells())
        if view is None or not count:
            return
        columns = list(view.chosen_cells())
        where = f"{count:,} {'cell' if count == 1 else 'cells'}"
        title, offers = f"Set the value of {where}", list[str]()
        if len(columns) == 1:
            model = view.proxy.model
            title = f"Set {model.fields[columns[0]].column.name} in {where}"
            offers = model.suggestions(columns[0])
        them = "it" if count == 1 else "them"
        dialog = AskDialog(
            self.session.theme, title,
            f"An empty field empties {them}. Ctrl+Z takes it back.",
            "Set value", "", self.widget, offers=offers,
        )  # fmt: skip
        dialog.given.connect(view.set_value)
        self.show_dialog(dialog)

    def find(self, *, replacing: bool = False) -> None:
        """Open the bar that finds, or finds and replaces."""
        if self.page is not None:
            self.page.finder.open(replacing=replacing)

    def start_expression(self) -> None:
        """Go to the field for words and expressions."""
        if self.page is not None:
            self.page.start_search()

    def sort(self, *, descending: bool) -> None:
        """Sort by the column of the current cell."""
        view = self.view
        if view is not None and view.currentIndex().isValid():
            column = view.currentIndex().column()
            view.header.sort_by(column, descending=descending)

    def freeze(self) -> None:
        """Keep the columns up to the current one in place; again lets them go."""
        page, column = self.page, self._current()
        if page is not None and column >= 0:
            page.freeze_to(column)

    def choose_columns(self) -> None:
        """Offer the columns to show, hide, reorder and freeze."""
        page = self.page
        if page is None:
            return
        frozen = page.view.frozen
        pictures = sum(page.proxy.model.fields[c].picture for c in frozen.columns())
        dialog = ColumnsDialog(
            self.session.theme,
            page.column_lines(),
            frozen.count - pictures,
            self.widget,
        )
        dialog.chosen.connect(page.show_columns)
        self.show_dialog(dialog)

    def on_column(self, deed: str, column: int) -> None:
        """Do what the menu of a column asks for."""
        if self.page is None:
            return
        field = self.page.proxy.model.fields[column]
        if deed == "define":
            self.define_wanted.emit(field.table, field.column.name)
        elif deed == "rename":
            self._ask_rename(field.table, field.column.name)
        elif deed == "delete":
            self._ask_delete(field.table, field.column.name)
        else:
            self._ask_column(field.table)

    def add_column(self) -> None:
        """Ask what a new column of the table on screen shall be."""
        field = self._field()
        if field is not None:
            self._ask_column(field.table)

    def rename_column(self) -> None:
        """Ask for another name for the current column."""
        field = self._field()
        if field is not None:
            self._ask_rename(field.table, field.column.name)

    def delete_column(self) -> None:
        """Ask, then delete the current column with its texts."""
        field = self._field()
        if field is not None:
            self._ask_delete(field.table, field.column.name)

    def _current(self) -> int:
        return -1 if self.view is None else self.view.currentIndex().column()

    def _field(self) -> Field | None:
        """The current column, if it is one of the project's tables."""
        column, page = self._current(), self.page
        if page is None or column < 0:
            return None
        field = page.proxy.model.fields[column]
        return field if field.table in ("manifest", "clinical") else None

    def why_it_stays(self) -> str:
        """Why the current column keeps its name and place; empty if it need not."""
        field = self._field()
        if field is None:
            return "Choose a column of manifest or clinical table first"
        if is_standard(field.table, field.column.name):
            return "Every project has this column; it can be hidden"
        return ""

    def _ask_column(self, table: str) -> None:
        def add(column: Column) -> None:
            self._change(lambda t: add_column(t, column), table)
            self._show_column(table, column.name)

        dialog = NewColumnDialog(self.session.theme, table, self.widget)
        dialog.chosen.connect(add)
        self.show_dialog(dialog)

    def _show_column(self, table: str, name: str) -> None:
        """Make a column the current one, in the row of the current cell."""
        view = self.view
        place = view.proxy.model.column_at(table, name) if view is not None else -1
        if view is not None and place >= 0:
            index = view.proxy.index(max(view.currentIndex().row(), 0), place)
            view.go_to(index)
            view.scrollTo(index)

    def _ask_rename(self, table: str, name: str) -> None:
        project = self.session.project
        used = cohorts_naming(project, name) if project is not None else []
        note = f"Saved views that name it follow: {', '.join(used)}." if used else ""
        self._ask_text(
            f"Rename the column {name}", note, "Rename column", name,
            lambda new: self._change(lambda t: rename_column(t, name, new), table),
            lambda new: self._refusal(lambda t: rename_column(t, name, new), table),
        )  # fmt: skip

    def _ask_delete(self, table: str, name: str) -> None:
        project = self.session.project
        used = cohorts_naming(project, name) if project is not None else []
        views = f"Saved views that name it need another condition: {', '.join(used)}. "
        dialog = ChoiceDialog(
            self.session.theme,
            f"Delete the column {name} of the {table} table?",
            f"Its texts go with it. {views if used else ''}Ctrl+Z brings them back.",
            ("Delete column",),
            self.widget,
            icon="ph.trash",
            danger="Delete column",
        )
        dialog.picked.connect(
            lambda _: self._change(lambda t: delete_column(t, name), table)
        )
        self.show_dialog(dialog)

    def _change(self, make: Callable[[Table], Edit], table: str) -> None:
        """Make an edit of a table and do it; what is wrong is shown."""
        project = self.session.project
        if project is not None:
            self.session.attempt(lambda: self.session.edit(make(project.table(table))))

    def _refusal(self, make: Callable[[Table], Edit], table: str) -> str:
        """Why an edit of a table cannot be made; empty if it can."""
        project = self.session.project
        try:
            if project is not None:
                make(project.table(table))
        except PathguiError as error:
            return error.message
        return ""

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
            f"{files}Ctrl+Z brings {'it' if len(rows) == 1 else 'them'} back.",
            (f"Delete {len(rows):,} {noun}",),
            self.widget,
            icon="ph.trash",
            danger=f"Delete {len(rows):,} {noun}",
        )
        label = f"Delete {len(rows):,} {noun}"

        def make() -> Edit:
            return Edit(label, removed=table.gone_rows(rows))

        def delete() -> None:
            if len(rows) > _FEW_ROWS:
                self.session.change(label, make)
            else:
                self.session.edit(make())

        dialog.picked.connect(lambda _choice: delete())
        self.show_dialog(dialog)

    def _rows(self) -> list[int]:
        """Ids of the rows of the selected cells."""
        assert self.view is not None
        proxy = self.view.proxy
        return proxy.model.row_ids(proxy.source_rows()[self.view.chosen_rows()])
