"""The type of the window: Inter where it is installed, tabular figures for numbers."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

BODY = 13
SMALL = 12
TINY = 11
TITLE = 16
BIG = 22
WELCOME = 24


@cache
def family() -> str:
    """Inter if this computer has it, else the system's own family."""
    if "Inter" in QFontDatabase.families():
        return "Inter"
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


def font(size: int = BODY, *, strong: bool = False, medium: bool = False) -> QFont:
    """Text of `size` pixels; `strong` is weight 600, `medium` 500."""
    result = QFont(family())
    result.setPixelSize(size)
    if strong:
        result.setWeight(QFont.Weight.DemiBold)
    elif medium:
        result.setWeight(QFont.Weight.Medium)
    return result


def numbers(size: int = BODY, *, strong: bool = False) -> QFont:
    """Like `font`, with all figures of one width, so that columns line up."""
    result = font(size, strong=strong)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def mono(size: int = SMALL) -> QFont:
    """The system's monospace, for hashes, ids being compared and logs."""
    result = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    result.setPixelSize(size)
    return result
