"""Types are a view, and what does not fit says why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.errors import ProjectError
from pathgui.project import Column
from pathgui.project.guess import guess, guess_column
from pathgui.project.typed import (
    Misfit,
    misfits,
    parse,
    parse_all,
    parse_each,
    reason,
)


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("0.25", Column("x", "number"), 0.25),
        ("61,5", Column("x", "number", decimal=","), 61.5),
        ("61.5", Column("x", "number", decimal=","), 61.5),
        ("1e3", Column("x", "number"), 1000.0),
        ("NA", Column("x", "number"), None),
        ("NA", Column("x"), "NA"),
        ("", Column("x"), None),
        ("-Inf", Column("x", "number"), None),
        ("12", Column("x", "integer"), 12),
        ("12.0", Column("x", "integer"), 12),
        ("2026-11-22", Column("x", "date"), date(2026, 11, 22)),
        ("22.11.2026", Column("x", "date", date_format="%d.%m.%Y"), date(2026, 11, 22)),
        ("Yes", Column("x", "yesno"), True),
        ("0", Column("x", "yesno"), False),
        ("II", Column("x", "category"), "II"),
    ],
)
def test_that_a_text_becomes_its_value(text, column, value):
    assert parse(text, column) == value


@pytest.mark.parametrize(
    ("text", "column", "why"),
    [
        (
            "430",
            Column("age", "number", minimum=0, maximum=120),
            "430 is outside 0 to 120",
        ),
        ("-5", Column("t", "number", minimum=0), "-5 is below 0"),
        ("5", Column("t", "number", maximum=2), "5 is above 2"),
        ("12 months", Column("t", "number"), "'12 months' is not a number"),
        ("inf", Column("t", "number"), "'inf' is not a finite number"),
        ("1e999", Column("t", "number"), "'1e999' is too large for a number"),
        ("61,5", Column("t", "number"), "'61,5' is not a number"),
        ("1.5", Column("n", "integer"), "'1.5' is not a whole number"),
        ("٣", Column("n", "integer"), "'٣' is not a whole number"),
        ("01/02/2020", Column("d", "date"), "'01/02/2020' is no date like 2026-11-22"),
        ("2026-02-30", Column("d", "date"), "'2026-02-30' is not in the calendar"),
        ("perhaps", Column("y", "yesno"), "'perhaps' is neither yes nor no"),
        ("III", Column("s", "category", choices=("I", "II")), "'III' is none of I, II"),
        ("x1", Column("s", pattern=r"[A-Z]\d"), r"'x1' does not match [A-Z]\d"),
        (
            "x",
            Column("s", pattern="("),
            "the pattern '(' of the column is broken: missing ), "
            "unterminated subpattern at position 0",
        ),
        (" ", Column("s", required=True), "a value is required"),
        ("NA", Column("s", "number", required=True), "a value is required"),
    ],
)
def test_that_a_text_that_does_not_fit_says_why(text, column, why):
    assert reason(text, column) == why
    with pytest.raises(Misfit):
        parse(text, column)


@pytest.mark.parametrize(
    ("name", "texts", "kind"),
    [
        ("age_at_index", ["61", "58", "70"], "integer"),
        ("share", ["0.5", "", "NA", "1"], "number"),
        ("patient", ["1", "2", "3"], "text"),
        ("zip", ["12345", "54321"], "text"),
        ("code7", ["00123", "123"], "text"),
        ("number", ["9007199254740993", "9007199254740995"], "text"),
        ("day", ["2020-01-02", "2021-03-04"], "date"),
        ("day", ["13.01.2020", "02.03.2021"], "date"),
        ("day", ["01/02/2020", "03/04/2021"], "text"),
        ("day", ["13/02/2020", "03/04/2021"], "date"),
        ("treated", ["yes", "no", "yes"], "yesno"),
        ("label", ["0", "1"] * 20, "yesno"),
        ("grade", ["0", "1", "1"], "integer"),
        ("stage", ["I", "II", "I", "II", "I", "I"], "category"),
        ("note", ["a b", "c d", "e f", "g"], "text"),
        ("time", ["-5", "NaN", "inf", "12 months"], "number"),
        ("event", ["1", "yes", "2", "0"], "yesno"),
        ("amount", ["1,234", "2,345"], "text"),
        ("empty", ["", "NA"], "text"),
    ],
)
def test_that_the_type_of_a_column_is_guessed(name, texts, kind):
    assert guess_column(name, texts).kind == kind


def test_that_decimal_commas_are_seen_and_kept_as_text():
    column = guess_column("age", ["61,5", "58,0"], ";")
    assert (column.kind, column.decimal) == ("number", ",")
    assert parse("61,5", column) == 61.5


def test_that_a_column_definition_survives_being_written():
    column = Column(
        "stage", "category", choices=("I", "II"), required=True, minimum=0.5
    )
    assert Column.from_dict(column.to_dict()) == column


@pytest.mark.parametrize(
    "data",
    [
        {"name": "x", "kind": "colour"},
        {"name": "x", "size": 3},
        {"name": "x", "minimum": "low"},
        {"name": "x", "required": 1},
        {"name": "x", "choices": "I"},
        {"name": "x", "minimum": True},
    ],
)
def test_that_a_column_definition_that_makes_no_sense_is_refused(data):
    with pytest.raises(ProjectError, match="'x'"):
        Column.from_dict(data)


@pytest.mark.parametrize(
    ("name", "texts", "kind", "why"),
    [
        ("os_months", ["1.5", "x"], "number", "its name is that of a time"),
        ("event", ["1", "0", "?"], "yesno", "its name is that of an event"),
        ("smoker", ["yes", "no", ""], "yesno", "all texts say yes or no"),
        ("slide", ["1", "2"], "text", "its name is that of an identifier"),
        ("ward", ["001", "2"], "text", "numbers with leading zeros"),
        ("size", ["1", "2"], "integer", "it holds whole numbers"),
        ("size", ["1,5", "2,25"], "number", "numbers with decimal commas"),
        ("day", ["2026-01-02", ""], "date", "all texts are dates like 2026-01-02"),
        ("site", ["a", "b"] * 5, "category", "2 different texts in 10 rows"),
        ("note", ["", "NA"], "text", "no cell holds a value"),
    ],
)
def test_that_a_guess_says_why(name, texts, kind, why):
    found = guess(name, texts, ";")
    assert found.column.kind == kind
    assert why in found.why


NUMBERS = Column("x", "number", minimum=-5, maximum=1e6)
WHOLE = Column("x", "integer", required=True)


@given(
    st.sets(
        st.one_of(
            st.text(alphabet="0123456789.eE+-\n\r \t,x²", max_size=7),
            st.floats().map(repr),
            st.integers().map(str),
            st.sampled_from(["NA", "", "1\n2", "inf", "1" * 400]),
        )
    ),
    st.sampled_from([NUMBERS, WHOLE, Column("x", "category", choices=("1",))]),
)
def test_that_looking_at_many_texts_at_once_tells_the_same(texts, column):
    expected = {text: why for text in texts if (why := reason(text, column))}
    assert misfits(texts, column) == expected
    values = {text: value(text, column) for text in texts}
    assert parse_all(texts, column) == values
    plain = [text for text in texts if not column.required or text]
    assert parse_each(plain, column) == [values[text] for text in plain]


def value(text, column):
    try:
        return parse(text, column)
    except Misfit:
        return None


def test_that_a_whole_number_too_large_for_any_chart_does_not_fit():
    column = Column("n", "integer")
    assert parse("9" * 300, column) == int("9" * 300)
    assert "not a whole number" in reason("9" * 301, column)
    float(parse("9" * 300, column))
