"""Sorting, words and conditions on many rows, without Qt."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.tables import natural as natural_module
from pathgui.gui.tables.natural import natural, natural_ranks
from pathgui.gui.tables.order import Request, Sort, arrange, number
from pathgui.gui.tables.sheet import Sheet, Source, spans
from pathgui.gui.tables.words import texts_with
from pathgui.project import Column, parse_expression

TEXTS = st.lists(st.text(alphabet="aB1 29.-", max_size=5), max_size=30)
NAMES = st.lists(st.text(alphabet="aB0019.-é", max_size=6), min_size=1, max_size=30)


def sheet(**columns):
    sources = []
    for name, (kind, texts) in columns.items():
        cells = np.empty(len(texts), dtype=object)
        cells[:] = texts
        sources.append(Source(Column(name, kind), f"t.{name}", cells))
    count = len(sources[0].texts)
    return Sheet(sources, count, {})


def ordered(texts, kind, *, descending=False):
    found = arrange(
        sheet(x=(kind, texts)), Request(sorts=(Sort("t.x", descending),))
    )  # fmt: skip
    return found.tolist()


@given(TEXTS)
def test_that_sorting_keeps_every_row_and_puts_missing_last(texts):
    for descending in (False, True):
        for kind in ("text", "number"):
            rows = ordered(texts, kind, descending=descending)
            assert sorted(rows) == list(range(len(texts)))
            empty = [texts[row] == "" for row in rows]
            assert empty == sorted(empty)


@given(TEXTS)
def test_that_numbers_are_sorted_by_value_and_what_is_none_follows(texts):
    values = [number(texts[row]) for row in ordered(texts, "number")]
    good = [value for value in values if not math.isnan(value)]
    assert good == sorted(good)
    assert values[: len(good)] == good


def test_that_nine_stands_before_ten_in_names():
    assert sorted(["slide 10", "slide 9", "Slide 1"], key=natural) == [
        "Slide 1",
        "slide 9",
        "slide 10",
    ]


@given(NAMES)
def test_that_many_names_are_ordered_at_once_as_one_by_one(names):
    few = natural_module._FEW
    natural_module._FEW = 0
    try:
        ranks = natural_ranks(names).tolist()
    finally:
        natural_module._FEW = few
    keys = [natural(name) for name in names]
    for one in range(len(names)):
        for other in range(len(names)):
            assert (ranks[one] < ranks[other]) == (keys[one] < keys[other])


def test_that_a_second_column_orders_what_the_first_leaves_alike():
    table = sheet(
        stage=("category", ["II", "I", "II", "I"]), age=("number", ["5", "9", "30", ""])
    )
    sorts = Sort("t.stage"), Sort("t.age", descending=True)
    assert arrange(table, Request(sorts=sorts)).tolist() == [1, 3, 2, 0]


def test_that_a_decimal_comma_counts_where_the_column_has_one():
    assert number("1,5", ",") == 1.5
    assert number("1,500") == 1500


@given(st.lists(st.text(max_size=6), max_size=20), st.text(max_size=2))
def test_that_texts_searched_together_are_found_as_one_by_one(texts, word):
    wanted = word.casefold()
    found = texts_with(texts, wanted).tolist()
    assert found == [wanted in text.casefold() for text in texts]


def test_that_words_must_all_stand_in_a_row_and_a_condition_must_be_met():
    table = sheet(
        cohort=("category", ["lung", "lung", "skin"]),
        qc_status=("category", ["", "pass", ""]),
        age=("number", ["61", "430", ""]),
    )
    words = Request(words=("LUNG", "unrev"))
    assert arrange(table, words).tolist() == [0]
    old = Request(parse_expression("age > 50 and not cohort == 'skin'"))
    assert arrange(table, old).tolist() == [0, 1]


@given(st.sets(st.integers(0, 40)))
def test_that_rows_are_told_as_runs(rows):
    told = [
        row for first, last in spans(sorted(rows)) for row in range(first, last + 1)
    ]
    assert told == sorted(rows)
