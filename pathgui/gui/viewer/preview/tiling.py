"""How tiles are cut: resolution, size, distance, and how much tissue they need."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pathgui.engine import Tiling
from pathgui.gui.style.parts import label, row
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.preview.annotated import AnnotatedForm
from pathgui.gui.viewer.preview.form import dressed, slider_for

_MODES = {
    "level": ("Level", 0.0, 1.0, 0),
    "mpp": ("µm per pixel", 0.5, 0.25, 3),
    "magnification": ("Magnification", 20.0, 5.0, 1),
    "tile_um": ("Tile in µm", 128.0, 16.0, 1),
}


class TilingForm(QWidget):
    """Fields for a `Tiling`.

    Signals
    -------
    changed(object)
        The tiling as the fields say now.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, tiling: Tiling) -> None:
        super().__init__()
        self._tiling = tiling
        self.mode, self.value = QComboBox(), QDoubleSpinBox()
        for key, (name, *_) in _MODES.items():
            self.mode.addItem(name, key)
        self.tile, self.stride = QSpinBox(), QSpinBox()
        self.tissue = QDoubleSpinBox()
        self.pad = QCheckBox("Keep tiles over the edge")
        self.side, self.overlap = label("", "second"), label("", "second")
        for field in (self.value, self.tile, self.stride, self.tissue):
            dressed(field)
        self.annotated = AnnotatedForm(theme, tiling)
        self._build(theme)
        self._fill()
        for signal in (
            self.value.valueChanged,
            self.tile.valueChanged,
            self.stride.valueChanged,
            self.tissue.valueChanged,
            self.pad.toggled,
        ):
            signal.connect(self._send)
        self.mode.activated.connect(self._other_mode)
        self.annotated.changed.connect(self._send)

    def _build(self, theme: Theme) -> None:
        for spin in (self.tile, self.stride):
            spin.setRange(16, 8192)
            spin.setSingleStep(32)
            spin.setSuffix(" px")
        self.stride.setRange(0, 8192)
        self.stride.setSpecialValueText("as tile")
        self.tissue.setRange(-0.05, 1.0)
        self.tissue.setSingleStep(0.05)
        self.tissue.setSpecialValueText("any")
        names = ("Resolution", "Tile size", "Stride", "Tissue in tile at least")
        words = [label(name, "second") for name in names]
        named: tuple[QWidget, ...] = (
            self.value,
            self.tile,
            self.stride,
            self.tissue,
        )
        for field, name in zip(named, names, strict=True):
            field.setAccessibleName(name)
        self.mode.setAccessibleName("Resolution by")
        slider = slider_for(theme, self.tissue, 0.0, 1.0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(row(words[0], None, self.mode, self.value))
        box.addLayout(row(words[1], None, self.side, self.tile))
        box.addLayout(row(words[2], None, self.overlap, self.stride))
        box.addLayout(row(words[3], None, slider, self.tissue))
        box.addWidget(self.pad)
        box.addWidget(self.annotated)

    def say_size(self, mpp: float | None) -> None:
        """Say how large a tile is; `mpp` of the tiles' pixels."""
        size, stride = self._tiling.tile_size, self._tiling.step
        self.side.setText("" if mpp is None else f"= {size * mpp:,.1f} µm")
        share = 1 - stride / size
        words = "no overlap" if share == 0 else f"{share:.0%} overlap"
        self.overlap.setText(words if share >= 0 else "gaps")

    def _fill(self) -> None:
        tiling = self._tiling
        mode = next((k for k in _MODES if getattr(tiling, k) is not None), "level")
        self._show_mode(mode, getattr(tiling, mode) or 0.0)
        self.tile.setValue(tiling.tile_size)
        self.stride.setValue(tiling.stride or 0)
        least = tiling.min_tissue
        self.tissue.setValue(self.tissue.minimum() if least is None else least)
        self.pad.setChecked(tiling.pad)
        self.say_size(None)

    def _show_mode(self, mode: str, value: float) -> None:
        _, _, step, decimals = _MODES[mode]
        self.mode.setCurrentIndex(list(_MODES).index(mode))
        self.value.blockSignals(True)
        self.value.setDecimals(int(decimals))
        self.value.setSingleStep(step)
        self.value.setRange(0 if mode == "level" else 0.01, 10_000)
        self.value.setValue(value)
        self.value.blockSignals(False)

    def _other_mode(self, _: int) -> None:
        mode = str(self.mode.currentData())
        self._show_mode(mode, float(_MODES[mode][1]))
        self._send()

    def _send(self, _: object = None) -> None:
        mode, value = str(self.mode.currentData()), self.value.value()
        modes: dict[str, float | None] = dict.fromkeys(_MODES)
        modes[mode] = int(value) if mode == "level" else value
        least = self.tissue.value()
        changed = replace(
            self._tiling,
            tile_size=self.tile.value(),
            stride=self.stride.value() or None,
            min_tissue=None if least < 0 else round(least, 4),
            pad=self.pad.isChecked(),
            **modes,  # type: ignore[arg-type]
            **self.annotated.into(self._tiling),  # type: ignore[arg-type]
        )
        if changed != self._tiling:
            self._tiling = changed
            self.changed.emit(changed)
