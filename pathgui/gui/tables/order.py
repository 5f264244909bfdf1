"""In what order rows stand, and which hold words; no Qt here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pathgui.gui.style import state_of
from pathgui.gui.style.states import BY_COLUMN
from pathgui.gui.tables.looks import NUMERIC
from pathgui.gui.tables.natural import natural_ranks
from pathgui.gui.tables.sheet import Coded, Floats, Rows, Sheet, Source
from pathgui.gui.tables.words import Flags, texts_with
from pathgui.project import Expression
from pathgui.project.comparison import coded_field


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order: a column (``table.name``) and its direction."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: a condition, words that rows must hold, keys of the order.

    Words are looked for in `columns` alone, or in all where it is None.
    """

    condition: Expression | None = None
    words: tuple[str, ...] = ()
    sorts: tuple[Sort, ...] = ()
    columns: frozenset[str] | None = None


def arrange(sheet: Sheet, request: Request) -> Rows:
    """Positions of the rows that pass, in the order asked for.

    Raises
    ------
    ExpressionError
        If the condition speaks of a column that is not there, or makes no sense.
    """
    passing = np.ones(sheet.count, bool)
    if request.condition is not None:
        passing &= meets(sheet, request.condition)
    for word in request.words:
        passing &= holds(sheet, word.casefold(), request.columns)
    rows = np.flatnonzero(passing).astype(np.int64)
    keys: list[npt.NDArray[np.generic]] = []
    for sort in reversed(request.sorts):
        source = sheet.find(sort.column)
        if source is not None:
            keys += sort_keys(sheet.coded(source), source, sort.descending, rows)
    return rows[np.lexsort(keys)] if keys else rows


def needed(request: Request, called: Mapping[str, str]) -> frozenset[str] | None:
    """Columns that a request is about; None for all, where it looks everywhere.

    `called` is what expressions call the columns, by ``table.column``.
    """
    wanted = {sort.column for sort in request.sorts}
    if request.words:
        if request.columns is None:
            return None
        wanted |= request.columns
    if request.condition is not None:
        names = set(request.condition.names)
        wanted |= {full for full, word in called.items() if word in names}
    return frozenset(wanted)


def meets(sheet: Sheet, condition: Expression) -> Flags:
    """Which rows meet a condition; raises as `arrange`."""
    condition.check_names(sheet.names_known)
    fields = {}
    for name in condition.names:
        source = sheet.find(name)
        assert source is not None
        coded = sheet.coded(source)
        fields[name] = coded_field(coded.texts, coded.codes, source.column)
    return condition.mask(fields, sheet.count)


def holds(sheet: Sheet, word: str, names: frozenset[str] | None = None) -> Flags:
    """Which rows hold a word in one of these columns, or in the words of a state."""
    found = np.zeros(sheet.count, bool)
    for source in sheet.sources:
        if names is not None and source.name not in names:
            continue
        if found.all():
            break
        if source.column.name in BY_COLUMN:
            coded = sheet.coded(source)
            said = [_said(source.column.name, text) for text in coded.texts]
            found |= texts_with(said, word)[coded.codes]
        elif (hits := sheet.folded(source).holds(word)) is not None:
            found |= hits
    return found


def _said(column: str, text: str) -> str:
    state = state_of(column, text)
    return text if state is None else f"{text} {state.word}"


def sort_keys(
    coded: Coded, source: Source, descending: bool, rows: Rows
) -> list[npt.NDArray[np.generic]]:
    """Keys for `numpy.lexsort`, the last one first: kind of value, then value.

    Rows without a value stand last either way, those with a value of another kind
    before them.
    """
    codes = coded.codes[rows]
    empty = np.array([text == "" for text in coded.texts], bool)
    values: Floats | Rows
    if source.column.kind in NUMERIC:
        values = numbers(coded, source.column.decimal)
        group = np.where(empty, 2, np.where(np.isnan(values), 1, 0))
        values = np.nan_to_num(values, nan=0.0)
    else:
        if coded.ranks is None:
            coded.ranks = natural_ranks(coded.texts)
        values = coded.ranks.astype(np.int64)
        group = np.where(empty, 2, 0)
    if descending:
        values = -values
    return [values[codes], group.astype(np.int8)[codes]]


def numbers(coded: Coded, decimal: str = ".") -> Floats:
    """Number of each distinct text; nan where it is none."""
    found = coded.memo.get(decimal)
    if found is None:
        texts = [number(text, decimal) for text in coded.texts]
        found = coded.memo[decimal] = np.array(texts, dtype=np.float64)
    return found


def number(text: str, decimal: str = ".") -> float:
    """Number of a text; nan, which fails every comparison, where it is none."""
    try:
        return float(text.replace(",", "." if decimal == "," else ""))
    except ValueError:
        return float("nan")
