"""What the parameters give: four numbers that never move, and a sentence."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.theme import Theme
from pathgui.workflows.preview import CohortLook, Look

# The first says two numbers: tiles, and how many there are without a mask.
_WIDTHS = (1.45, 0.75, 0.95, 0.85)


class Outcome(QWidget):
    """Tiles, tissue, file and time of the slide that is shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.cells = [
            ("–", "tiles"),
            ("–", "tissue"),
            ("–", "HDF5 file"),
            ("–", "time"),
        ]
        self._stale = False
        self.setFixedHeight(46)
        theme.changed.connect(self.update)

    def say(self, look: Look) -> None:
        """Show what was found; the time follows when it is measured."""
        tissue = "–" if look.tissue is None else f"{look.tissue:.0%}".replace("%", " %")
        self.cells = [
            (f"{len(look.grid):,}", f"tiles of {look.candidates:,}"),
            (tissue, "tissue"),
            (bytes_text(look.file_bytes), "HDF5 file"),
            ("…", "per slide"),
        ]
        self.set_stale(False)

    def say_time(self, seconds: float) -> None:
        """Show how long a worker would take."""
        self.cells[3] = (time_text(seconds), "per slide")
        self.set_stale(False)

    def set_stale(self, stale: bool) -> None:
        """Grey while other numbers are on their way."""
        self._stale = stale
        words = ", ".join(f"{value} {name}" for value, name in self.cells)
        self.setAccessibleName(words)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self._theme.color("line")
        painter.setPen(QPen(line, 1))
        painter.setBrush(self._theme.color("panel"))
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(card, 6, 6)
        share, x = card.width() / sum(_WIDTHS), card.left()
        strong, small = fonts.numbers(strong=True), fonts.numbers(fonts.SMALL)
        for part, (value, name) in zip(_WIDTHS, self.cells, strict=True):
            width = part * share
            if x > card.left():
                painter.setPen(QPen(line, 1))
                painter.drawLine(QPointF(x, 8), QPointF(x, self.height() - 8))
            painter.setPen(self._theme.color("text3" if self._stale else "text"))
            painter.setFont(strong)
            painter.drawText(QPointF(x + 9, 19), value)
            painter.setPen(self._theme.color("text3"))
            painter.setFont(small)
            metrics = QFontMetrics(small)
            room = int(width) - 12
            words = name if metrics.horizontalAdvance(name) <= room else name.split()[0]
            painter.drawText(QPointF(x + 9, 36), words)
            x += width


def why_no_tiles(look: Look) -> str:
    """Why a slide has no tiles, and what to try; empty where it has some."""
    if len(look.grid):
        return ""
    if look.candidates == 0:
        return "No tile fits on this slide: take smaller tiles or a finer resolution."
    if look.tissue == 0:
        return "No tissue was found on this slide: try another threshold."
    return "No tile holds enough tissue: lower the least tissue, or take smaller tiles."


def cohort_text(found: CohortLook, free: int) -> str:
    """What the parameters would give on the whole cohort."""
    return (
        f"For {found.slides:,} slides: about {count_text(found.tiles)} tiles, "
        f"{bytes_text(found.pixel_bytes)} as pixels or "
        f"{bytes_text(found.reference_bytes)} as coordinates. "
        f"{bytes_text(free)} are free."
    )


def count_text(count: int) -> str:
    """``9.8 M`` or ``146``."""
    return f"{count / 1e6:.1f} M" if count >= 1_000_000 else f"{count:,}"


def bytes_text(count: int) -> str:
    """``6.1 MB``."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            value = count / size
            return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"
    return f"{count / 1e3:,.0f} kB"


def time_text(seconds: float) -> str:
    """``0.4 s``, ``12 s`` or ``3 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
