"""Fourth step: what each column becomes, with its type to be confirmed."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QStackedWidget
from typing_extensions import override

from pathgui.gui.dialogs.importing.decisions import Decisions
from pathgui.gui.dialogs.importing.mapping import MappingView
from pathgui.gui.dialogs.importing.mappinglines import SKIP, Line
from pathgui.gui.dialogs.importing.preview import preview
from pathgui.gui.dialogs.wizard import Step
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import SearchField, label, row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import Column, ImportPlan
from pathgui.project.columnwords import ColumnWords
from pathgui.project.guess import guess_column
from pathgui.project.importplan import PlannedColumn

_TALL = 10


class ColumnsStep(Step):
    """Mapping above, real rows below."""

    def __init__(self, theme: Theme, decisions: Decisions) -> None:
        super().__init__(
            "Columns",
            "Match the columns",
            "Every cell is read as text first. Types only say how a column is shown "
            "and checked.",
        )
        self._theme, self._decisions = theme, decisions
        self.mapping = MappingView(theme)
        self.search = SearchField(theme, "Find a column of the file")
        self.found_count = label("", "quiet", size=12)
        self.summary = label("", "quiet", size=12)
        self.only = QCheckBox("Only rows with problems")
        self.preview = QStackedWidget()
        self._view: RowsView | None = None
        self.box.addLayout(row(self.search, self.found_count))
        self.box.addWidget(self.mapping, 3)
        self.box.addLayout(
            row(label("Preview", strong=True), self.summary, None, self.only)
        )
        self.box.addWidget(self.preview, 2)
        self.mapping.lines.renamed.connect(self._rename)
        self.mapping.lines.typed.connect(self._type)
        self.mapping.category.connect(lambda source: self._type(source, "category"))
        self.only.toggled.connect(self._show)
        self.search.textChanged.connect(self._show_lines)
        decisions.changed.connect(self.renew)

    @override
    def show_now(self) -> None:
        self._show()

    def _show(self) -> None:
        plan, table = self._decisions.plan, self._decisions.source.table
        if plan is None or table is None:
            self.changed.emit()
            return
        self._show_lines()
        self._preview(plan)
        self.changed.emit()

    def _show_lines(self) -> None:
        plan, table = self._decisions.plan, self._decisions.source.table
        if plan is None or table is None:
            return
        planned = {column.source: column for column in plan.columns}
        lines = [self._line(name, planned, plan) for name in table.columns]
        lines.sort(key=lambda line: not line.is_key)
        known = self._decisions.project.table(plan.into)
        targets = [column.name for column in known.columns]
        self.mapping.lines.show_lines(self._sought(lines), targets)
        many, tall = len(lines) > _TALL, len(lines) * 32 + 34
        self.mapping.setMinimumHeight(240 if many else min(tall, 240))
        self.mapping.setMaximumHeight(16_777_215 if many else tall)

    def _sought(self, lines: list[Line]) -> list[Line]:
        """Those whose name, in the file or here, holds what is looked for."""
        many = len(lines) > _TALL
        for widget in (self.search, self.found_count):
            widget.setVisible(many)
        words = self.search.text().casefold().split() if many else []
        if not words:
            self.found_count.setText(f"{len(lines):,} columns")
            return lines
        named = ((line, f"{line.source} {line.column.name}") for line in lines)
        found = [
            line
            for line, name in named
            if all(word in name.casefold() for word in words)
        ]
        self.found_count.setText(f"{len(found):,} of {len(lines):,} columns")
        return found

    def _line(
        self,
        name: str,
        planned: Mapping[str, PlannedColumn],
        plan: ImportPlan,
    ) -> Line:
        options, found = self._decisions.options, planned.get(name)
        skipped = name in options.skip or found is None
        column = found.column if found is not None else Column(name)
        key = plan.key is not None and column.name == plan.key.column
        told = found.words if found is not None else ColumnWords("")
        words = self._key_words if key else lambda: told
        return Line(name, column, words, is_key=key, skipped=skipped)

    def _key_words(self) -> ColumnWords:
        plan, matches = self._decisions.plan, self._decisions.matches
        if plan is None or plan.key is None or matches is None:
            return ColumnWords("the key")
        noun = plan.key.names
        unique = "unique" if matches.distinct == matches.rows else "some repeat"
        words = f"{unique}, {matches.hits:,} of {matches.rows:,} find a {noun}"
        if plan.key.column != f"{noun}_id":
            words += f", {noun}_id is made of it"
        return ColumnWords(words)

    def _rename(self, source: str, name: str) -> None:
        options = self._decisions.options
        if name == SKIP or not name:
            self._decisions.decide(skip=options.skip | {source})
            return
        old = options.names.get(source, source)
        names = {k: v for k, v in options.names.items() if k != source}
        if name != source:
            names[source] = name
        columns = dict(options.columns)
        if old in columns and old != name:
            columns[name] = replace(columns.pop(old), name=name)
        skip = options.skip - {source}
        self._decisions.decide(names=names, columns=columns, skip=skip)

    def _type(self, source: str, kind: str) -> None:
        plan, table = self._decisions.plan, self._decisions.source.table
        if plan is None or table is None:
            return
        found = next((c for c in plan.columns if c.source == source), None)
        if found is None:
            return
        texts = table.columns[source].tolist()
        column = _retyped(found.column, kind, texts, table.separator)
        columns = {**self._decisions.options.columns, column.name: column}
        self._decisions.decide(columns=columns)

    def _preview(self, plan: ImportPlan) -> None:
        view, words = preview(self._theme, self._decisions, plan, self.only.isChecked())
        self.summary.setText(words)
        if self._view is not None:
            self.preview.removeWidget(self._view)
            self._view.deleteLater()
        self._view = view
        self.preview.addWidget(view)
        self.preview.setCurrentWidget(view)

    @override
    def found(self) -> str:
        plan, table = self._decisions.plan, self._decisions.source.table
        if plan is None or table is None:
            return ""
        skip, found = self._decisions.options.skip, self._decisions.words
        taken = [name for name in table.columns if name in found and name not in skip]
        key = plan.key.column if plan.key is not None else ""
        looked = [found[name] for name in taken if name != key]
        doubt = sum(bool(words.misfits or words.codes) for words in looked)
        words = f"{len(taken):,} columns"
        return f"{words}, {doubt:,} to check" if doubt else words

    @override
    def problem(self) -> str:
        if self._decisions.error is not None:
            return self._decisions.error.message
        return "" if self._decisions.plan is not None else self._decisions.busy


def _retyped(column: Column, kind: str, texts: list[str], separator: str) -> Column:
    """The column with another type, and the notation that its texts have."""
    guessed = guess_column(column.name, texts, separator)
    same = guessed.kind == kind or {guessed.kind, kind} == {"number", "integer"}
    return Column(
        column.name,
        kind,  # type: ignore[arg-type]
        unit=column.unit if kind in ("number", "integer") else "",
        required=column.required,
        unique=column.unique,
        description=column.description,
        decimal=guessed.decimal if same and kind == "number" else ".",
        date_format=guessed.date_format if same else "",
    )
