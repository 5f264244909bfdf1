"""The Log panel: what the program notes, as it notes it, with a filter."""

import logging
from collections import deque

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.parts import SearchField, bar

_LINES = 5000
_LEVELS = (
    ("Everything", logging.INFO),
    ("Warnings and errors", logging.WARNING),
    ("Errors", logging.ERROR),
)


class LogRelay(QObject):
    """Brings log records of any thread to the window."""

    noted = Signal(int, str)


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
            self._relay.noted.emit(record.levelno, self.format(record))
        except RuntimeError:
            # The window is gone; the log file still has the record.
            logging.getLogger("pathgui").removeHandler(self)


class LogPanel(QWidget):
    """The last lines of the log."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._records: deque[tuple[int, str]] = deque(maxlen=_LINES)
        self.level = QComboBox()
        self.level.setAccessibleName("What the log shows")
        for words, level in _LEVELS:
            self.level.addItem(words, level)
        self.words = SearchField(theme, "Filter the log", "ph.funnel")
        self.words.setClearButtonEnabled(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(_LINES)
        self.text.setFont(fonts.mono(12))
        self.text.setAccessibleName("Log")
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setObjectName("log")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.words.setMaximumWidth(360)
        box.addWidget(bar("logBar", 36, self.level, self.words, None))
        box.addWidget(self.text)
        self._relay = LogRelay(self)
        self._relay.noted.connect(self._noted)
        self._handler = RelayHandler(self._relay)
        logging.getLogger("pathgui").addHandler(self._handler)
        self.level.currentIndexChanged.connect(self.refresh)
        self.words.textChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the lines that pass the filter."""
        shown = [text for level, text in self._records if self._passes(level, text)]
        self.text.setPlainText("\n".join(shown))
        self.text.verticalScrollBar().setValue(self.text.verticalScrollBar().maximum())
        self.text.setPlaceholderText(
            "Nothing that was noted passes the filter."
            if self._records
            else "Nothing has been noted in this session."
        )

    def shutdown(self) -> None:
        """Listen no more."""
        logging.getLogger("pathgui").removeHandler(self._handler)

    def _noted(self, level: int, text: str) -> None:
        self._records.append((level, text))
        if self._passes(level, text):
            self.text.appendPlainText(text)

    def _passes(self, level: int, text: str) -> bool:
        wanted = self.words.text().strip().lower()
        return level >= self.level.currentData() and wanted in text.lower()
