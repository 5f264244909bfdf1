"""Cyclic garbage is collected on the window's thread, and on no other.

Python collects on whatever thread happens to make objects, such as one that decodes
a slide. Timers, models and other objects of Qt in the garbage would be destroyed
there, which Qt does not allow: it ends in a crash now and then.
"""

import gc
from functools import lru_cache

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 100
# As Python itself: young objects often, those that have lived for a while rarely.
_YOUNG, _ROUNDS = 700, 50


@lru_cache(maxsize=1)
def leave_out_modules() -> None:
    """Once: looking through modules and classes again would only stop the window.

    To be called before there is a window, because what is left out is never freed.
    """
    gc.freeze()


class Collector(QObject):
    """Takes the collection of garbage over from Python as long as a window lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._took = self._held = False
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to collect here."""
        self._took = gc.isenabled()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again; threads that made garbage must have ended."""
        self._timer.stop()
        if self._took:
            self._took = False
            gc.enable()
        if self._held:
            # What was left out goes with the window.
            self._held = False
            gc.unfreeze()
            leave_out_modules.cache_clear()

    def hold(self, held: bool) -> None:
        """Leave the garbage alone while a large edit makes objects by the million.

        What there is after it is not looked through again: it is freed all the same
        once nobody refers to it.
        """
        if not self._took:
            return
        if held:
            self._timer.stop()
        else:
            self._held = True
            gc.freeze()
            self._timer.start()

    def look(self) -> None:
        """Collect what there may be by now."""
        if gc.get_count()[0] < _YOUNG:
            return
        self._rounds += 1
        if self._rounds % _ROUNDS:
            gc.collect(1)
        else:
            gc.collect()
