"""Text tables: how they are parsed, and what comes of it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pathgui.project.watch import NOBODY, Watch

TextArray = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken: its number (1 is the first), fields and the reason."""

    line: int
    reason: str
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Parsed:
    """Header and columns of a table, in the order of the file.

    `lines` holds the line number of each row.
    """

    header: list[str]
    columns: list[TextArray]
    lines: npt.NDArray[np.int64]
    bad: list[BadLine] = field(default_factory=list)


def parse_table(text: str | bytes, separator: str, watch: Watch = NOBODY) -> Parsed:
    """Split a table into columns of text; rows of wrong length are set apart.

    Clean stretches are read fast, others carefully; the outcome is the same.

    Parameters
    ----------
    text : str, or bytes of UTF-8
        The whole file without byte order mark.
    separator : str
        One character.
    watch : Watch
        Told how many bytes are read.

    Raises
    ------
    Cancelled
        On request.
    """
    from pathgui.project.csvblocks import BlockReader

    data = text.encode() if isinstance(text, str) else text
    return BlockReader(data, separator, watch).read()


def text_array(texts: tuple[str, ...]) -> TextArray:
    """An object array of texts."""
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array
