"""Older versions of the tables, what bringing one back would change, and the deed."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.background import Background, Task
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.differenceview import DifferenceView
from pathgui.gui.dialogs.tablepick import TablePick
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import EmptyState, label, row
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import Edit, Project
from pathgui.project.versions import Version


class RestoreDialog(Dialog):
    """Versions at the left, differences at the right.

    Attributes
    ----------
    chosen : Signal(Edit)
        Someone wants this version back.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        project: Project,
        background: Background,
        table: str = "manifest",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            "Restore a version",
            "Each save keeps the table as it was before, the last 20 times. Restoring "
            "is an edit like any other: it can be undone.",
            parent,
        )
        self.setObjectName("restoreDialog")
        self._project, self._background = project, background
        self._versions: list[Version] = []
        self._edit: Edit | None = None
        self._comparing: Task | None = None
        self.table = TablePick(table)
        self.keep = QCheckBox("Leave what runs and files filled in as it is now")
        self.keep.setChecked(True)
        heads = (
            Head("Saved", 172),
            Head("By", 72),
            Head("Before"),
            Head("Rows", 60, right=True),
            Head("Size", 84, right=True),
        )
        self.versions = RowsView(theme, heads, "Versions")
        self.list = DifferenceView(theme, "Now", "After", "Differences")
        self.summary = label("", "second", size=12)
        self.empty = EmptyState(theme, "ph.clock-counter-clockwise")
        self._build()
        self._show_versions()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.table)
        left.addWidget(self.versions, 1)
        self.versions.setMinimumWidth(480)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.empty)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addLayout(row(self.summary, None, self.keep))
        right.addWidget(self.stack, 1)
        both = QHBoxLayout()
        both.setSpacing(14)
        both.addLayout(left, 5)
        both.addLayout(right, 4)
        self.body.addSpacing(4)
        self.body.addLayout(both, 1)
        self.add_cancel()
        self.go = self.add_right("Restore", "ph.clock-counter-clockwise", "primary")
        self.go.clicked.connect(self._restore)
        self.table.currentIndexChanged.connect(self._show_versions)
        self.keep.toggled.connect(self._show)
        self.versions.selectionModel().currentRowChanged.connect(self._compare)
        self.resize(1180, 640)

    @property
    def name(self) -> str:
        """The table whose versions are listed."""
        return self.table.table

    def _show_versions(self) -> None:
        self._versions = self._project.versions(self.name)
        rows = [_row(version) for version in self._versions]
        self.versions.show_rows(rows)
        self.keep.setVisible(self.name == "manifest")
        self._edit = None
        if rows:
            self.versions.selectRow(0)
        self._show()

    def _compare(self) -> None:
        place = self.versions.currentIndex().row()
        self._edit = self._comparing = None
        self._show()
        if 0 <= place < len(self._versions):
            name, version = self.name, self._versions[place]
            project = self._project
            task = self._background.start(
                "Comparing versions", lambda _p, _a: project.restore(name, version)
            )
            self._comparing = task
            task.done.connect(self._compared)
            task.failed.connect(self._failed)

    def _compared(self, edit: Edit) -> None:
        if self.sender() is self._comparing:
            self._edit = edit
            self._show()

    def _failed(self, error: Exception) -> None:
        if self.sender() is not self._comparing:
            return
        hint = getattr(error, "hint", "")
        self._say("This version cannot be read", f"{error} {hint}".strip())

    def wanted(self) -> Edit | None:
        """The edit that brings the chosen version back."""
        edit = self._edit
        if edit is None or self.name != "manifest" or not self.keep.isChecked():
            return edit
        table = self._project.manifest
        computed = {column.name for column in table.columns if column.computed}
        cells = tuple(cell for cell in edit.cells if cell.column not in computed)
        return replace(edit, cells=cells)

    def _show(self) -> None:
        edit = self.wanted()
        self.go.setEnabled(bool(edit))
        self.summary.setText("")
        if not self._versions:
            self._say("No older version yet", "The first one is kept at the next save.")
        elif edit is None:
            self._say("Comparing…", "The version is being read.")
        elif not edit:
            self._say("No difference", "The table says the same as this version.")
        else:
            table = self._project.table(self.name)
            self.summary.setText(self.list.show_edit(edit, table))
            self.stack.setCurrentWidget(self.list)

    def _say(self, title: str, why: str) -> None:
        self.empty.say(title, why)
        self.stack.setCurrentWidget(self.empty)

    def _restore(self) -> None:
        edit = self.wanted()
        if edit:
            self.accept()
            self.chosen.emit(edit)


def _row(version: Version) -> Row:
    here = version.time.astimezone()
    return Row(
        version.path.name,
        (
            Part(spoken(here), "number"),
            Part(version.user) if version.user else Part("not recorded", "quiet"),
            Part(version.before().removeprefix("before ")),
            Part("" if version.rows is None else f"{version.rows:,}", "number"),
            Part(_size(version.size), "number"),
        ),
    )


def spoken(when: datetime) -> str:
    """A moment as people read it: ``12 Nov 2026, 14:06:21``."""
    return f"{when.day} {when:%b %Y, %H:%M:%S}"


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"
