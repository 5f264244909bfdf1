"""First step: a file or the clipboard."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QVBoxLayout
from typing_extensions import override

from pathgui.gui.dialogs.importing.source import Source
from pathgui.gui.dialogs.wizard import Step
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, Icon, label, row

FILES = "Tables (*.csv *.tsv *.txt *.xlsx *.xlsm);;All files (*)"


class DropFrame(QFrame):
    """Where a file can be dropped.

    Attributes
    ----------
    dropped : Signal(Path)
        A file fell.
    """

    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("drop")
        self.setAcceptDrops(True)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.dropped.emit(Path(url.toLocalFile()))
                return


class SourceStep(Step):
    """Path, browse, drop, or what was copied in a spreadsheet."""

    def __init__(self, theme: Theme, source: Source) -> None:
        super().__init__(
            "File",
            "Which table?",
            "CSV, TSV or Excel, or cells copied from a spreadsheet. The file itself is "
            "never changed.",
        )
        self._theme, self._source = theme, source
        self.path = QLineEdit()
        self.path.setPlaceholderText("Path of a CSV, TSV or XLSX file")
        self.path.setAccessibleName("Path of the table")
        self.browse = Button(theme, "Choose file…", "ph.folder-open")
        self.paste = Button(theme, "Use the clipboard", "ph.clipboard")
        self.pasted = label("", "quiet", size=12)
        self.wrong = label("", "errText", size=12, wrap=True)
        self._build()
        source.changed.connect(self._show)

    def _build(self) -> None:
        frame = DropFrame()
        frame.setMinimumHeight(190)
        inner = QVBoxLayout(frame)
        inner.setSpacing(10)
        icon = Icon(self._theme, "ph.file-arrow-down", "text3", 36)
        words = label("Drop a table here", strong=True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        inner.addLayout(row(None, icon, None))
        inner.addWidget(words)
        inner.addLayout(row(None, self.browse, self.paste, None))
        inner.addStretch(1)
        frame.dropped.connect(self._take)
        self.box.addWidget(frame)
        self.box.addLayout(row(label("File"), self.path))
        self.box.addWidget(self.pasted)
        self.box.addWidget(self.wrong)
        self.box.addStretch(1)
        self.browse.clicked.connect(self._browse)
        self.paste.clicked.connect(self._paste)
        self.path.editingFinished.connect(self._typed)

    @override
    def enter(self) -> None:
        text = QGuiApplication.clipboard().text()
        lines = text.count("\n") + bool(text.strip() and not text.endswith("\n"))
        self.paste.setEnabled(lines > 1)
        self.paste.setToolTip(
            f"{lines:,} lines were copied" if lines > 1 else "No table was copied"
        )

    def _browse(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import table", "", FILES)
        if name:
            self._take(Path(name))

    def _typed(self) -> None:
        text = self.path.text().strip().strip('"')
        if text and text != str(self._source.path or ""):
            self._take(Path(text).expanduser())

    def _take(self, path: Path) -> None:
        self._source.take_file(path)

    def _paste(self) -> None:
        self._source.take_text(QGuiApplication.clipboard().text())

    def _show(self) -> None:
        source = self._source
        if source.path is not None and not self.path.hasFocus():
            self.path.setText(str(source.path))
        if source.path is None:
            self.path.clear()
        error, table = source.error, source.table
        self.wrong.setText(f"{error.message} {error.hint}".strip() if error else "")
        self.wrong.setVisible(error is not None)
        words = ""
        if table is not None:
            rows, columns = len(table), len(table.columns)
            words = f"{source.name}: {rows:,} rows, {columns:,} columns"
        elif source.chosen and error is None:
            words = f"{source.name} is being read…"
        self.pasted.setText(words)
        self.changed.emit()

    @override
    def found(self) -> str:
        return self._source.name if self._source.chosen else ""

    @override
    def problem(self) -> str:
        if not self._source.chosen:
            return "Choose a file, or copy cells first"
        if self._source.error is not None and not self._is_text():
            return "This file cannot be read"
        ready = self._source.table is not None or self._source.error is not None
        return "" if ready else "Reading…"

    def _is_text(self) -> bool:
        """Whether another encoding or header line may still help."""
        path = self._source.path
        return path is None or path.is_file()
