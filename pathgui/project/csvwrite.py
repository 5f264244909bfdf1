"""Writing text tables: quotes only where they are needed."""

import re
from collections.abc import Callable, Iterator

from pathgui.project.csvtext import TextArray, text_array

_ROWS = 20_000


def encode_table(
    header: list[str], columns: list[TextArray], separator: str, newline: str
) -> str:
    """Write a table, quoting only where it is needed."""
    return "".join(table_blocks(header, columns, separator, newline))


def table_blocks(
    header: list[str], columns: list[TextArray], separator: str, newline: str
) -> Iterator[str]:
    """The same in blocks of whole lines: a large table is not held as one text."""
    needs = _needs_quotes(separator)
    single = len(header) == 1
    names = text_array(tuple(header))
    yield separator.join(_quoted_column(names, needs, separator, single)) + newline
    count = len(columns[0]) if columns else 0
    for start in range(0, count, _ROWS):
        parts = [
            _quoted_column(column[start : start + _ROWS], needs, separator, single)
            for column in columns
        ]
        rows = map(separator.join, zip(*parts, strict=True))
        yield newline.join(rows) + newline


def _needs_quotes(separator: str) -> Callable[[str], bool]:
    search = re.compile(rf'[{re.escape(separator)}"\r\n]').search
    return lambda text: search(text) is not None


def _quoted_column(
    column: TextArray,
    needs: Callable[[str], bool],
    separator: str,
    single: bool = False,
) -> list[str]:
    texts: list[str] = column.tolist()
    joined = "".join(texts)
    if any(mark in joined for mark in (separator, '"', "\r", "\n")):
        texts = [
            '"' + text.replace('"', '""') + '"' if needs(text) else text
            for text in texts
        ]
    if single:  # an empty line would vanish
        return [text if text.strip() else f'"{text}"' for text in texts]
    return texts
