"""What is typed into the filter row, and the expression it stands for."""

import numpy as np
import pytest

from pathgui.gui.tables.filters import FilterText, joined, to_expression, to_filter
from pathgui.project import Column, parse_expression
from pathgui.project.comparison import typed_field

VALUES = {
    "number": ["0.1", "0.3", "0.5", "7", "", "odd"],
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
        ("category", "aden, SQUA", ["Adenocarcinoma", "Squamous cell"]),
        ("category", "benign", ["benign"]),
        ("category", "!benign", ["Adenocarcinoma", "Squamous cell", ""]),
        ("text", "slide", ["slide 9", "Slide 10"]),
        ("text", "= slide 9", ["slide 9"]),
        ("text", "“no”", ["say “no”"]),
        ("date", "2025", ["2025-03-01"]),
        ("date", ">= 2025-04-01", ["2026-01-31"]),
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


def test_that_names_with_signs_stand_in_backticks():
    column = Column("tumour size (mm)", "number")
    said = to_expression("> 3", column, list)
    assert said == "`tumour size (mm)` > 3"
    assert to_filter(said) == ("tumour size (mm)", "> 3")


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize(
    "typed", ["> 3", "0.3..0.5", "missing", "!missing", "a, b", "7", '"', "benign"]
)
def test_that_an_expression_of_the_filter_row_is_read_back(kind, typed):
    column = Column("x", kind)
    said = to_expression(typed, column, lambda: VALUES[kind])
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
