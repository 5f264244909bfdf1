"""Which annotations decide where tiles are made: classes to pick, and a share."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QLabel,
    QMenu,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)
from typing_extensions import override

from pathgui.engine import ANY, Tiling
from pathgui.gui.later import soon
from pathgui.gui.style.parts import Button, label, row
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.preview.form import dressed

Classes = tuple[str, ...] | None
_WIDTH = 200
_STEPS = {
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Backtab: -1,
    Qt.Key.Key_Up: -1,
}


class ClassPicker(Button):
    """A button that unfolds a list of classes to tick; it says which are ticked.

    Attributes
    ----------
    classes : tuple of str or None
        Those that are ticked; ``("*",)`` for any, None for none.

    Signals
    -------
    picked()
        Others are ticked.
    """

    picked = Signal()

    def __init__(self, theme: Theme, name: str, nothing: str, classes: Classes) -> None:
        super().__init__(theme, "", small=True)
        self._nothing = nothing
        self.classes = classes
        self.boxes: dict[str, QCheckBox] = {}
        self.setAccessibleName(name)
        self.setFixedWidth(_WIDTH)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._enter)
        self.offer({})

    def offer(self, known: Mapping[str, int]) -> None:
        """List the classes of the project, with the number of slides that have them."""
        self._menu.clear()
        self.boxes = {}
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(12, 8, 16, 8)
        box.setSpacing(6)
        missing = {name: 0 for name in self.classes or () if name != ANY}
        for name, slides in {ANY: -1, **known, **missing, **known}.items():
            tick = QCheckBox(_words(name, slides))
            tick.setChecked(name in (self.classes or ()))
            tick.toggled.connect(self._tick)
            tick.installEventFilter(self)
            self.boxes[name] = tick
            box.addWidget(tick)
        if not known:
            box.addWidget(_hint())
        action = QWidgetAction(self._menu)
        action.setDefaultWidget(page)
        self._menu.addAction(action)
        self._say()

    def _enter(self) -> None:
        """Bring the keyboard to the list: Tab walks, Space ticks, Esc closes."""
        first = next(iter(self.boxes.values()))
        soon(first, first.setFocus)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A menu takes these keys for itself, and knows only the list as a whole.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()), 0)
            boxes = list(self.boxes.values())
            if step and watched in boxes:
                place = boxes.index(watched) + step
                boxes[place % len(boxes)].setFocus()
                return True
        return super().eventFilter(watched, event)

    def _tick(self, _: bool) -> None:
        ticked = tuple(name for name, tick in self.boxes.items() if tick.isChecked())
        # "Any" holds alone: whichever was ticked last counts.
        if ANY in ticked and len(ticked) > 1:
            old = self.classes == (ANY,)
            ticked = tuple(n for n in ticked if n != ANY) if old else (ANY,)
            for name, tick in self.boxes.items():
                tick.blockSignals(True)
                tick.setChecked(name in ticked)
                tick.blockSignals(False)
        self.classes = ticked or None
        self._say()
        self.picked.emit()

    def _say(self) -> None:
        names = [_name(name) for name in self.classes or ()]
        words = ", ".join(names) if names else self._nothing
        room = self.fontMetrics()

        short = room.elidedText(words, Qt.TextElideMode.ElideRight, _WIDTH - 40)
        self.setText(short.replace("&", "&&"))
        self.setToolTip(f"{self.accessibleName()}: {words}")


class AnnotatedForm(QWidget):
    """Two lists of classes, and how much of a tile must lie where it is wanted.

    Signals
    -------
    changed()
        The fields say something else; `into` tells what.
    """

    changed = Signal()

    def __init__(self, theme: Theme, tiling: Tiling) -> None:
        super().__init__()
        self.inside = ClassPicker(theme, "Only inside", "anywhere", tiling.include)
        self.outside = ClassPicker(theme, "Not inside", "nothing", tiling.exclude)
        self.least = QDoubleSpinBox()
        self.least.setRange(0.0, 1.0)
        self.least.setSingleStep(0.05)
        self.least.setValue(tiling.least_inside)
        self.least.setAccessibleName("Share of a tile inside")
        self.least.setToolTip(
            "Share of a tile\u2019s area that must lie there: 0 is some of it, 1 all"
        )
        dressed(self.least)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(label("Annotations", strong=True))
        box.addLayout(row(label("Only inside", "second"), None, self.inside))
        box.addLayout(row(label("Not inside", "second"), None, self.outside))
        self._share = QWidget()
        self._share.setLayout(
            row(label("Of a tile at least", "second"), None, self.least)
        )
        box.addWidget(self._share)
        self._fold()
        for signal in (self.inside.picked, self.outside.picked):
            signal.connect(self._send)
        self.least.valueChanged.connect(self._send)

    def offer(self, known: Mapping[str, int]) -> None:
        """List these classes, with the number of slides that have them."""
        self.inside.offer(known)
        self.outside.offer(known)

    def into(self, tiling: Tiling) -> dict[str, object]:
        """What the fields say of a tiling, as changes to it."""
        least = round(self.least.value(), 4)
        same = least == tiling.least_inside
        return {
            "include": self.inside.classes,
            "exclude": self.outside.classes,
            "min_inside": tiling.min_inside if same else least,
        }

    def _send(self, _: object = None) -> None:
        self._fold()
        self.changed.emit()

    def _fold(self) -> None:
        asked = self.inside.classes is not None or self.outside.classes is not None
        self._share.setVisible(asked)


def _name(name: str) -> str:
    return {ANY: "any class", "": "no class"}.get(name, name)


def _words(name: str, slides: int) -> str:
    word = _name(name)
    shown = (word[:1].upper() + word[1:]) if name in (ANY, "") else word
    if slides < 0:
        return shown
    count = "on 1 slide" if slides == 1 else f"on {slides:,} slides"
    return f"{shown}  ({count})".replace("&", "&&")


def _hint() -> QLabel:
    return label("No slide of this project\nhas annotations yet.", "quiet")
