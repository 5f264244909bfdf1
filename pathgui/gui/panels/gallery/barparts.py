"""Parts of the bar over the gallery."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QWidget
from typing_extensions import override

from pathgui.gui.panels.gallery.choices import Choice


class Half(QWidget):
    """Says how wide it is."""

    resized = Signal(int)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(self.width())


def combo(name: str) -> QComboBox:
    """A list of choices that gives way in a narrow bar."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setSizeAdjustPolicy(
        QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    )
    box.setMinimumContentsLength(12)
    box.setMaxVisibleItems(24)
    return box


def offer(
    box: QComboBox, found: list[Choice], usual: str, *, keep: bool = True
) -> None:
    """Put choices into a list; the one that was chosen stays so if it is there."""
    known = [(box.itemData(at), box.itemText(at)) for at in range(box.count())]
    chosen = str(box.currentData()) if keep and box.count() > 1 else usual
    if known != [(choice.key, choice.words) for choice in found]:
        box.blockSignals(True)
        box.clear()
        for choice in found:
            box.addItem(choice.words, choice.key)
        box.blockSignals(False)
    at = box.findData(chosen)
    box.setCurrentIndex(at if at >= 0 else max(box.findData(usual), 0))
