"""Small painting parts that the cells, trees and cards share."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from pathgui.gui.style import fonts
from pathgui.gui.style.states import State
from pathgui.gui.style.theme import Theme

CHIP_HEIGHT = 20
_CHIP_ICON = 13


def chip_font() -> QFont:
    """Type of the word on a chip."""
    return fonts.font(fonts.SMALL, medium=True)


def chip_width(state: State, word: str = "") -> int:
    """Width in pixels of the chip of a state."""
    return 30 + QFontMetrics(chip_font()).horizontalAdvance(word or state.word)


def paint_chip(
    painter: QPainter, theme: Theme, state: State, area: QRect, word: str = ""
) -> None:
    """Draw a state's chip at the left of `area`, centred in height."""
    width = min(chip_width(state, word), area.width())
    top = area.top() + (area.height() - CHIP_HEIGHT) // 2
    chip = QRect(area.left(), top, width, CHIP_HEIGHT)
    plain = state.hue == "plain"
    token = "text3" if plain else state.hue
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not plain:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{state.hue}_soft"))
        painter.drawRoundedRect(chip, 10, 10)
    paint_icon(painter, theme, state.icon, token, chip.adjusted(7, 0, 0, 0), _CHIP_ICON)
    painter.setFont(chip_font())
    painter.setPen(theme.color(token))
    words = chip.adjusted(23, 0, -4, 0)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(words, flags, word or state.word)
    painter.restore()


def paint_icon(
    painter: QPainter, theme: Theme, name: str, token: str, area: QRect, size: int
) -> None:
    """Draw an icon at the left of `area`, centred in height."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    pixmap = theme.icons.pixmap(name, token, size, ratio)
    top = area.top() + (area.height() - size) // 2
    painter.drawPixmap(QRect(area.left(), top, size, size), pixmap)


def paint_corner(painter: QPainter, area: QRect, colour: QColor) -> None:
    """Mark a cell that was edited and is not yet saved."""
    left, top = float(area.left()), float(area.top())
    corner = QPolygonF(
        [QPointF(left, top), QPointF(left + 9, top), QPointF(left, top + 9)]
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(corner)
    painter.restore()


def paint_ring(painter: QPainter, area: QRect, colour: QColor, width: int = 2) -> None:
    """Outline a cell inside its edges."""
    painter.save()
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRect(QRectF(area).adjusted(half, half, -half, -half))
    painter.restore()


def paint_progress(
    painter: QPainter, theme: Theme, area: QRect, share: float, token: str
) -> None:
    """Draw a 6 px progress bar filled to `share` (0 to 1)."""
    top = area.top() + (area.height() - 6) / 2
    whole = QRectF(area.left(), top, area.width(), 6)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("subtle"))
    painter.drawRoundedRect(whole, 3, 3)
    filled = min(1.0, max(0.0, share)) * whole.width()
    if filled > 0:
        painter.setBrush(theme.color(token))
        bar = QRectF(whole.left(), top, max(filled, 6.0), 6)
        painter.drawRoundedRect(bar, 3, 3)
    painter.restore()
