"""Import of a clinical table: real rows as read, and the column that names the row."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from pathgui.errors import TableError
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label, row
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import RawTable, read_table

_PREVIEW = 12


class ImportDialog(Dialog):
    """Shows what was read; nothing is written before Import is pressed.

    Raises
    ------
    TableError
        If the file cannot be read.

    Attributes
    ----------
    chosen : Signal(Path, str)
        File and key column; an empty column lets the program guess.
    """

    chosen = Signal(object, str)

    def __init__(self, theme: Theme, file: Path, parent: QWidget | None = None) -> None:
        table = read_table(file)
        if not table.columns:
            raise TableError(f"{file} has no columns", "check the file")
        super().__init__(
            theme,
            f"Import {file.name}",
            "Every cell is read as text first. Rows whose key is there already are "
            "updated, others are added; the import is one step of the history.",
            parent,
        )
        self.setObjectName("importDialog")
        self._file, self._table = file, table
        self.key = QComboBox()
        self.key.setAccessibleName("Key column")
        self.key.addItem("guessed from names and values", "")
        for name in table.columns:
            self.key.addItem(name, name)
        self.key.setMinimumWidth(240)
        self.body.addSpacing(4)
        self.body.addLayout(row(label("Key column"), self.key, None))
        self.body.addWidget(label(self._reading(), "quiet", size=12, wrap=True))
        self.body.addWidget(self._preview(), 1)
        self.body.addWidget(label(self._troubles(), "warnText", size=12, wrap=True))
        self.add_cancel()
        self.go = self.add_right(
            f"Import {len(table):,} rows", "ph.download-simple", "primary"
        )
        self.go.clicked.connect(self._import)
        self.setMinimumSize(860, 520)

    def _reading(self) -> str:
        table = self._table
        names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
        how = [f"{len(table):,} rows, {len(table.columns):,} columns"]
        if table.encoding:
            how.append(f"{table.encoding}, {names.get(table.separator, 'separated')}")
        return " · ".join(how)

    def _troubles(self) -> str:
        table: RawTable = self._table
        words = [*table.problems, *table.warnings]
        if table.bad:
            first = table.bad[0]
            words.append(
                f"{len(table.bad):,} lines are no rows and are left out, the first is "
                f"line {first.line}: {first.reason}"
            )
        return " · ".join(words)

    def _preview(self) -> RowsView:
        names = list(self._table.columns)[:30]
        heads = [Head("", 44), *(Head(name, 130) for name in names)]
        view = RowsView(self.theme, heads, "Preview")
        rows = []
        for place in range(min(len(self._table), _PREVIEW)):
            texts = [str(self._table.columns[name][place]) for name in names]
            parts = [Part(text) if text else Part("missing", "quiet") for text in texts]
            line = Part(str(self._table.lines[place]), "quiet")
            rows.append(Row(str(place), (line, *parts)))
        view.show_rows(rows)
        return view

    def _import(self) -> None:
        key = str(self.key.currentData())
        self.accept()
        self.chosen.emit(self._file, key)
