"""What a bar over a table gives up where there is no room for all its words."""

from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QWidget

_STAGES = 3


class Folding:
    """Takes words away from buttons, and from a count, until the bar has room.

    Parameters
    ----------
    layout : QBoxLayout
        Of the bar.
    field : QWidget
        Takes what is left.
    least : int
        Width in pixels that it needs to be of use.
    count : QLabel
        Said shorter where there is little room.
    """

    def __init__(
        self, layout: QBoxLayout, field: QWidget, least: int, count: QLabel
    ) -> None:
        self._layout, self._field, self._least = layout, field, least
        self._count, self._words = count, ("", "")
        self._buttons: list[tuple[QPushButton, str, int]] = []

    def add(self, button: QPushButton, stage: int = 1) -> None:
        """Let a button with an icon give up its word, the later the higher `stage`."""
        word = button.text()
        button.setAccessibleName(word)
        button.setToolTip(word)
        self._buttons.append((button, word, stage))

    def say(self, words: str, short: str) -> None:
        """What the count says, with and without much room."""
        self._words = words, short

    def fold(self, width: int) -> None:
        """Show as many words as fit into so many pixels."""
        for stage in range(_STAGES):
            for button, word, last in self._buttons:
                button.setText("" if stage >= last else word)
            self._count.setText(self._words[stage > 1])
            if self._needed() <= width:
                return

    def _needed(self) -> int:
        margins = self._layout.contentsMargins()
        widths = [margins.left() + margins.right()]
        for place in range(self._layout.count()):
            item = self._layout.itemAt(place)
            widget = item.widget() if item is not None else None
            if widget is None or widget.isHidden():
                continue
            hint = self._least if widget is self._field else widget.sizeHint().width()
            widths.append(hint + self._layout.spacing())
        return sum(widths)
