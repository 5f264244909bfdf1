"""Beside the list of runs: what is known of the chosen run or slide, and its log."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from pathgui.gui.panels.runlog import RunLog
from pathgui.gui.panels.runrows import chip_of
from pathgui.gui.session import Session
from pathgui.gui.session.runstate import RunState, SlideRun, clock
from pathgui.gui.style.parts import Button, Icon, label, row
from pathgui.gui.style.states import STATUS

_LEAST_LOG = 110


class Detail(QScrollArea):
    """What happened to one slide, or to a run; scrolls where there is little room.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setAccessibleName("What happened")
        self._session = session
        theme = session.theme
        self.icon = Icon(theme, "ph.circle", "neut", 15)
        self.title = label("", strong=True)
        self.tries = label("", "quiet", size=12)
        self.box = QFrame()
        self.box.setObjectName("boxErr")
        self.reason = label("", strong=True, wrap=True)
        self.hint = label("", wrap=True)
        self.retry = self._button("Retry slide", "ph.arrow-clockwise", "run.retry")
        exclude = self._button("Exclude slide", "ph.prohibit", "review.exclude")
        self.first = self._button("Do it first", "ph.arrow-up", "run.first")
        self.give_up = self._button("Cancel slide", "ph.x", "run.cancel_slide")
        self.report = self._button("Report", "ph.article", "run.report")
        self.again = self._button("Run again", "ph.repeat", "run.again")
        self.page = self._button("Status page", "ph.users-three", "run.status_page")
        self.note = label("", "second", wrap=True)
        self.log = RunLog(session)
        self._build(theme_icon=Icon(theme, "ph.x-circle-fill", "err", 15), last=exclude)

    def _button(self, words: str, icon: str, key: str) -> Button:
        made = Button(self._session.theme, words, icon, small=True)
        made.clicked.connect(lambda: self.asked.emit(key))
        return made

    def _build(self, *, theme_icon: Icon, last: Button) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(5)
        lines.addWidget(self.reason)
        lines.addWidget(self.hint)
        lines.addLayout(row(self.retry, last, None))
        inner = row(spacing=9)
        inner.setContentsMargins(12, 10, 12, 10)
        side = QVBoxLayout()
        side.addWidget(theme_icon)
        side.addStretch()
        inner.addLayout(side)
        inner.addLayout(lines, 1)
        self.box.setLayout(inner)
        inside = QWidget()
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(14, 10, 14, 12)
        outer.setSpacing(8)
        outer.addLayout(row(self.icon, self.title, None, self.tries))
        outer.addWidget(self.box)
        outer.addWidget(self.note)
        buttons = row(
            self.first, self.give_up, self.again, self.report, self.page, None
        )
        outer.addLayout(buttons)
        outer.addWidget(self.log, 1)
        self.log.setMinimumHeight(_LEAST_LOG)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(320)

    def show_slide(self, run: RunState, slide: SlideRun) -> None:
        """Say how a slide fared in a run."""
        state = STATUS.get(slide.state, STATUS["queued"])
        self.icon.show_icon(state.icon, state.hue)
        self.title.setText(slide.slide_id)
        self.tries.setText(f"attempt {slide.attempts}" if slide.attempts else "")
        bad = slide.state in ("failed", "quarantined")
        self.box.setVisible(bad)
        reason = slide.reason.removeprefix(f"{slide.slide_id}: ")
        self.reason.setText(reason[:1].upper() + reason[1:])
        self.hint.setText(slide.hint[:1].upper() + slide.hint[1:])
        self.hint.setVisible(bool(slide.hint))
        self.note.setVisible(not bad)
        words = [state.word]
        if slide.reason:
            words.append(slide.reason)
        if slide.total:
            words.append(f"{slide.done:,} of {slide.total:,} tiles")
        if slide.excluded:
            words.append(f"{slide.excluded:,} excluded in review")
        self.note.setText(" · ".join(words))
        waiting = slide.state == "queued" and run.live
        self.first.setVisible(waiting)
        self.give_up.setVisible(waiting or slide.state == "running")
        for button in (self.again, self.report, self.page):
            button.hide()
        self._show_log(run, slide.slide_id)

    def show_run(self, run: RunState) -> None:
        """Say how a run goes, or went."""
        chip = chip_of(run)
        self.icon.show_icon(chip.icon, chip.hue)
        self.title.setText(f"Run {run.number} · {run.recipe}")
        self.tries.setText(_when(run.when))
        self.box.hide()
        self.note.show()
        self.note.setText(" · ".join(_facts(run)))
        self.first.hide()
        self.give_up.hide()
        for button in (self.again, self.report):
            button.setVisible(not run.live)
        self.page.setVisible(run.live)
        self._show_log(run, "")

    def _show_log(self, run: RunState, slide_id: str) -> None:
        project = self._session.project
        folder = None if project is None else project.folder("runs") / run.run_id
        self.log.show_log(folder, slide_id)


def _facts(run: RunState) -> list[str]:
    words = [STATUS.get(run.state, STATUS["queued"]).word]
    counted = (
        ("done", "done"),
        ("skipped", "up to date"),
        ("failed", "failed"),
        ("quarantined", "quarantined"),
        ("cancelled", "cancelled"),
    )
    for state, word in counted:
        count = run.count(state)
        if count:
            words.append(f"{count:,} {word}")
    if run.tiles:
        words.append(f"{run.tiles:,} tiles")
    if run.seconds:
        words.append(clock(run.seconds))
    if run.workers:
        noun = "worker" if run.workers == 1 else "workers"
        words.append(f"{run.workers} {noun}")
    if run.host:
        words.append(f"on {run.host}")
    return words


def _when(text: str) -> str:
    try:
        begun = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return ""
    return f"{begun.day} {begun:%b %Y, %H:%M}"
