"""Export of tables: what, which rows and columns, in which format, and for whom."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.errors import PathguiError, some_of
from pathgui.gui.background import Background
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.exportform import PLAIN, ExportForm
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import EmptyState, label
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView, width_for
from pathgui.project import Project
from pathgui.project.sheet import Sheet
from pathgui.workflows.export_tables import prepared_sheet

_ROWS, _COLUMNS, _TOLD = 40, 60, 6
Prepared = tuple[Sheet, list[str], dict[str, list[str]]]


class ExportDialog(Dialog):
    """Choices at the left, real rows as they would be written at the right.

    Attributes
    ----------
    chosen : Signal(Path, ExportOptions)
        Where to and what.
    """

    chosen = Signal(object, object)

    def __init__(
        self,
        theme: Theme,
        project: Project,
        background: Background,
        selection: Sequence[str] = (),
        parent: QWidget | None = None,
        *,
        deidentified: bool = False,
    ) -> None:
        super().__init__(
            theme,
            "De-identified export" if deidentified else "Export",
            "The project stays as it is. Cells that a spreadsheet would run as a "
            "formula are made harmless, and come back as they were when the file is "
            "imported again.",
            parent,
        )
        self.setObjectName("exportDialog")
        self._project, self._background = project, background
        self._number = 0
        self.form = ExportForm(theme, project, selection, strip=deidentified)
        self.summary = label("", strong=True)
        self.warning = label("", "warnText", size=12, wrap=True)
        self.preview = QStackedWidget()
        self.empty = EmptyState(theme, "ph.funnel")
        self.empty.say("Preparing the rows…", "They are shown as they will go out.")
        self.preview.addWidget(self.empty)
        self._view: RowsView | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(200)
        self._later.timeout.connect(self._prepare)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.summary)
        right.addWidget(self.preview, 1)
        right.addWidget(self.warning)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(self.form)
        both.addLayout(right, 1)
        self.body.addSpacing(4)
        self.body.addLayout(both, 1)
        self.add_cancel()
        self.go = self.add_right("Export…", "ph.export", "primary")
        self.go.clicked.connect(self._ask_where)
        self.form.changed.connect(self._later.start)
        self.resize(1120, 700)
        self._later.start()

    def _prepare(self) -> None:
        """Make what would be written, in the background."""
        self._number += 1
        number, project = self._number, self._project
        try:
            options = self.form.options()
        except PathguiError as error:
            self._refuse(number, error)
            return
        if problem := self.form.problem():
            self.summary.setText(problem)
            self.go.setEnabled(False)
            return
        task = self._background.start(
            "Preparing the export",
            lambda _progress, _asked: prepared_sheet(project, options),
        )
        task.done.connect(lambda made: self._show(number, made))
        task.failed.connect(lambda error: self._refuse(number, error))

    def _show(self, number: int, made: Prepared) -> None:
        if number != self._number:
            return
        sheet, warnings, done = made
        rows = "row" if len(sheet) == 1 else "rows"
        words = f"{len(sheet):,} {rows}"
        if self.form.plain:
            words += f", {len(sheet.names):,} columns"
        self.summary.setText(words)
        told = [f"{what}: {some_of(ns, most=8)}" for what, ns in done.items() if ns]
        if len(warnings) > _TOLD:
            more = f"{len(warnings) - _TOLD:,} more columns are told with the file"
            warnings = [*warnings[: _TOLD - 1], more, warnings[-1]]
        told += warnings
        self.warning.setText(" · ".join(told))
        self.go.setEnabled(len(sheet) > 0)
        self._show_rows(sheet)

    def _show_rows(self, sheet: Sheet) -> None:
        columns = sheet.columns[:_COLUMNS]
        heads = [
            Head(c.name, width_for(sheet.texts[c.name][:_ROWS].tolist(), c.name))
            for c in columns
        ]
        view = RowsView(self.theme, heads, "Preview of the export")
        view.show_rows(
            [
                Row(
                    str(place),
                    tuple(_text(str(sheet.texts[c.name][place])) for c in columns),
                )
                for place in range(min(len(sheet), _ROWS))
            ]
        )
        if self._view is not None:
            self.preview.removeWidget(self._view)
            self._view.deleteLater()
        self._view = view
        self.preview.addWidget(view)
        self.preview.setCurrentWidget(view)

    def _refuse(self, number: int, error: Exception) -> None:
        if not isinstance(error, PathguiError):
            raise error
        if number == self._number:
            self.empty.say(error.message, error.hint)
            self.preview.setCurrentWidget(self.empty)
            self.summary.setText("")
            self.go.setEnabled(False)

    def _ask_where(self) -> None:
        options = self.form.options()
        kind = options.kind
        if kind == "stamp":
            name = QFileDialog.getExistingDirectory(self, "Folder for the two tables")
        else:
            ending = kind if kind in PLAIN else "csv"
            base = options.source if kind in PLAIN else kind.replace("-", "_")
            start = str(Path.home() / f"{base}.{ending}")
            name, _ = QFileDialog.getSaveFileName(
                self, "Export", start, f"{ending.upper()} (*.{ending})"
            )
        if name:
            self.export(Path(name))

    def export(self, out: Path) -> None:
        """Export to this place."""
        options = self.form.options()
        self.accept()
        self.chosen.emit(out, options)

    @override
    def done(self, result: int) -> None:
        self._later.stop()
        self._number += 1
        super().done(result)


def _text(text: str) -> Part:
    return Part(text) if text else Part("missing", "missing")
