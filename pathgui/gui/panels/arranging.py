"""Showing, ordering and freezing columns of a table page, each as an undo step."""

from collections.abc import Callable

from pathgui.gui.dialogs.columns import ColumnChoice
from pathgui.gui.panels.fitting import Fitting
from pathgui.gui.session import Session
from pathgui.gui.tables.columnlook import ColumnLook


class Arranging(Fitting):
    """A part of `TablePage`."""

    session: Session
    _at_press = ColumnLook()

    def show_columns(self, choice: ColumnChoice) -> None:
        """Show, order and freeze columns as chosen; can be undone."""
        view = self.view
        pictures = [c for c, f in enumerate(self.proxy.model.fields) if f.picture]
        first = len(pictures)

        def arrange() -> None:
            with view.header.held():
                view.header.put_order([*pictures, *choice.order])
                for column in choice.order:
                    hide = column not in choice.shown
                    if view.isColumnHidden(column) != hide:
                        view.setColumnHidden(column, hide)
            view.frozen.freeze(choice.frozen + first if choice.frozen else 0)
            view.header.follow_scroll()

        self._arrange("Arrange columns", arrange)

    def freeze_to(self, column: int) -> None:
        """Keep the columns up to this one in place; again lets them go. Undoable."""
        place = self.view.shown_columns().index(column) + 1
        frozen, name = self.view.frozen, self.proxy.model.fields[column].column.name
        if frozen.count == place:
            self._arrange("Let frozen columns go", lambda: frozen.freeze(0))
        else:
            label = f"Freeze columns up to {name or 'the pictures'}"
            self._arrange(label, lambda: frozen.freeze(place))

    def hide_column(self, column: int) -> None:
        """Hide a column; can be undone."""
        name = self.proxy.model.fields[column].column.name
        self._arrange(f"Hide {name}", lambda: self.view.setColumnHidden(column, True))

    def note_press(self) -> None:
        """Remember how the columns look before one may be dragged."""
        self._at_press = ColumnLook.of(self.view)

    def note_drag(self) -> None:
        """A column was dragged elsewhere: that can be undone."""
        self._keep_step("Move columns", self._at_press)

    def _arrange(self, label: str, deed: Callable[[], object]) -> None:
        """Change how the columns look, as one step that can be undone."""
        before = ColumnLook.of(self.view)
        deed()
        self._keep_step(label, before)

    def _keep_step(self, label: str, before: ColumnLook) -> None:
        after, view = ColumnLook.of(self.view), self.view
        if before.arrangement() != after.arrangement():

            def put(look: ColumnLook) -> None:
                self.fit_columns()
                look.put(view)

            self.session.keep(label, lambda: put(after), lambda: put(before))
