"""The form that defines one column: type, limits, unit, words."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.style.parts import label, row
from pathgui.project import Column
from pathgui.project.schema import STANDARD

KIND_WORDS = {
    "text": "Text",
    "category": "Category",
    "number": "Number",
    "integer": "Whole number",
    "date": "Date",
    "yesno": "Yes / no",
}
KIND_ICONS = {
    "text": "ph.text-t",
    "category": "ph.list-bullets",
    "number": "ph.hash",
    "integer": "ph.hash",
    "date": "ph.calendar-blank",
    "yesno": "ph.toggle-left",
}
_DATES = (
    ("2026-11-22 (ISO)", ""),
    ("22.11.2026", "%d.%m.%Y"),
    ("22/11/2026 (day first)", "%d/%m/%Y"),
    ("11/22/2026 (month first)", "%m/%d/%Y"),
    ("2026/11/22", "%Y/%m/%d"),
    ("22-11-2026", "%d-%m-%Y"),
)
_NUMBERS = ("number", "integer")
_TEXTS = ("text", "category")


class ColumnForm(QWidget):
    """Fields for everything a column definition says; only what its type can hold.

    Attributes
    ----------
    changed : Signal()
        A field was edited.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = Column("")
        self._filling = False
        self.name = QLineEdit()
        self.kind = QComboBox()
        for kind, words in KIND_WORDS.items():
            self.kind.addItem(words, kind)
        self.required = QCheckBox("A value is required")
        self.unique = QCheckBox("Each row has one of its own")
        self.low, self.high = QLineEdit(), QLineEdit()
        for field, hint in ((self.low, "no lower end"), (self.high, "no upper end")):
            field.setPlaceholderText(hint)
            field.setValidator(QDoubleValidator(self))
            field.setMaximumWidth(130)
        self.unit = QLineEdit()
        self.unit.setPlaceholderText("such as years or µm")
        self.decimal = QComboBox()
        self.decimal.addItem("point: 47.5", ".")
        self.decimal.addItem("comma: 47,5", ",")
        self.dates = QComboBox()
        for words, pattern in _DATES:
            self.dates.addItem(words, pattern)
        self.choices = QPlainTextEdit()
        self.choices.setPlaceholderText("One value a line; none allows all")
        self.choices.setFixedHeight(92)
        self.pattern = QLineEdit()
        self.pattern.setPlaceholderText("regular expression for the whole text")
        self.words = QLineEdit()
        self.words.setPlaceholderText("One line for people")
        self._build()

    def _build(self) -> None:
        ends = QHBoxLayout()
        ends.setSpacing(8)
        for widget in (self.low, label("to", "second"), self.high):
            ends.addWidget(widget)
        ends.addStretch(1)
        self._range = QWidget()
        self._range.setLayout(ends)
        ends.setContentsMargins(0, 0, 0, 0)
        checks = QWidget()
        checks.setLayout(row(self.required, 12, self.unique, None))
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Name", self.name),
            ("Type", self.kind),
            ("Rules", checks),
            ("Range", self._range),
            ("Unit", self.unit),
            ("Decimal sign", self.decimal),
            ("Date as", self.dates),
            ("Allowed values", self.choices),
            ("Pattern", self.pattern),
            ("Description", self.words),
        )
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self._lines = {}
        for place, (name, field) in enumerate(fields):
            words = label(name)
            self._lines[name] = (words, field)
            grid.addWidget(words, place, 0)
            grid.addWidget(field, place, 1)
            field.setAccessibleName(name)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(grid)
        for line in (
            self.name,
            self.low,
            self.high,
            self.unit,
            self.pattern,
            self.words,
        ):
            line.textEdited.connect(self._edited)
        for combo in (self.kind, self.decimal, self.dates):
            combo.activated.connect(self._edited)
        for check in (self.required, self.unique):
            check.clicked.connect(self._edited)
        self.choices.textChanged.connect(self._edited)

    def show_column(self, column: Column, table: str) -> None:
        """Fill the fields with a definition."""
        self._filling = True
        self._column = column
        standard = any(column.name == known.name for known in STANDARD.get(table, ()))
        self.name.setText(column.name)
        self.name.setReadOnly(standard or column.computed)
        self.name.setToolTip("Every project has this column" if standard else "")
        self.kind.setCurrentIndex(self.kind.findData(column.kind))
        self.required.setChecked(column.required)
        self.unique.setChecked(column.unique)
        self.low.setText(_number(column.minimum))
        self.high.setText(_number(column.maximum))
        self.unit.setText(column.unit)
        self.decimal.setCurrentIndex(max(self.decimal.findData(column.decimal), 0))
        place = self.dates.findData(column.date_format)
        if place < 0:
            self.dates.addItem(column.date_format, column.date_format)
            place = self.dates.count() - 1
        self.dates.setCurrentIndex(place)
        self.choices.setPlainText("\n".join(column.choices))
        self.pattern.setText(column.pattern)
        self.words.setText(column.description)
        self.setEnabled(not column.computed)
        self._show_fitting()
        self._filling = False

    def column(self) -> Column:
        """The definition as the fields say; what the type cannot hold is left out."""
        kind = str(self.kind.currentData())
        numbers, texts = kind in _NUMBERS, kind in _TEXTS
        lines = self.choices.toPlainText().splitlines() if texts else []
        return replace(
            self._column,
            name=self.name.text().strip(),
            kind=kind,  # type: ignore[arg-type]
            unit=self.unit.text().strip() if numbers else "",
            minimum=_value(self.low.text()) if numbers else None,
            maximum=_value(self.high.text()) if numbers else None,
            pattern=self.pattern.text() if texts else "",
            choices=tuple(dict.fromkeys(line for line in lines if line.strip())),
            required=self.required.isChecked(),
            unique=self.unique.isChecked(),
            description=self.words.text().strip(),
            decimal=str(self.decimal.currentData()) if kind == "number" else ".",
            date_format=str(self.dates.currentData()) if kind == "date" else "",
        )

    def _edited(self) -> None:
        if not self._filling:
            self._show_fitting()
            self.changed.emit()

    def _show_fitting(self) -> None:
        kind = str(self.kind.currentData())
        there = {
            "Range": kind in _NUMBERS,
            "Unit": kind in _NUMBERS,
            "Decimal sign": kind == "number",
            "Date as": kind == "date",
            "Allowed values": kind in _TEXTS,
            "Pattern": kind in _TEXTS,
        }
        for name, shown in there.items():
            for widget in self._lines[name]:
                widget.setVisible(shown)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def _value(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
