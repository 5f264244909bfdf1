"""The join report: cards with the figures, and the ids behind each of them."""

from collections.abc import Mapping
from itertools import islice

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.panels.joincards import JoinCards
from pathgui.gui.panels.joinlines import (
    alone_lines,
    grouped,
    lost_lines,
    near_lines,
    patient_lines,
    shared_lines,
)
from pathgui.gui.session import Session
from pathgui.gui.session.joinfound import JoinFound
from pathgui.gui.style.parts import Button, Tabs, label, row
from pathgui.gui.style.sections import Elided
from pathgui.gui.tables.rows import Head
from pathgui.gui.tables.ticks import TickView
from pathgui.project import Edit, JoinReport, NearMiss, Project
from pathgui.project.keptapart import keep_apart, kept_apart, tell_again
from pathgui.workflows.join_fixes import (
    SharedKey,
    accept_near_misses,
    is_safe,
    merge_shared,
)

_LISTED = ("near", "no_row", "no_slide", "duplicate", "several")
_TITLES = ("Near misses", "No clinical row", "No slide", "Duplicates", "Several slides")
_DEED, _KEEP = 160, 72
_HEADS = (
    Head("Why", 220),
    Head("In the clinical table", 190),
    Head("In the slides", 190),
    Head("Rows", 56, right=True),
    Head("Evidence"),
    Head("Fix", _DEED),
    Head("", _KEEP),
)
# Columns that give way where the panel is narrow, with what they need at least.
_YIELDING = ((1, 220, 150), (2, 190, 116), (3, 190, 116), (6, _DEED, 152))
_OTHERS = ((1, 190, 110), (2, 190, 90), (3, 230, 110), (6, 150, 110))
# What the evidence takes: a few words, or the sentences of the other lists.
_EVIDENCE, _SENTENCE = 184, 290
_MANY = 2000
_LOW, _TIGHT = 340, 1010


class JoinPanel(QWidget):
    """Cards, a bar of shares, and lists.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    row_wanted : Signal(int)
        A row of the clinical table is to be shown.
    bulk : Signal(Edit, str)
        Several things are to be mended at once, once a person has seen the result.
    """

    asked = Signal(str)
    row_wanted = Signal(int)
    bulk = Signal(object, str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("page")
        self._session = session
        self._report: JoinReport | None = None
        self._several: Mapping[str, list[str]] = {}
        self._shared: list[SharedKey] = []
        self._agree = False
        self._unticked: set[str] = set()
        self._open: set[str] = set()
        self._known: set[str] = set()
        self._first = True
        self._kept = 0
        theme = session.theme
        self.about = Elided(12)
        self.about.setObjectName("quiet")
        self.change_key = Button(theme, "Change key…", "ph.key", role="ghost")
        self.figures = JoinCards(theme)
        self.tabs = Tabs(34, "Lists of the join report")
        self.accept = Button(theme, "Accept matches", "ph.check", role="primary")
        self.merge = Button(theme, "Merge rows that agree", "ph.arrows-in")
        self.again = Button(theme, "List kept ids again", "ph.arrow-counter-clockwise")
        self.export = Button(theme, "Export report", "ph.export")
        self.export.setAccessibleName("Export report")
        self.export.setToolTip("Export report (Ctrl Shift E)")
        self.list = TickView(theme, _HEADS, "Join report")
        self.none = label("None: all is well here.", "quiet")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.lists = QStackedWidget()
        self.lists.addWidget(self.list)
        self.lists.addWidget(self.none)
        self._build()

    def _build(self) -> None:
        for title in _TITLES:
            self.tabs.addTab(title)
        frame = QFrame()
        frame.setObjectName("card")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 4, 1, 1)
        inner.setSpacing(0)
        head = row(self.tabs, None, self.again, self.accept, self.merge, self.export)
        head.setContentsMargins(4, 2, 8, 4)
        inner.addLayout(head)
        inner.addWidget(self.lists, 1)
        name = label("Join report", strong=True, size=16)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(10)
        head = row(name, self.about, self.change_key)
        head.setStretch(1, 1)
        box.addLayout(head)
        box.addWidget(self.figures)
        box.addWidget(frame, 1)
        self.figures.picked.connect(self.show_list)
        self.tabs.currentChanged.connect(self._list)
        self.accept.clicked.connect(self.accept_near_misses)
        self.merge.clicked.connect(self._merge_all)
        self.export.clicked.connect(lambda: self.asked.emit("clinical.export_join"))
        self.again.clicked.connect(self._tell_again)
        self.change_key.clicked.connect(lambda: self.asked.emit("clinical.key"))
        self.list.opened.connect(self._opened)
        self.list.toggled.connect(self._toggle)
        self.list.folded.connect(self._fold)
        self.setMinimumHeight(200)
        # Its width is known only once the panel is laid out.
        self.list.viewport().installEventFilter(self)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.figures.set_low(self.height() < _LOW)
        self.export.setText("" if self.width() < _TIGHT else "Export report")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        """Let the evidence be read at any width; other columns give way."""
        fixed = sum(
            self.list.columnWidth(k)
            for k in (0, 4, 7)
            if not self.list.isColumnHidden(k)
        )
        near = not self.list.isColumnHidden(0)
        yielding = _YIELDING if near else _OTHERS
        evidence = _EVIDENCE if near else _SENTENCE
        free = self.list.viewport().width() - fixed - evidence
        wanted = sum(usual for _, usual, _ in yielding)
        share = min(1.0, max(0.0, free / wanted))
        for column, usual, least in yielding:
            self.list.setColumnWidth(column, max(least, int(usual * share)))

    @property
    def report(self) -> JoinReport | None:
        """What was found last."""
        return self._report

    def ticked(self) -> list[NearMiss]:
        """Near misses that are ticked."""
        misses = self._report.near_misses if self._report is not None else []
        return [miss for miss in misses if miss.clinical not in self._unticked]

    def show_found(self, found: JoinFound, project: Project) -> None:
        """Show how the tables fit now."""
        self._report = report = found.report
        self._several = found.several
        self._shared = found.shared
        self._agree = found.disagreeing < len(found.shared)
        self._kept = len(kept_apart(project.config))
        # What needs a look is not ticked until a person ticks it.
        bold = {m.clinical for m in report.near_misses if not is_safe(m)}
        self._unticked |= bold - self._known
        self._known |= bold
        slides, rows = len(project.manifest), len(project.clinical)
        sizes = f"{slides:,} slides, {rows:,} clinical rows"
        words = (found.imported or sizes, f"key: {project.clinical.key}")
        self.about.say(" · ".join(words))
        self.about.setToolTip(" · ".join((sizes, *words)))
        self.figures.say(found, slides)
        near, without = len(report.near_misses), len(report.slides_without_clinical)
        counts = (near, without, len(report.clinical_without_slide),
                  len(report.duplicate_keys), len(self._several))  # fmt: skip
        for place, (title, count) in enumerate(zip(_TITLES, counts, strict=True)):
            self.tabs.setTabText(place, f"{title}  {count:,}")
        if self._first:
            self._first = False
            # Begin with the first list that holds something.
            place = next((k for k, count in enumerate(counts) if count), 0)
            self.tabs.setCurrentIndex(place)
        self._list()

    def show_list(self, name: str) -> None:
        """Show the ids behind a card."""
        if name in _LISTED:
            self.tabs.setCurrentIndex(_LISTED.index(name))

    def accept_near_misses(self) -> None:
        """Offer the ticked near misses with their result, as one undo step."""
        project, misses = self._session.project, self.ticked()
        if project is None or not misses:
            return
        edit = accept_near_misses(project, misses)
        if len(misses) == 1:
            self._session.edit(edit)
        elif edit:
            self.bulk.emit(edit, f"Accept {len(misses):,} matches")

    def _merge_all(self) -> None:
        project = self._session.project
        if project is not None:
            edit = merge_shared(project, self._shared)
            if edit:
                self.bulk.emit(edit, edit.label)

    def _list(self) -> None:
        if self._report is None:
            return
        report, chosen = self._report, _LISTED[self.tabs.currentIndex()]
        self.figures.choose(chosen)
        ticked = len(self.ticked())
        self.accept.setVisible(chosen == "near" and bool(report.near_misses))
        self.accept.setEnabled(ticked > 0)
        self.accept.setText(
            f"Accept {ticked:,} {'match' if ticked == 1 else 'matches'}"
        )
        self.merge.setVisible(chosen == "duplicate" and self._agree)
        self.list.setColumnHidden(0, chosen != "near")
        self.list.setColumnHidden(7, chosen != "near")
        self.again.setVisible(chosen == "near" and self._kept > 0)
        self._fit()
        lines = {
            "near": lambda: near_lines(report.near_misses, self._unticked, self._open),
            "no_row": lambda: alone_lines(report.slides_without_clinical[:_MANY]),
            "no_slide": lambda: lost_lines(report.clinical_without_slide[:_MANY]),
            "duplicate": lambda: shared_lines(self._shared[:_MANY]),
            "several": lambda: patient_lines(
                dict(islice(self._several.items(), _MANY))
            ),
        }[chosen]()
        self.list.show_rows(lines[:_MANY])
        self.lists.setCurrentWidget(self.list if lines else self.none)

    def _toggle(self, key: str) -> None:
        kind, _, name = key.partition(":")
        if self._report is None or kind not in ("why", "near"):
            return
        if kind == "near":
            self._unticked ^= {name}
        else:
            members = grouped(self._report.near_misses).get(name, [])
            ids = {miss.clinical for miss in members}
            if ids <= self._unticked:
                self._unticked -= ids
            else:
                self._unticked |= ids
        self._list()

    def _fold(self, key: str) -> None:
        self._open ^= {key.partition(":")[2]}
        self._list()

    def _opened(self, key: str, column: int) -> None:
        kind, _, name = key.partition(":")
        project = self._session.project
        if self._report is None or project is None or column == 0:
            return
        if kind in ("near", "why"):
            (self._keep if column == 7 else self._use)(kind, name)
        elif kind == "no_row":
            self._session.select(name)
        elif kind == "several":
            self._session.select(self._several.get(name, ()))
        elif kind == "no_slide":
            self._show_lost(project, name)
        elif kind == "duplicate":
            self._merge_or_show(project, name)

    def _use(self, kind: str, name: str) -> None:
        """Take one near miss, or open a group of several."""
        project, report = self._session.project, self._report
        if project is None or report is None:
            return
        misses = [miss for miss in report.near_misses if miss.clinical == name]
        if kind == "why":
            misses = grouped(report.near_misses).get(name, [])
            if len(misses) > 1:
                self._fold(f"why:{name}")
                return
        edit = accept_near_misses(project, misses)
        if edit:
            self._session.edit(edit)

    def _keep(self, kind: str, name: str) -> None:
        """Say that ids which nearly fit are different; they are told no more."""
        project, report = self._session.project, self._report
        if project is None or report is None:
            return
        misses = [miss for miss in report.near_misses if miss.clinical == name]
        if kind == "why":
            misses = grouped(report.near_misses).get(name, [])
        edit = keep_apart(project.config, misses)
        if edit:
            self._session.edit(edit)

    def _tell_again(self) -> None:
        project = self._session.project
        if project is not None and (edit := tell_again(project.config)):
            self._session.edit(edit)

    def _show_lost(self, project: Project, name: str) -> None:
        clinical = project.clinical
        word, _, number = name.partition(" ")
        if word == "row" and number.isdigit():
            self.row_wanted.emit(clinical.row_ids[int(number) - 1])
            return
        for column in ("slide_id", "patient_id"):
            texts = clinical.texts(column).tolist()
            if name in texts:
                self.row_wanted.emit(clinical.row_ids[texts.index(name)])
                return

    def _merge_or_show(self, project: Project, name: str) -> None:
        item = next((item for item in self._shared if item.key == name), None)
        if item is None or not item.rows:
            return
        edit = merge_shared(project, [item]) if not item.differing else Edit("")
        if edit:
            self._session.edit(edit)
        else:
            self.row_wanted.emit(item.rows[0])
