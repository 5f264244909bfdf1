"""Logging: one setup for window, command line and workers."""

import logging
from collections.abc import Callable
from pathlib import Path

from typing_extensions import override

FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"


def setup(*, debug: bool = False, file: Path | None = None) -> None:
    """Send the package's log records to a file, and warnings nowhere else.

    Parameters
    ----------
    debug : bool
        Record debug messages too.
    file : Path, optional
        Log file, appended to; its folder is created.
    """
    logger = logging.getLogger("pathgui")
    logger.setLevel(logging.DEBUG if debug else logging.INFO)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    if file is None:
        logger.addHandler(logging.NullHandler())
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(file, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(FORMAT))
    logger.addHandler(handler)


class _Spoken(logging.Handler):
    """Hands the sentences of warnings on, without tracebacks."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._say(record.getMessage())


def speak(say: Callable[[str], None]) -> None:
    """Let a command say warnings, until `setup` sends them elsewhere."""
    logger = logging.getLogger("pathgui")
    for handler in list(logger.handlers):
        # Of a command before in this process: nobody is told twice.
        if isinstance(handler, _Spoken):
            logger.removeHandler(handler)
    logger.addHandler(_Spoken(say))


def get(name: str) -> logging.Logger:
    """Logger of one module."""
    return logging.getLogger(name)
