"""A list to choose from that may be thousands long: filled at once, and searched."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QListView, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.style import Theme
from pathgui.gui.style.parts import SearchField, label

# From so many lines on the list has a field to search it.
FEW = 24
_HEIGHT, _WIDTH = 420, 280
Role = Qt.ItemDataRole
Item = tuple[str, object]


class _Items(QAbstractListModel):
    """Words and what they stand for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items: Sequence[Item] = ()

    def show_items(self, items: Sequence[Item]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    @override
    def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.items)

    @override
    def data(self, index: Any, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        words, stands_for = self.items[index.row()]
        if role == Role.UserRole:
            return stands_for
        return words if role in (Role.DisplayRole, Role.EditRole) else None


class LongList(QComboBox):
    """Chooses one of any number of lines; many of them are searched as it opens.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    hint : str
        What stands in the field to search.
    """

    def __init__(self, theme: Theme, hint: str = "Find a column") -> None:
        super().__init__()
        self._theme, self._hint = theme, hint
        self._lines = _Items(self)
        self._popup: SearchPopup | None = None
        self.setModel(self._lines)
        self.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )

    @property
    def items(self) -> Sequence[Item]:
        """All lines: words, and what they stand for."""
        return self._lines.items

    def offer(self, items: Sequence[Item]) -> None:
        """Offer these lines; nothing is told of what is chosen then: the first one."""
        if items == self._lines.items:
            return
        before = self.blockSignals(True)
        self._lines.show_items(items)
        self.setCurrentIndex(0 if items else -1)
        self.blockSignals(before)
        self.update()

    def choose(self, stands_for: object, usual: object = None) -> None:
        """Choose the line that stands for something, else for `usual`, or the first."""
        values = [value for _, value in self.items]
        for wanted in (stands_for, usual):
            if wanted in values:
                self.setCurrentIndex(values.index(wanted))
                return
        self.setCurrentIndex(0 if values else -1)

    @override
    def showPopup(self) -> None:
        if self.count() <= FEW:
            super().showPopup()
            return
        if self._popup is None:
            self._popup = SearchPopup(self, self._theme, self._hint)
            self._popup.picked.connect(self._pick)
        self._popup.open(self.items, self.currentIndex())

    @override
    def hidePopup(self) -> None:
        if self._popup is not None:
            self._popup.hide()
        super().hidePopup()

    @property
    def popup(self) -> "SearchPopup | None":
        """The list with its field, once it was open."""
        return self._popup

    def _pick(self, place: int) -> None:
        self.setCurrentIndex(place)
        self.activated.emit(place)


class SearchPopup(QFrame):
    """A field, and below it the lines that hold what is typed.

    Attributes
    ----------
    picked : Signal(int)
        A line was chosen, by its place among all.
    """

    picked = Signal(int)

    def __init__(self, owner: QWidget, theme: Theme, hint: str) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        self.setObjectName("searchPopup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._owner = owner
        self._items: Sequence[Item] = ()
        self._places: list[int] = []
        self._found = _Items(self)
        self.field = SearchField(theme, hint)
        self.list = QListView()
        self.list.setModel(self._found)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(hint)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.count = label("", "quiet", size=12)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.setSpacing(4)
        for widget in (self.field, self.list, self.count):
            box.addWidget(widget)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._take(index.row()))

    def open(self, items: Sequence[Item], current: int) -> None:
        """Come up below the owner with all lines, one of them marked."""
        self._items = items
        self.field.clear()
        self._find("")
        self._mark(current)
        width = max(self._owner.width(), _WIDTH)
        self.resize(width, _HEIGHT)
        self.move(self._corner())
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        index = self.list.currentIndex()
        self.list.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    def _corner(self) -> QPoint:
        """Below the owner, or above it where there is no room; never off the screen."""
        owner, room = self._owner, self._owner.screen().availableGeometry()
        place = owner.mapToGlobal(QPoint(0, owner.height()))
        if place.y() + self.height() > room.bottom():
            above = owner.mapToGlobal(QPoint(0, 0)).y() - self.height()
            place.setY(max(above, room.top()))
        place.setX(max(min(place.x(), room.right() - self.width()), room.left()))
        return place

    def _find(self, text: str) -> None:
        """List the lines that hold all these words."""
        words = text.casefold().split()
        lines = [(line[0].casefold(), place) for place, line in enumerate(self._items)]
        self._places = [
            place for line, place in lines if all(word in line for word in words)
        ]
        self._found.show_items([self._items[place] for place in self._places])
        self._mark(self._places[0] if self._places else -1)
        shown, total = len(self._places), len(self._items)
        self.count.setText(f"{shown:,} of {total:,}" if words else f"{total:,}")

    def _mark(self, place: int) -> None:
        row = self._places.index(place) if place in self._places else -1
        self.list.setCurrentIndex(self._found.index(row, 0))

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._places):
            self.hide()
            self.picked.emit(self._places[row])

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go to the list while the field has the keyboard; Enter takes."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        pages = self.list.height() // max(self.list.sizeHintForRow(0), 1)
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: pages,
            Qt.Key.Key_PageUp: -pages,
        }
        key = Qt.Key(event.key())
        if key in steps and self._places:
            row = self.list.currentIndex().row() + steps[key]
            row = min(max(row, 0), len(self._places) - 1)
            self.list.setCurrentIndex(self._found.index(row, 0))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take(self.list.currentIndex().row())
            return True
        return False
