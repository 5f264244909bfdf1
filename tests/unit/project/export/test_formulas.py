"""What a spreadsheet would run is quoted on export, and given back on import."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.project.export.formulas import MARK, neutralise, restore, would_run


def array(*texts):
    made = np.empty(len(texts), dtype=object)
    made[:] = texts
    return made


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("=1+1", True),
        ("@SUM(A1)", True),
        ("+cmd|' /C calc'!A0", True),
        ("-2+3", True),
        ("\t=1", True),
        ("-2", False),
        ("+3,5", False),
        ("-1e-5", False),
        ("-", False),
        ("", False),
        ("a=b", False),
        ("'=1", False),
    ],
)
def test_that_formulas_are_known_from_numbers_and_signs(text, runs):
    assert would_run(text) == runs


def test_that_marked_cells_alone_are_given_back():
    before = {"id": array("a", "b", "c"), "note": array("=1+1", "'=2", "x")}
    after, count = neutralise(before)
    assert count == 1
    assert after["note"].tolist() == ["'=1+1", "'=2", "x"]
    assert before["note"][0] == "=1+1"
    order = [2, 1, 0]  # somebody sorts the rows
    again, back = restore({name: cells[order] for name, cells in after.items()})
    assert back == 1
    assert again["note"].tolist() == ["x", "'=2", "=1+1"]
    assert MARK not in again


def test_that_a_table_without_formulas_gets_no_mark():
    before = {"id": array("a"), "n": array("-2")}
    after, count = neutralise(before)
    assert count == 0
    assert after.keys() == before.keys()


def test_that_files_without_our_mark_keep_their_quotes():
    columns = {"note": array("'=1+1")}
    assert restore(columns)[0]["note"].tolist() == ["'=1+1"]


@pytest.mark.parametrize("mark", ["", "{", "3", '{"a": 1}', "[1]", "[" * 5000])
def test_that_a_damaged_mark_gives_nothing_back(mark):
    columns = {"note": array("'=1+1"), MARK: array(mark)}
    assert restore(columns)[0]["note"].tolist() == ["'=1+1"]


@given(
    st.lists(
        st.tuples(*[st.text(alphabet="=+-@'\"1a;\t,[]", max_size=6)] * 2),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["x", "=x", "+a(b)", "'y"]),
)
def test_that_any_table_comes_back_as_it_was(rows, name):
    before = {name: array(*(a for a, _ in rows)), "z": array(*(b for _, b in rows))}
    after, count = neutralise(before)
    again, _ = restore(after) if count else (after, 0)
    for key, cells in after.items():
        assert key == MARK or not any(map(would_run, cells.tolist()))
        assert not would_run(key)
    assert {k: v.tolist() for k, v in again.items()} == {
        k: v.tolist() for k, v in before.items()
    }
