"""Rectangles of cells as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.tables.clipboard import from_text, spread, to_text

CELL = st.text(st.sampled_from('ab"\t\n 0é'), max_size=6)
RECTANGLE = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=5
    )
)


@given(RECTANGLE)
def test_that_copied_cells_come_back_as_they_were(cells):
    assert from_text(to_text(cells)) == cells


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        # A cell of two lines, and one of two lines with a quote, as Excel copies them.
        ('"one\ntwo"\tx\r\n', [["one\ntwo", "x"]]),
        ('"say ""hi""\nthere"\tx\r\n', [['say "hi"\nthere', "x"]]),
        # Quotes without line end are copied as they are.
        ('say "hi"\t5"\r\n', [['say "hi"', '5"']]),
        ('"hi" she said\tx\r\n', [['"hi" she said', "x"]]),
        ('"\r\n', [['"']]),
        ("00123\t1e5\tNA\n", [["00123", "1e5", "NA"]]),
        ("a\n\nb\n", [["a"], [""], ["b"]]),
        ("\t\n", [["", ""]]),
        ("a\tb", [["a", "b"]]),
    ],
)
def test_that_cells_of_spreadsheets_are_read(text, cells):
    assert from_text(text) == cells


def test_that_one_cell_fills_the_selection():
    assert spread([["x"]], 2, 3) == [["x", "x", "x"]] * 2


def test_that_what_does_not_divide_the_selection_is_pasted_once():
    assert spread([["a"], ["b"]], 3, 1) == [["a"], ["b"]]
