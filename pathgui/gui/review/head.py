"""The bar over a review: how far it is, how it is done, and the way out."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.panels.cards import ShareBar
from pathgui.gui.review.state import ReviewState
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import (
    Button,
    Icon,
    bar,
    key_cap,
    label,
    row,
    tabular,
    vline,
)

_SHARES = (
    ("pass", "ok", "pass"),
    ("flag", "warn", "flag"),
    ("exclude", "err", "exclude"),
)

_ROOMY = 1500


class ReviewHead(QFrame):
    """In place of the toolbar while a review is on.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)

    def __init__(self, theme: Theme, state: ReviewState) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setFixedHeight(46)
        self._state = state
        self.title = label("", strong=True, size=16)
        self.count = tabular("", size=13)
        self.counts = tabular("", "quiet")
        self.shares = ShareBar(theme)
        self.shares.setFixedHeight(6)
        progress = QWidget()
        progress.setFixedWidth(390)
        box = QVBoxLayout(progress)
        box.setContentsMargins(0, 6, 0, 6)
        box.setSpacing(3)
        box.addLayout(row(self.count, None, self.counts))
        box.addWidget(self.shares)
        self.blinded = self._toggle(
            theme, "Blinded", "ph.eye-slash", "review.blinded", "B"
        )
        self.advance = self._toggle(
            theme, "Auto-advance", "ph.arrow-right", "review.advance", "K"
        )
        self.reviewer = label("", strong=True)
        self.order = label("", "tag", size=12)
        self.order.setFixedHeight(22)
        leave = Button(theme, "Leave review", "ph.x")
        leave.clicked.connect(lambda: self.asked.emit("review.leave"))
        inner = bar(
            "reviewHead", 45, Icon(theme, "ph.eye", "accent", 18), self.title, 14,
            progress, None, self.order, self.blinded, self.advance, vline(),
            label("Reviewer", "quiet"), self.reviewer, 6, leave, key_cap("Esc"),
        )  # fmt: skip
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(inner)
        state.changed.connect(self.refresh)

    def _toggle(
        self, theme: Theme, words: str, icon: str, action: str, key: str
    ) -> Button:
        button = Button(theme, words, icon, role="toggle", small=True)
        button.setToolTip(f"{words} ({key})")
        button.clicked.connect(lambda: self.asked.emit(action))
        return button

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where there is little room the progress is worth more than the order.
        self.order.setVisible(self.width() >= _ROOMY)

    def refresh(self) -> None:
        """Say how the review stands now."""
        state = self._state
        if not state.active:
            return
        total = len(state.queue)
        counts = state.counts()
        done = sum(counts[status] for status, _, _ in _SHARES)
        self.title.setText(f"Review: {state.title}")
        self.count.setText(f"{done:,} of {total:,} reviewed")
        words = " · ".join(f"{counts[s]:,} {word}" for s, _, word in _SHARES)
        left = state.minutes_left
        if left is not None and done < total:
            words += f" · about {left:,} min left"
        self.counts.setText(words)
        shares = [(counts[s], tint, word) for s, tint, word in _SHARES]
        self.shares.say([*shares, (total - done, "subtle", "to do")])
        self.order.setText(state.order)
        self.blinded.setChecked(state.blinded)
        self.advance.setChecked(state.advance)
        self.reviewer.setText(state.reviewer)
