"""The card that asks for the name and the class of a shape."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget
from typing_extensions import override

from pathgui.gui.style.parts import Button, row
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.floats import GAP, Float


class NameCard(Float):
    """Name and class; Enter keeps the shape, Esc drops it.

    Signals
    -------
    named(str, str)
        Name and class, when Enter is pressed.
    closed()
        Nothing is to be kept.
    """

    named = Signal(str, str)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._sheet = parent
        self.name, self.kind = QLineEdit(), QComboBox()
        self.name.setAccessibleName("Name")
        self.name.setPlaceholderText("optional")
        self.kind.setAccessibleName("Class")
        self.kind.setEditable(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 10)
        for place, (words, field) in enumerate(
            (("Class", self.kind), ("Name", self.name))
        ):
            label = QLabel(words)
            label.setObjectName("second")
            grid.addWidget(label, place, 0)
            grid.addWidget(field, place, 1)
            field.setFixedWidth(170)
        keep = Button(theme, "Keep", role="primary", small=True)
        drop = Button(theme, "Drop", small=True)
        keep.clicked.connect(self._keep)
        drop.clicked.connect(self._drop)
        self.name.returnPressed.connect(self._keep)
        line = self.kind.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._keep)
        grid.addLayout(row(None, drop, keep), 2, 0, 1, 2)
        self.hide()

    def ask(
        self, at: QPointF, classes: list[str], name: str = "", kind: str = ""
    ) -> None:
        """Come up beside a point, ready to type."""
        self.kind.clear()
        self.kind.addItems(classes)
        self.kind.setCurrentText(kind or (classes[0] if classes else ""))
        self.name.setText(name)
        self.adjustSize()
        parent = self._sheet
        x = min(max(GAP, round(at.x()) + GAP), parent.width() - self.width() - GAP)
        y = min(max(GAP, round(at.y())), parent.height() - self.height() - GAP)
        self.move(x, y)
        self.show()
        self.raise_()
        self.kind.setFocus(Qt.FocusReason.PopupFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._drop()
        # Keys typed here never reach the viewer.
        event.accept()

    def _keep(self) -> None:
        # Enter in the list's field is told by the field and by the list.
        if self.isVisible():
            self.hide()
            self.named.emit(self.name.text().strip(), self.kind.currentText().strip())

    def _drop(self) -> None:
        self.hide()
        self.closed.emit()
