"""What was told in this session: kept under a bell when its toast has gone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import paint_icon
from pathgui.gui.style.parts import Button, EmptyState, label, row
from pathgui.gui.style.states import SEVERITY
from pathgui.gui.style.tips import plain
from pathgui.gui.style.words import fitting_words

_MOST = 200
_WIDTH, _HEIGHT = 400, 400
_LEFT, _RIGHT, _ABOVE, _GAP = 36, 14, 9, 3
_ROOM = _WIDTH - _LEFT - _RIGHT - 12
_NOTICE_ROLE = Qt.ItemDataRole.UserRole + 1
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that was told; the first line of `words` is its title."""

    when: datetime
    words: str
    severity: str = "note"
    unread: bool = True

    @property
    def spoken(self) -> str:
        """The notice as a screen reader says it."""
        fresh = "unread, " if self.unread else ""
        words = self.words.replace("\n", ". ")
        return f"{fresh}{self.severity}, {self.when:%H:%M}: {words}"


class Notices(QObject):
    """The notices of the session, the newest first.

    Attributes
    ----------
    changed : Signal()
        There is a new one, or all were read or taken away.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.all: list[Notice] = []

    @property
    def unread(self) -> int:
        """How many nobody has looked at."""
        return sum(notice.unread for notice in self.all)

    def add(self, words: str, severity: str) -> None:
        """Keep what was told; very old ones give way."""
        self.all.insert(0, Notice(datetime.now().astimezone(), words, severity))
        del self.all[_MOST:]
        self.changed.emit()

    def mark_read(self) -> None:
        """Someone has looked at all of them."""
        self.all = [replace(notice, unread=False) for notice in self.all]
        self.changed.emit()

    def clear(self) -> None:
        """Take all away."""
        self.all = []
        self.changed.emit()


class Bell(QToolButton):
    """The button in the toolbar; a dot says that something is unread."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.unread = 0

    def say(self, unread: int) -> None:
        """Show whether something is unread."""
        self.unread = unread
        name = f"Notices, {unread:,} unread" if unread else "Notices"
        self.setAccessibleName(name)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.unread:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("window"))
        painter.setBrush(self._theme.color("accent"))
        centre = self.rect().center()
        painter.drawEllipse(QPoint(centre.x() + 6, centre.y() - 6), 4, 4)
        painter.end()


class NoticeList(QFrame):
    """The notices below the bell; Esc or a click elsewhere folds them away."""

    def __init__(self, theme: Theme, notices: Notices, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setObjectName("notices")
        self.setAccessibleName("Notices")
        self._notices, self._window = notices, window
        self.veil: Callable[[str], str] = str
        self.empty = EmptyState(theme, "ph.bell")
        self.empty.say(
            "No notices yet", "What finishes while you work elsewhere is told here."
        )
        self.list = QListWidget()
        self.list.setObjectName("results")
        self.list.setAccessibleName("Notices, the newest first")
        self.list.setItemDelegate(_NoticeDelegate(theme, self.list))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        bars = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.list.setHorizontalScrollBarPolicy(bars)
        self.clear = Button(theme, "Clear", role="link")
        self.clear.clicked.connect(self._clear)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        head = row(label("Notices", strong=True), None, self.clear)
        head.setContentsMargins(14, 8, 8, 4)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 6)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._stack, 1)
        self.setFixedWidth(_WIDTH)

    def open_at(self, corner: QPoint) -> None:
        """List the notices with the right upper corner there; all count as read."""
        self._fill(self._notices.all)
        self.setFixedHeight(min(_HEIGHT, self._window.height() - 60))
        self.move(corner - QPoint(_WIDTH, 0))
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)
        self._notices.mark_read()

    def _fill(self, notices: Sequence[Notice]) -> None:
        self.list.clear()
        for notice in notices:
            shown = replace(notice, words=self.veil(notice.words))
            item = QListWidgetItem(shown.words)
            item.setData(_NOTICE_ROLE, shown)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, shown.spoken)
            item.setToolTip(plain(shown.words))
            self.list.addItem(item)
        self.list.setCurrentRow(0 if notices else -1)
        self.clear.setVisible(bool(notices))
        self._stack.setCurrentWidget(self.list if notices else self.empty)

    def _clear(self) -> None:
        self._notices.clear()
        self._fill(())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


class _NoticeDelegate(QStyledItemDelegate):
    """A dot while unread, an icon, the words as many lines as they need, the time."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def _lines(self, notice: Notice) -> list[tuple[str, str, bool, int]]:
        """Words, colour, whether strong, and height of each part."""
        title, _, rest = notice.words.partition("\n")
        parts = [(title, "text", notice.unread), (rest, "text2", False)]
        time = f"{notice.when:%H:%M}"
        found = []
        for words, tint, strong in (*parts, (time, "text3", False)):
            if words:
                metrics = QFontMetrics(self._font(tint, strong))
                fitting = fitting_words(words, metrics, _ROOM)
                area = metrics.boundingRect(QRect(0, 0, _ROOM, 1000), _WRAP, fitting)
                found.append((fitting, tint, strong, area.height()))
        return found

    def _font(self, tint: str, strong: bool) -> Any:
        if tint == "text3":
            return fonts.numbers(fonts.SMALL)
        return fonts.font(strong=strong)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        lines = self._lines(index.data(_NOTICE_ROLE))
        height = sum(line[3] for line in lines) + _GAP * (len(lines) - 1)
        return QSize(_WIDTH - 20, height + 2 * _ABOVE)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Any
    ) -> None:
        theme, notice = self._theme, index.data(_NOTICE_ROLE)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.color("accent_soft"))
        painter.setPen(theme.color("grid"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if notice.unread:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(QPoint(area.left() + 7, area.top() + 18), 3, 3)
        look = SEVERITY.get(notice.severity)
        icon, hue = (look.icon, look.hue) if look else ("ph.check-circle-fill", "ok")
        beside = QRect(area.left() + 14, area.top() + _ABOVE, 16, 18)
        paint_icon(painter, theme, icon, hue, beside, 15)
        top = area.top() + _ABOVE
        for words, tint, strong, height in self._lines(notice):
            painter.setFont(self._font(tint, strong))
            painter.setPen(theme.color(tint))
            place = QRect(area.left() + _LEFT, top, _ROOM, height)
            painter.drawText(place, _WRAP, words)
            top += height + _GAP
        painter.restore()
