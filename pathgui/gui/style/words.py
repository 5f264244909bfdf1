"""Words that have to fit where they stand."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics


def fitting_words(text: str, metrics: QFontMetrics, room: int) -> str:
    """A text whose long words, such as names of files, are cut in their middle.

    Parameters
    ----------
    text : str
        Words that are wrapped at their gaps.
    metrics : QFontMetrics
        Of the type they are shown in.
    room : int
        Pixels of a line.
    """
    middle = Qt.TextElideMode.ElideMiddle
    lines = (
        " ".join(metrics.elidedText(word, middle, room) for word in line.split(" "))
        for line in text.split("\n")
    )
    return "\n".join(lines)
