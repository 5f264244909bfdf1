"""napari inside our window: how it is started, shaped and taken down.

Only here do we depend on how napari is built: one model, one ``QtViewer``, none of
its lists, menus, key bindings or drop targets. Its settings live in a file of ours.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui import log, settings

_log = log.get(__name__)

_KEYS = {QEvent.Type.KeyPress, QEvent.Type.KeyRelease}


def prepare_environment() -> None:
    """Set what napari reads when it is imported."""
    os.environ["NAPARI_ASYNC"] = "1"
    os.environ["QT_API"] = "pyside6"
    os.environ.setdefault("NAPARI_CONFIG", str(settings.path().parent / "napari.yaml"))


def preload() -> None:
    """Import the part of napari that has no Qt; it takes most of the time.

    Safe in any thread, so that the window can be shown and used meanwhile.
    """
    prepare_environment()
    import vispy.scene  # noqa: F401


class Embedded:
    """A napari model with its canvas, ready to be put into a layout.

    Attributes
    ----------
    model : napari.components.ViewerModel
        Layers and camera.
    widget : QWidget
        The canvas with nothing around it.
    native : QWidget
        The OpenGL widget that gets the mouse.
    """

    def __init__(self) -> None:
        prepare_environment()
        from napari.components import ViewerModel
        from napari.qt import QtViewer, get_qapp
        from napari.utils.notifications import notification_manager

        get_qapp()
        _settle_garbage()
        self.model: Any = ViewerModel()
        self._viewer: Any = QtViewer(self.model)
        self._viewer.setAcceptDrops(False)
        self.widget: QWidget = self._viewer
        self.native: QWidget = self._viewer.canvas.native
        self._quiet()
        self._slices = _Slices(self.model._layer_slicer, self._viewer)  # noqa: SLF001
        notification_manager.notification_ready.connect(_note)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Put on and take off several layers with one redraw at the end."""
        with self.model.layers.batched_update():
            yield

    def take_off_layers(self) -> None:
        """Remove all layers."""
        # ``clear`` would be a batch of its own, and each batch ends with a full
        # collection of garbage in napari.
        del self.model.layers[:]

    @property
    def scene(self) -> Any:
        """Node that further drawings are children of."""
        return self._viewer.canvas.view.scene

    @property
    def drawn(self) -> Any:
        """Emitter of each frame, after napari has drawn it."""
        return self._viewer.canvas.events.draw

    def screenshot(self) -> Any:
        """The canvas as uint8 ``(height, width, 4)``."""
        return self._viewer.screenshot(flash=False)

    def set_background(self, color: str) -> None:
        """Colour around the slide."""
        self.model.canvas.background_color_override = QColor(color).getRgbF()

    def update(self) -> None:
        """Draw again soon."""
        self.native.update()

    def close(self) -> None:
        """Take everything down in an order that does not crash."""
        # Removing layers asks for slices, so it comes before the slicer ends; and a
        # running slice must have ended before its canvas does.
        from napari.utils.notifications import notification_manager

        notification_manager.notification_ready.disconnect(_note)
        with self.changing():
            self.take_off_layers()
        self.model._layer_slicer.shutdown()  # noqa: SLF001
        self.native.removeEventFilter(self._silence)
        self.widget.removeEventFilter(self._silence)
        self._viewer.close()

    def _quiet(self) -> None:
        self._silence = _Silence()
        self.native.installEventFilter(self._silence)
        self.widget.installEventFilter(self._silence)
        frame = self._viewer.widget(0)
        frame.layout().setContentsMargins(0, 0, 0, 0)
        self._viewer.dims.hide()
        self._viewer.setMinimumSize(0, 0)


class _Slices(QObject):
    """Brings slices that are ready from the thread that made them to the window's.

    napari makes and connects an object there for each slice. Such a connection holds
    a lock of Qt while it waits for the interpreter; if the window's thread has the
    interpreter and wants that lock, neither ever goes on. Emitting a signal that was
    connected beforehand waits for nothing.
    """

    ready = Signal(object)

    def __init__(self, slicer: Any, viewer: Any) -> None:
        super().__init__()
        self._draw = viewer._on_slice_ready  # noqa: SLF001
        slicer.events.ready.disconnect(self._draw)
        self.ready.connect(self._take, Qt.ConnectionType.QueuedConnection)
        slicer.events.ready.connect(self.tell)

    def tell(self, event: Any) -> None:
        """Called in any thread."""
        self.ready.emit(event)

    def _take(self, event: Any) -> None:
        self._draw(event)


def _note(notification: Any) -> None:
    """Keep what napari would have shown in its own window."""
    _log.warning("napari: %s", notification.message)


@lru_cache(maxsize=1)
def _settle_garbage() -> None:
    """Leave what was imported so far out of later collections of garbage.

    napari collects whenever layers go, and Python does by itself: with its modules
    loaded that stops the window for 0.2 s each time, to find nothing. Done once, and
    before a canvas exists, because what is left out can never be freed.
    """
    gc.collect()
    gc.freeze()


class _Silence(QObject):
    """Passes keys on to our window before napari's key bindings see them."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() not in _KEYS:
            return False
        event.ignore()
        return True
