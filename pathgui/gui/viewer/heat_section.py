"""Colours, range and threshold of the heat map that is chosen."""

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFrame, QVBoxLayout, QWidget

from pathgui.gui.style.parts import Button, label, row
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.heat import COLORMAPS, HeatMap


class HeatSection(QFrame):
    """What can be set about a heat map; hidden while none is chosen."""

    def __init__(self, theme: Theme, control: LayerControl) -> None:
        super().__init__()
        self.setObjectName("section")
        self._control = control
        self._heat: HeatMap | None = None
        self._title = label("", strong=True)
        self.colors = QComboBox()
        for name in COLORMAPS:
            self.colors.addItem("Grey" if name == "gray" else name.capitalize(), name)
        self.colors.setAccessibleName("Colours")
        self.low, self.high = _number("From"), _number("To")
        self.least = _number("Hide tiles below")
        self.remove = Button(theme, "Remove", role="link", small=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 12)
        box.setSpacing(8)
        box.addLayout(row(self._title, None, self.remove))
        box.addLayout(row(label("Colours", "second"), None, self.colors))
        words = label("Range", "second"), label("to", "second")
        box.addLayout(row(words[0], None, self.low, words[1], self.high))
        box.addLayout(row(label("Hide tiles below", "second"), None, self.least))
        self.colors.setFixedWidth(120)
        self.colors.activated.connect(self._on_colors)
        self.low.valueChanged.connect(lambda value: self._send(low=value))
        self.high.valueChanged.connect(lambda value: self._send(high=value))
        self.least.valueChanged.connect(self._on_least)
        self.remove.clicked.connect(self._remove)
        self.hide()

    def show_heat(self, heat: HeatMap | None) -> None:
        """Show the settings of a heat map; None hides the section."""
        self._heat = heat
        self.setVisible(heat is not None)
        if heat is None:
            return
        style = heat.style
        self._title.setText(heat.name)
        fields: tuple[QWidget, ...] = (self.colors, self.low, self.high, self.least)
        for field in fields:
            field.blockSignals(True)
        self.colors.setCurrentIndex(max(self.colors.findData(style.colormap), 0))
        span = style.high - style.low
        decimals = _decimals(span)
        for number, value in (
            (self.low, style.low),
            (self.high, style.high),
            (self.least, style.low if style.least is None else style.least),
        ):
            number.setDecimals(decimals)
            number.setSingleStep(span / 20)
            if not number.hasFocus():
                number.setValue(value)
        for field in fields:
            field.blockSignals(False)
            # Words have no range: each has a colour of its own.
            field.setEnabled(not heat.classes or field is self.colors)

    def _on_colors(self, _: int) -> None:
        self._send(colormap=str(self.colors.currentData()))

    def _on_least(self, value: float) -> None:
        self._send(least=value if value > self.low.value() else None)

    def _send(self, **changed: str | float | None) -> None:
        """Only what was touched: a field shows a rounded value."""
        if self._heat is not None:
            self._control.restyle_heat(self._heat, **changed)

    def _remove(self) -> None:
        if self._heat is not None:
            self._control.remove_heat(self._heat)


def _decimals(span: float) -> int:
    """Places that tell a hundredth of the range apart; two at least."""
    if not span > 0:
        return 2
    return min(max(2, 2 - math.floor(math.log10(span))), 12)


def _number(name: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(-1e9, 1e9)
    field.setDecimals(2)
    field.setFixedWidth(82)
    field.setKeyboardTracking(False)
    field.setAccessibleName(name)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    return field
