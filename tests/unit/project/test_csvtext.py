"""Text tables: nothing typed, nothing lost, nothing shifted."""

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pathgui.project.csvcareful import parse_carefully
from pathgui.project.csvfast import parse_fast
from pathgui.project.csvtext import parse_table
from pathgui.project.csvwrite import encode_table

# The first call loads pandas, and the machine may be busy.
relaxed = settings(deadline=None)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
nasty = st.sampled_from(
    [
        *("", " ", '"', '""', ",", "\n", "\r\n", "\r", "a\rb", "NA", "00123"),
        *("=1+1", "\0", "9007199254740993", "null", "\ufeffx", "\u2028", "😐"),
        *("אב", " x ", "a,b\nc"),
    ]
)
cells = st.one_of(texts, nasty)
separators = st.sampled_from([",", "\t", ";"])
newlines = st.sampled_from(["\n", "\r\n"])


def as_columns(rows, width):
    columns = []
    for k in range(width):
        column = np.empty(len(rows), dtype=object)
        column[:] = [row[k] for row in rows]
        columns.append(column)
    return columns


@st.composite
def tables(draw):
    width = draw(st.integers(1, 4))
    header = [f"c{k}" for k in range(width)]
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=6))
    return header, rows


@relaxed
@given(tables(), separators, newlines)
@example((["a", "b"], [["x\ny", '"'], ["", ""]]), ",", "\r\n")
@example((["a"], [[""], [" "], ["x"]]), ",", "\n")
def test_that_any_table_is_read_back_as_written(table, separator, newline):
    header, rows = table
    text = encode_table(header, as_columns(rows, len(header)), separator, newline)
    parsed = parse_table(text, separator)
    assert parsed.bad == []
    assert parsed.header == header
    assert [list(row) for row in zip(*parsed.columns, strict=True)] == rows


@relaxed
@given(tables(), separators)
def test_that_other_programs_read_what_is_written(table, separator):
    header, rows = table
    text = encode_table(header, as_columns(rows, len(header)), separator, "\n")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    assert [row for row in read if row] == [header, *rows]


@relaxed
@given(tables(), separators, newlines, st.sampled_from([1, 7, 1 << 20]))
def test_that_the_fast_way_agrees_with_the_careful_one(
    table, separator, newline, block
):
    header, rows = table
    text = encode_table(header, as_columns(rows, len(header)), separator, newline)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pathgui.project.csvfast._BLOCK", block)
        fast = parse_fast(text.encode(), separator)
    if fast is not None:
        slow = parse_carefully(text, separator)
        assert fast.header == slow.header
        assert list(map(list, fast.columns)) == list(map(list, slow.columns))
        assert fast.lines.tolist() == slow.lines.tolist()


@relaxed
@given(st.text(alphabet='ab",;\t\r\n ', max_size=60))
def test_that_no_text_breaks_the_reader_and_both_ways_agree(text):
    slow = parse_carefully(text, ",")
    fast = parse_fast(text.encode(), ",")
    if fast is not None:
        assert (fast.header, list(map(list, fast.columns))) == (
            slow.header,
            list(map(list, slow.columns)),
        )
        assert slow.bad == []


def test_that_clean_tables_take_the_fast_way():
    text = 'a,b\n1,"x, y"\n2,"say ""no"""\n'
    assert parse_fast(text.encode(), ",") is not None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_that_rows_of_wrong_length_are_named_by_line(newline):
    text = newline.join(["a,b,c", "1,2,3", "4,5", "6,7,8,9", "10,11,12"])
    parsed = parse_table(text, ",")
    assert [(bad.line, bad.reason) for bad in parsed.bad] == [
        (3, "2 fields where the header has 3"),
        (4, "4 fields where the header has 3"),
    ]
    assert parsed.columns[0].tolist() == ["1", "10"]
    assert parsed.lines.tolist() == [2, 5]


def test_that_an_unclosed_quote_costs_its_own_line_only():
    text = 'a,b\n1,x\n"2,y\n3,z\n4,"quoted, well"\n5,w\n'
    parsed = parse_table(text, ",")
    assert [bad.line for bad in parsed.bad] == [3]
    assert parsed.columns[0].tolist() == ["1", "3", "4", "5"]
    assert parsed.columns[1].tolist() == ["x", "z", "quoted, well", "w"]


def test_that_cells_may_hold_line_ends_and_later_line_numbers_stay_right():
    parsed = parse_table('a,b\n1,"x\ny"\n2\n3,z\n', ",")
    assert parsed.columns[1].tolist() == ["x\ny", "z"]
    assert [bad.line for bad in parsed.bad] == [4]
    assert parsed.lines.tolist() == [2, 5]


def test_that_mixed_line_ends_and_trailing_separators_do_no_harm():
    parsed = parse_table("a,b\r\n1,2\n3,4,,\r\n\r\n5,6", ",")
    assert parsed.bad == []
    assert parsed.columns[0].tolist() == ["1", "3", "5"]


def test_that_a_quote_inside_a_field_is_a_letter_like_any_other():
    parsed = parse_table('a,b\n5" tissue,x\n6",y\n', ",")
    assert parsed.columns[0].tolist() == ['5" tissue', '6"']


def test_that_a_huge_cell_and_thousands_of_columns_are_read():
    big = "x" * 5_000_000
    assert parse_table(f'a,b\n"{big}\n",1\n', ",").columns[0][0] == big + "\n"
    header = ",".join(f"c{k}" for k in range(5000))
    row = ",".join("1" for _ in range(5000))
    assert len(parse_table(f"{header}\n{row}\n", ",").columns) == 5000
