"""Looking for words in whole columns; no Qt here."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
_SEPARATOR = "\0"
# Looking up one hit takes as long as looking into so many texts.
_HIT = 5


class Folded:
    """Texts of a column as one, so that a word is looked for in all of them at once.

    Parameters
    ----------
    texts : sequence of str
        One per row.
    """

    __slots__ = ("_count", "_ends", "_together", "_unusual")

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        self._together = _SEPARATOR.join(texts).casefold()
        self._ends: array[int] | None = None
        # A text that holds the separator itself is looked at like all others, alone.
        separators = max(self._count - 1, 0)
        usual = self._together.count(_SEPARATOR) == separators
        self._unusual = None if usual else [text.casefold() for text in texts]

    def holds(self, word: str) -> Flags | None:
        """Which texts hold a word that is casefolded already; None for no text."""
        if self._unusual is not None or _SEPARATOR in word:
            return self._one_by_one(word, self._unusual or self._parts())
        count = self._together.count(word) if word else self._count
        if not count or not self._count:
            return None
        if count * _HIT > self._count or not word:
            return self._one_by_one(word, self._parts())
        found = np.zeros(self._count, bool)
        ends, place = self._ends_of(), self._together.find(word)
        hits = []
        while place >= 0:
            text = bisect_right(ends, place)
            hits.append(text)
            place = self._together.find(word, ends[text])
        found[hits] = True
        return found

    def _one_by_one(self, word: str, texts: Sequence[str]) -> Flags:
        return np.fromiter((word in text for text in texts), bool, self._count)

    def _parts(self) -> list[str]:
        return self._together.split(_SEPARATOR) if self._count else []

    def _ends_of(self) -> "array[int]":
        """Where each text ends, its separator included."""
        if self._ends is None:
            lengths = np.fromiter(map(len, self._parts()), np.int64, self._count)
            self._ends = array("q", np.cumsum(lengths + 1).tobytes())
        return self._ends


def texts_with(texts: Sequence[str], word: str) -> Flags:
    """Which texts hold a word that is casefolded already."""
    found = Folded(texts).holds(word)
    return np.zeros(len(texts), bool) if found is None else found
