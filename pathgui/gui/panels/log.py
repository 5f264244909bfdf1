"""The Log panel: what the program notes, as it notes it."""

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.style import fonts

_LINES = 5000


class LogRelay(QObject):
    """Brings log records of any thread to the window."""

    noted = Signal(str)


class RelayHandler(logging.Handler):
    """Formats records and hands them to a relay."""

    def __init__(self, relay: LogRelay) -> None:
        super().__init__(logging.INFO)
        self._relay = relay
        self.setFormatter(
            logging.Formatter("%(asctime)s  %(levelname)-7s %(message)s", "%H:%M:%S")
        )

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._relay.noted.emit(self.format(record))
        except RuntimeError:
            # The window is gone; the log file still has the record.
            logging.getLogger("pathgui").removeHandler(self)


class LogPanel(QWidget):
    """The last lines of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(_LINES)
        self.text.setFont(fonts.mono(12))
        self.text.setAccessibleName("Log")
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setPlaceholderText("Nothing has been noted in this session.")
        self.text.setObjectName("log")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.text)
        self._relay = LogRelay(self)
        self._relay.noted.connect(self.text.appendPlainText)
        self._handler = RelayHandler(self._relay)
        logging.getLogger("pathgui").addHandler(self._handler)

    def shutdown(self) -> None:
        """Listen no more."""
        logging.getLogger("pathgui").removeHandler(self._handler)
