"""The decision about the slide in turn: every key stands on its button."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.review.cohort import AgainstCohort
from pathgui.gui.review.state import Held, ReviewState
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, cap_of, key_cap, label, row, tabular
from pathgui.workflows.qc import reasons as qc_reasons

WIDTH = 340
DECISIONS = (
    ("pass", "Pass", "ph.check-bold", "ok", "review.pass", "1"),
    ("flag", "Flag for a second look", "ph.flag-fill", "warn", "review.flag", "2"),
    ("exclude", "Exclude from the cohort", "ph.prohibit-bold", "err", "review.exclude",
     "3"),
)  # fmt: skip


class DecisionPanel(QFrame):
    """Decision, reasons, note, excluded tiles, metrics, and on to the next.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    reason : Signal(int)
        The reason at this place was clicked.
    noted : Signal(str)
        A note was written.
    count_tiles : callable
        How many tiles of the slide in turn are excluded, None while unknown, and how
        many of them the result was made without.
    """

    asked = Signal(str)
    reason = Signal(int)
    noted = Signal(str)

    def __init__(self, session: Session, state: ReviewState, quality: Quality) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._session, self._state = session, state
        theme = session.theme
        self._theme = theme
        self.count_tiles: Callable[[], tuple[int | None, int]] = lambda: (None, 0)
        self.setFixedWidth(WIDTH)
        self.buttons = {d[0]: self._decision(*d) for d in DECISIONS}
        self.reasons: list[Button] = []
        self._words: tuple[str, ...] = ()
        self._note_of = ""
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        self.tile_hint = label("", "quiet", size=12, wrap=True)
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(58)
        self.note.setAccessibleName("Note")
        self.note.setTabChangesFocus(True)
        self.note.installEventFilter(self)
        self.tiles = tabular("", size=13)
        self.others = label("", "second", wrap=True)
        self.cohort = AgainstCohort(theme, quality)
        self._build(theme)
        state.leaving.connect(self._keep_writing)
        state.changed.connect(self.refresh)
        quality.changed.connect(self.refresh)

    def _decision(
        self, _status: str, words: str, icon: str, tint: str, action: str, key: str
    ) -> Button:
        button = Button(self._theme, words, icon, tint=tint)
        button.setObjectName("decision")
        button.setProperty("hue", tint)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self._ask, action))
        _print_key(button, key)
        return button

    def _build(self, theme: Theme) -> None:
        edit = Button(theme, "Edit list…", role="link", small=True)
        edit.clicked.connect(lambda: self.asked.emit("review.reasons"))
        inner = QWidget()
        inner.setObjectName("inspectorBody")
        box = QVBoxLayout(inner)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        self.saved = label("", "quiet", size=12)
        box.addLayout(row(label("Decision", strong=True), None, self.saved))
        for button in self.buttons.values():
            box.addWidget(button)
        self.clear = Button(theme, "Clear decision", "ph.minus", role="ghost")
        self.clear.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clear.clicked.connect(partial(self._ask, "review.clear"))
        box.addLayout(row(self.clear, None, key_cap("4"), 8))
        box.addSpacing(6)
        box.addLayout(row(label("Reasons", strong=True), None, edit))
        box.addLayout(self._grid)
        box.addLayout(row(label("Note", strong=True), None, key_cap("N")))
        box.addWidget(self.note)
        box.addSpacing(4)
        box.addLayout(row(label("Excluded tiles", strong=True), None, self.tiles))
        box.addWidget(self.tile_hint)
        box.addWidget(self.others)
        box.addSpacing(4)
        box.addWidget(self.cohort)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(area, 1)
        outer.addWidget(self._make_foot(theme))

    def _make_foot(self, theme: Theme) -> QFrame:
        self.previous = Button(theme, "Previous", "ph.arrow-left")
        self.next = Button(theme, "Next", "ph.arrow-right")
        self.previous.clicked.connect(partial(self._ask, "review.previous"))
        self.next.clicked.connect(partial(self._ask, "review.step"))
        foot = QFrame()
        foot.setObjectName("footer")
        line = QHBoxLayout(foot)
        line.setContentsMargins(14, 9, 14, 9)
        for widget, key in ((self.previous, "←"), (self.next, "→")):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            line.addWidget(widget, 1)
            line.addWidget(cap_of(key))
        return foot

    def _ask(self, action: str, _checked: bool = False) -> None:
        self._keep_writing()
        # Buttons show what is decided, never a wish of their own.
        self.refresh()
        self.asked.emit(action)

    def refresh(self) -> None:
        """Show what is decided about the slide in turn."""
        state = self._state
        if not state.active:
            return
        held = state.pending
        for status, button in self.buttons.items():
            button.setChecked(held.status == status)
        self.saved.setText(_saving(held))
        self.clear.setEnabled(bool(held.status))
        self.clear.setToolTip("" if held.status else "There is no decision to clear")
        self._offer_reasons()
        given = set(held.reasons)
        for button, word in zip(self.reasons, self._words, strict=True):
            button.setChecked(word in given)
            button.set_icon("ph.check-bold" if word in given else "", "warn")
            button.setIconSize(QSize(12, 12))
        written = self.note.hasFocus() and self._note_of == state.current
        if not written and self.note.toPlainText() != held.note:
            self.note.setPlainText(held.note)
        self._note_of = state.current
        count, left_out = self.count_tiles()
        total = self._session.field(state.current, "n_tiles")
        whole = f" of {int(total) + left_out:,}" if total.isdecimal() else ""
        self.tiles.setText("–" if count is None else f"{count:,}{whole}")
        self.tile_hint.setText(_about_tiles(total, left_out))
        self.tiles.setObjectName("errText" if count else "quiet")
        self.tiles.style().polish(self.tiles)
        others = state.others(state.current)
        self.others.setText("\n".join(others))
        self.others.setVisible(bool(others))
        self.previous.setEnabled(state.place > 0)
        self.next.setEnabled(state.place < len(state.queue) - 1)
        self.cohort.say(state.current)

    def _offer_reasons(self) -> None:
        words = qc_reasons.reasons(self._session.project)
        if words == self._words:
            return
        for button in self.reasons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self._words, self.reasons = words, []
        for place, word in enumerate(words):
            button = Button(self._theme, word.capitalize(), small=True)
            button.setObjectName("decide")
            button.setProperty("hue", "warn")
            button.setProperty("keyed", True)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._give, place))
            if place < len(qc_reasons.KEYS):
                _print_key(button, qc_reasons.KEYS[place])
            self._grid.addWidget(button, place // 2, place % 2)
            self.reasons.append(button)

    def _give(self, place: int, _checked: bool = False) -> None:
        self.refresh()
        self.reason.emit(place)

    def write_note(self) -> None:
        """Go to the note; Esc leaves it again."""
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.note.selectAll()

    def _keep_writing(self) -> None:
        """A click elsewhere leaves the keyboard in the note: keep what stands there."""
        if self.note.hasFocus() and self._note_of == self._state.current:
            self.keep_note()

    def keep_note(self) -> None:
        """Save what stands in the note."""
        self.noted.emit(self.note.toPlainText().strip())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.keep_note()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.asked.emit("")
                return True
        return False


def _about_tiles(total: str, left_out: int) -> str:
    """What can be done about tiles: nothing where a slide has none."""
    if not total.isdecimal():
        return "This slide has no tiles yet: run a recipe on it."
    hint = "Click a tile or press X and drag a box."
    if not left_out:
        return hint
    are = "is" if left_out == 1 else "are"
    return (
        f"{hint} {left_out:,} {are} left out of the result already; Shift+X takes "
        "all back."
    )


def _saving(held: Held) -> str:
    """Whether what the panel shows is on disk."""
    if held.status:
        return "saved at once, U undoes"
    given = held.reasons or held.note
    return "kept, and saved with the decision" if given else "not decided yet"


def _print_key(button: Button, key: str) -> None:
    """Print a key at the right end of a button."""
    cap = key_cap(key)
    cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    line = QHBoxLayout(button)
    line.setContentsMargins(0, 0, 8, 0)
    line.addStretch(1)
    line.addWidget(cap)
    button.setToolTip(f"{button.text()} ({key})")
