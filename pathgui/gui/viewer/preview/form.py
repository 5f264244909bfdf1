"""A form made of the declared parameters of a transform."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.style.parts import Button, row
from pathgui.gui.style.sections import Elided
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.strength import Strength
from pathgui.preprocessing import Parameter

FIELD = 92
_MOST = 1e7
_LABEL = 44
# Names of masks and labels belong to the recipe, not to a slide.
_HIDDEN = ("mask_name", "label_name")


class ParameterForm(QWidget):
    """One row per parameter, with the field that its type asks for.

    Parameters
    ----------
    theme : Theme
        Colours.
    parameters : tuple of Parameter
        Those marked as common are shown, the others on request; all of them where
        none is marked.
    values : mapping
        What holds now, by name.

    Signals
    -------
    changed(str, object)
        Another value; None stands for "by itself".
    """

    changed = Signal(str, object)

    def __init__(
        self,
        theme: Theme,
        parameters: tuple[Parameter, ...],
        values: Mapping[str, Any],
    ) -> None:
        super().__init__()
        self._theme = theme
        self.fields: dict[str, QWidget] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self._further = QWidget()
        further = QVBoxLayout(self._further)
        further.setContentsMargins(0, 0, 0, 0)
        further.setSpacing(6)
        shown = [item for item in parameters if _fits(item)]
        some = any(item.bounds.common for item in shown)
        for item in shown:
            first = item.bounds.common or not some
            self._add(box if first else further, item, values.get(item.name))
        box.addWidget(self._further)
        self._further.hide()
        self.more = Button(theme, "More settings", role="link", small=True)
        self.more.clicked.connect(self._unfold)
        self.more.setVisible(further.count() > 0)
        box.addLayout(row(self.more, None))

    def _add(self, box: QVBoxLayout, parameter: Parameter, value: Any) -> None:
        field = self._field(parameter, value)
        words = title_of(parameter)
        field.setAccessibleName(words)
        field.setToolTip(parameter.bounds.help)
        self.fields[parameter.name] = field
        if isinstance(field, QCheckBox):
            field.setText(words)
            box.addWidget(field)
            return
        name = Elided()
        name.setObjectName("second")
        name.say(words)
        name.setToolTip(parameter.bounds.help)
        line = row(name)
        line.setStretch(0, 1)
        slider = self._slider(parameter, field)
        if slider is not None:
            line.addWidget(slider)
        line.addWidget(field)
        box.addLayout(line)

    def _field(self, parameter: Parameter, value: Any) -> QWidget:
        name, bounds = parameter.name, parameter.bounds
        if parameter.kind is bool:
            check = QCheckBox()
            check.setChecked(bool(value))
            check.toggled.connect(lambda on: self.changed.emit(name, on))
            return check
        if bounds.choices:
            combo = QComboBox()
            combo.addItems(list(bounds.choices))
            combo.setCurrentText(str(value))
            combo.currentTextChanged.connect(lambda text: self.changed.emit(name, text))
            return combo
        if parameter.kind is str:
            line = QLineEdit("" if value is None else str(value))
            line.setFixedWidth(FIELD + 40)
            line.editingFinished.connect(lambda: self.changed.emit(name, line.text()))
            return line
        return self._number(parameter, value)

    def _number(self, parameter: Parameter, value: Any) -> QWidget:
        spin = number_field(parameter, value)
        name, optional = parameter.name, parameter.optional

        def send(number: float) -> None:
            none = optional and number <= spin.minimum()
            self.changed.emit(name, None if none else number)

        spin.valueChanged.connect(send)
        return spin

    def _slider(self, parameter: Parameter, field: QWidget) -> Strength | None:
        """A slider where both ends are known."""
        low, high = parameter.bounds.minimum, parameter.bounds.maximum
        known = low is not None and high is not None and high > low
        if not known or not isinstance(field, QSpinBox | QDoubleSpinBox):
            return None
        assert low is not None and high is not None  # noqa: PT018 - known says both
        return slider_for(self._theme, field, low, high)

    def _unfold(self) -> None:
        there = self._further.isHidden()
        self._further.setVisible(there)
        self.more.setText("Fewer settings" if there else "More settings")


def number_field(parameter: Parameter, value: Any) -> QSpinBox | QDoubleSpinBox:
    """A spin box within the bounds; its lowest stop means "by itself" if optional."""
    bounds = parameter.bounds
    low = -_MOST if bounds.minimum is None else bounds.minimum
    high = _MOST if bounds.maximum is None else bounds.maximum
    spin: Any = QSpinBox() if parameter.kind is int else QDoubleSpinBox()
    step = (high - low) / 100 if high - low <= 1 else (2 if bounds.odd else 1)
    if parameter.kind is float:
        spin.setDecimals(2 if high - low <= 100 else 0)
        if high - low > 10_000:
            step = 100
    else:
        low, high = int(low), int(high)
    spin.setRange(low - step if parameter.optional else low, high)
    spin.setSingleStep(step)
    if parameter.optional:
        spin.setSpecialValueText("auto")
    spin.setSuffix(f" {bounds.unit}" if bounds.unit else "")
    spin.setValue(spin.minimum() if value is None else value)
    dressed(spin)
    field: QSpinBox | QDoubleSpinBox = spin
    return field


def dressed(spin: Any) -> None:
    """Make a spin box look as forms of the viewer have it."""
    spin.setFixedWidth(FIELD)
    spin.setAlignment(Qt.AlignmentFlag.AlignRight)
    # Half-typed numbers are no parameters.
    spin.setKeyboardTracking(False)
    spin.setGroupSeparatorShown(True)


def slider_for(
    theme: Theme, field: QSpinBox | QDoubleSpinBox, low: float, high: float
) -> Strength:
    """A slider that moves a field between two ends, and follows it."""
    slider = Strength(theme)
    span = high - low

    def follow(value: float) -> None:
        slider.set_value((value - low) / span)

    def lead(share: float) -> None:
        value = low + share * span
        if isinstance(field, QSpinBox):
            field.setValue(round(value))
        else:
            field.setValue(value)

    follow(field.value())
    field.valueChanged.connect(follow)
    slider.moved.connect(lead)
    return slider


def title_of(parameter: Parameter) -> str:
    """A parameter in words: its help where that is short, else its name."""
    words = parameter.bounds.help.partition(";")[0]
    if words and len(words) <= _LABEL:
        return words
    return parameter.name.replace("_", " ").capitalize()


def _fits(parameter: Parameter) -> bool:
    plain = parameter.kind in (int, float, bool, str)
    return plain and parameter.name not in _HIDDEN
