"""Brings the events of a run from its thread to the GUI thread, in order."""

import threading
from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from pathgui import log
from pathgui.jobs.events import RunEvent

_log = log.get(__name__)

THREAD = "run-events"


class Runnable(Protocol):
    """The narrow handle of a run that the window needs."""

    def events(self) -> Iterator[RunEvent]: ...
    def cancel(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...


class RunBridge(QObject):
    """Iterates a run in a thread of its own and hands each event to Qt.

    Attributes
    ----------
    received : Signal(object)
        One `RunEvent`.
    failed : Signal(object)
        The run could not be started or went down.
    finished : Signal(RunBridge)
        The thread is at its end.
    """

    received = Signal(object)
    failed = Signal(object)
    finished = Signal(object)

    def __init__(self, run: Runnable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._silent = threading.Event()
        self._thread = threading.Thread(target=self._forward, name=THREAD)

    def start(self) -> None:
        """Begin the run."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the run to stop; its last events still arrive."""
        self._run.cancel()

    def pause(self) -> None:
        """Hand out no more slides."""
        self._run.pause()

    def resume(self) -> None:
        """Hand out slides again."""
        self._run.resume()

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def shutdown(self) -> None:
        """Cancel, be silent, and wait for the thread."""
        self._silent.set()
        if self._thread.is_alive():
            self._run.cancel()
            self._thread.join()

    def _forward(self) -> None:
        try:
            for event in self._run.events():
                if not self._silent.is_set():
                    self.received.emit(event)
        except Exception as error:  # noqa: BLE001 - the border of the thread
            _log.warning("the run ended with an error", exc_info=error)
            if not self._silent.is_set():
                self.failed.emit(error)
        if not self._silent.is_set():
            self.finished.emit(self)
