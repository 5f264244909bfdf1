"""Second step: how the text is read, with real rows to look at."""

from PySide6.QtWidgets import QComboBox, QGridLayout, QStackedWidget
from typing_extensions import override

from pathgui.gui.dialogs.importing.source import Source
from pathgui.gui.dialogs.wizard import Step
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import EmptyState, label, row, spin_box
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView, width_for
from pathgui.project import RawTable
from pathgui.project.rawtable import encoding_words

ENCODINGS = (
    ("found by itself", ""),
    ("UTF-8", "utf-8"),
    ("UTF-16", "utf-16"),
    ("Windows-1252", "cp1252"),
    ("Latin-1", "latin-1"),
)
SEPARATORS = (
    ("found by itself", ""),
    ("comma", ","),
    ("semicolon", ";"),
    ("tab", "\t"),
    ("bar |", "|"),
    ("blank", " "),
)
DECIMALS = (("found by itself", ""), ("point: 47.5", "."), ("comma: 47,5", ","))
_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}
_ROWS, _COLUMNS = 60, 200


class ReadingStep(Step):
    """Encoding, separator, decimal sign and header line; every change reads again."""

    def __init__(self, theme: Theme, source: Source) -> None:
        super().__init__(
            "Reading",
            "How the table is written",
            "Every cell is read as text. Nothing is typed yet, so leading zeros, long "
            "ids and dates stay as they are.",
        )
        self._theme, self._source = theme, source
        self.encoding = _combo("Encoding", ENCODINGS)
        self.separator = _combo("Separator", SEPARATORS)
        self.decimal = _combo("Decimal sign", DECIMALS)
        self.header = spin_box("Header line", 1, 999)
        self.header.setMinimum(1)
        self.sheet = QComboBox()
        self.sheet.setAccessibleName("Sheet")
        self.summary = label("", "quiet", size=12)
        self.troubles = label("", "warnText", size=12, wrap=True)
        self.preview = QStackedWidget()
        self.refused = EmptyState(theme, "ph.warning-circle")
        self._view: RowsView | None = None
        self.preview.addWidget(self.refused)
        self._build()
        source.changed.connect(self._show)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        fields = (
            ("Encoding", self.encoding),
            ("Separator", self.separator),
            ("Decimal sign", self.decimal),
            ("Header in line", self.header),
            ("Sheet", self.sheet),
        )
        self._names = []
        for place, (name, field) in enumerate(fields):
            words = label(name, "quiet", size=12)
            self._names.append(words)
            grid.addWidget(words, 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, 1)
        self.box.addLayout(grid)
        self.box.addLayout(row(label("Preview", strong=True), self.summary, None))
        self.box.addWidget(self.preview, 1)
        self.box.addWidget(self.troubles)
        for combo in (self.encoding, self.separator, self.decimal, self.sheet):
            combo.activated.connect(self._read_again)
        self.header.valueChanged.connect(self._read_again)

    def _read_again(self) -> None:
        self._source.set_options(
            encoding=str(self.encoding.currentData()),
            separator=str(self.separator.currentData()),
            header_line=self.header.value(),
            sheet=self.sheet.currentText(),
        )
        self._source.set_decimal(str(self.decimal.currentData()))

    def _show(self) -> None:
        source = self._source
        book = bool(source.sheets)
        plain = source.path is not None and not book
        self._names[0].setVisible(plain)
        self.encoding.setVisible(plain)
        for widget in (self._names[1], self.separator):
            widget.setVisible(not book)
        for widget in (self._names[4], self.sheet):
            widget.setVisible(book)
        if [self.sheet.itemText(k) for k in range(self.sheet.count())] != source.sheets:
            self.sheet.clear()
            self.sheet.addItems(source.sheets)
        table = source.table
        if table is None:
            self._refuse()
        else:
            self._show_table(table)
        self.changed.emit()

    def _refuse(self) -> None:
        error = self._source.error
        self.summary.setText("")
        self.troubles.hide()
        if error is None:
            self.refused.say("Reading…", "The table is being read. Cancel stops it.")
        else:
            self.refused.say(error.message, error.hint)
        self.preview.setCurrentWidget(self.refused)

    def _show_table(self, table: RawTable) -> None:
        rows, columns = len(table), len(table.columns)
        shown = f"rows 1 to {min(rows, _ROWS):,} of {rows:,}" if rows else "no rows"
        names = list(table.columns)[:_COLUMNS]
        if len(names) < columns:
            shown += f", columns 1 to {len(names)} of {columns:,}"
        self.summary.setText(shown)
        heads = [Head("", 48, right=True)]
        for name in names:
            texts = table.columns[name][:_ROWS].tolist()
            heads.append(Head(name, width_for(texts, name)))
        view = RowsView(self._theme, heads, "Preview of the rows as read")
        view.show_rows([_line(table, names, k) for k in range(min(rows, _ROWS))])
        if self._view is not None:
            self.preview.removeWidget(self._view)
            self._view.deleteLater()
        self._view = view
        self.preview.addWidget(view)
        self.preview.setCurrentWidget(view)
        words = troubles(table)
        self.troubles.setText(words)
        self.troubles.setVisible(bool(words))

    @override
    def found(self) -> str:
        table = self._source.table
        if table is None:
            return ""
        if not table.encoding and self._source.path is not None:
            return f"workbook, {len(table):,} rows"
        code = encoding_words(table.encoding)
        sign = {",": "comma", ".": "point"}.get(self._source.decimal_sign, "")
        words = (code, _WORDS.get(table.separator, table.separator), sign)
        return ", ".join(word for word in words if word)

    @override
    def problem(self) -> str:
        if self._source.table is None:
            return "The table cannot be read this way" if self._source.error else "…"
        return "" if len(self._source.table) else "No line of it is a row"


def troubles(table: RawTable) -> str:
    """What reading found wrong, in one paragraph; empty if nothing."""
    words = [*table.problems, *table.warnings]
    if table.bad:
        first = table.bad[0]
        one = len(table.bad) == 1
        lines = "line is no row and is" if one else "lines are no rows and are"
        words.append(
            f"{len(table.bad):,} {lines} left out; the first is line {first.line}: "
            f"{first.reason}"
        )
    return " · ".join(words)


def _combo(name: str, items: tuple[tuple[str, str], ...]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    for words, value in items:
        combo.addItem(words, value)
    return combo


def _line(table: RawTable, names: list[str], place: int) -> Row:
    texts = [str(table.columns[name][place]) for name in names]
    parts = [Part(text) if text else Part("empty", "missing") for text in texts]
    return Row(str(place), (Part(str(table.lines[place]), "quiet"), *parts))
