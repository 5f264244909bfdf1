"""Read-only lists: rows made of parts, each painted by its kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)
from typing_extensions import override

from pathgui.gui.style import State, Theme, fonts
from pathgui.gui.style.paint import (
    chip_width,
    paint_chip,
    paint_icon,
    paint_progress,
)
from pathgui.gui.style.tips import plain

PART_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex
Kind = Literal[
    "text", "strong", "quiet", "link", "number", "mono", "chip", "progress", "missing"
]
_VERTICAL = Qt.AlignmentFlag.AlignVCenter
_BOX, _BOXES = 20, ("ph.square", "ph.check-square-fill", "mdi6.minus-box")
_TINTS = {"quiet": "text3", "link": "accent", "missing": "text3"}


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in one place of a row.

    Attributes
    ----------
    text : str
        Words.
    kind : str
        How they are painted; ``chip`` and ``progress`` are pictures.
    icon, tint : str
        An icon before the words, and its colour.
    state : State or None
        Of a chip.
    share : float
        Of a progress bar, 0 to 1.
    indent : int
        Pixels before everything.
    fold : bool or None
        Chevron: True closed, False open, None no chevron.
    after : str
        Quiet words behind the text.
    ground : str
        Token of the colour behind it all; empty for that of the list.
    """

    text: str = ""
    kind: Kind = "text"
    icon: str = ""
    tint: str = "text2"
    state: State | None = None
    share: float = 0.0
    indent: int = 0
    fold: bool | None = None
    after: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Parts side by side, and what the row stands for."""

    key: str
    parts: tuple[Part, ...]


class NamedRows(Sequence[Row]):
    """Rows by their keys, each made when it comes into sight.

    Parameters
    ----------
    keys : sequence of str
        What the rows stand for, each once.
    make : callable
        Gives the row of a key.
    """

    def __init__(self, keys: Sequence[str], make: Callable[[str], Row]) -> None:
        self.keys = keys
        self._make = make

    @override
    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    @override
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._make(key) for key in self.keys[place]]
        return self._make(self.keys[place])


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a list: its title, width (0 takes the rest), side and icon."""

    title: str
    width: int = 0
    right: bool = False
    icon: str = ""


class RowsModel(QAbstractTableModel):
    """Rows under heads; `show_rows` repaints what differs and keeps the rest."""

    def __init__(
        self,
        heads: Sequence[Head],
        parent: QObject | None = None,
        theme: Theme | None = None,
    ) -> None:
        super().__init__(parent)
        self.heads = tuple(heads)
        self.rows: Sequence[Row] = []
        self._theme = theme

    def show_rows(self, rows: Sequence[Row]) -> None:
        """List other rows; the selection stays where the keys are the same."""
        new = list(rows)
        if [row.key for row in new] == [row.key for row in self.rows]:
            self.rows = new
            if new:
                last = self.index(len(new) - 1, len(self.heads) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.rows = new
        self.endResetModel()

    def show_many(self, rows: Sequence[Row], *, same: bool) -> None:
        """List rows that are made when they come into sight.

        `same` says that they stand for what is listed now, and only look different.
        """
        if same and len(rows) == len(self.rows):
            self.rows = rows
            if rows:
                last = self.index(len(rows) - 1, len(self.heads) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def place_of(self, key: str) -> int:
        """Where the row of a key is listed, -1 for nowhere."""
        rows = self.rows
        keys = rows.keys if isinstance(rows, NamedRows) else [row.key for row in rows]
        return keys.index(key) if key in keys else -1

    @override
    def rowCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    @override
    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        part = self.rows[index.row()].parts[index.column()]
        if role == PART_ROLE:
            return part
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return part.text or (part.state.word if part.state is not None else "")
        if role == Qt.ItemDataRole.ToolTipRole and part.kind in ("text", "quiet"):
            return plain(part.text)
        return None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft
            if self.heads[section].right and not self.heads[section].icon:
                side = Qt.AlignmentFlag.AlignRight
            return side | _VERTICAL
        if role == Qt.ItemDataRole.DecorationRole and self._theme is not None:
            icon = self.heads[section].icon
            return self._theme.icons.icon(icon, "text3") if icon else None
        return None


class RowsDelegate(QStyledItemDelegate):
    """Paints parts."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        part: Part = index.data(PART_ROLE)
        if part.state is not None:
            return QSize(chip_width(part.state, part.text) + 16, 27)
        font = fonts.font(strong=part.kind == "strong")
        width = QFontMetrics(font).horizontalAdvance(part.text)
        return QSize(width + part.indent + (20 if part.icon else 0) + 18, 27)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Any
    ) -> None:
        part: Part = index.data(PART_ROLE)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        ground = part.ground or "panel"
        painter.fillRect(area, self._theme.color("accent_soft" if chosen else ground))
        painter.setPen(self._theme.color("grid"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topRight(), area.bottomRight())
        if chosen and index.column() == 0:
            bar = QRect(area.left(), area.top(), 3, area.height())
            painter.fillRect(bar, self._theme.color("accent"))
        head: Head = index.model().heads[index.column()]
        inner = area.adjusted(9 + part.indent, 0, -8, -1)
        self._paint_part(painter, part, inner, head)
        painter.restore()

    def _paint_part(
        self, painter: QPainter, part: Part, inner: QRect, head: Head
    ) -> None:
        theme = self._theme
        if part.fold is not None:
            name = "ph.caret-right" if part.fold else "ph.caret-down"
            paint_icon(painter, theme, name, "text2", inner, 12)
            inner = inner.adjusted(18, 0, 0, 0)
        if part.kind == "chip" and part.state is not None:
            paint_chip(painter, theme, part.state, inner, part.text)
            return
        if part.kind == "progress":
            self._progress(painter, part, inner)
            return
        if part.icon:
            alone = not part.text
            # The box of a tick fills three quarters of its picture.
            size = _BOX if part.icon in _BOXES else 14
            at = inner.adjusted((inner.width() - size) // 2, 0, 0, 0)
            at = at if alone else inner
            paint_icon(painter, theme, part.icon, part.tint, at, size)
            inner = inner.adjusted(20, 0, 0, 0)
        self._words(painter, part, inner, head)

    def _words(self, painter: QPainter, part: Part, inner: QRect, head: Head) -> None:
        font = fonts.font(strong=part.kind == "strong")
        if part.kind == "mono":
            font = fonts.mono()
        elif part.kind == "number":
            font = fonts.numbers()
        font.setItalic(part.kind == "missing")
        painter.setFont(font)
        painter.setPen(self._theme.color(_TINTS.get(part.kind, "text")))
        mode = Qt.TextElideMode.ElideRight
        metrics = QFontMetrics(font)
        words = metrics.elidedText(part.text, mode, inner.width())
        side = Qt.AlignmentFlag.AlignRight if head.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, side | _VERTICAL, words)
        if part.after:
            painter.setFont(fonts.font(fonts.SMALL))
            painter.setPen(self._theme.color("text3"))
            behind = inner.adjusted(metrics.horizontalAdvance(words) + 8, 0, 0, 0)
            painter.drawText(behind, _VERTICAL, part.after)

    def _progress(self, painter: QPainter, part: Part, inner: QRect) -> None:
        font = fonts.numbers(fonts.SMALL)
        width = min(118, inner.width())
        place = QRect(inner.left(), inner.top(), width, inner.height())
        paint_progress(painter, self._theme, place, part.share, part.tint)
        painter.setFont(font)
        painter.setPen(self._theme.color("text2"))
        words = inner.adjusted(width + 8, 0, 0, 0)
        painter.drawText(words, _VERTICAL, part.text)
