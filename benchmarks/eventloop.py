"""The event loop of the window, and how long it is kept from its work."""

import gc
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer


class Loop:
    """The event loop, and how long it was kept from its work at the longest.

    `longest` is by the clock, `longest_cpu` what its own thread computed meanwhile.
    """

    def __init__(self) -> None:
        self.longest = self.longest_cpu = 0.0
        self._last, self._last_cpu = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(0)

    def _tick(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        self.longest = max(self.longest, now - self._last)
        self.longest_cpu = max(self.longest_cpu, cpu - self._last_cpu)
        self._last, self._last_cpu = now, cpu

    def run(self, begin: Callable[[], None], signal: Any) -> tuple[float, float, float]:
        """Milliseconds until a signal comes, of the longest block, and of CPU time."""
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()  # what came before is over
        signal.connect(loop.quit)
        gc.collect()
        self.longest, self._last = 0.0, time.perf_counter()
        self.longest_cpu, self._last_cpu = 0.0, time.thread_time()
        start, cpu = self._last, time.process_time()
        QTimer.singleShot(0, begin)
        loop.exec()
        taken = time.perf_counter() - start
        spent = time.process_time() - cpu
        self._tick()
        signal.disconnect(loop.quit)
        return taken * 1000, self.longest * 1000, spent * 1000

    def rest(self, milliseconds: int = 300) -> None:
        """Let what follows an act happen, which counts as a part of it."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()
        self._tick()
