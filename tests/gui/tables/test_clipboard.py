"""Rectangles of cells as text."""

from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.tables.clipboard import from_text, spread, to_text

CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=6)
RECTANGLE = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=5
    )
)


@given(RECTANGLE)
def test_that_copied_cells_come_back_as_they_were(cells):
    assert from_text(to_text(cells)) == cells


def test_that_line_ends_of_other_systems_are_read():
    assert from_text("a\tb\r\nc\td\r\n") == [["a", "b"], ["c", "d"]]


def test_that_one_cell_fills_the_selection():
    assert spread([["x"]], 2, 3) == [["x", "x", "x"]] * 2


def test_that_what_does_not_divide_the_selection_is_pasted_once():
    assert spread([["a"], ["b"]], 3, 1) == [["a"], ["b"]]
