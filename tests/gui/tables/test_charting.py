"""The condition of a bar finds the rows that the bar counts, and no others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.tables.charting import Wish, make_chart
from pathgui.gui.tables.content import Content
from pathgui.gui.tables.counted import Counted
from pathgui.gui.tables.sheet import Source
from pathgui.project import Column
from pathgui.project.csvtext import text_array

TEXTS = st.sampled_from(["", " ", "II", " II", 'say "I"', "a\\b", "NA", "missing"])
NUMBERS = st.sampled_from(["", "1", "2.5", "-3", "NA", "x", "1e3", "007"])
WHOLES = st.sampled_from(["", "1", "2", "90", "430", "x"])
DATES = st.sampled_from(["", "2026-01-01", "2026-01-03", "2024-02-29", "soon"])
ANSWERS = st.sampled_from(["", "yes", "no", "1", "?"])
COLUMNS = (
    Column("a text", "text"),
    Column("number", "number"),
    Column("age", "integer", minimum=0, maximum=120),
    Column("in", "date"),
    Column("alive", "yesno"),
)
ROWS = st.lists(st.tuples(TEXTS, NUMBERS, WHOLES, DATES, ANSWERS), max_size=12)


def counted(rows):
    texts = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    sources = {
        c.name: Source(c, f"clinical.{c.name}", text_array(tuple(column)))
        for c, column in zip(COLUMNS, texts, strict=True)
    }
    slides = text_array(tuple(f"s{k}" for k in range(len(rows))))
    return Counted(sources, Content(slides=slides), np.arange(len(rows)), len(rows))


def check(found, chart):
    sheet = found.sheet(tuple(found.sources))
    for mark, condition in enumerate(chart.conditions):
        if condition:
            mask = sheet.mask(condition)
            assert chart.counts[mark] == mask.sum()
            assert chart.slides_of(mark) == tuple(f"s{k}" for k in np.flatnonzero(mask))


@given(ROWS, st.sampled_from(["", "bars"]))
def test_that_a_condition_tells_the_rows_of_a_bar(rows, shape):
    found = counted(rows)
    for column in COLUMNS:
        if shape == "bars" and column.kind in ("number", "integer"):
            continue  # 7 and 007 are bars of their own, but one number
        check(found, make_chart(found, Wish(column.name, shape)))


@given(ROWS)
def test_that_a_condition_tells_the_rows_of_a_pair_and_of_what_is_missing(rows):
    found = counted(rows)
    check(found, make_chart(found, Wish("a text", "cross", "alive")))
    check(found, make_chart(found, Wish("a text", "missing")))


def test_that_what_is_not_shown_has_a_bar_and_a_condition_of_its_own():
    rows = [(f"t{k}", "", "", "", "") for k in range(40)]
    found = counted(rows)
    chart = make_chart(found, Wish("a text"))
    assert (len(chart.labels), chart.counts[-1]) == (30, 11)
    check(found, chart)
