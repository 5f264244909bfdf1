"""The bar over the slide in turn: which one, and what is shown on it."""

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from pathgui.gui.review.state import ReviewState
from pathgui.gui.session import Session
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, cap_of, key_cap, label, tabular, vline

_MOST, _DIGITS = 4, 9
_FIRST = ("reviewed", "mask", "grid", "heat")
_ICONS = {
    "mask": "ph.selection-all",
    "grid": "ph.grid-four",
    "heat": "ph.thermometer",
}


class SlideBar(QFrame):
    """Place in the queue, facts that name nobody, overlays with their keys.

    Attributes
    ----------
    toggled : Signal(int)
        The overlay of this number is to be shown or hidden.
    asked : Signal(str)
        A button asks for an action by its key.
    """

    toggled = Signal(int)
    asked = Signal(str)

    def __init__(self, session: Session, state: ReviewState) -> None:
        super().__init__()
        self.setObjectName("viewBar")
        self.setFixedHeight(42)
        self._session, self._state = session, state
        theme = session.theme
        self._theme: Theme = theme
        self.place = tabular("", size=13)
        self.name = label("", "tag", size=12)
        self.name.setFixedHeight(22)
        self.facts = label("", "quiet", size=12)
        self.mask_only = Button(theme, "Mask only", "ph.circle-half", role="ghost")
        self.mask_only.setCheckable(True)
        self.mask_only.clicked.connect(lambda: self.asked.emit("review.mask_only"))
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(12, 0, 10, 0)
        self._line.setSpacing(6)
        for widget in (self.place, self.name, self.facts):
            self._line.addWidget(widget)
        self._line.addStretch(1)
        self._overlays = QHBoxLayout()
        self._overlays.setSpacing(4)
        self._line.addLayout(self._overlays)
        self._line.addWidget(vline(18))
        self._line.addWidget(self.mask_only)
        self._line.addWidget(key_cap("M"))
        self.buttons: list[Button] = []
        self._shown: tuple[tuple[int, str], ...] = ()
        state.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Say which slide is in turn."""
        state = self._state
        if not state.active:
            return
        self.place.setText(f"Slide {state.place + 1:,} of {len(state.queue):,}")
        hidden = "id and clinical columns hidden"
        self.name.setText(hidden if state.blinded else state.current)
        stain = self._session.field(state.current, "staining")
        mpp = self._session.field(state.current, "mpp")
        try:
            size = f"{float(mpp):.3g} µm/px"
        except ValueError:
            size = ""
        self.facts.setText(" · ".join(filter(None, (stain, size))))

    def show_overlays(self, overlays: list[Any], mask_only: bool) -> None:
        """Offer the overlays of the slide; the slide itself is none."""
        chosen = _foremost(overlays)
        found = tuple((number, item.name) for number, item in chosen)
        if found != self._shown:
            self._shown = found
            self._rebuild()
        for button, (_, item) in zip(self.buttons, chosen, strict=True):
            button.setChecked(item.visible)
            icon = _ICONS.get(item.kind, "ph.stack")
            button.set_icon(icon, "accent" if item.visible else "text2")
        self.mask_only.setChecked(mask_only)

    def _rebuild(self) -> None:
        while (item := self._overlays.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.buttons = []
        for number, name in self._shown:
            button = Button(self._theme, name, "ph.stack", role="ghost")
            button.setCheckable(True)
            button.setToolTip(f"{name} (Shift+{number})")
            button.clicked.connect(partial(self._toggle, number))
            self._overlays.addWidget(button)
            self._overlays.addWidget(cap_of(f"⇧{number}"))
            self.buttons.append(button)

    def _toggle(self, number: int, _checked: bool = False) -> None:
        self.toggled.emit(number)


def _foremost(overlays: list[Any]) -> list[tuple[int, Any]]:
    """Those a reviewer judges by, with their numbers; masks before all others."""
    numbered = [(k, item) for k, item in enumerate(overlays, 1) if item.kind != "slide"]
    ranks = {kind: rank for rank, kind in enumerate(_FIRST)}
    numbered = [entry for entry in numbered if entry[0] <= _DIGITS]
    best = sorted(numbered, key=lambda entry: ranks.get(entry[1].kind, len(ranks)))
    return sorted(best[:_MOST], key=lambda entry: entry[0])
