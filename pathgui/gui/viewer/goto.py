"""Going to a coordinate: what a person types, and the card they type it into."""

import re

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget
from typing_extensions import override

from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.floats import Float

# Thousands may be set off by commas, as the read-out writes them.
_NUMBER = r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:[.]\d+)?)"
_PLACE = re.compile(rf"^\s*x?\s*{_NUMBER}[\s;,·y]+{_NUMBER}\s*(px|µm|um|mm)?\s*$")
_TILE = re.compile(r"^\s*tile\s+(\d+)\s*$", re.IGNORECASE)
_IN_MICROMETRES = {"µm": 1.0, "um": 1.0, "mm": 1000.0}


def parse_place(text: str, mpp: float | None) -> tuple[float, float] | None:
    """Level-0 pixel that a text names, or None.

    ``1200 3400``, ``x 1,200 · y 3,400``, ``1200, 3400 px``, ``606, 600 µm`` and
    ``1.2 3.4 mm`` are understood; lengths need to know how large a pixel is.
    """
    match = _PLACE.match(text)
    if match is None:
        return None
    x, y = (float(match[part].replace(",", "")) for part in (1, 2))
    unit = match[3]
    if unit in (None, "px"):
        return x, y
    if mpp is None:
        return None
    scale = _IN_MICROMETRES[unit] / mpp
    return x * scale, y * scale


def parse_tile(text: str) -> int | None:
    """Number in ``tile 38``, or None."""
    match = _TILE.match(text)
    return None if match is None else int(match[1])


class GoTo(Float):
    """A field for a coordinate or a tile; Enter goes there, Esc puts it away.

    Signals
    -------
    asked(str)
        The text, when Enter is pressed.
    closed()
        It was put away.
    """

    asked = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.field = QLineEdit()
        self.field.setFixedWidth(190)
        self.field.setPlaceholderText("x, y · µm or mm · tile 38")
        self.field.setAccessibleName("Go to")
        self.field.returnPressed.connect(self._ask)
        self._answer = QLabel()
        self._answer.setObjectName("errText")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.setSpacing(8)
        title = QLabel("Go to")
        title.setObjectName("second")
        row.addWidget(title)
        row.addWidget(self.field)
        row.addWidget(self._answer)
        self.hide()

    def open(self) -> None:
        """Show the card, ready to type."""
        self.refuse("")
        self.show()
        self.raise_()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refuse(self, why: str) -> None:
        """Say why nothing happened; empty takes it away."""
        self._answer.setText(why)
        self._answer.setVisible(bool(why))
        self.adjustSize()

    @property
    def answer(self) -> str:
        """Why nothing happened."""
        return self._answer.text()

    @override
    def event(self, event: QEvent) -> bool:
        # Esc puts the card away, and not what lies behind it.
        over = event.type() == QEvent.Type.ShortcutOverride
        if over and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.closed.emit()
        # Keys typed here never reach the viewer.
        event.accept()

    def _ask(self) -> None:
        self.asked.emit(self.field.text())
