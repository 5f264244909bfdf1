"""Brings the events of a run from its thread to the GUI thread, in order."""

import threading
import time
from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from pathgui import log
from pathgui.jobs.events import RunEvent

_log = log.get(__name__)

THREAD = "run-events"


class Runnable(Protocol):
    """The narrow handle of a run that the window needs.

    Attributes
    ----------
    age : float
        How many seconds ago the event that came last had happened.
    """

    age: float

    @property
    def dashboard(self) -> str: ...
    def events(self) -> Iterator[RunEvent]: ...
    def leave(self) -> None: ...
    def cancel(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def cancel_slide(self, slide_id: str) -> None: ...
    def prioritise(self, slide_id: str) -> None: ...


class RunBridge(QObject):
    """Iterates a run in a thread of its own and hands each event to Qt.

    Parameters
    ----------
    run : Runnable
        The run; public, to be told wishes.

    Attributes
    ----------
    received : Signal(object, float)
        One `RunEvent`, and when it happened (monotonic seconds).
    dashboard : str
        Address of the status page of the workers, once there is one.
    failed : Signal(object)
        The run could not be started or went down.
    finished : Signal(RunBridge)
        The thread is at its end.
    """

    received = Signal(object, float)
    failed = Signal(object)
    finished = Signal(object)

    def __init__(self, run: Runnable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run = run
        self.dashboard = ""
        self._silent = threading.Event()
        self._thread = threading.Thread(target=self._forward, name=THREAD)

    def start(self) -> None:
        """Begin the run."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def shutdown(self) -> None:
        """Leave the run to itself, be silent, and wait for the thread."""
        self._silent.set()
        if self._thread.is_alive():
            self.run.leave()
            self._thread.join()

    def _forward(self) -> None:
        try:
            for event in self.run.events():
                if self._silent.is_set():
                    continue
                self.dashboard = self.dashboard or self.run.dashboard
                self.received.emit(event, time.monotonic() - self.run.age)
        except Exception as error:  # noqa: BLE001 - the border of the thread
            _log.warning("the run ended with an error", exc_info=error)
            if not self._silent.is_set():
                self.failed.emit(error)
        if not self._silent.is_set():
            self.finished.emit(self)
