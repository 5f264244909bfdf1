"""The panel at the bottom: Problems, Runs, Log, History and Chart."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout

from pathgui.gui.panels.chart import ChartPanel
from pathgui.gui.panels.history import HistoryPanel
from pathgui.gui.panels.log import LogPanel
from pathgui.gui.panels.problems import ProblemsPanel
from pathgui.gui.panels.runs import RunsPanel
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs
from pathgui.gui.style.parts import Button, IconButton, Tabs, bar, label
from pathgui.gui.style.states import SEVERITY

_FOLD = "Leave only the tabs"
_HEAD, _LEAST, _MOST = 35, 140, 16_777_215
TABS = ("problems", "runs", "log", "history", "chart")


class BottomPanel(QFrame):
    """Tabs with counts, what fits the tab at the right, and the panels.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    closed : Signal()
        Someone takes the panel away.
    folded : Signal(bool)
        Only its tabs are left, or it came back.
    """

    asked = Signal(str)
    closed = Signal()
    folded = Signal(bool)

    def __init__(self, session: Session, runs: Runs) -> None:
        super().__init__()
        self.setObjectName("bottom")
        self.height_before = 0
        self._session, self._runs = session, runs
        self.problems = ProblemsPanel(session, runs)
        self.runs = RunsPanel(session, runs)
        self.log = LogPanel(session.theme)
        self.history = HistoryPanel(session)
        self.chart = ChartPanel(session)
        self.tabs = Tabs(34, "Bottom panel")
        self.stack = QStackedWidget()
        panels = (self.problems, self.runs, self.log, self.history, self.chart)
        for panel in panels:
            self.stack.addWidget(panel)
        for word in ("Problems", "Runs", "Log", "History", "Chart"):
            self.tabs.addTab(word)
        self._buttons()
        self._build()
        self.refresh()

    def _buttons(self) -> None:
        theme = self._session.theme
        self.summary = label("", "quiet", size=12)
        self.fix = Button(theme, "Fix", "ph.wrench", small=True)
        self.fix.clicked.connect(self.problems.apply_safe)
        self.pause = Button(theme, "Pause", "ph.pause", small=True)
        self.cancel = Button(theme, "Cancel…", "ph.x", small=True)
        self.retry = Button(theme, "Retry failed", "ph.arrow-clockwise", small=True)
        self.command = Button(theme, "Copy command", "ph.copy", small=True)
        self.output = Button(theme, "Show output", "ph.folder-simple", small=True)
        self.fold_button = IconButton(theme, "ph.caret-down", _FOLD)
        self.fold_button.clicked.connect(lambda: self.set_folded(not self.is_folded))
        self.close_button = IconButton(theme, "ph.x", "Hide the panel", key="Ctrl+J")
        keys = {
            self.pause: "run.pause",
            self.cancel: "run.cancel",
            self.retry: "run.retry_failed",
            self.command: "run.copy_command",
            self.output: "run.show_output",
        }
        for button, key in keys.items():
            button.setProperty("key", key)
            button.clicked.connect(self._ask)
        self.close_button.clicked.connect(self.closed)

    def _build(self) -> None:
        head = bar(
            "bottomBar",
            _HEAD,
            self.tabs,
            None,
            self.summary,
            self.fix,
            self.pause,
            self.cancel,
            self.retry,
            self.command,
            self.output,
            4,
            self.fold_button,
            self.close_button,
        )
        layout = head.layout()
        assert layout is not None
        layout.setContentsMargins(6, 0, 8, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(head)
        box.addWidget(self.stack, 1)
        self.setMinimumHeight(_LEAST)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.tabs.tabBarClicked.connect(lambda _place: self.set_folded(False))
        self.tabs.currentChanged.connect(self.refresh)
        self.problems.counted.connect(self.refresh)
        self.runs.asked.connect(self.asked)
        self.runs.list.selectionModel().currentRowChanged.connect(self.refresh)
        for signal in (self._runs.changed, self._runs.listed, self._runs.ended):
            signal.connect(self.refresh)
        self._session.theme.changed.connect(self.refresh)

    @property
    def is_folded(self) -> bool:
        """Whether only the tabs are left."""
        return self.stack.isHidden()

    def set_folded(self, on: bool) -> None:
        """Leave only the tabs, or bring the panel back."""
        if on == self.is_folded:
            return
        self.height_before = self.height() if on else self.height_before
        self.stack.setHidden(on)
        self.setMinimumHeight(_HEAD + 1 if on else _LEAST)
        self.setMaximumHeight(_HEAD + 1 if on else _MOST)
        self.fold_button.set_icon("ph.caret-up" if on else "ph.caret-down")
        self.fold_button.describe("Bring the panel back" if on else _FOLD)
        self.folded.emit(on)

    def show_tab(self, name: str) -> None:
        """Bring a panel up."""
        self.set_folded(False)
        self.tabs.setCurrentIndex(TABS.index(name))

    @property
    def tab(self) -> str:
        """Name of the panel that is up."""
        return TABS[self.tabs.currentIndex()]

    def refresh(self) -> None:
        """Counts on the tabs, and the buttons that make sense now."""
        icons = self._session.theme.icons
        worst = self.problems.worst
        state = SEVERITY.get(worst)
        count = self.problems.found.total
        icon = icons.icon(
            state.icon if state else "ph.check-circle", state.hue if state else "text2"
        )
        live = self._runs.live
        names = ("ph.circle-half-fill" if live else "ph.play-circle", "ph.article")
        self._tab(0, f"Problems  {count:,}" if count else "Problems", icon)
        running = "  1 running" if live else ""
        self._tab(1, f"Runs{running}", icons.icon(names[0], "run" if live else "text2"))
        self._tab(2, "Log", icons.icon(names[1]))
        self._tab(3, "History", icons.icon("ph.clock-counter-clockwise"))
        self._tab(4, "Chart", icons.icon("ph.chart-bar"))
        self._tools()

    def _tools(self) -> None:
        tab, live = self.tab, self._runs.live
        run = self.runs.chosen_run()
        on_runs = tab == "runs"
        words = self.problems.summary() if tab == "problems" else ""
        if on_runs and run is not None:
            words = f"Run {run.number}"
        self.summary.setText(words)
        self.summary.setVisible(bool(self.summary.text()))
        safe = len(self.problems.safe) if tab == "problems" else 0
        self.fix.setVisible(safe > 0)
        self.fix.setText(f"Fix {safe:,} safe {'one' if safe == 1 else 'ones'}")
        self.pause.setVisible(on_runs and live is not None)
        self.cancel.setVisible(on_runs and live is not None)
        paused = live is not None and live.state == "paused"
        self.pause.setText("Resume" if paused else "Pause")
        self.pause.set_icon("ph.play" if paused else "ph.pause")
        failed = run.failed if run is not None and not run.live else 0
        self.retry.setVisible(on_runs and failed > 0 and live is None)
        self.retry.setText(f"Retry {failed:,} failed")
        for button in (self.command, self.output):
            button.setVisible(on_runs and run is not None)

    def _tab(self, place: int, text: str, icon: object) -> None:
        if self.tabs.tabText(place) != text:
            self.tabs.setTabText(place, text)
            self.tabs.updateGeometry()  # a bar that is not seen does not ask for room
        self.tabs.setTabIcon(place, icon)  # type: ignore[arg-type]

    def _ask(self) -> None:
        self.asked.emit(str(self.sender().property("key")))
