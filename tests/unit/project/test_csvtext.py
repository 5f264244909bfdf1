"""Text tables: nothing typed, nothing lost, nothing shifted."""

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pathgui.errors import Cancelled
from pathgui.project.csvblocks import BlockReader
from pathgui.project.csvcareful import parse_carefully
from pathgui.project.csvfast import count_records
from pathgui.project.csvtext import parse_table
from pathgui.project.csvwrite import encode_table
from pathgui.project.watch import Watch

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


def read_in_blocks(text, separator, block, run=16 << 20):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pathgui.project.csvblocks._BLOCK", block)
        patch.setattr("pathgui.project.csvblocks._RUN", run)
        return BlockReader(text.encode(), separator).read()


def same(found, careful):
    assert found.header == careful.header
    assert list(map(list, found.columns)) == list(map(list, careful.columns))
    assert found.lines.tolist() == careful.lines.tolist()
    assert found.bad == careful.bad


@relaxed
@given(tables(), separators, newlines, st.sampled_from([1, 7, 30, 1 << 20]))
def test_that_reading_by_blocks_agrees_with_the_careful_way(
    table, separator, newline, block
):
    header, rows = table
    text = encode_table(header, as_columns(rows, len(header)), separator, newline)
    same(read_in_blocks(text, separator, block), parse_carefully(text, separator))


@relaxed
@given(
    st.text(alphabet='ab",;\t\r\n ', max_size=60),
    st.sampled_from([1, 5, 1 << 20]),
    st.sampled_from([1, 16 << 20]),
)
@example('a,b\n1,"x\n2,y"\n3,"z"\n', 1, 1)
@example('a,b\n1,5" x\n2,"y\n"\n3,z\n', 1, 1)
@example("a,b\r1,2\r3,4", 1, 1)
def test_that_no_text_breaks_the_reader_and_all_ways_agree(text, block, run):
    same(read_in_blocks(text, ",", block, run), parse_carefully(text, ","))


def test_that_clean_stretches_take_the_fast_way():
    clean = '1,"x, y"\n2,"say ""no"""\n3,"two\nlines"\n'
    assert count_records(clean.encode(), ",", 2) == 3
    for unclean in ('1,5"\n', "1\n", "1,2,3\n", "\n", "1,a\rb\n", "1,\0\n"):
        assert count_records((clean + unclean).encode(), ",", 2) is None


def test_that_one_line_of_many_is_read_with_care_and_the_rest_fast(monkeypatch):
    rows = [f'{n},"text, {n}"\n' for n in range(2000)]
    rows[1000] = '1000,"never closed\n'
    cared = []
    take = BlockReader._take_carefully
    monkeypatch.setattr(
        BlockReader, "_take_carefully", lambda r, h: (cared.append(r._at), take(r, h))
    )
    parsed = read_in_blocks("n,text\n" + "".join(rows), ",", 2000)
    assert [bad.line for bad in parsed.bad] == [1002]
    assert len(parsed.lines) == 1999
    assert parsed.columns[1][-1] == "text, 1999"
    assert 0 < len(cared) <= 2


def test_that_reading_says_how_far_it_is_and_can_be_stopped():
    text = "a,b\n" + "1,2\n" * 5000
    seen = []
    watch = Watch(lambda what, done, total: seen.append((what, done, total)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pathgui.project.csvblocks._WATCHED_RUN", 4000)
        patch.setattr("pathgui.project.csvblocks._BLOCK", 4000)
        assert len(parse_table(text, ",", watch).lines) == 5000
        assert len(seen) >= 4
        assert {total for _, _, total in seen} == {len(text)}
        with pytest.raises(Cancelled):
            parse_table(text, ",", Watch(asked=lambda: len(seen) >= 4))


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
