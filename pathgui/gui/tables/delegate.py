"""One delegate paints every cell of every table; there are no widgets in cells."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import (
    chip_width,
    paint_chip,
    paint_corner,
    paint_icon,
    paint_ring,
)
from pathgui.gui.tables.looks import LOOK_ROLE, Look

Index = QModelIndex | QPersistentModelIndex
Picture = Callable[[int], QPixmap | None]

_PAD = 8
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


# Whole numbers: combining flags of Qt costs more than painting a cell.
_FOCUS = QStyle.StateFlag.State_HasFocus.value
_SELECTED = QStyle.StateFlag.State_Selected.value


class CellDelegate(QStyledItemDelegate):
    """Paints chips, numbers, missing and invalid cells, marks, the ring and the bar.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    chosen : callable
        Whether the row of an index belongs to the shared selection.
    picture : callable, optional
        Thumbnail of the row of an index, None while there is none yet.
    """

    def __init__(
        self,
        theme: Theme,
        chosen: Callable[[Index], bool],
        picture: Callable[[Index], QPixmap | None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chosen = chosen
        self._picture = picture
        # Editors offer lists that refer back to them; nothing of Python holds them
        # else, and a collection of garbage would leave a bare widget without text.
        self._editors: set[QWidget] = set()
        self._body = fonts.font()
        self._strong = fonts.font(strong=True)
        self._numbers = fonts.numbers()
        self._mono = fonts.mono()
        self._italic = fonts.font()
        self._italic.setItalic(True)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell: Look | None = index.data(LOOK_ROLE)
        return QSize(40 if cell is None else self.width_of(cell), 28)

    def width_of(self, cell: Look) -> int:
        """Pixels that a cell takes to be read whole."""
        if cell.state is not None:
            return 2 * _PAD + chip_width(cell.state)
        width = _advance(self._strong, cell.text) + 2 * _PAD
        return width + (18 if cell.problem or cell.doubt else 0)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        cell: Look | None = index.data(LOOK_ROLE)
        if cell is None:
            return
        area: QRect = option.rect
        state: int = option.state.value
        chosen = self._chosen(index)
        painter.save()
        self._ground(painter, area, cell, chosen, state)
        if cell.shape == "picture":
            self._thumbnail(painter, area, index)
        else:
            self._content(painter, area, cell, chosen)
        if cell.edited:
            paint_corner(painter, area, self._theme.color("accent"))
        if chosen and index.column() == 0:
            bar = QRect(area.left(), area.top(), 3, area.height())
            painter.fillRect(bar, self._theme.color("accent"))
        if state & _FOCUS:
            edge = area.adjusted(0, 0, -1, -1)
            paint_ring(painter, edge, self._theme.color("accent"))
        painter.restore()

    def _ground(
        self,
        painter: QPainter,
        area: QRect,
        cell: Look,
        chosen: bool,
        state: int,
    ) -> None:
        focus = bool(state & _FOCUS)
        soft = chosen or bool(state & _SELECTED)
        painter.fillRect(area, self._theme.color("accent_soft" if soft else "panel"))
        if cell.problem:
            painter.fillRect(area, self._theme.color("err_soft"))
        elif cell.doubt:
            painter.fillRect(area, self._theme.color("warn_soft"))
        elif state & _SELECTED and not focus and self._multiple():
            painter.fillRect(area, self._theme.color("accent_mid"))
        painter.setPen(self._theme.color("grid"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if cell.shape != "picture":
            painter.drawLine(area.topRight(), area.bottomRight())
        if cell.problem:
            edge = area.adjusted(0, 0, -1, -1)
            paint_ring(painter, edge, self._theme.color("err"), 1)

    def _multiple(self) -> bool:
        return bool(getattr(self.parent(), "many_selected", False))

    def _thumbnail(self, painter: QPainter, area: QRect, index: Index) -> None:
        picture = self._picture(index) if self._picture is not None else None
        inner = area.adjusted(6, 3, -1, -4)
        if picture is None or picture.isNull():
            colour = self._theme.color("subtle")
            painter.fillRect(inner, colour)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = picture.devicePixelRatio()
        size = QSize(round(picture.width() / ratio), round(picture.height() / ratio))
        size.scale(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = inner.left() + (inner.width() - size.width()) // 2
        top = inner.top() + (inner.height() - size.height()) // 2
        painter.drawPixmap(QRect(left, top, size.width(), size.height()), picture)

    def _content(
        self, painter: QPainter, area: QRect, cell: Look, chosen: bool
    ) -> None:
        inner = area.adjusted(_PAD, 0, -_PAD, -1)
        if cell.state is not None:
            paint_chip(painter, self._theme, cell.state, inner)
            return
        if cell.problem or cell.doubt:
            name = "ph.x-circle-fill" if cell.problem else "ph.warning-fill"
            tint = "err" if cell.problem else "warn"
            mark = QRect(inner.right() - 12, inner.top(), 13, inner.height())
            paint_icon(painter, self._theme, name, tint, mark, 13)
            inner.setRight(inner.right() - 19)
        font, tint = self._type(cell, chosen)
        painter.setFont(font)
        painter.setPen(self._theme.color(tint))
        right = cell.shape == "number"
        mode = Qt.TextElideMode.ElideRight
        if cell.shape in ("key", "mono"):
            mode = Qt.TextElideMode.ElideMiddle
        words = QFontMetrics(font).elidedText(one_line(cell.text), mode, inner.width())
        painter.drawText(inner, _RIGHT if right else _LEFT, words)

    def _type(self, cell: Look, chosen: bool) -> tuple[QFont, str]:
        if cell.missing:
            return self._italic, "text3"
        if cell.text == "–":
            return self._body, "text3"
        if cell.shape == "number":
            return self._numbers, "text"
        if cell.shape == "mono":
            return self._mono, "text2"
        if cell.shape == "key" and chosen:
            return self._strong, "text"
        return self._body, "text"

    @override
    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        from pathgui.gui.tables.editors import make

        editor = make(parent, index)
        self._editors.add(editor)
        return editor

    @override
    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        self._editors.discard(editor)
        super().destroyEditor(editor, index)

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        from pathgui.gui.tables.editors import fill

        fill(editor, index)

    @override
    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        from pathgui.gui.tables.editors import value

        text = value(editor)
        if text is not None and not self._refuses(editor):
            model.setData(index, text, Qt.ItemDataRole.EditRole)

    def _refuses(self, editor: QWidget) -> bool:
        """Whether what is written in an editor cannot be taken; says why."""
        from pathgui.gui.tables.editors import refusal

        view: Any = self.parent()
        reason = refusal(editor)
        if reason:
            view.session.told.emit(reason, "warning")
        return bool(reason)

    @override
    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and isinstance(editor, QWidget):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            control = bool(event.modifiers() & _CONTROL)
            if event.type() == QEvent.Type.ShortcutOverride and enter and control:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and enter:
                if self._refuses(editor):
                    return True
                if control:
                    self._set_in_selection(editor)
                    return True
                shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                editor.setProperty("upwards", shift)
        return super().eventFilter(editor, event)

    def _set_in_selection(self, editor: QWidget) -> None:
        """Put what was typed into all selected cells."""
        from pathgui.gui.tables.editors import value

        view: Any = self.parent()
        text = value(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        if text is not None:
            view.set_value(text)

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        area: QRect = option.rect
        width = max(area.width(), editor.property("least") or 90)
        editor.setGeometry(area.left(), area.top(), width, area.height() - 1)


_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


def one_line(text: str) -> str:
    """A text as a cell shows it: lines one after the other, with a sign between."""
    return " ⏎ ".join(text.splitlines()) if "\n" in text or "\r" in text else text


def _advance(font: QFont, text: str) -> int:
    return QFontMetrics(font).horizontalAdvance(text)
