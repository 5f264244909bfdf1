"""A dialog of several steps: the steps at the left, one page, a footer that stays."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.dialogs.steps import StepList
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, end_with, label, row

_SIZE = (1200, 776)
_SHARE = 0.9


class Step(QWidget):
    """One page of a wizard.

    Parameters
    ----------
    name : str
        What the list at the left calls it.
    title, explain : str
        What stands above the page.

    Attributes
    ----------
    changed : Signal()
        What was found, or whether the wizard can go on, is different now.
    """

    changed = Signal()

    def __init__(self, name: str, title: str, explain: str) -> None:
        super().__init__()
        self.name, self.title, self.explain = name, title, explain
        self.stale = True
        self.built = False
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(12)

    def enter(self) -> None:
        """The page comes up."""
        if not self.built:
            self.built = True
            self.build()
        if self.stale:
            self.stale = False
            self.show_now()

    def renew(self) -> None:
        """What the page shows is different; it waits while nobody looks."""
        if self.isVisible():
            self.show_now()
        else:
            self.stale = True
        self.changed.emit()

    def build(self) -> None:
        """Make what is on the page; not before somebody comes to it."""

    def show_now(self) -> None:
        """Show what is so now."""

    def found(self) -> str:
        """What the list at the left says below the name."""
        return ""

    def problem(self) -> str:
        """Why the wizard cannot go on; empty if it can."""
        return ""


class Wizard(QDialog):
    """Steps, page and footer; nothing is done before the last button.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    title : str
        What the wizard is for.
    steps : sequence of Step
        In their order.
    note : str
        What stands below the list of steps.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        steps: Sequence[Step],
        note: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.steps = list(steps)
        self.reached = 0
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = StepList(theme, [step.name for step in steps])
        self.title = label("", strong=True, size=16)
        self.explain = label("", "second", wrap=True)
        self.pages = QStackedWidget()
        self.cancel = Button(theme, "Cancel", role="ghost")
        self.why = label("", "quiet", size=12)
        self.back = Button(theme, "Back", "ph.arrow-left")
        self.next = Button(theme, "Next", "ph.arrow-right", role="primary")
        self._build(title, note)
        self._size(parent)
        self.show_step(0)

    def _build(self, title: str, note: str) -> None:
        side = QFrame()
        side.setObjectName("wizardSide")
        side.setFixedWidth(236)
        left = QVBoxLayout(side)
        left.setContentsMargins(16, 20, 16, 16)
        left.setSpacing(14)
        left.addWidget(label(title, strong=True, size=15))
        left.addWidget(self.list)
        left.addStretch(1)
        left.addWidget(label(note, "quiet", size=12, wrap=True))
        page = QFrame()
        page.setObjectName("wizardPage")
        inner = QVBoxLayout(page)
        inner.setContentsMargins(24, 20, 24, 16)
        inner.setSpacing(8)
        inner.addWidget(self.title)
        inner.addWidget(self.explain)
        inner.addSpacing(4)
        inner.addWidget(self.pages, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(page, 1)
        right.addWidget(self._footer())
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(side)
        outer.addLayout(right, 1)
        for step in self.steps:
            self.pages.addWidget(step)
            step.changed.connect(self.refresh)
        self.list.picked.connect(self.show_step)

    def _footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("footer")
        buttons = row(self.cancel, None, self.why, self.back, self.next)
        buttons.setContentsMargins(22, 12, 22, 12)
        footer.setLayout(buttons)
        self.cancel.clicked.connect(self.reject)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        self.next.setDefault(True)
        for keys, deed in (("Alt+Left", self.go_back), ("Alt+Right", self.go_on)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(deed)
        return footer

    def _size(self, parent: QWidget | None) -> None:
        width, height = _SIZE
        if parent is not None:
            room = parent.window().size()
            width = min(width, int(room.width() * _SHARE))
            height = min(height, int(room.height() * _SHARE))
        self.resize(width, height)

    @property
    def place(self) -> int:
        """Number of the step that is up, 0 first."""
        return self.pages.currentIndex()

    def show_step(self, place: int) -> None:
        """Bring a step up that was reached before, or is the next."""
        self.reached = max(self.reached, place)
        step = self.steps[place]
        self.pages.setCurrentIndex(place)
        self.title.setText(step.title)
        self.explain.setText(step.explain)
        step.enter()
        end_with(self, self.cancel, self.back, self.next)
        self.refresh()

    def go_back(self) -> None:
        """One step back."""
        if self.place:
            self.show_step(self.place - 1)

    def go_on(self) -> None:
        """One step on, or the deed after the last."""
        if self.steps[self.place].problem():
            return
        if self.place + 1 < len(self.steps):
            self.show_step(self.place + 1)
        else:
            self.finish()

    def finish(self) -> None:
        """Do what the wizard is for."""
        self.accept()

    def last_words(self) -> str:
        """What the last button says."""
        return "Finish"

    def refresh(self) -> None:
        """Say what was found, and whether it goes on from here."""
        place, step = self.place, self.steps[self.place]
        last = place + 1 == len(self.steps)
        self.list.say([step.found() for step in self.steps], place, self.reached)
        self.back.setVisible(place > 0)
        if last:
            self.next.setText(self.last_words())
        else:
            self.next.setText(f"Next: {self.steps[place + 1].name.lower()}")
        self.next.set_icon("ph.check" if last else "ph.arrow-right")
        problem = step.problem()
        self.next.setEnabled(not problem)
        self.why.setText(problem or "Alt+Left, Alt+Right step")
