"""Writing text tables: quotes only where they are needed."""

import re
from collections.abc import Callable

from pathgui.project.csvtext import TextArray, text_array


def encode_table(
    header: list[str], columns: list[TextArray], separator: str, newline: str
) -> str:
    """Write a table, quoting only where it is needed."""
    needs = _needs_quotes(separator)
    single = len(header) == 1
    parts = [_quoted_column(column, needs, separator, single) for column in columns]
    names = text_array(tuple(header))
    head = separator.join(_quoted_column(names, needs, separator, single))
    rows = map(separator.join, zip(*parts, strict=True))
    return newline.join([head, *rows]) + newline


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
