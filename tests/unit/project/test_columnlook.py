"""A long column is looked at once, with the same outcome as text by text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.project import Column
from pathgui.project.columnlook import ColumnLook
from pathgui.project.columnwords import column_words
from pathgui.project.guess import guess
from pathgui.project.typed import misfits

odd = st.sampled_from(
    ["007", "1.5", "-3", "1e5", "", "NA", "x", "1234567890123456", "=1+1", "0", "7,5"]
)


def column(texts):
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array


@settings(deadline=None, max_examples=40)
@given(st.lists(odd, max_size=3), st.sampled_from(["x", "case_id", "os_time", "dead"]))
def test_that_a_long_column_is_guessed_as_text_by_text(some, name):
    texts = [str(k) for k in range(21_000)]
    for place, text in enumerate(some):
        texts[20_000 + place] = text
    look = ColumnLook(name, column(texts))
    found = look.guess(",", "")
    assert found == guess(name, texts)
    assert look.misfits(found.column) == misfits(
        set(texts) - look.formulas, found.column
    )


@pytest.mark.parametrize(
    "kind", [Column("x", "number", maximum=100), Column("x", "integer"), Column("x")]
)
def test_that_misfits_of_a_long_column_of_numbers_are_all_found(kind):
    texts = [f"{k / 4}" for k in range(21_000)]
    look = ColumnLook("x", column(texts))
    bad = look.misfits(kind)
    assert bad == misfits(set(texts), kind)
    assert look.words(kind, bad, settled=True) == column_words(
        kind, texts, settled=True
    )
