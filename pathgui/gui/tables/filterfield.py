"""Where the filter of a column is typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.tables.content import Field
from pathgui.gui.tables.looks import NUMERIC


class FilterField(QLineEdit):
    """Where the filter of a column is typed; Esc empties it, Tab goes on.

    Attributes
    ----------
    column : int
        Its column.
    spec : Field
        What that holds.
    left : Signal(int, int)
        Its column; where to go: -1 and 1 are the fields beside, 0 is the table.
    """

    left = Signal(int, int)

    def __init__(self, column: int, spec: Field, parent: QWidget) -> None:
        super().__init__(parent)
        self.column = column
        self.spec = spec
        self.setObjectName("filterField")
        self.setFont(fonts.font(fonts.SMALL))
        self.setPlaceholderText(_hint(spec))
        self.setAccessibleName(f"Filter {spec.column.name}")

    def show_state(self, active: bool, wrong: str) -> None:
        """Show whether it filters, or why what stands there cannot be understood."""
        self.setToolTip(wrong)
        self.setStatusTip(wrong)
        states = {"active": active and not wrong, "wrong": bool(wrong)}
        if any(self.property(name) != on for name, on in states.items()):
            for name, on in states.items():
                self.setProperty(name, on)
            self.style().unpolish(self)
            self.style().polish(self)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in _LEAVE:
            self.left.emit(self.column, 0)
        else:
            super().keyPressEvent(event)

    @override
    def focusNextPrevChild(self, next_: bool) -> bool:
        self.left.emit(self.column, 1 if next_ else -1)
        return True


# What people look for in these; any other number takes a general example.
_NUMBERS = {"age": "> 50", "n_tiles": "> 100", "slides": "> 1"}
_LEAVE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Escape)


def _hint(spec: Field) -> str:
    kind = spec.column.kind
    if kind in NUMERIC:
        return _NUMBERS.get(spec.column.name, "> 10" if kind == "integer" else "> 0.3")
    if kind == "date":
        return "2026 or > date"
    return "any" if spec.column.kind in ("category", "yesno") else "contains"
