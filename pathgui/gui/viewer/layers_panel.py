"""The layers of the slide on screen, one row each, and what can be set about one."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.parts import IconButton, key_cap, label, set_weight, tabular
from pathgui.gui.style.sections import Elided, Snug
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.heat import HeatMap, colors_of
from pathgui.gui.viewer.heat_section import HeatSection
from pathgui.gui.viewer.layers import Overlay, Swatch
from pathgui.gui.viewer.pick import PickList
from pathgui.gui.viewer.strength import Strength
from pathgui.gui.viewer.tools import SlideTools

WIDTH = 336
_ROW, _MOST_ROWS, _MOST_LABELS = 30, 8, 20
_WIDE = QSizePolicy.Policy.Preferred


class SwatchBox(QWidget):
    """A layer's colour, or its colour map, as a small square."""

    def __init__(self, theme: Theme, swatch: Swatch) -> None:
        super().__init__()
        self._theme, self._swatch = theme, swatch
        self.setFixedSize(14, 14)

    def show_swatch(self, swatch: Swatch) -> None:
        """Show another."""
        self._swatch = swatch
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.color("line2"), 1))
        if self._swatch.colormap:
            gradient = QLinearGradient(box.topLeft(), box.topRight())
            colors = colors_of(self._swatch.colormap, 5)
            for number, color in enumerate(colors):
                gradient.setColorAt(number / (len(colors) - 1), color)
            painter.setBrush(gradient)
        else:
            painter.setBrush(QColor(self._swatch.color))
        painter.drawRoundedRect(box, 3, 3)


class LayerRow(QFrame):
    """Eye, swatch, name, opacity and key of one layer."""

    def __init__(
        self, theme: Theme, control: LayerControl, overlay: Overlay, number: int
    ) -> None:
        super().__init__()
        self._theme, self._control, self.overlay = theme, control, overlay
        self._current = False
        self.setFixedHeight(_ROW)
        self.setAccessibleName(overlay.name)
        self.eye = IconButton(theme, "ph.eye", "Hide")
        self.eye.setFixedSize(QSize(26, 26))
        self.eye.clicked.connect(self._switch)
        self._swatch = SwatchBox(theme, overlay.swatch)
        self._name = Elided(at_end=True)
        self._name.say(overlay.name)
        self.strength = Strength(theme)
        self.strength.setAccessibleName(f"Opacity of {overlay.name}")
        self.strength.moved.connect(self._set_opacity)
        self._share = tabular("", "second", size=fonts.BODY)
        self._share.setFixedWidth(40)
        self._share.setAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        box = QHBoxLayout(self)
        box.setContentsMargins(4, 0, 6, 0)
        box.setSpacing(4)
        for widget in (self.eye, self._swatch, self._name, self.strength, self._share):
            box.addWidget(widget, 1 if widget is self._name else 0)
        cap = key_cap(str(number)) if number <= 9 else QLabel()
        # Plain digits are decisions while slides are reviewed; with Shift they never.
        cap.setText(f"⇧{number}" if number <= 9 else "")
        cap.setFixedWidth(28)
        cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(cap)
        self._number = number
        self.refresh(False)

    def refresh(self, current: bool) -> None:
        """Show the layer as it is now."""
        overlay = self.overlay
        on = overlay.visible
        self.eye.set_icon("ph.eye" if on else "ph.eye-slash")
        key = f"Shift+{self._number}" if self._number <= 9 else ""
        self.eye.describe(f"{'Hide' if on else 'Show'} {overlay.name}", key)
        self._swatch.show_swatch(overlay.swatch)
        if abs(self.strength.value - overlay.opacity) > 1e-3:
            self.strength.set_value(overlay.opacity)
        self._share.setText(f"{overlay.opacity * 100:.0f} %")
        set_weight(self._name, strong=current)
        self._current = current
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._control.choose(self.overlay)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._current:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent_soft"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)

    def _switch(self) -> None:
        self._control.show(self.overlay, not self.overlay.visible)

    def _set_opacity(self, value: float) -> None:
        self._control.set_opacity(self.overlay, value)


def _digit(event: QKeyEvent) -> int:
    """The digit of a key that is pressed alone, 1 to 9; else 0."""
    alone = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    number = event.key() - Qt.Key.Key_0
    plain = alone == Qt.KeyboardModifier.NoModifier
    return number if plain and 1 <= number <= 9 else 0


class LayersPanel(QFrame):
    """Goes into the inspector while a slide is on screen.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    control : LayerControl
        ``ViewerPanel.layers``.
    tools : SlideTools, optional
        ``ViewerPanel.tools``: preview and imports.

    Signals
    -------
    profile_wanted()
        Colour profiles are to be applied, or not any more.
    """

    profile_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        control: LayerControl,
        tools: SlideTools | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspectorBody")
        self._theme, self._control, self._tools = theme, control, tools
        self.add = IconButton(theme, "ph.plus-circle", "Add a layer")
        self.add.clicked.connect(self._offer)
        self.colours = IconButton(theme, "ph.palette", "Colour profile", key="Shift+C")
        self.colours.setCheckable(True)
        self.colours.clicked.connect(self.profile_wanted)
        self.show_profile(False, True)
        self.rows: list[LayerRow] = []
        rows = QWidget()
        self._rows = Snug(rows)
        self._list = QVBoxLayout(rows)
        self._list.setContentsMargins(6, 0, 6, 8)
        self._list.setSpacing(1)
        self._empty = label("No slide is shown.", "quiet")
        self._empty.setContentsMargins(6, 0, 0, 0)
        self._list.addWidget(self._empty)
        self.heat = HeatSection(theme, control)
        self._build()
        control.changed.connect(self.refresh)
        control.chosen.connect(self.refresh)
        theme.changed.connect(self.update)
        self.refresh()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 8, 0)
        head.addWidget(label("Layers", strong=True))
        head.addStretch(1)
        head.addWidget(self.colours)
        head.addWidget(self.add)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        # Many layers scroll by themselves; what is set below them keeps its room.
        self._rows.setSizePolicy(_WIDE, QSizePolicy.Policy.Maximum)
        self._rows.setMaximumHeight(_MOST_ROWS * (_ROW + 1) + 8)
        box.addWidget(self._rows)
        below = QWidget()
        self._below = QVBoxLayout(below)
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.setSpacing(0)
        self._below.addWidget(self.heat)
        if self._tools is not None:
            self._below.addWidget(self._tools.preview.section)
        self._below.addStretch(1)
        self._scroll = Snug(below)
        box.addWidget(self._scroll, 1)
        if self._tools is not None:
            box.addWidget(self._tools.preview.section.foot)

    @override
    def event(self, event: QEvent) -> bool:
        # Digits are layers here, as in the viewer, and no decisions about slides.
        over = event.type() == QEvent.Type.ShortcutOverride
        if over and isinstance(event, QKeyEvent) and _digit(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._control.toggle_number(_digit(event)):
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        first = self.rows[0].eye if self.rows else self.add
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_profile(self, known: bool, on: bool) -> None:
        """Whether the slide has a colour profile, and whether profiles are applied."""
        self.colours.setEnabled(known)
        self.colours.setChecked(known and on)
        name = "Colour profile" if known else "The slide has no colour profile"
        self.colours.describe(name, "Shift+C" if known else "")
        self.colours.set_icon("ph.palette", "accent" if known and on else "text2")

    def refresh(self, _: object = None) -> None:
        """Show the layers as they are now."""
        overlays = self._control.overlays
        if [row.overlay for row in self.rows] != overlays:
            self._rebuild(overlays)
        current = self._control.current
        for row in self.rows:
            row.refresh(row.overlay is current)
        self._empty.setVisible(not overlays)
        self.add.setEnabled(bool(overlays))
        self.heat.show_heat(current if isinstance(current, HeatMap) else None)

    def _rebuild(self, overlays: list[Overlay]) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for number, overlay in enumerate(overlays, 1):
            row = LayerRow(self._theme, self._control, overlay, number)
            self._list.addWidget(row)
            self.rows.append(row)

    def _offer(self) -> None:
        menu = QMenu(self)
        labels = self._control.heat_labels()
        menu.addAction("Heat map of").setEnabled(False)
        if len(labels) > _MOST_LABELS:
            self._offer_many(menu, labels)
        else:
            for name in labels:
                menu.addAction(name).setData(name)
        if not labels:
            menu.addAction("no further numbers per tile").setEnabled(False)
        if self._tools is not None:
            menu.addSeparator()
            imports = self._tools.imports
            menu.addAction("Import a mask…").triggered.connect(imports.ask_mask)
            add = menu.addAction("Import annotations…")
            add.triggered.connect(imports.ask_annotations)
        menu.triggered.connect(self._add)
        corner = self.add.rect().bottomLeft()
        menu.popup(self.add.mapToGlobal(corner))
        menu.aboutToHide.connect(menu.deleteLater)

    def _offer_many(self, menu: QMenu, labels: list[str]) -> None:
        """As with the features of a network: a list that is searched."""
        pick, action = PickList(labels, "values"), QWidgetAction(menu)
        action.setDefaultWidget(pick)
        menu.addAction(action)
        pick.picked.connect(self._control.add_heat)
        pick.picked.connect(menu.close)
        menu.aboutToShow.connect(pick.setFocus)

    def _add(self, action: QAction) -> None:
        if action.data() is not None:
            self._control.add_heat(str(action.data()))
