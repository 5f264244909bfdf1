"""Looking for words in whole columns; no Qt here."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
_SEPARATOR = "\0"


class Folded:
    """Texts of a column as one, so that a word is looked for in all of them at once.

    The texts stand in UTF-8, in which a word is found in its bytes and nowhere else.

    Parameters
    ----------
    texts : sequence of str
        One per row.
    """

    __slots__ = ("_bytes", "_count", "_ends", "_unusual")

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        together = _SEPARATOR.join(texts).casefold()
        self._bytes = together.encode("utf-8", "surrogatepass")
        # Where the separators stand.
        self._ends = np.flatnonzero(np.frombuffer(self._bytes, np.uint8) == 0)
        # A text that holds the separator itself is looked at like all others, alone.
        usual = together.count(_SEPARATOR) == max(self._count - 1, 0)
        self._unusual = None if usual else [text.casefold() for text in texts]

    def holds(self, word: str) -> Flags | None:
        """Which texts hold a word that is casefolded already; None for no text."""
        if not self._count:
            return None
        if not word:
            return np.ones(self._count, bool)
        if self._unusual is not None:
            hits = (word in text for text in self._unusual)
            return np.fromiter(hits, bool, self._count)
        wanted = word.encode("utf-8", "surrogatepass")
        if _SEPARATOR in word or wanted not in self._bytes:
            return None
        found = np.zeros(self._count, bool)
        found[np.searchsorted(self._ends, self._places(wanted))] = True
        return found

    def _places(self, wanted: bytes) -> npt.NDArray[np.int64]:
        """Where the bytes of a word begin."""
        data = np.frombuffer(self._bytes, np.uint8)
        last = len(data) - len(wanted) + 1
        places = np.flatnonzero(data[:last] == wanted[0])
        for step, byte in enumerate(wanted[1:], start=1):
            places = places[data[places + step] == byte]
        return places


def texts_with(texts: Sequence[str], word: str) -> Flags:
    """Which texts hold a word that is casefolded already."""
    found = Folded(texts).holds(word)
    return np.zeros(len(texts), bool) if found is None else found
