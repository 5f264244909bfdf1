"""A field for a value that several things have, or each another."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button

SEVERAL = "several values"


class SharedField(QWidget):
    """A line of text that says where values differ, and changes them only if touched.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    before : str or None
        The value that all have; None where they differ.
    name : str
        For screen readers.

    Attributes
    ----------
    changed : Signal()
        A person typed, or took the value back.
    touched : bool
        Whether that happened.
    """

    changed = Signal()

    def __init__(self, theme: Theme, before: str | None, name: str) -> None:
        super().__init__()
        self.before = before
        self.touched = False
        self._usual = ""
        self.line = QLineEdit(before or "")
        self.line.setAccessibleName(name)
        self.back = Button(theme, "Take back", "ph.arrow-counter-clockwise", small=True)
        self.back.setToolTip("Take the value back from all of them")
        self.back.setVisible(before is None)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.line, 1)
        box.addWidget(self.back)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._typed)
        self.back.clicked.connect(self.take_back)
        self._say()

    def text(self) -> str:
        """What stands there, with a decimal point."""
        return self.line.text().strip()

    def setText(self, text: str) -> None:  # noqa: N802 - as Qt calls it
        """Type a text."""
        self.line.setText(text)

    def clear(self) -> None:
        """Empty it."""
        self.line.clear()

    def say_usual(self, words: str) -> None:
        """What stands in the empty field, where nothing else is to be said."""
        self._usual = words
        self._say()

    def take_back(self) -> None:
        """The value shall be nobody's any more."""
        self.line.clear()
        self._typed()

    def differs(self) -> bool:
        """Whether it shall be another than before."""
        return self.touched and self.text() != self.before

    def _typed(self) -> None:
        self.touched = True
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        several = self.before is None
        words = "taken back from all" if several and self.touched else self._usual
        self.line.setPlaceholderText(SEVERAL if several and not self.touched else words)
