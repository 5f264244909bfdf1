"""A whole table held against its schema: what does not fit, where and how badly."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pathgui.project import typed
from pathgui.project.csvtext import TextArray
from pathgui.project.schema import Column
from pathgui.project.tableview import TableView

Severity = Literal["error", "warning"]
_FORMULA = re.compile(r"[=@].|[+\-].*[(|!]|[\t\r]")
_FEW = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell that is not as its column wants it.

    Attributes
    ----------
    table : str
        ``"manifest"`` or ``"clinical"``.
    row : int
        Id of the row, to jump to.
    key : str
        What people call the row; empty where its key cell is.
    column, text : str
        The cell.
    reason : str
        Why, as a sentence without its subject's name.
    severity : {"error", "warning"}
        An error breaks the schema; a warning is likely a slip.
    """

    table: str
    row: int
    key: str
    column: str
    text: str
    reason: str
    severity: Severity


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run a text; a mere sign or number is none."""
    return _FORMULA.match(text) is not None and not typed.is_number(text)


def validate_table(
    table: TableView, columns: Collection[str] = (), *, warnings: bool = True
) -> list[Finding]:
    """Check all cells of a table.

    Parameters
    ----------
    table : TableView
        The table.
    columns : collection of str
        Only these; all by default.
    warnings : bool
        Also look for likely slips: two spellings of one category, blanks round an
        id or category, formulas.

    Returns
    -------
    list of Finding
        Column by column in the order of the file; errors of a column come first.
    """
    found: list[Finding] = []
    for column in table.columns:
        if columns and column.name not in columns:
            continue
        errors = table.column_problems(column.name)
        found += _findings(table, column.name, errors.items(), "error")
        if warnings:
            slips = _slips(table, column, errors)
            found += _findings(table, column.name, slips, "warning")
    return found


def preview_column(table: TableView, column: Column) -> list[Finding]:
    """What would not fit if a column were defined so; nothing is changed.

    Parameters
    ----------
    table : TableView
        The table; `column.name` is one of its columns.
    column : Column
        The definition to try.

    Raises
    ------
    TableError
        There is no such column.
    """
    table.column(column.name)
    errors = table.problems_as(column)
    return _findings(table, column.name, errors.items(), "error")


def _findings(
    table: TableView, column: str, reasons: Collection[tuple[int, str]], how: Severity
) -> list[Finding]:
    if not reasons:
        return []
    texts, keys = table.texts(column), table.texts(table.key)
    return [
        Finding(table.name, row, keys[at], column, texts[at], reason, how)
        for row, reason in reasons
        for at in (table.position(row),)
    ]


def _slips(
    table: TableView, column: Column, errors: Collection[int]
) -> list[tuple[int, str]]:
    texts = table.texts(column.name)
    reasons = dict(_text_slips(texts, column, is_key=column.name == table.key))
    if not reasons:
        return []
    ids = table.row_ids
    return [
        (row, reasons[text])
        for row, text in zip(ids, texts.tolist(), strict=True)
        if text in reasons and row not in errors
    ]


def _text_slips(
    texts: TextArray, column: Column, *, is_key: bool
) -> Iterator[tuple[str, str]]:
    """Texts of a column that look like slips, and why."""
    if column.kind not in ("text", "category"):
        return
    counts = Counter(texts.tolist())
    named = is_key or column.unique or column.kind == "category"
    for text in counts:
        if text[:1] in "=@+-\t\r" and is_formula(text):
            yield text, f"{text!r} is a formula to a spreadsheet; it is kept as text"
        elif named and text != text.strip():
            yield text, f"{text!r} begins or ends with a blank"
    if column.kind == "category" and not column.choices and len(counts) <= _FEW:
        yield from _other_spellings(counts)


def _other_spellings(counts: Counter[str]) -> Iterator[tuple[str, str]]:
    spellings: dict[str, list[str]] = {}
    for text in counts:
        spellings.setdefault(" ".join(text.casefold().split()), []).append(text)
    for same in spellings.values():
        usual = max(same, key=counts.__getitem__)
        for text in same:
            if text != usual:
                yield text, f"{text!r} is mostly written {usual!r} in this column"


def summary(findings: Sequence[Finding]) -> str:
    """How many errors and warnings, for a status line; ``""`` if none."""
    kinds = Counter(finding.severity for finding in findings)
    words = [
        f"{count:,} {kind}{'s' * (count > 1)}" for kind, count in sorted(kinds.items())
    ]
    return ", ".join(words)
