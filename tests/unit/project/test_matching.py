"""Equal texts of two columns find each other, as in two plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.project.matching import match

TEXTS = st.lists(st.sampled_from(["", "a", "b", "é", "00123", "123", "a "]), max_size=9)


def array(texts):
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def looped(wanted, keys):
    pairs = []
    for place, text in enumerate(wanted):
        same = [found for found, key in enumerate(keys) if key == text]
        pairs += [(place, found) for found in same or [-1]]
    return pairs


def matched(wanted, keys):
    places, found = match(array(wanted), array(keys))
    return [*zip(places.tolist(), found.tolist(), strict=True)]


@given(TEXTS, TEXTS)
def test_that_each_pair_is_found_once_and_in_order(wanted, keys):
    assert matched(wanted, keys) == looped(wanted, keys)


@given(TEXTS, TEXTS)
def test_that_texts_of_equal_hash_are_told_apart(wanted, keys):
    class Text(str):
        __slots__ = ()

        def __hash__(self):
            return len(self)

    wanted, keys = [Text(text) for text in wanted], [Text(text) for text in keys]
    assert matched(wanted, keys) == looped(wanted, keys)


@pytest.mark.parametrize("sides", [([], []), (["a"], []), ([], ["a"])])
def test_that_an_empty_side_matches_nothing(sides):
    assert matched(*sides) == looped(*sides)
