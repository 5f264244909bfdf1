"""Words are found in whole columns at once, as one would find them text by text."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.tables.words import Folded

_TEXT = st.text("aßÉ漢😀 b\0", max_size=6)


@given(st.lists(_TEXT, max_size=8), st.text("aßé漢😀 b", max_size=3))
def test_that_words_are_found_as_in_each_text_alone(texts, word):
    word = word.casefold()
    expected = [word in text.casefold() for text in texts]
    found = Folded(texts).holds(word)
    assert (np.zeros(len(texts), bool) if found is None else found).tolist() == expected
