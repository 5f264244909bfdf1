"""The log of a run beside the list of runs, with a filter."""

import time
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.session import Session
from pathgui.gui.session.runlog import FILE, Entry, chosen, read_log
from pathgui.gui.style import fonts
from pathgui.gui.style.parts import IconButton, label, row

TITLE = "Reading the log of a run"
_SECONDS = 0.9
_ANY = QSizePolicy.Policy.Expanding
_FILTERS = (("Everything", "all"), ("Warnings and errors", "trouble"))


class RunLog(QWidget):
    """What a run noted, about one slide or all; read in the background."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._folder: Path | None = None
        self._slide = ""
        self._entries: list[Entry] = []
        self._reading = self._again = False
        self._read_at = 0.0
        theme = session.theme
        self.filter = QComboBox()
        self.filter.setAccessibleName("What the log shows")
        self.filter.setFixedHeight(24)
        for words, shown in _FILTERS:
            self.filter.addItem(words, shown)
        self.copy = IconButton(theme, "ph.copy", "Copy the log", size=14)
        self.open = IconButton(
            theme, "ph.arrow-square-out", "Open the log file", size=14
        )
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setObjectName("log")
        self.text.setFont(fonts.mono(11))
        self.text.setAccessibleName("Log of the run")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        # As high as the room there is, not as its text would like.
        self.text.setSizePolicy(_ANY, QSizePolicy.Policy.Ignored)
        self.text.setPlaceholderText("Nothing has been noted yet.")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        head = label("Log", strong=True)
        box.addLayout(row(head, None, self.filter, self.copy, self.open, spacing=6))
        box.addWidget(self.text, 1)
        self.filter.currentIndexChanged.connect(self._show)
        self.copy.clicked.connect(self._copy)
        self.open.clicked.connect(self._open)

    def show_log(self, folder: Path | None, slide_id: str = "") -> None:
        """Show the log of the run in a folder, of one slide alone if it is named."""
        if folder != self._folder:
            self._entries = []
        moved = (folder, slide_id) != (self._folder, self._slide)
        self._folder, self._slide = folder, slide_id
        if moved:
            self._show()
        if moved or time.monotonic() > self._read_at + _SECONDS:
            self.read()

    def read(self) -> None:
        """Read the file again; at most one reading goes on."""
        folder = self._folder
        if folder is None:
            return
        if self._reading:
            self._again = True
            return
        self._reading, self._read_at = True, time.monotonic()
        task = self._session.background.start(
            TITLE, lambda _progress, _asked: (folder, read_log(folder)), pictures=True
        )
        task.done.connect(self._read)
        task.finished.connect(self._finished)

    def _finished(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            self.read()

    def _read(self, found: tuple[Path, list[Entry]]) -> None:
        folder, entries = found
        if folder == self._folder and entries != self._entries:
            self._entries = entries
            self._show()

    def _show(self) -> None:
        shown = chosen(self._entries, self._slide, self.filter.currentData())
        words = "\n".join(entry.line(self._slide) for entry in shown)
        if words == self.text.toPlainText():
            return
        bar = self.text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        place = bar.value()
        self.text.setPlainText(words)
        bar.setValue(bar.maximum() if at_end else place)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._session.told.emit("The log is on the clipboard", "note")

    def _open(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder / FILE)))
