"""Fifth step: rows that share a key, rows that are there already, and the diff."""

from PySide6.QtWidgets import QComboBox, QGridLayout, QStackedWidget
from typing_extensions import override

from pathgui.gui.dialogs.importing.decisions import Decisions
from pathgui.gui.dialogs.wizard import Step
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, EmptyState, label, row
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.ticks import TickView, tick
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
_SHOWN = 3000


class DuplicatesStep(Step):
    """Two policies, and every change of what is there, to be accepted."""

    def __init__(self, theme: Theme, decisions: Decisions) -> None:
        super().__init__(
            "Duplicates",
            "Rows of one key, and rows that are here already",
            "An empty cell of the file never erases anything. Untick what shall stay "
            "as it is.",
        )
        self._decisions = decisions
        self.shared, self.known = QComboBox(), QComboBox()
        self.shared.setAccessibleName("Rows of the file that share a key")
        self.known.setAccessibleName("Rows that are here already")
        for combo, items in ((self.shared, _SHARED), (self.known, _KNOWN)):
            for words, value in items:
                combo.addItem(words, value)
        self.shared_found = label("", "second", wrap=True)
        self.known_found = label("", "second", wrap=True)
        heads = (
            Head("Row", 190),
            Head("Column", 160),
            Head("Here now", 190),
            Head("After the import"),
        )
        self.list = TickView(theme, heads, "Changes to accept")
        self.count = label("", "quiet", size=12)
        self.all = Button(theme, "Accept all", small=True)
        self.none = Button(theme, "Accept none", small=True)
        self.gaps = Button(theme, "Only gaps that are filled", small=True)
        self.stack = QStackedWidget()
        self.empty = EmptyState(theme, "ph.check-circle")
        self._build()
        decisions.changed.connect(self.renew)

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
                label("Changes of cells that are here", strong=True),
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
        self.list.toggled.connect(self._toggle)
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

    def _toggle(self, key: str) -> None:
        place, _, column = key.partition(":")
        self._decisions.reject(self._decisions.rejected ^ {(int(place), column)})
        self._show()

    def _accept(self, *, all_: bool) -> None:
        plan = self._decisions.plan
        changes = () if plan is None or all_ else plan.changes
        self._decisions.reject((c.cell.row, c.cell.column) for c in changes)
        self._show()

    def _only_gaps(self) -> None:
        plan = self._decisions.plan
        if plan is not None:
            self._decisions.reject(
                (c.cell.row, c.cell.column) for c in plan.changes if c.replaces
            )
        self._show()

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
        several = len(report.duplicates)
        self.shared_found.setText(
            f"{several:,} {'key has' if several == 1 else 'keys have'} several rows"
            if several
            else "none: every key has one row"
        )
        self.known_found.setText(
            f"{report.updated:,} would be updated, {report.unchanged:,} say nothing "
            f"new, {report.added:,} rows are new"
        )
        self._list(plan)
        self.changed.emit()

    def _list(self, plan: ImportPlan) -> None:
        rejected = self._decisions.rejected
        rows = []
        for change in plan.changes[:_SHOWN]:
            cell = change.cell
            on = (cell.row, cell.column) not in rejected
            old = Part(cell.old) if cell.old else Part("missing", "missing")
            rows.append(
                Row(
                    f"{cell.row}:{cell.column}",
                    (
                        tick(on),
                        Part(change.key, "mono"),
                        Part(cell.column),
                        old,
                        Part(cell.new, "strong" if on else "quiet"),
                    ),
                )
            )
        self.list.show_rows(rows)
        total, off = len(plan.changes), len(rejected)
        words = f"{total - off:,} of {total:,} accepted" if total else ""
        if total > _SHOWN:
            words += f", the first {_SHOWN:,} are listed"
        self.count.setText(words)
        for button in (self.all, self.none, self.gaps):
            button.setVisible(total > 0)
        self.empty.say(
            "Nothing that is here changes",
            "Every row of the file is new, or says what is here already.",
        )
        self.stack.setCurrentWidget(self.list if rows else self.empty)

    @override
    def found(self) -> str:
        plan = self._decisions.accepted()
        if plan is None:
            return ""
        return f"{len(plan.added):,} new, {len(plan.changes):,} cells change"

    @override
    def problem(self) -> str:
        if self._decisions.error is not None:
            return "The import cannot be done so"
        return "" if self._decisions.plan is not None else "Looking…"
