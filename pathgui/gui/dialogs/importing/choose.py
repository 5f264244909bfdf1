"""First step: a file or the clipboard."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
)
from typing_extensions import override

from pathgui.gui.dialogs.importing.decisions import Decisions, Into
from pathgui.gui.dialogs.importing.source import Source
from pathgui.gui.dialogs.wizard import Step
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, Icon, label, row

FILES = "Tables (*.csv *.tsv *.txt *.xlsx *.xlsm);;All files (*)"

_KINDS: tuple[tuple[Into, str, str], ...] = (
    ("clinical", "Clinical data", "rows of patients or of slides: age, stage, outcome"),
    ("manifest", "Slides", "rows of slide files for the manifest: id, path, cohort"),
)


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

    def __init__(self, theme: Theme, source: Source, decisions: Decisions) -> None:
        super().__init__(
            "File",
            "Which table?",
            "CSV, TSV or Excel, or cells copied from a spreadsheet. The file itself is "
            "never changed.",
        )
        self._theme, self._source, self._decisions = theme, source, decisions
        self.into: dict[Into, QRadioButton] = {}
        self.path = QLineEdit()
        self.path.setPlaceholderText("Path of a CSV, TSV or XLSX file")
        self.path.setAccessibleName("Path of the table")
        self.browse = Button(theme, "Choose file…", "ph.folder-open")
        self.paste = Button(theme, "Use the clipboard", "ph.clipboard")
        self.pasted = label("", "quiet", size=12)
        self.wrong = label("", "errText", size=12, wrap=True)
        self._build()
        source.changed.connect(self._show)
        source.progress.connect(self._say)

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
        self.box.addLayout(self._kinds())
        self.box.addWidget(frame)
        self.box.addLayout(row(label("File"), self.path))
        self.box.addWidget(self.pasted)
        self.box.addWidget(self.wrong)
        self.box.addStretch(1)
        self.browse.clicked.connect(self._browse)
        self.paste.clicked.connect(self._paste)
        self.path.editingFinished.connect(self._typed)

    def _kinds(self) -> QGridLayout:
        """What the table holds: clinical data, or slides."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, (into, words, explained) in enumerate(_KINDS):
            button = QRadioButton(words)
            button.setChecked(into == self._decisions.into)
            button.clicked.connect(self._choose_kind)
            grid.addWidget(button, place, 0)
            grid.addWidget(label(explained, "quiet", size=12), place, 1)
            self.into[into] = button
        return grid

    def _choose_kind(self) -> None:
        chosen = next(into for into, b in self.into.items() if b.isChecked())
        self._decisions.go_to(chosen)
        self.changed.emit()

    def _say(self, _what: str, done: int, total: int) -> None:
        if self._source.table is None and total > 1:
            share = f"{done / total:.0%}".replace("%", " %")
            self.pasted.setText(f"{self._source.name} is being read… {share}")

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
