"""The palette: actions, slides and columns by a few letters of their name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import paint_icon
from pathgui.gui.style.parts import SearchField, label, shown_key

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette; a heading has no `run`.

    Attributes
    ----------
    group : str
        ``Actions``, ``Slides`` or ``Columns``.
    text, aside, key, icon : str
        Words, quiet words beside them, key, icon.
    run : callable or None
        Does it.
    reason : str
        Why it cannot be done now.
    """

    group: str
    text: str
    aside: str = ""
    key: str = ""
    icon: str = ""
    run: Callable[[], None] | None = None
    reason: str = ""


def matching(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """Entries for what was typed; ``>``, ``@`` and ``#`` narrow to one group."""
    groups = {">": "Actions", "@": "Slides", "#": "Columns"}
    group = groups.get(typed[:1], "")
    words = typed[1 if group else 0 :].lower().split()
    found: list[tuple[int, int, Entry]] = []
    for place, entry in enumerate(entries):
        if group and entry.group != group:
            continue
        if not group and not words and entry.group != "Actions":
            continue
        rank = _rank(entry.text.lower(), words)
        if rank is not None:
            # What cannot be done now stands last.
            found.append((rank + 3 * bool(entry.reason), place, entry))
    order = {"Actions": 0, "Slides": 1, "Columns": 2}
    found.sort(key=lambda item: (order[item[2].group], item[0], item[1]))
    return [entry for _, _, entry in found[:_SHOWN]]


def _rank(text: str, words: Sequence[str]) -> int | None:
    """0 if it begins so, 1 if a word does, 2 if it holds them; None if not."""
    if not all(word in text for word in words):
        return None
    if not words or text.startswith(words[0]):
        return 0
    return 1 if any(part.startswith(words[0]) for part in text.split()) else 2


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: list[Entry] = []

    def show_entries(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.lines = []
        for entry in entries:
            if not self.lines or self.lines[-1].group != entry.group:
                self.lines.append(Entry(entry.group, entry.group))
            self.lines.append(entry)
        self.endResetModel()

    @override
    def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return len(self.lines)

    @override
    def flags(self, index: Any) -> Qt.ItemFlag:
        heading = self.lines[index.row()].run is None
        return Qt.ItemFlag.NoItemFlags if heading else super().flags(index)

    @override
    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.lines[index.row()]
        if role == ENTRY_ROLE:
            return entry
        return entry.text if role == Qt.ItemDataRole.DisplayRole else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        entry: Entry = index.data(ENTRY_ROLE)
        return QSize(100, 26 if entry.run is None else 34)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Any
    ) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        vertical = Qt.AlignmentFlag.AlignVCenter
        if entry.run is None:
            painter.setFont(fonts.font(fonts.SMALL))
            painter.setPen(self._theme.color("text3"))
            painter.drawText(area.adjusted(2, 0, 0, 0), vertical, entry.text)
            painter.restore()
            return
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent_soft"))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 6, 6)
        tint = "text3" if entry.reason else "accent" if chosen else "text2"
        paint_icon(
            painter, self._theme, entry.icon, tint, area.adjusted(12, 0, 0, 0), 15
        )
        font = fonts.font(strong=chosen)
        painter.setFont(font)
        painter.setPen(self._theme.color("text3" if entry.reason else "text"))
        words = area.adjusted(38, 0, -100, 0)
        painter.drawText(words, vertical, entry.text)
        width = QFontMetrics(font).horizontalAdvance(entry.text)
        painter.setFont(fonts.font(fonts.SMALL))
        painter.setPen(self._theme.color("text3"))
        aside = words.adjusted(width + 12, 0, 0, 0)
        painter.drawText(aside, vertical, entry.reason or entry.aside)
        if entry.key:
            self._cap(painter, area, shown_key(entry.key))
        painter.restore()

    def _cap(self, painter: QPainter, area: QRect, key: str) -> None:
        font = fonts.font(fonts.TINY)
        painter.setFont(font)
        width = QFontMetrics(font).horizontalAdvance(key) + 12
        cap = QRect(area.right() - width - 10, area.center().y() - 9, width, 19)
        painter.setPen(self._theme.color("line2"))
        painter.setBrush(self._theme.color("panel"))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setPen(self._theme.color("text2"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)


class PaletteDialog(QDialog):
    """Type a few letters, Enter does it, Esc leaves.

    Parameters
    ----------
    entries : sequence of Entry
        What can be found.
    hidden : str
        Why slides and columns cannot be found now; empty if they can.
    """

    def __init__(
        self,
        theme: Theme,
        entries: Sequence[Entry],
        parent: QWidget,
        hidden: str = "",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("float")
        self.setWindowTitle("Palette")
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries, self._hidden = list(entries), hidden
        self.nothing = label("", "quiet")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        self.field = SearchField(theme, "Search actions, slides and columns")
        self.list = QListView()
        self.list.setObjectName("results")
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self._model = _Entries(self)
        self.list.setModel(self._model)
        note = label("Enter runs · > actions, @ slides, # columns", "quiet", size=12)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 10)
        box.setSpacing(8)
        box.addWidget(self.field)
        box.addWidget(self.list, 1)
        box.addWidget(self.nothing, 1)
        line = QFrame()
        line.setObjectName("vline")
        line.setFixedHeight(1)
        box.addWidget(line)
        box.addWidget(note)
        self.setFixedSize(min(660, parent.width() - 80), min(430, parent.height() - 80))
        place = parent.rect().center()
        self.move(parent.mapToGlobal(place) - self.rect().center())
        self.field.textChanged.connect(self.search)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda _index: self.run())
        self.search("")
        self.field.setFocus()

    def search(self, typed: str) -> None:
        """List what fits, the best first."""
        found = matching(self._entries, typed)
        self._model.show_entries(found)
        why = "" if typed[:1] == ">" else self._hidden
        self.nothing.setText(why or f"Nothing is called “{typed}”")
        self.nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        self._step(1, start=-1)

    def run(self) -> None:
        """Do the chosen line."""
        index = self.list.currentIndex()
        if not index.isValid():
            return
        entry: Entry = index.data(ENTRY_ROLE)
        if entry.run is None or entry.reason:
            return
        self.accept()
        entry.run()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            by = keys.get(Qt.Key(event.key()))
            if by is not None:
                self._step(by)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.run()
                return True
        return super().eventFilter(watched, event)

    def _step(self, by: int, start: int | None = None) -> None:
        row = self.list.currentIndex().row() if start is None else start
        row += by
        while 0 <= row < len(self._model.lines):
            if self._model.lines[row].run is not None:
                index = self._model.index(row)
                self.list.setCurrentIndex(index)
                self.list.scrollTo(index)
                return
            row += by
