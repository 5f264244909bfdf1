"""What is imported: a file or the clipboard, read in the background."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from pathgui.errors import PathguiError
from pathgui.gui.background import Asked, Background, Progress, Task
from pathgui.project import RawTable, ReadOptions, read_table
from pathgui.project.excel import sheet_names
from pathgui.project.rawtable import table_from_text
from pathgui.project.watch import Watch


class Source(QObject):
    """The table as read with the options chosen so far.

    Attributes
    ----------
    path : Path or None
        The file; None stands for the clipboard.
    text : str
        Of the clipboard.
    options : ReadOptions
        How it is read.
    decimal : str
        ``.`` or ``,`` as a person says; empty leaves it to the guess.
    sheets : list of str
        Of a workbook.
    table : RawTable or None
        What was read; None while it is being read, or if it cannot be.
    error : PathguiError or None
        Why it cannot be read.
    changed : Signal()
        Another table was read, or is about to be.
    progress : Signal(str, int, int)
        What is being done, how much of it, of how much.
    """

    changed = Signal()
    progress = Signal(str, int, int)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._number = 0
        self._task: Task | None = None
        self.path: Path | None = None
        self.text = ""
        self.options = ReadOptions()
        self.decimal = ""
        self.sheets: list[str] = []
        self.table: RawTable | None = None
        self.error: PathguiError | None = None

    @property
    def chosen(self) -> bool:
        """Whether there is something to read."""
        return self.path is not None or bool(self.text.strip())

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.name if self.path is not None else "clipboard"

    @property
    def decimal_sign(self) -> str:
        """The decimal sign a person chose; empty while it is guessed."""
        return self.decimal

    def take_file(self, path: Path) -> None:
        """Read a file."""
        self.path, self.text = path, ""
        self.options, self.decimal = ReadOptions(), ""
        self.sheets = []
        self._read()

    def take_text(self, text: str) -> None:
        """Read text such as cells copied from a spreadsheet."""
        self.path, self.text = None, text
        self.options, self.decimal = ReadOptions(), ""
        self.sheets = []
        self._read()

    def set_options(self, **changes: Any) -> None:
        """Read again in another way."""
        options = replace(self.options, **changes)
        if options != self.options:
            self.options = options
            self._read()

    def set_decimal(self, sign: str) -> None:
        """Say how numbers are written."""
        if sign != self.decimal:
            self.decimal = sign
            self.changed.emit()

    def stop(self) -> None:
        """Take no more of what is still being read."""
        self._number += 1
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _read(self) -> None:
        self.table, self.error = None, None
        self.stop()
        number = self._number
        task = self._background.start("Reading the table", self._work())
        self._task = task
        task.progress.connect(self._say)
        task.done.connect(lambda found: self._done(number, found))
        task.failed.connect(lambda error: self._failed(number, error))
        self.changed.emit()

    def _work(self) -> Callable[..., tuple[RawTable, list[str]]]:
        path, text, options = self.path, self.text, self.options

        def read(progress: Progress, asked: Asked) -> tuple[RawTable, list[str]]:
            watch = Watch(progress, asked)
            if path is None:
                return table_from_text(text, "clipboard", options, watch), []
            sheets = sheet_names(path)
            return read_table(path, options, watch), sheets

        return read

    def _say(self, what: str, done: int, total: int) -> None:
        self.progress.emit(what, done, total)

    def _done(self, number: int, found: tuple[RawTable, list[str]]) -> None:
        if number == self._number:
            self.table, self.sheets = found
            self.changed.emit()

    def _failed(self, number: int, error: BaseException) -> None:
        if not isinstance(error, PathguiError):
            raise error
        if number == self._number:
            self.error = error
            self.changed.emit()
