"""Last step: everything the import would do, in one look."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy
from typing_extensions import override

from pathgui.gui.dialogs.importing.decisions import Decisions
from pathgui.gui.dialogs.wizard import Step
from pathgui.gui.panels.cards import NumberCard
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.gui.style.sections import Facts
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import ImportPlan
from pathgui.project.rawtable import how_read

_CARDS = (
    ("added", "new rows", "ph.plus-circle", "ok"),
    ("updated", "rows updated", "ph.pencil-simple", "run"),
    ("unchanged", "rows unchanged", "ph.equals", "neut"),
    ("columns", "new columns", "ph.columns", "run"),
    ("problems", "to look at", "ph.warning-fill", "warn"),
)
_WHERE = {"clinical": "the clinical table", "manifest": "the manifest of slides"}


class CheckStep(Step):
    """Figures, facts, and what is wrong; the button below does it."""

    def __init__(self, theme: Theme, decisions: Decisions) -> None:
        super().__init__(
            "Check and import",
            "Check and import",
            "Nothing has been changed so far. The import is one undo step, and the "
            "table as it is now is kept as a version.",
        )
        self._theme, self._decisions = theme, decisions
        decisions.changed.connect(self.renew)

    @override
    def build(self) -> None:
        self.cards = {
            card[0]: NumberCard(self._theme, *card, clickable=False) for card in _CARDS
        }
        self.facts = Facts()
        self.facts.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        heads = (
            Head("", 34),
            Head("Line", 70, right=True),
            Head("Column", 150),
            Head("What was found"),
        )
        self.list = RowsView(self._theme, heads, "Problems of the file")
        self.none = label("Nothing in the file is out of order.", "quiet")
        cards = QHBoxLayout()
        cards.setSpacing(10)
        for card in self.cards.values():
            cards.addWidget(card, 1)
        self.box.addLayout(cards)
        self.box.addWidget(self.facts)
        self.box.addWidget(label("What was found in the file", strong=True))
        self.box.addWidget(self.none)
        self.box.addWidget(self.list, 1)
        self.box.addStretch(0)

    @override
    def show_now(self) -> None:
        self._show()

    def _show(self) -> None:
        plan = self._decisions.accepted()
        if plan is not None:
            self._show_plan(plan)
        self.changed.emit()

    def _show_plan(self, plan: ImportPlan) -> None:
        report, source = plan.report, self._decisions.source
        cells = len(plan.changes)
        self.cards["added"].say(report.added, f"of {report.rows:,} in the file")
        self.cards["updated"].say(report.updated, f"{cells:,} cells change")
        self.cards["unchanged"].say(report.unchanged, "say nothing new")
        new = ", ".join(report.columns[:4]) or "none"
        self.cards["columns"].say(len(report.columns), new)
        notes = len(report.problems) + len(report.warnings)
        self.cards["problems"].say(notes, "imported all the same")
        missing = ", ".join(report.missing[:3])
        if len(report.missing) > 3:
            missing = f"{len(report.missing):,} slides: {missing} …"
        key = "none: rows are not linked to slides"
        if plan.key is not None:
            key = f"{plan.key.column}, names a {plan.key.names}{self._hits()}"
        left_out = ", ".join(sorted(self._decisions.options.skip))
        where = str(source.path) if source.path is not None else "the clipboard"
        self.facts.say(
            (
                ("Table", where),
                ("Goes to", _WHERE[plan.into]),
                ("Read as", how_read(plan.table) if source.path is not None else ""),
                ("Key", key),
                ("Rule", self._rule()),
                ("Left out", left_out),
                ("File missing", missing),
                ("Undo step", plan.edit.label),
            )
        )
        rows = [_warning(k, words) for k, words in enumerate(report.warnings)]
        if plan.key is not None and self._finds_nothing():
            mark = Part("", icon="ph.warning-fill", tint="warn")
            words = f"No row finds a {plan.key.names} of this project: look at the key"
            rows.insert(
                0, Row("key", (mark, Part(), Part(plan.key.column), Part(words)))
            )
        for place, problem in enumerate(report.problems):
            mark = Part("", icon="ph.warning-fill", tint="warn")
            line = Part(f"{problem.line:,}" if problem.line else "", "number")
            rows.append(
                Row(
                    f"p{place}",
                    (mark, line, Part(problem.column), Part(problem.message)),
                )
            )
        self.list.show_rows(rows)
        self.list.setVisible(bool(rows))
        self.none.setVisible(not rows)

    def _hits(self) -> str:
        found = self._decisions.matches
        return f"; {found.hits:,} of {found.rows:,} rows find theirs" if found else ""

    def _finds_nothing(self) -> bool:
        found = self._decisions.matches
        if found is None or not len(self._decisions.project.manifest):
            return False
        return found.rows > 0 and not found.hits

    def _rule(self) -> str:
        rule = self._decisions.options.rule
        return f"{rule or 'none'} (new for this project)" if rule is not None else ""

    @override
    def found(self) -> str:
        plan = self._decisions.accepted()
        rows = plan.report.rows if plan is not None else 0
        words = "1 row" if rows == 1 else f"{rows:,} rows"
        return words if plan is not None else ""

    @override
    def problem(self) -> str:
        plan = self._decisions.accepted()
        if plan is None:
            error = self._decisions.error
            return error.message if error is not None else self._decisions.busy
        found = self._decisions.acceptance
        count = found.count() if found is not None else None
        if count is not None and count.total and not count.on:
            return "Nothing is ticked"
        return "" if plan.edit and found is not None else "There is nothing to import"


def _warning(place: int, words: str) -> Row:
    mark = Part("", icon="ph.info-fill", tint="run")
    return Row(f"w{place}", (mark, Part(), Part(), Part(words)))
