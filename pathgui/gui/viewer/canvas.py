"""The canvas with one slide on it: camera, layers and mouse."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.later import soon
from pathgui.gui.viewer.embed import Embedded
from pathgui.gui.viewer.layers import Overlay
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.picture import Picture

_MARGIN = 1.04
_DEEPEST = 48.0
_STILL = 4


class SlideCanvas(QWidget):
    """Draws a slide with its overlays and says what the mouse does on it.

    Coordinates are level-0 pixels of the slide.

    Signals
    -------
    view_changed()
        The camera moved, or another slide is shown.
    sharp()
        A frame was drawn in which every pixel asked for has arrived.
    hovered(float, float), left()
        The mouse is over this point, or has gone.
    clicked(float, float)
        A click without a drag.
    """

    view_changed = Signal()
    sharp = Signal()
    hovered = Signal(float, float)
    left = Signal()
    clicked = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._napari = Embedded()
        self.native = self._napari.native
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._napari.widget)
        self.native.setMouseTracking(True)
        self.native.installEventFilter(self)
        self.picture: Picture | None = None
        self._pressed: QPointF | None = None
        self._waiting = False
        self._fitted: tuple[float, Any] | None = None
        camera = self.camera
        camera.events.zoom.connect(self._on_camera)
        camera.events.center.connect(self._on_camera)
        self._napari.drawn.connect(self._on_drawn, position="last")

    def show_slide(self, loaded: LoadedSlide, keep_view: bool = False) -> None:
        """Put a slide on the canvas in place of the one shown.

        It is fitted, unless `keep_view` says that it is the same slide read again.
        """
        zoom, center = self.zoom, self.camera.center
        with self._napari.changing():
            self._take_down()
            self.picture = Picture(self._napari, loaded)
        self._waiting = True
        if keep_view:
            # napari fits the view itself when the first layer comes.
            self.camera.zoom, self.camera.center = zoom, center
        else:
            self.fit()
        self.view_changed.emit()

    def clear(self) -> None:
        """Take the slide off the canvas; the caller closes it."""
        with self._napari.changing():
            self._take_down()
        self._napari.update()

    def shutdown(self) -> None:
        """Close the canvas for good."""
        self.native.removeEventFilter(self)
        self._napari.drawn.disconnect(self._on_drawn)
        if self.picture is not None:
            self.picture.detach()
        self.picture = None
        self._napari.close()

    @property
    def waiting(self) -> bool:
        """Whether pixels of the slide have yet to arrive."""
        return self._waiting

    @property
    def overlays(self) -> list[Overlay]:
        """What is on the canvas, topmost first."""
        return [] if self.picture is None else self.picture.overlays

    def redraw(self) -> None:
        """Draw again soon."""
        self._napari.update()

    @property
    def camera(self) -> Any:
        """Napari's camera."""
        return self._napari.model.scene.camera

    @property
    def zoom(self) -> float:
        """Screen pixels per world unit (µm, or pixel where mpp is unknown)."""
        return float(self.camera.zoom)

    @property
    def unit(self) -> float:
        """World units per level-0 pixel."""
        return 1.0 if self.picture is None else self.picture.unit

    def fit(self) -> None:
        """Show the whole slide."""
        if self.picture is None:
            return
        width, height = self.picture.size
        self.camera.center = (0.0, height * self.unit / 2, width * self.unit / 2)
        self.camera.zoom = self._fitting()
        self._fitted = self.camera.zoom, self.camera.center

    def keep_fit(self) -> None:
        """Fit again if the whole slide was in view and nobody has moved since."""
        if self._fitted == (self.camera.zoom, self.camera.center):
            self.fit()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom, keeping the point `at` (in widget pixels; default the middle) still."""
        zoom = self._bounded(zoom)
        if at is not None:
            x, y = self.to_slide(at)
            offset = (at - QPointF(self.rect().center())) / zoom
            self.camera.center = (
                0.0,
                y * self.unit - offset.y(),
                x * self.unit - offset.x(),
            )
        self.camera.zoom = zoom

    def look_at(self, x: float, y: float, zoom: float | None = None) -> None:
        """Bring a point of the slide to the middle."""
        self.camera.center = (0.0, y * self.unit, x * self.unit)
        if zoom is not None:
            self.set_zoom(zoom)

    def visible(self) -> QRectF:
        """Area on screen in level-0 pixels; may reach beyond the slide."""
        scale = 1.0 / (self.zoom * self.unit)
        width, height = self.width() * scale, self.height() * scale
        _, y, x = self.camera.center
        return QRectF(
            x / self.unit - width / 2, y / self.unit - height / 2, width, height
        )

    def to_slide(self, spot: QPointF) -> tuple[float, float]:
        """Level-0 pixel under a point of the widget."""
        area = self.visible()
        return (
            area.x() + spot.x() / max(self.width(), 1) * area.width(),
            area.y() + spot.y() / max(self.height(), 1) * area.height(),
        )

    def to_widget(self, x: float, y: float) -> QPointF:
        """Point of the widget over a level-0 pixel."""
        area = self.visible()
        scale = self.zoom * self.unit
        return QPointF((x - area.x()) * scale, (y - area.y()) * scale)

    def grab_view(self) -> QImage:
        """The canvas as an image, without floats."""
        pixels = self._napari.screenshot()
        height, width = pixels.shape[:2]
        image = QImage(pixels.tobytes(), width, height, QImage.Format.Format_RGBA8888)
        return image.copy()

    def set_background(self, color: str) -> None:
        """Colour around the slide."""
        self._napari.set_background(color)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self.left.emit()
        elif isinstance(event, QMouseEvent):
            self._on_mouse(kind, event)
        return False

    def _on_mouse(self, kind: QEvent.Type, event: QMouseEvent) -> None:
        spot = event.position()
        if kind == QEvent.Type.MouseButtonPress:
            self._pressed = spot
        elif kind == QEvent.Type.MouseMove:
            if self._pressed is not None:
                self.native.setCursor(Qt.CursorShape.ClosedHandCursor)
            if self.picture is not None:
                self.hovered.emit(*self.to_slide(spot))
        elif kind == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            moved = (spot - self._pressed).manhattanLength()
            self._pressed = None
            self.native.unsetCursor()
            if moved <= _STILL and self.picture is not None:
                self.clicked.emit(*self.to_slide(spot))

    def _on_camera(self, _: object = None) -> None:
        bounded = self._bounded(self.zoom)
        if self.picture is not None and abs(bounded / self.zoom - 1) > 1e-6:
            self.camera.zoom = bounded
            return
        self.view_changed.emit()

    def _bounded(self, zoom: float) -> float:
        return min(max(zoom, self._fitting() / 4), _DEEPEST / self.unit)

    def _on_drawn(self, _: object = None) -> None:
        if self._waiting and self.picture is not None and self.picture.loaded:
            self._waiting = False
            soon(self, self.sharp.emit)

    def _fitting(self) -> float:
        if self.picture is None:
            return 1.0
        width, height = (side * self.unit * _MARGIN for side in self.picture.size)
        return min(max(self.width(), 1) / width, max(self.height(), 1) / height)

    def _take_down(self) -> None:
        if self.picture is not None:
            self.picture.detach()
        self.picture = None
        self._napari.take_off_layers()
