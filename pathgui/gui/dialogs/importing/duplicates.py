"""Fifth step: rows that share a key, rows that are there already, and the diff."""

from PySide6.QtWidgets import QComboBox, QGridLayout, QStackedWidget
from typing_extensions import override

from pathgui.gui.dialogs.importing.accepting import Acceptance
from pathgui.gui.dialogs.importing.changelist import ChangeList
from pathgui.gui.dialogs.importing.decisions import Decisions
from pathgui.gui.dialogs.wizard import Step
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, EmptyState, label, row
from pathgui.project import ImportPlan

_SHARED = (
    ("keep all of them", "keep"),
    ("take only the first", "first"),
    ("take only the last", "last"),
    ("stop: the file must be corrected", "refuse"),
)
_KNOWN = (
    ("update: what the file says replaces what is there", "update"),
    ("fill gaps: only empty cells are filled", "fill"),
    ("leave them as they are", "leave"),
)


class DuplicatesStep(Step):
    """Two policies, and every change of what is there, to be accepted."""

    def __init__(self, theme: Theme, decisions: Decisions) -> None:
        super().__init__(
            "Duplicates",
            "Rows of one key, and rows that are here already",
            "An empty cell of the file never erases anything. Untick what shall not "
            "come: a cell, a row, a column, a new row.",
        )
        self._theme, self._decisions = theme, decisions
        self._listed: Acceptance | None = None
        decisions.changed.connect(self.renew)

    @override
    def build(self) -> None:
        theme = self._theme
        self.shared, self.known = QComboBox(), QComboBox()
        self.shared.setAccessibleName("Rows of the file that share a key")
        self.known.setAccessibleName("Rows that are here already")
        for combo, items in ((self.shared, _SHARED), (self.known, _KNOWN)):
            for words, value in items:
                combo.addItem(words, value)
        self.shared_found = label("", "second", wrap=True)
        self.known_found = label("", "second", wrap=True)
        self.list = ChangeList(theme)
        self.count = label("", "quiet", size=12)
        self.all = Button(theme, "Accept all", small=True)
        self.none = Button(theme, "Accept none", small=True)
        self.gaps = Button(theme, "Only gaps that are filled", small=True)
        self.stack = QStackedWidget()
        self.empty = EmptyState(theme, "ph.check-circle")
        self._build()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        lines = (
            ("Rows of the file that share a key", self.shared, self.shared_found),
            ("Rows that are here already", self.known, self.known_found),
        )
        for place, (words, combo, found) in enumerate(lines):
            combo.setMinimumWidth(330)
            grid.addWidget(label(words), place, 0)
            grid.addWidget(combo, place, 1)
            grid.addWidget(found, place, 2)
        self.box.addLayout(grid)
        self.box.addLayout(
            row(
                label("What changes, and what is new", strong=True),
                self.count,
                None,
                self.gaps,
                self.none,
                self.all,
            )
        )
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.empty)
        self.box.addWidget(self.stack, 1)
        self.shared.activated.connect(self._decide)
        self.known.activated.connect(self._decide)
        self.list.changed.connect(self._ticked)
        self.all.clicked.connect(lambda: self._accept(all_=True))
        self.none.clicked.connect(lambda: self._accept(all_=False))
        self.gaps.clicked.connect(self._only_gaps)

    @override
    def show_now(self) -> None:
        self._show()

    def _decide(self) -> None:
        self._decisions.decide(
            duplicates=self.shared.currentData(), known=self.known.currentData()
        )

    def _ticked(self) -> None:
        self._decisions.take_ticks()
        self._count()
        self.changed.emit()

    def _accept(self, *, all_: bool) -> None:
        found = self._decisions.acceptance
        if found is not None:
            found.set(all_, self.list.shown)
            self._renew()

    def _only_gaps(self) -> None:
        found = self._decisions.acceptance
        if found is not None:
            found.only_gaps()
            self._renew()

    def _renew(self) -> None:
        self.list.renew()
        self._ticked()

    def _show(self) -> None:
        plan = self._decisions.plan
        if plan is None:
            error = self._decisions.error
            if error is not None:
                self.empty.say(error.message, error.hint)
            else:
                self.empty.say("Looking…", "The import is being planned.")
            self.stack.setCurrentWidget(self.empty)
            self.changed.emit()
            return
        report = plan.report
        self._offer(plan.into)
        several = len(report.duplicates)
        self.shared_found.setText(
            f"{several:,} {'key has' if several == 1 else 'keys have'} several rows"
            if several
            else "none: every key has one row"
        )
        self.known_found.setText(
            f"{report.updated:,} would be updated, {report.unchanged:,} say nothing "
            f"new, {report.added:,} {'row is' if report.added == 1 else 'rows are'} new"
        )
        self._list(plan)
        self.changed.emit()

    def _offer(self, into: str) -> None:
        """A slide has one row in the manifest: no choice keeps several."""
        keep = self.shared.findData("keep")
        if into == "manifest":
            self.shared.setItemText(keep, "take the first, and say so")
        else:
            self.shared.setItemText(keep, _SHARED[0][0])

    def _list(self, plan: ImportPlan) -> None:
        found = self._decisions.acceptance
        if found is None:
            return
        if found is not self._listed:
            self._listed = found
            key = self._decisions.project.table(plan.into).key
            if plan.key is not None:
                key = f"{plan.key.names}_id"
            self.list.show_changes(found, key)
        total = found.count().total
        for button in (self.all, self.none, self.gaps):
            button.setVisible(total > 0)
        self.empty.say(
            "Nothing changes",
            "Every row of the file says what is here already.",
        )
        self.stack.setCurrentWidget(self.list if total else self.empty)
        self._count()

    def _count(self) -> None:
        found = self._decisions.acceptance
        if found is not None:
            count = found.count()
            words = f"{count.on:,} of {count.total:,} accepted" if count.total else ""
            self.count.setText(words)

    @override
    def found(self) -> str:
        found = self._decisions.acceptance
        if found is None:
            return ""
        return f"{found.new.sum():,} new, {found.cells.sum():,} cells change"

    @override
    def problem(self) -> str:
        if self._decisions.error is not None:
            return "The import cannot be done so"
        return "" if self._decisions.plan is not None else self._decisions.busy
