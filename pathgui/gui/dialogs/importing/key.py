"""Third step: the column that names slide or patient, and who is found by it."""

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.dialogs.importing.decisions import Decisions
from pathgui.gui.dialogs.wizard import Step
from pathgui.gui.panels.patientrule import RulePanel
from pathgui.gui.session.keymatches import KeyMatch
from pathgui.gui.style import Theme
from pathgui.gui.style.longlist import LongList
from pathgui.gui.style.parts import label, row
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import ImportPlan

_GUESS, _NO_KEY = "guessed", "no key"
_NEW_SLIDES = (
    "A slide is found by its id, its file name or its path. A new one is opened where "
    "the table says, in the project, or beside the table, and its row is filled from "
    "its file. Where there is no file the slide comes as missing: Relink missing… "
    "points it at its file later."
)


class KeyStep(Step):
    """Key column, what it names, and the rule from slide to patient."""

    def __init__(self, theme: Theme, decisions: Decisions) -> None:
        super().__init__(
            "Key",
            "Which column names the slide or the patient?",
            "Rows are found by it. Nothing is linked by guess: what is close but not "
            "equal is listed later as a near miss.",
        )
        self._theme, self._decisions = theme, decisions
        decisions.changed.connect(self.renew)

    @override
    def build(self) -> None:
        theme, decisions = self._theme, self._decisions
        self.column = LongList(theme)
        self.column.setAccessibleName("Key column")
        self.column.setMinimumWidth(248)
        self.names = QComboBox()
        self.names.setAccessibleName("What the key names")
        for words in ("slide", "patient"):
            self.names.addItem(words, words)
        self.cohort = QComboBox()
        self.cohort.setEditable(True)
        self.cohort.setAccessibleName("Cohort of new slides")
        self.case = QCheckBox("Ignore case")
        self.count = label("", strong=True)
        self.why = label("", "quiet", size=12, wrap=True)
        heads = (Head("In the file", 220), Head("", 30), Head("In the project"))
        self.matches = RowsView(theme, heads, "What the key finds")
        project = decisions.project
        slides = project.manifest.texts("slide_id").tolist()
        self.rule = RulePanel(theme, slides, project.config.patient_rule)
        self.of_patients, self.of_slides = QWidget(), QWidget()
        self.cohort.addItems([name for name in project.cohorts() if name])
        self._build()

    def _build(self) -> None:
        self.box.addLayout(
            row(
                label("Key column"),
                self.column,
                label("names a"),
                self.names,
                self.case,
                None,
                self.count,
            )
        )
        self.box.addWidget(self.why)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(label("What the key finds", strong=True))
        left.addWidget(self.matches, 1)
        right = QVBoxLayout()
        right.addWidget(self.of_patients, 1)
        right.addWidget(self.of_slides, 1)
        self._build_right()
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addLayout(left, 1)
        both.addLayout(right, 1)
        self.box.addLayout(both, 1)
        self.column.activated.connect(self._decide)
        self.names.activated.connect(self._decide_names)
        self.case.clicked.connect(self._decide_case)
        self.rule.changed.connect(self._decide_rule)
        self.cohort.currentTextChanged.connect(self._decide_cohort)

    def _build_right(self) -> None:
        """The rule for patients, or what becomes of new slides."""
        patients = QVBoxLayout(self.of_patients)
        patients.setContentsMargins(0, 0, 0, 0)
        patients.setSpacing(8)
        patients.addWidget(label("Slide to patient rule", strong=True))
        patients.addWidget(self.rule, 1)
        slides = QVBoxLayout(self.of_slides)
        slides.setContentsMargins(0, 0, 0, 0)
        slides.setSpacing(8)
        slides.addWidget(label("Slides that are new", strong=True))
        slides.addLayout(row(label("Cohort, where the table names none"), self.cohort))
        slides.addWidget(label(_NEW_SLIDES, "second", wrap=True))
        slides.addStretch(1)

    @override
    def show_now(self) -> None:
        self._show()

    def _decide(self) -> None:
        name = self.column.currentData()
        wanted = None if name in (_GUESS, _NO_KEY) else str(name)
        self._decisions.decide(id_column=wanted, key_names="", unlinked=name == _NO_KEY)

    def _decide_names(self) -> None:
        plan = self._decisions.plan
        if plan is not None and plan.key is not None:
            names = str(self.names.currentData())
            self._decisions.decide(id_column=_source(plan), key_names=names)

    def _decide_case(self) -> None:
        self._decisions.decide(ignore_case=self.case.isChecked())

    def _decide_cohort(self, text: str) -> None:
        self._decisions.decide(cohort=text.strip())

    def _decide_rule(self) -> None:
        if not self.rule.problem():
            own = self._decisions.project.config.patient_rule
            rule = self.rule.rule()
            self._decisions.decide(rule=None if rule == own else rule)
        self.changed.emit()

    def _show(self) -> None:
        plan, table = self._decisions.plan, self._decisions.source.table
        of_slides = self._decisions.into == "manifest"
        self.of_slides.setVisible(of_slides)
        self.of_patients.setVisible(not of_slides)
        if table is not None:
            self._fill(list(table.columns))
        if plan is None:
            error = self._decisions.error
            self.count.setText("" if error else "Looking…")
            self.why.setText(f"{error.message} {error.hint}" if error else "")
            self.changed.emit()
            return
        self._show_plan(plan)
        self.changed.emit()

    def _fill(self, columns: list[str]) -> None:
        plan, options = self._decisions.plan, self._decisions.options
        guess = "found by itself"
        if plan is not None and plan.key is not None and options.id_column is None:
            guess = f"{plan.key.column} (found by itself)"
        first: list[tuple[str, object]] = [(guess, _GUESS)]
        if self._decisions.into == "clinical":
            first.append(("no key: rows stay unlinked", _NO_KEY))
        self.column.offer([*first, *((name, name) for name in columns)])
        chosen = _NO_KEY if options.unlinked else options.id_column or _GUESS
        self.column.choose(chosen)

    def _show_plan(self, plan: ImportPlan) -> None:
        self.names.setEnabled(plan.key is not None and plan.into == "clinical")
        found = self._decisions.matches
        if plan.key is None or found is None:
            self.count.setText("No key")
            chosen = self._decisions.options.unlinked
            self.why.setText(
                ("" if chosen else "No column names slides or patients. ")
                + "The rows are imported without a link to slides; a later import "
                "with a key can still find them."
            )
            self.matches.show_rows([])
            return
        self.names.setCurrentIndex(self.names.findData(plan.key.names))
        noun = plan.key.names
        self.count.setText(f"{found.hits:,} of {found.rows:,} rows find a {noun}")
        self.count.setObjectName("okText" if found.hits == found.rows else "warnText")
        self.count.style().unpolish(self.count)
        self.count.style().polish(self.count)
        why = plan.key.why
        self.why.setText(f"{plan.key.column}: {why}." if why else "")
        self.matches.show_rows([_row(match) for match in found.shown])

    @override
    def found(self) -> str:
        plan = self._decisions.plan
        if plan is None:
            return ""
        if plan.key is None:
            return "no key"
        return f"{plan.key.column} names a {plan.key.names}"

    @override
    def problem(self) -> str:
        if self.built and self.rule.problem():
            return "The rule cannot be used"
        if self._decisions.error is not None:
            return self._decisions.error.message
        return "" if self._decisions.plan is not None else self._decisions.busy


def _source(plan: ImportPlan) -> str:
    """The key as the file calls it."""
    assert plan.key is not None
    key = plan.key.column
    return next((c.source for c in plan.columns if c.column.name == key), key)


def _row(match: KeyMatch) -> Row:
    target = Part(match.found, "strong") if match.there else Part(match.found, "quiet")
    if not match.there:
        target = Part("nothing here", "quiet")
    arrow = Part("", icon="ph.arrow-right", tint="ok" if match.there else "text3")
    return Row(match.text, (Part(match.text, "mono"), arrow, target))
