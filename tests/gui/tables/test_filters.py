"""What is typed into the filter row, and the expression it stands for."""

import re

import numpy as np
import pytest

from pathgui.errors import ExpressionError
from pathgui.gui.tables.filters import FilterText, joined, to_expression, to_filter
from pathgui.project import Column, parse_expression
from pathgui.project.comparison import typed_field

VALUES = {
    "number": ["0.1", "0.3", "0.5", "7", "", "odd"],
    "integer": ["1", "234", "1234"],
    "category": ["Adenocarcinoma", "Squamous cell", "benign", ""],
    "text": ["slide 9", "Slide 10", "", "say “no”"],
    "date": ["2025-03-01", "2026-01-31", "", "soon"],
    "yesno": ["yes", "no", "", "1"],
}


def passing(typed, column, values=None):
    cells = VALUES[column.kind] if values is None else values
    text = to_expression(typed, column, lambda: cells)
    if not text:
        return cells
    mask = parse_expression(text).mask({column.name: typed_field(cells, column)})
    return np.array(cells, dtype=object)[mask].tolist()


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("number", "> 0.3", ["0.5", "7"]),
        ("number", "<=0.5", ["0.1", "0.3", "0.5"]),
        ("number", "0.3..0.5", ["0.3", "0.5"]),
        ("number", "0.3 to 7", ["0.3", "0.5", "7"]),
        ("number", "7", ["7"]),
        ("number", "missing", ["", "odd"]),
        ("number", "!missing", ["0.1", "0.3", "0.5", "7"]),
        ("number", "od", ["odd"]),
        ("number", "> ", VALUES["number"]),
        ("number", "..", VALUES["number"]),
        ("number", "miss", VALUES["number"]),
        ("number", "0.3, 7", ["0.3", "7"]),
        ("number", "0.3;7", ["0.3", "7"]),
        ("number", "> 0,3", ["0.5", "7"]),
        ("number", "0,1; 0,5", ["0.1", "0.5"]),
        ("number", "0,2..0,6", ["0.3", "0.5"]),
        ("number", "0.5..", ["0.5", "7"]),
        ("number", "..0.3", ["0.1", "0.3"]),
        ("number", "≥0.5", ["0.5", "7"]),
        ("number", "≤ 0.3", ["0.1", "0.3"]),
        ("number", "≠ 7", ["0.1", "0.3", "0.5", "", "odd"]),
        ("number", "> 5, < 0.2", ["0.1", "7"]),
        ("number", "> 5,<0.2, missing", ["0.1", "7", "", "odd"]),
        ("number", "0.2-6", ["0.3", "0.5"]),
        ("number", "0.2 – 6, od", ["0.3", "0.5", "odd"]),
        ("category", "aden, SQUA", ["Adenocarcinoma", "Squamous cell"]),
        ("category", "benign", ["benign"]),
        ("category", "!benign", ["Adenocarcinoma", "Squamous cell", ""]),
        ("text", "slide", ["slide 9", "Slide 10"]),
        ("text", "= slide 9", ["slide 9"]),
        ("text", "“no”", ["say “no”"]),
        ("date", "2025", ["2025-03-01"]),
        ("date", ">= 2025-04-01", ["2026-01-31"]),
        ("date", "> 2025", ["2026-01-31"]),
        ("date", "≤ 2025-03", ["2025-03-01"]),
        ("date", "2026-01, 2025", ["2025-03-01", "2026-01-31"]),
        ("date", "so", ["soon"]),
        ("date", "2025-01-01..2025-12-31", ["2025-03-01"]),
        ("yesno", "yes", ["yes", "1"]),
        ("text", "  ", VALUES["text"]),
        ("text", "!", VALUES["text"]),
    ],
)
def test_that_a_column_is_filtered_as_its_kind_wants(kind, typed, kept):
    assert passing(typed, Column("x", kind)) == kept


def test_that_a_state_column_is_found_by_the_word_on_its_chip():
    column = Column("qc_status", "category", choices=("pass", "flag"))
    assert passing("unrev", column, ["", "pass", "flag"]) == [""]
    assert passing("fl, pass", column, ["", "pass", "flag"]) == ["pass", "flag"]


def test_that_a_name_with_backticks_is_filtered_like_any():
    column = Column("a`b", "number")
    said = to_expression("> 3", column, list)
    assert said == "`a``b` > 3"
    assert to_filter(said) == ("a`b", "> 3")


def test_that_names_with_signs_stand_in_backticks():
    column = Column("tumour size (mm)", "number")
    said = to_expression("> 3", column, list)
    assert said == "`tumour size (mm)` > 3"
    assert to_filter(said) == ("tumour size (mm)", "> 3")


@pytest.mark.parametrize(
    ("column", "cells", "typed", "kept"),
    [
        (Column("x", "integer"), ["61", "58", "6158"], "61,58", ["61", "58"]),
        (Column("x", "number"), ["61", "58", "6158"], "61,58", ["61", "58"]),
        (Column("x", "number", decimal=","), ["6,1", "61"], "6,1", ["6,1"]),
        (Column("x", "number", decimal=","), ["6,1", "61"], "6.1", ["6,1"]),
        (Column("x", "number", decimal=","), ["6,1", "7"], "6,1, 7", ["6,1", "7"]),
        (
            Column("x", "date", date_format="%d.%m.%Y"),
            ["31.01.2026", "01.03.2025"],
            "> 01.04.2025",
            ["31.01.2026"],
        ),
    ],
)
def test_that_a_comma_is_read_as_the_column_has_it(column, cells, typed, kept):
    assert passing(typed, column, cells) == kept


@pytest.mark.parametrize(
    ("typed", "column", "words"),
    [
        ("0,3", Column("x", "number"), "0,3 may be 0.3, or 2 numbers"),
        ("1,234", Column("x", "integer"), "1,234 may be 1234, 1.234, or 2 numbers"),
        ("> x", Column("x", "number"), "'x' is no number"),
        ("> 5, high", Column("x", "number"), "'high' is no number"),
        ("2..b", Column("x", "number"), "'b' is no number"),
        ("> 5, < 60", Column("x", "number"), "every number is above 5 or below 60"),
        ("> soon", Column("x", "date"), "'soon' is no date"),
        ("2026-13", Column("x", "date"), "'2026-13' is no date"),
    ],
)
def test_that_what_cannot_be_understood_is_refused(typed, column, words):
    with pytest.raises(ExpressionError, match=re.escape(words)) as caught:
        to_expression(typed, column, lambda: VALUES[column.kind])
    assert caught.value.hint


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize(
    "typed",
    [
        "> 3",
        "2..",
        "≤ 7, > 9, missing",
        "3, 4",
        "3..4, 9",
        "0.3..0.5",
        "missing",
        "!missing",
        "a, b",
        "7",
        '"',
        "benign",
    ],
)
def test_that_an_expression_of_the_filter_row_is_read_back(kind, typed):
    column = Column("x", kind)
    try:
        said = to_expression(typed, column, lambda: VALUES[kind])
    except ExpressionError:
        said = ""  # no dates
    if said:
        back = to_filter(said)
        assert back is not None
        assert back[0] == "x"
        assert to_expression(back[1], column, lambda: VALUES[kind]) == said


def test_that_what_the_filter_row_cannot_say_is_left_alone():
    assert to_filter("age > limit") is None
    assert to_filter('"a" in x or "b" in y') is None


def test_that_conditions_are_exchanged_one_by_one():
    filters = FilterText.read('age > 50 and (a == 1 or b == 2) and c == "x"')
    assert filters.parts == ("age > 50", "a == 1 or b == 2", 'c == "x"')
    other = filters.but("age > 50", "age > 60")
    assert other.text == 'age > 60 and (a == 1 or b == 2) and c == "x"'
    assert other.but("age > 60", "").parts == ("a == 1 or b == 2", 'c == "x"')


def test_that_brackets_of_a_whole_condition_stay_right():
    text = "(a == 1 and b == 2) or (c == 3 and d == 4)"
    assert joined(FilterText.read(text).parts) == text
