"""A whole table held against its schema: what does not fit, where and how badly."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pathgui.project import typed
from pathgui.project.csvtext import TextArray
from pathgui.project.names import as_one_file
from pathgui.project.schema import Column
from pathgui.project.tableview import TableView
from pathgui.project.watch import NOBODY, Watch

Severity = Literal["error", "warning"]
_FORMULA = re.compile(r"[=@].|[+\-].*[(|!]|[\t\r]")
_MARKS = "=@+-\t\r"
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
    table: TableView,
    columns: Collection[str] = (),
    *,
    warnings: bool = True,
    watch: Watch = NOBODY,
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
    watch : Watch
        Asked every few thousand cells whether to go on.

    Returns
    -------
    list of Finding
        Column by column in the order of the file; errors of a column come first.

    Raises
    ------
    Cancelled
        On request of the watch.
    """
    found: list[Finding] = []
    for column in table.columns:
        if columns and column.name not in columns:
            continue
        errors = table.column_problems(column.name, watch)
        found += _findings(table, column.name, errors.items(), "error")
        if warnings:
            slips = _slips(table, column, errors, watch)
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
    table: TableView, column: Column, errors: Collection[int], watch: Watch
) -> list[tuple[int, str]]:
    if column.kind not in ("text", "category"):
        return []
    texts = table.texts(column.name)
    named = column.name == table.key or column.unique or column.kind == "category"
    reasons: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for some in watch.pieces(texts):
        if named or _may_be_formulas(some):
            reasons |= _text_slips(set(some), blanks=named)
        if column.kind == "category" and len(counts) <= _FEW:
            counts.update(some)
    if column.kind == "category" and not column.choices and len(counts) <= _FEW:
        reasons |= _other_spellings(counts)
    if column.unique:
        reasons |= _one_file(texts, watch)
    if not reasons:
        return []
    slips: list[tuple[int, str]] = []
    ids = iter(table.row_ids)
    for some in watch.pieces(texts):
        slips += [
            (row, reasons[text])
            for text, row in zip(some, ids, strict=False)
            if text in reasons and row not in errors
        ]
    return slips


def _may_be_formulas(texts: Sequence[str]) -> bool:
    """Whether any text begins like a formula; looks at all of them at once."""
    lines = "\n".join(("", *texts))
    return any(f"\n{mark}" in lines for mark in _MARKS)


def _text_slips(texts: Collection[str], *, blanks: bool) -> Iterator[tuple[str, str]]:
    """Texts that look like slips, and why; with blanks round them only on request."""
    for text in texts:
        if text[:1] in _MARKS and is_formula(text):
            yield text, f"{text!r} is a formula to a spreadsheet; it is kept as text"
        elif blanks and text != text.strip():
            yield text, f"{text!r} begins or ends with a blank"


def _one_file(texts: TextArray, watch: Watch) -> Iterator[tuple[str, str]]:
    """Names that some disks take for one: their files would be written over."""
    first: dict[str, str] = {}
    for some in watch.pieces(texts):
        for text in some:
            other = first.setdefault(as_one_file(text), text)
            if other != text:
                words = "is one with {!r} on disks that ignore case and accents' coding"
                yield text, f"{text!r} {words.format(other)}"


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
