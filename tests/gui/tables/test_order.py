"""Filters and sorting, without Qt."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.tables.order import condition, natural, number, sort_rows

TEXTS = st.lists(st.text(alphabet="aB1 29.-", max_size=5), max_size=30)


@pytest.mark.parametrize(
    ("typed", "passing"),
    [
        ("> 0.3", ["0.5", "7"]),
        ("<= 0.5", ["0.1", "0.3", "0.5"]),
        ("0.3..0.5", ["0.3", "0.5"]),
        ("0.3 to 7", ["0.3", "0.5", "7"]),
        ("7", ["7"]),
        ("!= 7", ["0.1", "0.3", "0.5", "odd"]),
        ("missing", [""]),
        ("!missing", ["0.1", "0.3", "0.5", "7", "odd"]),
    ],
)
def test_that_a_number_column_understands_comparisons(typed, passing):
    values = ["0.1", "0.3", "0.5", "7", "", "odd"]
    test = condition(typed, "number", "mpp")
    kept = [value for value in values if test(value)]
    if typed.startswith("!= "):
        kept = [value for value in kept if value]
    assert kept == passing


def test_that_words_match_anywhere_in_any_case_and_commas_mean_any():
    test = condition("aden, SQUA", "category", "diagnosis")
    assert test("Adenocarcinoma")
    assert test("Squamous cell")
    assert not test("benign")


def test_that_a_state_column_is_found_by_the_word_on_its_chip():
    test = condition("unrev", "category", "qc_status")
    assert test("")
    assert not test("pass")


def test_that_an_empty_field_filters_nothing():
    assert condition("  ", "text", "x") is None
    assert condition("!", "text", "x") is None


@given(TEXTS)
def test_that_sorting_keeps_every_row_and_puts_missing_last(texts):
    rows = range(len(texts))
    for descending in (False, True):
        for kind in ("text", "number"):
            ordered = sort_rows(rows, texts, kind, descending)
            assert sorted(ordered) == list(rows)
            empty = [texts[row] == "" for row in ordered]
            assert empty == sorted(empty)


@given(TEXTS)
def test_that_numbers_are_sorted_by_value(texts):
    ordered = sort_rows(range(len(texts)), texts, "number", False)
    values = [number(texts[row]) for row in ordered]
    good = [value for value in values if not math.isnan(value)]
    assert good == sorted(good)


def test_that_nine_stands_before_ten_in_names():
    assert sorted(["slide 10", "slide 9", "Slide 1"], key=natural) == [
        "Slide 1",
        "slide 9",
        "slide 10",
    ]
