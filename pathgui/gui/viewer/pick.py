"""A long list in a menu, narrowed by typing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

_HEIGHT, _WIDTH = 320, 280


class PickList(QWidget):
    """Names, and a field that narrows them; arrows and Enter, or a click, choose.

    Signals
    -------
    picked(str)
        A name was chosen.
    """

    picked = Signal(str)

    def __init__(self, names: Sequence[str], title: str) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setPlaceholderText(f"Search {len(names):,} {title}")
        self.field.setAccessibleName(f"Search {title}")
        self.list = QListWidget()
        self.list.setAccessibleName(title.capitalize())
        self.list.setUniformItemSizes(True)
        self.list.addItems(list(names))
        self.list.setCurrentRow(0)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 4, 6, 6)
        box.setSpacing(4)
        box.addWidget(self.field)
        box.addWidget(self.list)
        self.setFixedSize(_WIDTH, _HEIGHT)
        self.field.textChanged.connect(self._narrow)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._pick)
        self.list.itemActivated.connect(self._pick)
        self.setFocusProxy(self.field)

    def shown(self) -> list[str]:
        """Names that hold what was typed."""
        items = (self.list.item(k) for k in range(self.list.count()))
        return [item.text() for item in items if not item.isHidden()]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._walk(1 if key == Qt.Key.Key_Down else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.list.currentItem()
                if item is not None and not item.isHidden():
                    self._pick(item)
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, text: str) -> None:
        words = text.lower().split()
        first = None
        for place in range(self.list.count()):
            item = self.list.item(place)
            name = item.text().lower()
            item.setHidden(not all(word in name for word in words))
            if first is None and not item.isHidden():
                first = item
        if first is not None:
            self.list.setCurrentItem(first)

    def _walk(self, by: int) -> None:
        place = self.list.currentRow() + by
        while 0 <= place < self.list.count():
            if not self.list.item(place).isHidden():
                self.list.setCurrentRow(place)
                return
            place += by

    def _pick(self, item: QListWidgetItem) -> None:
        self.picked.emit(item.text())
