"""Parts of the bar over the gallery."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QWidget
from typing_extensions import override

from pathgui.gui.panels.gallery.choices import Choice
from pathgui.gui.style import Theme
from pathgui.gui.style.longlist import LongList

_COMBO = QStyle.ComplexControl.CC_ComboBox
_FIELD = QStyle.SubControl.SC_ComboBoxEditField


class Half(QWidget):
    """Says how wide it is."""

    resized = Signal(int)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(self.width())


class Choosing(LongList):
    """A list of choices that gives way in a narrow bar, and names itself there.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    name : str
        What is chosen; the word beside the list.
    role : str
        The word that stands in the list where there is no room beside it.
    letters : int
        Room for so many letters at least, beside the role.
    short : dict of str to str
        Words for choices that are too long beside the role, by their key.
    """

    _shown = False  # Qt asks for the look before this is made

    def __init__(
        self,
        theme: Theme,
        name: str,
        role: str,
        letters: int,
        short: dict[str, str],
    ) -> None:
        super().__init__(theme)
        self._role, self._letters, self._short = role, letters, short
        self.setAccessibleName(name)
        self.setToolTip(name)
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


def offer(box: LongList, found: list[Choice], usual: str, *, keep: bool = True) -> None:
    """Put choices into a list; the one that was chosen stays so if it is there."""
    chosen = str(box.currentData()) if keep and box.count() > 1 else usual
    box.offer([(choice.words, choice.key) for choice in found])
    box.choose(chosen, usual)
