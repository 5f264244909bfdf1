"""The join report: cards with the figures, and the ids behind each of them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pathgui.gui.panels.cards import NumberCard, ShareBar
from pathgui.gui.session import Session
from pathgui.gui.style.parts import Button, Tabs, label, row
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import (
    Cell,
    Edit,
    JoinReport,
    NearMiss,
    Project,
    slides_of_patients,
)

_CARDS = (
    ("matched", "matched", "ph.check-circle-fill", "ok"),
    ("near", "near misses", "ph.warning-fill", "warn"),
    ("no_row", "no clinical row", "ph.x-circle-fill", "err"),
    ("no_slide", "rows without slide", "ph.info-fill", "run"),
    ("duplicate", "duplicate keys", "ph.warning-fill", "warn"),
    ("several", "several slides", "ph.info-fill", "run"),
)
_LISTED = ("near", "no_row", "no_slide", "duplicate", "several")
_TITLES = ("Near misses", "No clinical row", "No slide", "Duplicates", "Several slides")
_MANY = 2000


class JoinPanel(QWidget):
    """Cards, a bar of shares, and lists."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("page")
        self._session = session
        self._report: JoinReport | None = None
        self._several: dict[str, list[str]] = {}
        self._first = True
        theme = session.theme
        self.about = label("", "quiet", size=12)
        self.cards = {card[0]: NumberCard(theme, *card) for card in _CARDS}
        self.shares = ShareBar(theme)
        self.tabs = Tabs(34, "Lists of the join report")
        self.accept = Button(theme, "Accept matches", "ph.check", role="primary")
        heads = (
            Head("Why", 220),
            Head("In the clinical table", 250),
            Head("In the slides", 250),
            Head("What can be done"),
        )
        self.list = RowsView(theme, heads, "Join report")
        self.none = label("None: all is well here.", "quiet")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.lists = QStackedWidget()
        self.lists.addWidget(self.list)
        self.lists.addWidget(self.none)
        self._build()

    def _build(self) -> None:
        cards = QHBoxLayout()
        cards.setSpacing(10)
        for card in self.cards.values():
            cards.addWidget(card, 1)
            card.picked.connect(self.show_list)
        for title in _TITLES:
            self.tabs.addTab(title)
        frame = QFrame()
        frame.setObjectName("card")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 4, 1, 1)
        inner.setSpacing(0)
        head = row(self.tabs, None, self.accept)
        head.setContentsMargins(4, 2, 8, 4)
        inner.addLayout(head)
        inner.addWidget(self.lists, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(10)
        box.addLayout(row(label("Join report", strong=True, size=16), self.about, None))
        box.addLayout(cards)
        box.addWidget(self.shares)
        box.addWidget(frame, 1)
        self.tabs.currentChanged.connect(self._list)
        self.accept.clicked.connect(self.accept_near_misses)
        self.list.opened.connect(self._opened)
        self.setMinimumHeight(250)

    def show_report(self, report: JoinReport, project: Project) -> None:
        """Show how the tables fit now."""
        self._report = report
        self._several = {
            patient: slides
            for patient, slides in slides_of_patients(project).items()
            if len(slides) > 1
        }
        slides, rows = len(project.manifest), len(project.clinical)
        near = {miss.slide for miss in report.near_misses}
        without = len(report.slides_without_clinical)
        share = f"{len(report.matched) / slides:.0%} of slides" if slides else ""
        self.about.setText(
            f"{slides:,} slides, {rows:,} clinical rows · key: {project.clinical.key}"
        )
        self.cards["matched"].say(len(report.matched), share.replace("%", " %"))
        self.cards["near"].say(len(report.near_misses), "one click to accept")
        self.cards["no_row"].say(without, "slides stay")
        self.cards["no_slide"].say(len(report.clinical_without_slide), "kept, not used")
        self.cards["duplicate"].say(len(report.duplicate_keys), "all rows are kept")
        self.cards["several"].say(len(self._several), "patients, 2 or more")
        close = min(len(near), without)
        self.shares.say(
            (
                (len(report.matched), "ok", "matched"),
                (close, "warn", "near misses"),
                (without - close, "err", "without clinical row"),
            )
        )
        counts = (len(near), without, len(report.clinical_without_slide),
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
        """Give all near misses the ids of the slides, as one undo step."""
        if self._report is not None:
            self._mend(self._report.near_misses)

    def _list(self) -> None:
        if self._report is None:
            return
        report, chosen = self._report, _LISTED[self.tabs.currentIndex()]
        for name, card in self.cards.items():
            card.choose(name == chosen)
        near = report.near_misses
        self.accept.setVisible(chosen == "near" and bool(near))
        noun = "match" if len(near) == 1 else "matches"
        self.accept.setText(f"Accept {len(near):,} {noun}")
        lists = {
            "near": [_near(miss) for miss in near],
            "no_row": [
                _alone(s, "slides", "no_row") for s in report.slides_without_clinical
            ],
            "no_slide": [
                _alone(s, "clinical", "no_slide") for s in report.clinical_without_slide
            ],
            "duplicate": [
                _alone(s, "clinical", "duplicate") for s in report.duplicate_keys
            ],
            "several": [_patient(p, slides) for p, slides in self._several.items()],
        }
        self.list.show_rows(lists[chosen][:_MANY])
        self.lists.setCurrentWidget(self.list if lists[chosen] else self.none)

    def _opened(self, key: str, _column: int) -> None:
        kind, _, name = key.partition(":")
        if self._report is None:
            return
        if kind == "near":
            self._mend([m for m in self._report.near_misses if m.clinical == name])
        elif kind == "no_row":
            self._session.select(name)
        elif kind == "several":
            self._session.select(self._several.get(name, ()))

    def _mend(self, misses: list[NearMiss]) -> None:
        project = self._session.project
        if project is None or not misses:
            return
        clinical, cells = project.clinical, []
        wanted = {(f"{miss.names}_id", miss.clinical): miss.slide for miss in misses}
        ids = ("slide_id", "patient_id")
        for column in (name for name in ids if clinical.has_column(name)):
            texts = clinical.texts(column).tolist()
            for row_id, text in zip(clinical.row_ids, texts, strict=True):
                new = wanted.get((column, text))
                if text and new is not None:
                    cells.append(Cell("clinical", row_id, column, text, new))
        if cells:
            noun = "near miss" if len(misses) == 1 else "near misses"
            label_text = f"Accept {len(misses):,} {noun}"
            self._session.edit(Edit(label_text, tuple(cells)))


def _near(miss: NearMiss) -> Row:
    why = Part(miss.why[:1].upper() + miss.why[1:], icon="ph.arrows-left-right")
    return Row(
        f"near:{miss.clinical}",
        (
            why,
            Part(miss.clinical, "mono"),
            Part(miss.slide, "mono"),
            Part(f"Use {miss.slide}", "link", "ph.check", "accent"),
        ),
    )


def _alone(name: str, side: str, kind: str) -> Row:
    words = {
        "no_row": ("No clinical row", "Show slide"),
        "no_slide": ("No slide of this id", ""),
        "duplicate": ("Several rows share this id", ""),
    }
    why, fix = words[kind]
    in_table = Part(name, "mono") if side == "clinical" else Part("–", "quiet")
    in_slides = Part(name, "mono") if side == "slides" else Part("–", "quiet")
    link = Part(fix, "link", "ph.image-square", "accent") if fix else Part()
    return Row(f"{kind}:{name}", (Part(why), in_table, in_slides, link))


def _patient(patient: str, slides: list[str]) -> Row:
    shown = ", ".join(slides[:3]) + (" …" if len(slides) > 3 else "")
    return Row(
        f"several:{patient}",
        (
            Part(f"{len(slides):,} slides"),
            Part(patient, "mono"),
            Part(shown, "mono"),
            Part("Select slides", "link", "ph.image-square", "accent"),
        ),
    )
