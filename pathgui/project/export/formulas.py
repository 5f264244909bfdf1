"""Cells that a spreadsheet would run, made harmless, marked, and given back.

An apostrophe before the text keeps a spreadsheet from running it. The file's last
column then names, row by row, the cells that got one. It travels with the rows
through sorting and saving, so that an import takes the apostrophe away from these
cells alone, and from no file that we did not mark.
"""

import json
from collections.abc import Iterable, Mapping

import numpy as np

from pathgui.project.csvtext import TextArray
from pathgui.project.typed import is_number

MARK = "pathgui_quoted"
# The last four are wide letters, which spreadsheets of East Asia read as the first.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def would_run(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula; a number is none."""
    return text.startswith(_STARTS) and len(text) > 1 and not is_number(text)


def neutralise(
    texts: Mapping[str, TextArray],
) -> tuple[dict[str, TextArray], int]:
    """Put an apostrophe before what would run, and add the marking column.

    Parameters
    ----------
    texts : mapping of str to (n,) object array
        Texts by column.

    Returns
    -------
    dict of str to (n,) object array
        The same arrays where nothing was found, else changed copies under harmless
        names, and `MARK` at the end.
    int
        Cells and names that got an apostrophe.
    """
    found: dict[str, TextArray] = {}
    marks: dict[int, list[str]] = {}
    count = 0
    for name, cells in texts.items():
        safe = f"'{name}" if would_run(name) else name
        count += safe != name
        risky = [k for k, text in enumerate(cells.tolist()) if would_run(text)]
        if risky:
            cells = cells.copy()  # noqa: PLW2901 - the caller's stay as they are
        for k in risky:
            cells[k] = f"'{cells[k]}"
            marks.setdefault(k, []).append(safe)
        count += len(risky)
        found[safe] = cells
    if count:
        found[MARK] = _mark_column(len(next(iter(texts.values()))), marks)
    return found, count


def _mark_column(rows: int, marks: Mapping[int, list[str]]) -> TextArray:
    column = np.empty(rows, dtype=object)
    column[:] = ""
    for k, names in marks.items():
        column[k] = json.dumps(names, ensure_ascii=False)
    return column


def restore(columns: Mapping[str, TextArray]) -> tuple[dict[str, TextArray], int]:
    """Undo `neutralise`, if the file bears our mark; else it stays as it is.

    Returns
    -------
    dict of str to (n,) object array
        Columns without the mark.
    int
        Cells that were given back.
    """
    if MARK not in columns:
        return dict(columns), 0
    marks = [_names(text) for text in columns[MARK].tolist()]
    found, count = {}, 0
    for name, cells in columns.items():
        if name == MARK:
            continue
        marked = [k for k, names in enumerate(marks) if name in names]
        marked = [k for k in marked if would_run(cells[k].removeprefix("'"))]
        if marked:
            cells = cells.copy()  # noqa: PLW2901 - the caller's stay as they are
        for k in marked:
            cells[k] = cells[k].removeprefix("'")
        count += len(marked)
        plain = name.removeprefix("'")
        found[plain if would_run(plain) and plain not in columns else name] = cells
    return found, count


def _names(text: str) -> Iterable[str]:
    if not text:
        return ()
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return [n for n in names if isinstance(n, str)] if isinstance(names, list) else ()
