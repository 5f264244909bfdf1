"""What a table view does to its selected cells: copy, paste, fill, set and clear."""

from collections.abc import Callable
from datetime import date

from PySide6.QtGui import QGuiApplication

from pathgui.gui.session import Session
from pathgui.gui.session.bulk import AT_ONCE
from pathgui.gui.tables import changes
from pathgui.gui.tables.changes import Chosen, Pasted, Shown
from pathgui.gui.tables.dates import today_in
from pathgui.gui.tables.naming import without_naming
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.project import Edit


class CellDeeds:
    """A part of `TableView`; a large deed is done in the background."""

    session: Session
    proxy: OrderProxy

    def chosen_cells(self) -> Chosen:
        """Rows that are selected, by shown column."""
        raise NotImplementedError

    def shown_columns(self) -> list[int]:
        """Shown columns, in the order on screen."""
        raise NotImplementedError

    def cells_to_change(self) -> Chosen:
        """Selected cells, without columns that name rows unless they alone are."""
        model, chosen = self.proxy.model, self.chosen_cells()
        cells, words = without_naming(model, chosen)
        locked = [column for column in chosen if not model.column_editable(column)]
        if locked and len(locked) == len(chosen):
            words = self.why_locked(locked[0])
        if words:
            self.session.told.emit(words, "note")
        return cells

    def why_locked(self, column: int) -> str:
        """Why no cell of a column can be changed."""
        raise NotImplementedError

    def change(
        self,
        label: str,
        size: int,
        make: Callable[[Shown], Edit | None],
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Make an edit of the shown cells; a large one in the background.

        Parameters
        ----------
        label : str
            For people, while it goes on.
        size : int
            How many cells it is about.
        make : callable
            Works out the edit from what is shown, or gives None.
        then : callable
            Called when it is done.
        """
        shown = Shown.of(self.proxy)
        if size > AT_ONCE:
            self.session.change(label, lambda: make(shown), then)
            return
        edit = make(shown)
        if edit is not None:
            self.session.edit(edit)
        then()

    def clear_cells(self) -> None:
        """Empty the selected cells."""
        chosen = self.cells_to_change()
        count = changes.count(chosen)
        self.change("Clear cells", count, lambda shown: changes.clear(shown, chosen))

    def copy_cells(self) -> None:
        """Put the selected rectangle on the clipboard; a large one a bit later."""
        chosen, columns = self.chosen_cells(), self.shown_columns()
        shown = Shown.of(self.proxy)
        if changes.count(chosen) <= AT_ONCE:
            self.put_on_clipboard(changes.copy(shown, chosen, columns))
            return
        task = self.session.background.start(
            "Copying", lambda _p, _a: changes.copy(shown, chosen, columns), quick=True
        )
        task.done.connect(self.put_on_clipboard)
        task.failed.connect(self.session.trouble)

    def put_on_clipboard(self, text: str) -> None:
        """Let other programs paste a text."""
        QGuiApplication.clipboard().setText(text)

    def cut_cells(self) -> None:
        """Copy, then empty."""
        self.copy_cells()
        self.clear_cells()

    def paste_cells(self) -> None:
        """Put the clipboard's rectangle where the selection begins."""
        text = QGuiApplication.clipboard().text()
        if not text:
            return
        cells, columns = self.chosen_cells(), self.shown_columns()
        found: list[Pasted] = []

        def make(shown: Shown) -> Edit | None:
            found.append(changes.paste(shown, cells, columns, text))
            return found[0].edit

        def tell() -> None:
            if found and found[0].warning:
                self.session.told.emit(found[0].warning, "warning")

        size = max(text.count("\t") + text.count("\n"), changes.count(cells))
        self.change("Paste", size, make, tell)

    def fill_down(self) -> None:
        """Copy the top cell of the selection down."""
        chosen = self.cells_to_change()
        count = changes.count(chosen)
        self.change("Fill down", count, lambda shown: changes.fill_down(shown, chosen))

    def set_value(self, text: str) -> None:
        """Put one value into the selected cells."""
        chosen = self.cells_to_change()
        self.change(
            "Set cells",
            changes.count(chosen),
            lambda shown: changes.set_value(shown, chosen, text),
        )

    def set_today(self, day: date) -> None:
        """Put a day into the selected cells, each as its column writes dates."""
        columns, others = [], []
        for column, rows in self.cells_to_change().items():
            field = self.proxy.model.fields[column].column
            written = today_in(field, day)
            if written:
                columns.append((column, rows, [written] * len(rows)))
            elif self.proxy.model.column_editable(column):
                others.append(field.name)
        self.change(
            "Set cells",
            sum(len(rows) for _, rows, _ in columns),
            lambda shown: changes.counted(changes.put(shown, "Set", columns)),
        )
        if others:
            are = "is no column" if len(others) == 1 else "are no columns"
            words = f"{', '.join(others)} {are} of dates, and stayed"
            self.session.told.emit(words, "note")
