"""What a cell looks like: decided here in plain data, painted by the delegate."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt

from pathgui.gui.style import State, state_of
from pathgui.project import Column

Shape = Literal["picture", "key", "state", "text", "number", "mono"]

LOOK_ROLE = Qt.ItemDataRole.UserRole + 1
COLUMN_ROLE = Qt.ItemDataRole.UserRole + 2
SUGGEST_ROLE = Qt.ItemDataRole.UserRole + 3
NUMERIC = ("number", "integer")
_MONO = ("checksum", "quickhash")
# Scanners give µm per pixel with sixteen digits; people read four.
_LONG = 7


@dataclass(frozen=True, slots=True)
class Look:
    """One cell as it is painted.

    Attributes
    ----------
    shape : str
        Which kind of content it is.
    text : str
        The words to paint.
    state : State or None
        The chip, for a state column.
    problem : str
        Why the value is not acceptable; empty if it is.
    doubt : str
        Why the value deserves a look; empty if it does not.
    edited : bool
        Not yet saved.
    missing : bool
        There should be a value and there is none.
    """

    shape: Shape
    text: str = ""
    state: State | None = None
    problem: str = ""
    doubt: str = ""
    edited: bool = False
    missing: bool = False


def look(
    column: Column,
    text: str,
    *,
    key: bool = False,
    problem: str = "",
    doubt: str = "",
    edited: bool = False,
) -> Look:
    """How the text of a cell is shown.

    Parameters
    ----------
    column : Column
        Column of the cell.
    text : str
        Its text as stored.
    key : bool
        The column identifies the row.
    problem : str
        Reason why the text is not acceptable.
    doubt : str
        Reason why it deserves a look.
    edited : bool
        The cell differs from the table on disk.
    """
    state = state_of(column.name, text)
    if state is not None:
        return Look("state", state.word, state, problem, doubt, edited=edited)
    shape: Shape = "number" if column.kind in NUMERIC else "text"
    if key:
        shape = "key"
    elif column.name in _MONO:
        shape = "mono"
    if text == "":
        words = "–" if column.computed and not problem else "missing"
        missing = words == "missing"
        return Look(shape, words, None, problem, doubt, edited, missing)
    return Look(shape, shown(column, text), None, problem, doubt, edited)


def shown(column: Column, text: str) -> str:
    """Text as people read it: computed numbers rounded, thousands marked."""
    if column.name == "mpp" and len(text) > _LONG:
        return _rounded(text)
    if not column.computed or column.kind not in NUMERIC:
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    if column.kind == "integer" and value.is_integer():
        return f"{int(value):,}"
    return f"{value:,.3f}" if abs(value) < 1000 else f"{value:,.0f}"


def _rounded(text: str) -> str:
    try:
        return f"{float(text):.4g}"
    except ValueError:
        return text
