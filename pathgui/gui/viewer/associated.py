"""The label and macro pictures of a slide, in a card on the canvas."""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.floats import Float
from pathgui.gui.viewer.pixels import SlidePixels

Image = npt.NDArray[np.uint8]
SHOWN = ("label", "macro")
_HEIGHT, _WIDEST, _PAD, _TITLE = 110, 260, 10, 22


class AssociatedCard(Float):
    """Pictures the scanner took beside the slide; empty until they are asked for."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._pictures: list[tuple[str, QPixmap]] = []
        self._note = ""
        self.hide()

    @property
    def names(self) -> list[str]:
        """Which pictures are shown."""
        return [name for name, _ in self._pictures]

    @property
    def note(self) -> str:
        """What is said in place of pictures."""
        return self._note

    def show_pictures(self, pictures: dict[str, Image], note: str = "") -> None:
        """Show pictures, or a note where there are none."""
        self._pictures = [(name, _pixmap(image)) for name, image in pictures.items()]
        self._note = note
        widths = [picture.width() for _, picture in self._pictures]
        width = sum(widths) + _PAD * (len(widths) + 1)
        if widths:
            self.resize(max(width, 80), _HEIGHT + _TITLE + _PAD)
        else:
            self.resize(self.fontMetrics().horizontalAdvance(note) + 28, 34)
        self.setAccessibleName(", ".join(self.names) or note)
        self.show()
        self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        if not self._pictures:
            self.write(painter, QPointF(12, 22), self._note, "text2", fonts.font())
        x = float(_PAD)
        for name, picture in self._pictures:
            small = fonts.font(fonts.SMALL, strong=True)
            self.write(painter, QPointF(x, 16), name.capitalize(), "text", small)
            area = QRectF(x, _TITLE, picture.width(), picture.height())
            painter.drawPixmap(area, picture, QRectF(picture.rect()))
            x += picture.width() + _PAD


class AssociatedReader(QObject):
    """Reads the pictures in a thread.

    Signals
    -------
    read(object, dict)
        The slide's pixels and its pictures by name.
    """

    read = Signal(object, dict)
    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, "viewer-associated")
        self._closed = False
        self._done.connect(self._deliver)

    def ask(self, pixels: SlidePixels) -> None:
        """Read label and macro of a slide; `read` follows."""
        if self._closed:
            return
        future = self._pool.submit(pixels.associated, SHOWN)
        future.add_done_callback(lambda done: self._done.emit(pixels, done))

    def shutdown(self) -> None:
        """Read nothing any more, and tell of nothing that was read."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)

    def _deliver(self, pixels: SlidePixels, future: "Future[dict[str, Image]]") -> None:
        if not self._closed and not future.cancelled():
            self.read.emit(pixels, future.result())


def _pixmap(image: Image) -> QPixmap:
    height, width = image.shape[:2]
    raw = np.ascontiguousarray(image).tobytes()
    whole = QImage(raw, width, height, 3 * width, QImage.Format.Format_RGB888)
    small = whole.scaled(
        _WIDEST,
        _HEIGHT,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return QPixmap.fromImage(small)
