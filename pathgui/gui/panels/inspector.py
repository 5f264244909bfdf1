"""The inspector: always about the one shared selection."""

from functools import partial

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.background import Task
from pathgui.gui.panels import facts
from pathgui.gui.panels.cellsection import CellSection
from pathgui.gui.session import Session
from pathgui.gui.session.bulk import AT_ONCE
from pathgui.gui.session.decisions import Decisions
from pathgui.gui.session.runs import Runs
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.style import state_of
from pathgui.gui.style.parts import Button, Icon, label, row
from pathgui.gui.style.sections import Chip, Elided, Facts, Section

ACTION_KEYS = {"pass": "1", "flag": "2", "exclude": "3"}
_DECISIONS = (
    ("pass", "Pass", "ph.check-bold", "ok", "review.pass"),
    ("flag", "Flag", "ph.flag-fill", "warn", "review.flag"),
    ("exclude", "Exclude", "ph.prohibit-bold", "err", "review.exclude"),
)

_NOTHING = (
    "Choose a slide to see its facts, its quality decision and its last result here."
)


class Picture(QFrame):
    """A slide's thumbnail, as large as the room allows."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("picture")
        self._pixmap: QPixmap | None = None
        self.setFixedHeight(168)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Thumbnail of the slide")

    def show_pixmap(self, pixmap: QPixmap | None) -> None:
        """Show a picture, or nothing while there is none."""
        self._pixmap = pixmap
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._pixmap is None or self._pixmap.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inner = self.rect().adjusted(1, 1, -1, -1)
        size: QSize = self._pixmap.size()
        size.scale(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = inner.left() + (inner.width() - size.width()) // 2
        top = inner.top() + (inner.height() - size.height()) // 2
        area = QRect(left, top, size.width(), size.height())
        painter.drawPixmap(area, self._pixmap)
        painter.end()


class Inspector(QFrame):
    """Facts, decision and last result of the selected slides.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)

    def __init__(self, session: Session, runs: Runs, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._session, self._runs, self._thumbnails = session, runs, thumbnails
        self._decisions = Decisions()
        self._layers: QWidget | None = None
        self._viewing = self._crowded = False
        self._counting: Task | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(50)
        self._later.timeout.connect(self.refresh)
        self._build()
        session.selection_changed.connect(self.refresh)
        for signal in (session.changed, runs.changed, runs.listed, session.reloaded):
            signal.connect(self._soon)
        session.project_closed.connect(self.refresh)
        thumbnails.ready.connect(self._picture_ready)
        self.refresh()

    def _build(self) -> None:
        theme = self._session.theme
        self.title = Elided(16, strong=True)
        self.under = label("", "quiet", size=12)
        self._chips = Chip(theme), Chip(theme)
        head = QFrame()
        head.setObjectName("inspectorHead")
        top = QVBoxLayout(head)
        top.setContentsMargins(12, 12, 12, 10)
        top.setSpacing(5)
        top.addWidget(self.title)
        top.addWidget(self.under)
        top.addLayout(row(*self._chips, None, spacing=6))
        self.cell = CellSection(self._session)
        self._nothing = self._make_nothing()
        self.cell.spoke.connect(self._of_row)
        self._body = self._make_body()
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 0, 0, 0)
        box.setSpacing(0)
        self._head = head
        self._holder = QWidget()
        inner = QVBoxLayout(self._holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(head)
        inner.addWidget(self.cell)
        inner.addWidget(self._body, 1)
        inner.addWidget(self._nothing, 1)
        box.addWidget(self._holder, 1)

    def set_layers(self, panel: QWidget) -> None:
        """Take in the layers of the viewer; shown while the viewer is up."""
        self._layers = panel
        panel.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(0, panel)
        panel.setVisible(self._viewing)

    def take_layers(self) -> None:
        """Give the keyboard to the first part of the layers that takes it."""
        if self._layers is not None:
            self._layers.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def give_way(self, whole: bool) -> None:
        """Leave the whole height to the layers, while they have much to show."""
        self._crowded = whole
        self.show_layers(self._viewing)

    def show_layers(self, viewing: bool) -> None:
        """Show layers in place of the picture, while the viewer is up."""
        self._viewing = viewing
        crowded = viewing and self._crowded and self._layers is not None
        self._holder.setVisible(not crowded)
        if self._layers is not None:
            policy = QSizePolicy.Policy
            high = policy.Expanding if crowded else policy.Maximum
            self._layers.setSizePolicy(policy.Preferred, high)
        if self._layers is not None:
            self._layers.setVisible(viewing)
            self._head.setProperty("under", viewing)
            self._head.style().unpolish(self._head)
            self._head.style().polish(self._head)
        self._first.setVisible(not viewing and len(self._session.selection) == 1)

    def _make_nothing(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(24, 24, 24, 24)
        words = self._why_nothing = label(_NOTHING, "quiet", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(2)
        icon = Icon(self._session.theme, "ph.cursor", "text3", 32)
        box.addLayout(row(None, icon, None))
        box.addSpacing(8)
        box.addWidget(words)
        box.addStretch(3)
        return page

    def _of_row(self, on: bool) -> None:
        """Say why there is no slide, while a row of the clinical table is spoken of."""
        words = "No slide of this project belongs to this row." if on else _NOTHING
        self._why_nothing.setText(words)

    def _make_body(self) -> QScrollArea:
        theme = self._session.theme
        self.picture = Picture()
        self.open = Button(theme, "Open in viewer", "mdi6.microscope")
        self.show_file = Button(theme, "Show file", "ph.folder-simple")
        self.open.clicked.connect(lambda: self.asked.emit("slides.open_in_viewer"))
        self.show_file.clicked.connect(lambda: self.asked.emit("slides.show_file"))
        first = QWidget()
        upper = QVBoxLayout(first)
        upper.setContentsMargins(12, 10, 12, 0)
        upper.setSpacing(8)
        upper.addWidget(self.picture)
        upper.addLayout(row(self.open, self.show_file, None))
        self._first = first
        self.slide, self.slide_facts = self._section("Slide")
        self.decision, self.decision_facts = self._section("Quality decision")
        self.decision.box.insertLayout(0, self._make_buttons())
        self.result, self.result_facts = self._section("Last result")
        inner = QWidget()
        inner.setObjectName("inspectorBody")
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 12)
        box.setSpacing(0)
        for widget in (first, self.slide, self.decision, self.result):
            box.addWidget(widget)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        return area

    def _section(self, title: str) -> tuple[Section, Facts]:
        section, lines = Section(self._session.theme, title), Facts()
        section.box.addWidget(lines)
        return section, lines

    def _make_buttons(self) -> QHBoxLayout:
        self.buttons: dict[str, Button] = {}
        for status, word, icon, tint, key in _DECISIONS:
            button = Button(self._session.theme, word, icon, small=True, tint=tint)
            button.setCheckable(True)
            button.setProperty("hue", tint)
            button.setObjectName("decide")
            button.setToolTip(f"{word} ({ACTION_KEYS[status]})")
            button.clicked.connect(partial(self._decide, key))
            self.buttons[status] = button
        return row(*self.buttons.values(), None, spacing=6)

    def _decide(self, key: str, _checked: bool = False) -> None:
        # The button shows the manifest's decision, never a wish of its own.
        self.refresh()
        self.asked.emit(key)

    def refresh(self) -> None:
        """Speak about the selection as it is now."""
        self._counting = None
        project, chosen = self._session.project, self._session.selection
        there = project is not None and bool(chosen)
        self._head.setVisible(there)
        self._body.setVisible(there)
        self._nothing.setVisible(not there)
        if project is None or not chosen:
            return
        if len(chosen) == 1:
            self._one(chosen[0])
        else:
            self._several(chosen)

    def _one(self, slide_id: str) -> None:
        project = self._session.project
        assert project is not None
        number = project.manifest.find(slide_id)
        if number is None:
            return
        cells = project.manifest.row(number)
        self.title.say(slide_id)
        patient = self._session.patients().get(slide_id, "")
        parts = [cells.get("cohort", ""), f"patient {patient}" if patient else ""]
        self.under.setText(" · ".join(part for part in parts if part))
        for chip, column in zip(self._chips, ("status", "qc_status"), strict=True):
            chip.show_state(state_of(column, cells.get(column, "")))
        self._first.setVisible(not self._viewing)
        self.slide.show()
        self.picture.show_pixmap(self._thumbnails.get(slide_id))
        self.slide_facts.say(facts.slide_facts(cells))
        log_file = project.folder("metadata") / "qc_decisions.csv"
        last = self._decisions.last(log_file, slide_id)
        self.decision_facts.say(facts.decision_facts(cells, last))
        self._press(cells.get("qc_status", ""))
        lines = facts.result_facts(cells, self._runs.all)
        self.result.setVisible(any(value for _, value in lines))
        self.result_facts.say(lines)

    def _several(self, chosen: tuple[str, ...]) -> None:
        project = self._session.project
        assert project is not None
        self.title.say(f"{len(chosen):,} slides selected")
        self.under.setText("A decision below is for all of them")
        for chip in self._chips:
            chip.show_state(None)
        self._first.hide()
        self.slide.hide()
        self.result.hide()
        self._press("none")
        tell = facts.several(project, chosen)
        if len(chosen) <= AT_ONCE:
            self.decision_facts.say(tell())
            return
        self.decision_facts.say([])
        task = self._session.background.start(
            "Counting the selected slides",
            lambda _progress, _asked: tell(),
            quick=True,
        )
        self._counting = task
        task.done.connect(self._counted)
        task.failed.connect(self._session.trouble)

    def _counted(self, lines: facts.Facts) -> None:
        if self.sender() is self._counting:
            self._counting = None
            self.decision_facts.say(lines)

    def _press(self, status: str) -> None:
        for name, button in self.buttons.items():
            button.setChecked(name == status)

    def _picture_ready(self, slide_id: str) -> None:
        if self._session.selection == (slide_id,):
            self.picture.show_pixmap(self._thumbnails.get(slide_id))

    def _soon(self) -> None:
        if not self._later.isActive():
            self._later.start()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
