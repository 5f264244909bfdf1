"""Pairs of equal texts in two long columns."""

import numpy as np
import numpy.typing as npt

from pathgui.project.csvtext import TextArray

Positions = npt.NDArray[np.int64]


def match(wanted: TextArray, keys: TextArray) -> tuple[Positions, Positions]:
    """Every pair of a wanted text and a key that equals it.

    Parameters
    ----------
    wanted, keys : arrays of str
        Either may hold a text several times.

    Returns
    -------
    places, found : int64 arrays of equal length
        Positions in `wanted`, ascending, and in `keys`, ascending for each place; a
        wanted text that no key equals has one pair, with -1.
    """
    # Numbers are found several times as quickly as texts, and a text keeps its hash
    # once it was asked for. Equal texts have equal hashes; the reverse is looked at.
    places, found = _match_numbers(_hashes(wanted), _hashes(keys))
    hit = found >= 0
    if (keys[found[hit]] == wanted[places[hit]]).all():
        return places, found
    return _match_numbers(*_codes(wanted, keys))


def _hashes(texts: TextArray) -> Positions:
    return np.fromiter(map(hash, texts.tolist()), np.int64, len(texts))


def _codes(wanted: TextArray, keys: TextArray) -> tuple[Positions, Positions]:
    """A number for each distinct text."""
    import pandas as pd

    codes, _ = pd.factorize(np.concatenate([wanted, keys]))
    return codes[: len(wanted)], codes[len(wanted) :]


def _match_numbers(wanted: Positions, keys: Positions) -> tuple[Positions, Positions]:
    import pandas as pd

    places = np.arange(len(wanted))
    index = pd.Index(keys)
    if index.is_unique:
        return places, index.get_indexer(pd.Index(wanted))
    codes, distinct = pd.factorize(keys)
    code = pd.Index(distinct).get_indexer(pd.Index(wanted))
    # Positions of one key stand side by side in `order`, from `first[code]` on.
    order, counts = np.argsort(codes, kind="stable"), np.bincount(codes)
    first = np.cumsum(counts) - counts
    repeats = np.where(code < 0, 1, counts[code])
    places = np.repeat(places, repeats)
    nth = np.arange(len(places)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    code = code[places]
    found = np.where(code < 0, 0, first[code] + nth)
    return places, np.where(code < 0, -1, order[found])
