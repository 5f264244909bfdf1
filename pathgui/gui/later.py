"""What is done in a moment, once the events at hand are through."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def soon(owner: QObject, call: Callable[[], object]) -> None:
    """Call in a moment, unless `owner` is gone by then.

    ``QTimer.singleShot`` with an owner keeps what it was to call for ever, and with it
    whatever that refers to, if the owner goes first; a timer of the owner's does not.
    """
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(call)
    timer.timeout.connect(timer.deleteLater)
    timer.start(0)
