"""What goes out: table, format, rows, columns, and whether people are named."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.dialogs.columnform import KIND_ICONS
from pathgui.gui.dialogs.tablepick import NAMES
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, SearchField, label, row
from pathgui.gui.tables.rows import Head, NamedRows, Part, Row
from pathgui.gui.tables.ticks import TickView, tick
from pathgui.project import Project
from pathgui.project.cohorts import saved_cohorts
from pathgui.project.export.deidentify import Deidentify
from pathgui.project.sheet import Source, sheet_columns
from pathgui.workflows.export_tables import ExportOptions, project_salt

_SELECTED = True  # in place of a condition, which would be too long for many slides
PLAIN = ("xlsx", "csv", "tsv", "parquet")
_SOURCES = (
    ("Slides with their clinical values", "joined"),
    *((words, name) for name, words in NAMES.items()),
    ("Patients, a row for each", "patients"),
)
_KINDS = (
    ("Excel workbook (.xlsx)", "xlsx"),
    ("CSV", "csv"),
    ("TSV", "tsv"),
    ("Parquet", "parquet"),
    ("CLAM process_list", "clam-process-list"),
    ("CLAM labels", "clam-labels"),
    ("STAMP clini and slide tables", "stamp"),
    ("Slideflow annotations", "slideflow"),
)
_IDS = (
    ("other ids in place of the real ones", "hash"),
    ("leave out all ids", "drop"),
)
_DATES = (
    ("shift, by as much for each patient", True),
    ("leave out all dates", False),
)
# From so many columns on there is a field to find one.
_MANY = 12


class ExportForm(QWidget):
    """The left side of the export dialog.

    Attributes
    ----------
    changed : Signal()
        Something else is to go out.
    """

    changed = Signal()

    def __init__(
        self, theme: Theme, project: Project, selection: Sequence[str], *, strip: bool
    ) -> None:
        super().__init__()
        self._theme, self._project = theme, project
        self._off: set[str] = set()
        self._labels: set[str] = set()
        self.source, self.kind = _combo("Table", _SOURCES), _combo("Format", _KINDS)
        self._selection = tuple(selection)
        self.rows = _combo("Rows", _row_choices(project, len(selection)))
        self.where = QLineEdit()
        self.where.setPlaceholderText('stage == "II" and age > 50')
        self.where.setAccessibleName("Condition on rows")
        self.search = SearchField(theme, "Find a column")
        self._listed: list[str] = []
        self.columns = TickView(theme, (Head("Column"),), "Columns to export")
        self.strip = QCheckBox("De-identify")
        self.strip.setChecked(strip)
        self.ids, self.dates = _combo("Ids", _IDS), _combo("Dates", _DATES)
        self.keep = QLineEdit()
        self.keep.setPlaceholderText("columns that name nobody")
        self.keep.setToolTip(
            "Columns left out or moved below that you looked through, with commas"
        )
        self.heading = label("Columns", strong=True)
        self._build()
        self._refresh()

    def _build(self) -> None:
        every = Button(self._theme, "All", small=True)
        none = Button(self._theme, "None", small=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        fields = (("Table", self.source), ("Format", self.kind), ("Rows", self.rows))
        grid, _ = _grid(fields)
        grid.addWidget(self.where, 3, 1)
        stripping = (("Ids", self.ids), ("Dates", self.dates), ("Keep", self.keep))
        below, words = _grid(stripping)
        self._stripping = (*words, *(field for _, field in stripping))
        box.addLayout(grid)
        box.addLayout(row(self.heading, None, every, none))
        box.addWidget(self.search)
        box.addWidget(self.columns, 1)
        box.addWidget(self.strip)
        box.addLayout(below)
        self.setFixedWidth(340)
        for combo in (self.source, self.kind, self.rows, self.ids, self.dates):
            combo.activated.connect(self._refresh)
        self.strip.toggled.connect(self._refresh)
        self.keep.setAccessibleName("Columns to keep as they are")
        for line in (self.where, self.keep):
            line.textChanged.connect(self.changed)
        self.search.textChanged.connect(self._list)
        self.columns.toggled.connect(self._toggle)
        every.clicked.connect(lambda: self._all(on=True))
        none.clicked.connect(lambda: self._all(on=False))

    @property
    def plain(self) -> bool:
        """Whether it is a plain table, and none of a neighbouring tool."""
        return self.kind.currentData() in PLAIN

    def names(self) -> list[str]:
        """Columns that can go out."""
        return [c.name for c in sheet_columns(self._project, self._source())]

    def problem(self) -> str:
        """Why nothing can be exported; empty if something can."""
        left = set(self.names()) - self._off
        return "No column is ticked" if self.plain and not left else ""

    def _source(self) -> Source:
        chosen: Source = self.source.currentData()
        return chosen

    def options(self) -> ExportOptions:
        """What was chosen; ProjectError if there can be no secret for the ids."""
        names = self.names() if self.plain else []
        columns = tuple(name for name in names if name not in self._off)
        how = None
        if self.strip.isChecked() and self.plain:
            how = Deidentify(
                project_salt(self._project),
                self.ids.currentData(),
                bool(self.dates.currentData()),
                keep=frozenset(n.strip() for n in self.keep.text().split(",")) - {""},
            )
        where = self.rows.currentData()
        slides = self._selection if where is _SELECTED else None
        if slides is not None:
            where = ""
        return ExportOptions(
            self._source() if self.plain else "joined",
            str(self.kind.currentData()),
            columns if len(columns) < len(names) else (),
            self.where.text().strip() if where is None else str(where),
            slides,
            tuple(sorted(self._labels)) if not self.plain else (),
            deidentify=how,
        )

    def _refresh(self) -> None:
        plain, kind = self.plain, self.kind.currentData()
        self.where.setVisible(self.rows.currentData() is None)
        self.source.setEnabled(plain)
        if not plain:
            self.source.setCurrentIndex(0)
        self.heading.setText("Columns" if plain else "Labels for it to learn")
        self.columns.setEnabled(plain or kind != "clam-process-list")
        self.strip.setEnabled(plain)
        for widget in self._stripping:
            widget.setVisible(plain and self.strip.isChecked())
        self._list()
        self.changed.emit()

    def _list(self) -> None:
        columns = {c.name: c for c in sheet_columns(self._project, self._source())}
        words = self.search.text().casefold().split()
        names = [n for n in columns if all(word in n.casefold() for word in words)]

        def line(name: str) -> Row:
            on = name not in self._off if self.plain else name in self._labels
            icon = KIND_ICONS[columns[name].kind]
            return Row(name, (tick(on), Part(name, icon=icon, tint="text3")))

        self.search.setVisible(len(columns) > _MANY)
        self.columns.show_named(NamedRows(names, line))
        self._listed = names

    def _toggle(self, name: str) -> None:
        if self.plain:
            self._off ^= {name}
        else:
            self._labels ^= {name}
        self._list()
        self.changed.emit()

    def _all(self, *, on: bool) -> None:
        """Tick or untick the columns that are listed."""
        names = set(self._listed)
        if self.plain:
            self._off = self._off - names if on else self._off | names
        else:
            self._labels = self._labels | names if on else self._labels - names
        self._list()
        self.changed.emit()


def _combo(name: str, items: Sequence[tuple[str, object]]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    for words, value in items:
        combo.addItem(words, value)
    return combo


def _row_choices(project: Project, selected: int) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [("All rows", "")]
    if selected:
        words = f"The {selected:,} selected {'slide' if selected == 1 else 'slides'}"
        found.append((words, _SELECTED))
    for name, saved in saved_cohorts(project).items():
        found.append((f"Saved cohort {name}", saved.expression))
    found.append(("Rows that meet a condition", None))
    return found


def _grid(
    fields: Sequence[tuple[str, QWidget]],
) -> tuple[QGridLayout, list[QWidget]]:
    grid, names = QGridLayout(), list[QWidget]()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    for place, (name, field) in enumerate(fields):
        words = label(name)
        names.append(words)
        grid.addWidget(words, place, 0)
        grid.addWidget(field, place, 1)
    return grid, names
