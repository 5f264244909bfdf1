"""Work in other threads steps aside while the window has something to do."""

import threading
import time
from typing import Final

from PySide6.QtCore import QObject, Qt, QThread, Signal

_PIECE: Final = 0.005  # seconds of work between two offers
_PATIENCE: Final = 0.2  # seconds that the window may take


class Courtesy(QObject):
    """Lets the event loop come round between two pieces of work.

    Threads of Python compute in turn, and one that computes hands over only after
    some milliseconds. A table that is painted asks for its turn at each of thousands
    of calls into Qt: beside other work, 50 ms would become seconds. So such work does
    a few milliseconds and waits until the window has done what came meanwhile.
    """

    _offered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._own = threading.local()
        self._waiting: set[threading.Event] = set()
        self._closed = False
        self._offered.connect(self._come_round, Qt.ConnectionType.QueuedConnection)

    def step_aside(self) -> None:
        """Wait a moment if the window is busy; called from any thread, and often."""
        own = self._own.__dict__
        if self._closed or time.monotonic() < own.get("next", 0.0):
            return
        if QThread.currentThread() is self.thread():
            return
        turn = own.get("turn")
        if turn is None or turn.is_set():
            turn = own["turn"] = threading.Event()
            self._waiting.add(turn)
            self._offered.emit(turn)
            turn.wait(_PATIENCE)
        # A window that did not come round in time is not waited for until it has.
        own["next"] = time.monotonic() + _PIECE

    def close(self) -> None:
        """Hold nobody up any more: the event loop is about to stand still."""
        self._closed = True
        for turn in tuple(self._waiting):
            self._come_round(turn)

    def _come_round(self, turn: threading.Event) -> None:
        self._waiting.discard(turn)
        turn.set()
