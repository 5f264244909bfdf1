"""The bar above the canvas: which slide this is, and what is shown with it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style.parts import label, vline
from pathgui.gui.style.sections import Chip
from pathgui.gui.style.states import State
from pathgui.gui.style.theme import Theme
from pathgui.gui.style.tips import plain

HEIGHT = 42
_ICON = 16
# What the name of the slide has beside words, and at least; gaps of the bar.
_NAME, _LEAST, _GAPS = 108, 90, 46
_TOGGLES = (
    ("minimap", "Minimap", "ph.map-trifold", "M"),
    ("scale", "Scale bar", "ph.ruler", "B"),
    ("grid", "Grid", "ph.grid-four", "G"),
    ("mask", "Mask", "ph.selection-all", ""),
    ("after", "Before / after", "ph.columns", "C"),
)


class ViewBar(QFrame):
    """Slide name, states, place in the list; what is shown; saving the view.

    Signals
    -------
    step(int)
        -1 for the previous slide, 1 for the next.
    toggled(str, bool)
        ``minimap``, ``scale``, ``grid`` or ``mask`` was switched by the person.
    save()
        The view is to be saved as a picture.
    """

    step = Signal(int)
    toggled = Signal(str, bool)
    save = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewBar")
        self.setFixedHeight(HEIGHT)
        # The window decides how wide the bar is, never its words.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(0)
        self._theme = theme
        self._chips: list[Chip] = []
        self._keys = {key: shortcut for key, _, _, shortcut in _TOGGLES}
        self._reasons: dict[str, str] = {}
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 10, 0)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setSpacing(6)
        self.previous = self._button("ph.arrow-left", "Previous slide", "PgUp")
        self.previous.clicked.connect(self._on_previous)
        self.name = label(strong=True)
        self._chip_row = QHBoxLayout()
        self._chip_row.setSpacing(6)
        self.next = self._button("ph.arrow-right", "Next slide", "PgDown")
        self.next.clicked.connect(self._on_next)
        self.place = QLabel()
        self.place.setObjectName("count")
        row.addWidget(self.previous)
        row.addSpacing(4)
        row.addWidget(self.name)
        row.addLayout(self._chip_row)
        row.addSpacing(4)
        row.addWidget(self.next)
        row.addWidget(self.place)
        row.addStretch(1)
        self.toggles = {key: self._toggle(key, *rest) for key, *rest in _TOGGLES}
        row.addSpacing(6)
        self._divider = vline(18)
        row.addWidget(self._divider)
        row.addSpacing(2)
        self.save_button = self._button("ph.camera", "Save view", "F12", word=True)
        self.save_button.clicked.connect(self.save)
        row.addWidget(self.save_button)
        self.show_slide("", (), 0, 0)

    def show_slide(
        self, slide_id: str, states: Sequence[State], place: int, count: int
    ) -> None:
        """Say which slide is shown; `place` counts from 1, 0 means none."""
        self._slide_id = slide_id
        for chip in self._chips:
            self._chip_row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [Chip(self._theme, state) for state in states]
        for chip in self._chips:
            self._chip_row.addWidget(chip)
        self.place.setText(f"{place:,} of {count:,}" if place else "")
        self.previous.setEnabled(place > 1)
        self.next.setEnabled(0 < place < count)
        self.previous.setVisible(bool(place))
        self.next.setVisible(bool(place))
        for widget in (*self.toggles.values(), self._divider, self.save_button):
            widget.setVisible(bool(slide_id))
        self._fit_words()

    def set_available(self, key: str, reason: str = "") -> None:
        """Switch a toggle off that has nothing to show, and say why."""
        self.toggles[key].setEnabled(not reason)
        self._reasons[key] = reason
        self._write_tip(key)

    def set_key(self, key: str, shortcut: str) -> None:
        """Say another shortcut for a toggle."""
        self._keys[key] = shortcut
        self._write_tip(key)

    def set_checked(self, key: str, on: bool) -> None:
        """Show the state of a toggle without telling about it."""
        button = self.toggles[key]
        button.blockSignals(True)
        button.setChecked(on)
        button.blockSignals(False)
        self._dress(button)

    def restyle(self) -> None:
        """Draw icons in the colours in force."""
        for button in (self.previous, self.next, self.save_button):
            self._dress(button)
        for button in self.toggles.values():
            self._dress(button)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_words()

    def _fit_words(self) -> None:
        """Drop the words of the toggles where the bar is narrow, then shorten names."""
        metrics = self.name.fontMetrics()
        whole = metrics.horizontalAdvance(self._slide_id) + 8
        room = self._room(words=True)
        if room < min(whole, _NAME):
            room = self._room(words=False)
        for chip in self._chips:
            chip.setVisible(room >= _LEAST)
        if room < _LEAST:
            room += self._states_width()
        middle = Qt.TextElideMode.ElideMiddle
        shown = metrics.elidedText(self._slide_id, middle, max(room, _LEAST))
        self.name.setText(shown)
        self.name.setToolTip(plain(self._slide_id) if shown != self._slide_id else "")

    def _room(self, *, words: bool) -> int:
        """Pixels that are left for the name, with or without words on the toggles."""
        beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        alone = Qt.ToolButtonStyle.ToolButtonIconOnly
        buttons = (*self.toggles.values(), self.save_button)
        for button in buttons:
            button.setToolButtonStyle(beside if words else alone)
        shown = (*buttons, self.previous, self.next, self.place)
        taken = sum(widget.sizeHint().width() + 6 for widget in shown)
        return self.width() - taken - self._states_width() - _GAPS

    def _states_width(self) -> int:
        return sum(chip.width() + 6 for chip in self._chips)

    def _toggle(self, key: str, word: str, icon: str, shortcut: str) -> QToolButton:
        button = self._button(icon, word, shortcut, word=True)
        button.setCheckable(True)
        button.setProperty("part", key)
        button.toggled.connect(self._on_toggle)
        self._row.addWidget(button)
        return button

    def _write_tip(self, key: str) -> None:
        button, shortcut = self.toggles[key], self._keys[key]
        tip = f"{button.text()} ({shortcut})" if shortcut else button.text()
        reason = self._reasons.get(key, "")
        button.setToolTip(f"{tip}: {reason}" if reason else tip)

    def _on_previous(self) -> None:
        self.step.emit(-1)

    def _on_next(self) -> None:
        self.step.emit(1)

    def _on_toggle(self, on: bool) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            self._dress(button)
            self.toggled.emit(str(button.property("part")), on)

    def _button(
        self, icon: str, name: str, shortcut: str, *, word: bool = False
    ) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("icon_name", icon)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolTip(f"{name} ({shortcut})")
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if word:
            button.setText(name)
        self._dress(button)
        return button

    def _dress(self, button: QToolButton) -> None:
        token = "accent" if button.isChecked() else "text2"
        name = str(button.property("icon_name"))
        button.setIcon(self._theme.icons.icon(name, token))
