"""What the gallery can be grouped by, sorted by and labelled with."""

from collections import Counter
from dataclasses import dataclass

from pathgui.gui.style import state_of
from pathgui.gui.tables.looks import shown
from pathgui.gui.tables.model import TableModel
from pathgui.workflows.qc.metric import BY_NAME

NONE, OUTLIER = "", "outlier"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list: what people read, and the column it stands for.

    Attributes
    ----------
    key : str
        ``table.column`` as the table's order has it; empty is none.
    """

    key: str
    words: str


def columns(model: TableModel) -> list[Choice]:
    """Every column of the Slides table; a name of two tables says which."""
    times = Counter(field.column.name for field in model.fields)
    found = []
    for field in model.fields:
        name = field.column.name
        if field.picture or name == "qc_result":
            continue
        words = f"{name} ({field.table})" if times[name] > 1 else name
        found.append(Choice(f"{field.table}.{name}", words))
    return found


def position(model: TableModel, key: str) -> int:
    """Column of the model a key stands for, -1 if it is gone."""
    table, _, name = key.partition(".")
    return model.column_at(table, name) if name else -1


def label(model: TableModel, row: int, key: str) -> str:
    """What stands beneath a card: ``focus 0.71``; empty where there is no value."""
    column = position(model, key)
    text = model.text(row, column) if column >= 0 else ""
    if not text:
        return ""
    field = model.fields[column].column
    state = state_of(field.name, text)
    if state is not None:
        return state.word
    metric = BY_NAME.get(field.name)
    if metric is not None:
        try:
            return f"{field.name} {metric.text(float(text))}"
        except ValueError:
            return text
    words = shown(field, text)
    return f"{words} tiles" if field.name == "n_tiles" else words
