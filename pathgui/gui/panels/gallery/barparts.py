"""Parts of the bar over the gallery."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QWidget
from typing_extensions import override

from pathgui.gui.panels.gallery.choices import Choice

_COMBO = QStyle.ComplexControl.CC_ComboBox
_FIELD = QStyle.SubControl.SC_ComboBoxEditField


class Half(QWidget):
    """Says how wide it is."""

    resized = Signal(int)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(self.width())


class Choosing(QComboBox):
    """A list of choices that gives way in a narrow bar, and names itself there.

    Parameters
    ----------
    name : str
        What is chosen; the word beside the list.
    role : str
        The word that stands in the list where there is no room beside it.
    letters : int
        Room for so many letters at least, beside the role.
    short : dict of str to str
        Words for choices that are too long beside the role, by their key.
    """

    def __init__(
        self, name: str, role: str, letters: int, short: dict[str, str]
    ) -> None:
        super().__init__()
        self._role, self._letters, self._short = role, letters, short
        self._shown = False
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.setMaxVisibleItems(24)
        self.show_role(False)

    def show_role(self, on: bool) -> None:
        """Name what is chosen in the list itself, or leave it to the word beside it."""
        self._shown = on
        more = len(self._role) + 1 if on else 0
        self.setMinimumContentsLength(self._letters + more)
        self.update()

    @override
    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        if self._shown:
            key = str(self.currentData() or "")
            words = self._short.get(key, self.currentText())
            option.currentText = f"{self._role}: {words}"
        room = self.style().subControlRect(_COMBO, option, _FIELD, self).width()
        end = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, end, room
        )


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
