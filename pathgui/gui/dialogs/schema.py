"""The schema of a table: what each column may hold, and what would not fit."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.background import Background
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.columnform import KIND_ICONS, ColumnForm
from pathgui.gui.dialogs.tablepick import TablePick
from pathgui.gui.session.schemadraft import SchemaDraft
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, SearchField, label, row
from pathgui.gui.tables.rows import Head, NamedRows, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import Column, Project, Table

_SHOWN = 200
Reasons = Mapping[int, str]


class SchemaDialog(Dialog):
    """Columns at the left, the chosen one's definition at the right.

    Attributes
    ----------
    chosen : Signal(Edit)
        All changes as one edit.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        project: Project,
        background: Background,
        table: str = "clinical",
        column: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            "Schema",
            "A type says how a column is shown and checked; the text of its cells "
            "stays as it is. Cells that do not fit are marked, and can be saved.",
            parent,
        )
        self.setObjectName("schemaDialog")
        self._project, self._background = project, background
        self._invalid: dict[str, int] = {}
        self._number = 0
        self.table = TablePick(table)
        self._draft = SchemaDraft(self._table)
        self.filter = SearchField(theme, "Filter columns", "ph.funnel")
        heads = (Head("", 30), Head("Column"), Head("Invalid", 70, right=True))
        self.columns = RowsView(theme, heads, "Columns")
        self.form = ColumnForm()
        self.wrong = label("", "errText", size=12, wrap=True)
        self.count = label("", strong=True)
        heads = (Head("Row", 190), Head("Text", 150), Head("Why it does not fit"))
        self.cells = RowsView(theme, heads, "Cells that would not fit")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(200)
        self._later.timeout.connect(self._judge)
        self._build()
        self._load(column)

    def _build(self) -> None:
        add = Button(self.theme, "Add column", "ph.plus", small=True)
        self.remove = Button(self.theme, "Delete", "ph.trash", small=True)
        self.suggest = Button(self.theme, "Suggest from the data", small=True)
        left = QVBoxLayout()
        left.setSpacing(8)
        for widget in (self.table, self.filter):
            left.addWidget(widget)
        left.addWidget(self.columns, 1)
        left.addLayout(row(add, self.remove, None))
        self.columns.setFixedWidth(280)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.form)
        right.addLayout(row(self.wrong, None, self.suggest))
        right.addWidget(self.count)
        right.addWidget(self.cells, 1)
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addLayout(left)
        both.addLayout(right, 1)
        self.body.addSpacing(4)
        self.body.addLayout(both, 1)
        self.add_cancel()
        self.go = self.add_right("Apply", "ph.check", "primary")
        self.go.clicked.connect(self._apply)
        add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.suggest.clicked.connect(self._suggest)
        self.form.changed.connect(self._edited)
        self.filter.textChanged.connect(self._list)
        self.table.currentIndexChanged.connect(lambda: self._load(""))
        self.columns.selectionModel().currentRowChanged.connect(self._show)
        self.resize(1040, 720)

    @property
    def _table(self) -> Table:
        return self._project.table(self.table.table)

    def _load(self, column: str) -> None:
        """Begin with the columns as they are."""
        table = self._table
        self._draft, self._invalid = SchemaDraft(table), {}
        self._list()
        names = list(self._draft.columns)
        first = column if column in names else next(iter(names), "")
        self.columns.choose(first)
        self._show()
        project_table, background = table, self._background
        task = background.start(
            "Checking the table",
            lambda _p, _a: {
                c.name: len(project_table.column_problems(c.name))
                for c in project_table.columns
            },
        )
        task.done.connect(self._take_counts)

    def _take_counts(self, counts: dict[str, int]) -> None:
        self._invalid = counts | self._invalid
        self.columns.viewport().update()

    def _list(self) -> None:
        wanted = self.filter.text().casefold()
        columns = self._draft.columns.items()
        names = [name for name, c in columns if wanted in c.name.casefold()]
        self.columns.show_named(NamedRows(names, self._row))
        self._say_apply()

    def _row(self, name: str) -> Row:
        column = self._draft.columns[name]
        gone, changed = name in self._draft.gone, self._draft.changed(name)
        kind = "missing" if gone else "strong" if changed else "text"
        count = self._invalid.get(name, 0)
        after = "goes" if gone else "filled in by pathgui" if column.computed else ""
        tint = "warn" if count else "text3"
        return Row(
            name,
            (
                Part("", icon=KIND_ICONS[column.kind], tint=tint),
                Part(column.name, kind, after=after),  # type: ignore[arg-type]
                Part(f"{count:,}" if count else "", "number"),
            ),
        )

    def current(self) -> str:
        """Name by which the chosen column was known at first."""
        return self.columns.current_key()

    def _show(self) -> None:
        name = self.current()
        there = name in self._draft.columns
        self.form.setEnabled(there)
        if not there:
            return
        self.form.show_column(self._draft.columns[name], self._table.name)
        standard = self._draft.is_standard(name)
        computed = self._draft.columns[name].computed
        self.remove.setEnabled(not standard and not computed)
        self.remove.setText("Keep" if name in self._draft.gone else "Delete")
        self.remove.setToolTip("Every project has this column" if standard else "")
        self.suggest.setEnabled(not computed and name not in self._draft.new)
        self._later.start()
        self._check()

    def _edited(self) -> None:
        name = self.current()
        if name in self._draft.columns:
            self._draft.put(name, self.form.column())
            self._list()
            self._check()
            self._later.start()

    def _check(self) -> None:
        name = self.current()
        reason = self._draft.reason(name) if name else ""
        self.wrong.setText(f"{reason[:1].upper()}{reason[1:]}" if reason else "")
        self._say_apply()

    def _judge(self) -> None:
        """Count what would not fit, in the background."""
        name = self.current()
        self._number += 1
        if name not in self._draft.columns or self._draft.reason(name):
            self.count.setText("")
            self.cells.show_rows([])
            return
        if name in self._draft.new:
            self._take(self._number, name, {})
            return
        table, column, number = self._table, self._draft.columns[name], self._number
        task = self._background.start("Checking cells", _judging(table, name, column))
        task.done.connect(lambda reasons: self._take(number, name, reasons))

    def _take(self, number: int, name: str, reasons: Reasons) -> None:
        if number != self._number:
            return
        table, count = self._table, len(reasons)
        self._invalid[name] = count
        rows = "row" if len(table) == 1 else "rows"
        words = f"{count:,} of {len(table):,} {rows} would not fit"
        self.count.setText(words if count else f"All {len(table):,} {rows} fit")
        self.cells.show_rows(
            [
                Row(
                    str(row_id),
                    (
                        Part(table.text(row_id, table.key), "mono"),
                        _text(table.text(row_id, name)),
                        Part(reason, "quiet"),
                    ),
                )
                for row_id, reason in list(reasons.items())[:_SHOWN]
            ]
        )
        self._list()

    def _add(self) -> None:
        name = self._draft.add()
        self.filter.clear()
        self._list()
        self.columns.choose(name)
        self.columns.scrollToBottom()
        self.form.name.setFocus()
        self.form.name.selectAll()

    def _remove(self) -> None:
        name = self.current()
        if name in self._draft.columns:
            self._draft.drop(name)
        self._list()
        self._show()

    def _suggest(self) -> None:
        self._draft.suggest(self.current())
        self._list()
        self._show()

    def _say_apply(self) -> None:
        count, broken = self._draft.count(), self._draft.broken()
        self.go.setText(f"Apply {count:,} changes" if count > 1 else "Apply")
        self.go.setEnabled(count > 0 and not broken)
        self.go.setToolTip(f"{broken} cannot be defined so" if broken else "")

    @override
    def done(self, result: int) -> None:
        self._later.stop()
        self._number += 1  # what is being judged comes too late
        super().done(result)

    def _apply(self) -> None:
        edit = self._draft.edit()
        self.accept()
        if edit:
            self.chosen.emit(edit)


def _judging(table: Table, name: str, column: Column) -> Callable[..., Reasons]:
    """Judges the cells of `name` by another definition, whatever it is called."""
    named = replace(column, name=name)
    return lambda _progress, _asked: table.problems_as(named)


def _text(text: str) -> Part:
    return Part(text) if text else Part("missing", "missing")
