"""A new column: its name, its type, and what its cells may hold."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.columnform import ColumnForm
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.project import Column, definition_reason


class NewColumnDialog(Dialog):
    """Asks what a column shall be.

    Attributes
    ----------
    chosen : Signal(Column)
        Its definition.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, table: str, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            f"Add a column to the {table} table",
            "Its cells are empty at first. Ctrl+Z takes it away.",
            parent,
            icon="ph.columns",
        )
        self.setObjectName("newColumnDialog")
        self.form = ColumnForm()
        self.form.show_column(Column(""), table)
        self.note = label("", "warnText", wrap=True)
        self.body.addWidget(self.form)
        self.body.addWidget(self.note)
        self.add_cancel()
        self.add = self.add_right("Add column", role="primary")
        self.add.clicked.connect(self._choose)
        self.form.changed.connect(self._check)
        self._check()
        self.form.name.setFocus()

    def _check(self) -> None:
        column = self.form.column()
        reason = definition_reason(column) if column.name else ""
        self.add.setEnabled(bool(column.name) and not reason)
        self.note.setText(f"{reason[:1].upper()}{reason[1:]}." if reason else "")
        self.note.setVisible(bool(reason))

    def _choose(self) -> None:
        column = self.form.column()
        self.accept()
        self.chosen.emit(column)
