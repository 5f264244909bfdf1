"""What a column of a file holds, found out in one pass over its texts."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from pathgui.project import typed
from pathgui.project.columnwords import ColumnWords, counted_words
from pathgui.project.csvtext import TextArray
from pathgui.project.guess import Guess, guess_counted
from pathgui.project.schema import Column
from pathgui.project.validation import is_formula

_FIRST = 1000
_MANY = 20_000
_PLAIN = r"[+-]?(?:[0-9]{1,15}\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
_ALL_PLAIN = re.compile(rf"(?:{_PLAIN}\n)*+{_PLAIN}\Z")
_ALL_WHOLE = re.compile(r"(?:[+-]?[0-9]{1,15}\n)*+[+-]?[0-9]{1,15}\Z")
# One of each kind tells as much about a column of plain numbers as all of them.
_WITNESSES = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (r"^0[0-9]+$", r"^.*[^0-9\n+-].*$", r"^[+-].*$", r"^.{15,}$")
)
_MAY_RUN = re.compile(r"[=@+\-\t\r]").match


class ColumnLook:
    """Looks at the texts of a column; a long one of plain numbers is never counted.

    Parameters
    ----------
    name : str
        As it will be called.
    texts : (n,) object array
        All its cells.
    """

    def __init__(self, name: str, texts: TextArray) -> None:
        self.name = name
        self.texts: list[str] = texts.tolist()

    @cached_property
    def _joined(self) -> str:
        """All texts of a long column of plain numbers, else nothing."""
        texts = self.texts
        if len(texts) < _MANY or len(set(texts[:_FIRST])) * 2 < _FIRST:
            return ""
        if not _ALL_PLAIN.fullmatch("\n".join(texts[:_FIRST])):
            return ""
        joined = "\n".join(texts)
        return joined if _ALL_PLAIN.fullmatch(joined) else ""

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How often each text comes."""
        return Counter(self.texts)

    def guess(self, separator: str, decimal: str) -> Guess:
        """What it seems to hold; see `guess`."""
        if not self._joined:
            return guess_counted(self.name, self.counts, separator, decimal)
        sample = Counter(self.texts[:_FIRST])
        for witness in _WITNESSES:
            if found := witness.search(self._joined):
                sample[found.group()] += 1
        return guess_counted(self.name, sample, separator, decimal)

    def _fits_as_number(self, column: Column) -> bool:
        """Whether all texts are seen at once to be numbers of this column."""
        if not self._joined or column.kind not in ("number", "integer"):
            return False
        if column.kind == "integer" and not _ALL_WHOLE.fullmatch(self._joined):
            return False
        if column.minimum is None and column.maximum is None:
            return True
        values = np.array(self.texts).astype(np.float64)
        return bool(typed.in_range(values, column).all())

    def misfits(self, column: Column) -> dict[str, str]:
        """Reasons of texts that do not fit; formulas, told apart, are none."""
        if self._fits_as_number(column):
            return {}
        some = [text for text in self.counts if text not in self.formulas]
        return typed.misfits(some, column)

    @cached_property
    def formulas(self) -> frozenset[str]:
        """Texts that a spreadsheet would run."""
        if self._joined:
            return frozenset()
        return frozenset(filter(is_formula, filter(_MAY_RUN, self.counts)))

    def words(
        self, column: Column, bad: Mapping[str, str], *, settled: bool
    ) -> ColumnWords:
        """What it holds, in words."""
        if not bad and self._joined and column.kind in ("number", "integer"):
            sample = Counter(self.texts[:_FIRST])
            return counted_words(column, sample, bad, settled=settled)
        return counted_words(column, self.counts, bad, settled=settled)
