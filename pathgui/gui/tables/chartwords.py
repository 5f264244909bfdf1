"""What filters the rows behind a bar: conditions as people type them; no Qt."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from pathgui.gui.tables.filters import quoted
from pathgui.project.charts import Bars
from pathgui.project.histogram import Histogram
from pathgui.project.quoting import shown_name
from pathgui.project.schema import Column
from pathgui.project.typed import Misfit, parse

# An expression may be no longer than ten thousand letters, with what else filters.
_LONGEST = 4000


def bar_conditions(found: Bars, texts: Iterable[str]) -> tuple[str, ...]:
    """One condition for each bar; empty where none tells its rows from others.

    Parameters
    ----------
    found : Bars
        What is shown.
    texts : iterable of str
        What stands in the cells: a bar counts texts with and without blanks around.
    """
    column, labels = found.column, found.labels
    name = shown_name(column.name)
    if column.kind not in ("text", "category"):
        values = [_value(label, column) for label in labels]
        if found.others:
            values[-1] = ""
        return tuple(f"{name} == {value}" if value else "" for value in values)
    written: dict[str, list[str]] = {label: [] for label in labels}
    for text in sorted(set(texts)):
        written.get(text.strip(), []).append(quoted(text))
    lists = [written[label] for label in labels]
    shown = lists[:-1] if found.others else lists
    conditions = [_one_of(name, words) for words in shown]
    if found.others:
        known = ", ".join(word for words in shown for word in words)
        conditions.append(f"{name} != missing and {name} not in [{known}]")
    return tuple(text if len(text) <= _LONGEST else "" for text in conditions)


def _one_of(name: str, words: Sequence[str]) -> str:
    if len(words) == 1:
        return f"{name} == {words[0]}"
    return f"{name} in [{', '.join(words)}]"


def _value(label: str, column: Column) -> str:
    """A text as a condition writes it; empty if it is no value of its column."""
    free = Column(
        "", column.kind, decimal=column.decimal, date_format=column.date_format
    )
    try:
        value = parse(label, free)
    except Misfit:
        return ""
    if isinstance(value, date):
        return quoted(value.isoformat())
    return quoted(label) if column.kind == "yesno" else repr(value)


def bin_conditions(drawn: Histogram) -> tuple[str, ...]:
    """One condition for each bin; the last one holds its upper bound, too."""
    column = drawn.column
    name = shown_name(column.name)
    edges = list(pairwise(drawn.edges.tolist()))
    if column.kind == "number":
        last = len(edges) - 1
        return tuple(
            f"{low!r} <= {name} {'<=' if k == last else '<'} {high!r}"
            for k, (low, high) in enumerate(edges)
        )
    # Bounds of whole numbers and days lie half-way between two of them.
    whole = [(int(np.ceil(low)), int(np.floor(high))) for low, high in edges]
    return tuple(
        f"{name} == {_written(low, column)}" if low == high
        else f"{_written(low, column)} <= {name} <= {_written(high, column)}"
        for low, high in whole
    )  # fmt: skip


def _written(number: int, column: Column) -> str:
    if column.kind != "date":
        return str(number)
    return quoted(date.fromordinal(max(number, 1)).isoformat())
