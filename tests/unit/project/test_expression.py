"""Choosing rows: what can be said, and what is refused."""

import contextlib
import operator
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.errors import ExpressionError
from pathgui.project import Project
from pathgui.project.comparison import Field
from pathgui.project.expression import parse_expression, select, select_rows
from pathgui.project.quoting import bare_name, shown_name

FIELDS = {
    "cohort": Field("category", ["A", "A", "B", None]),
    "stage": Field("category", ["II", "III", "II", None]),
    "age": Field("number", [61.5, 40.0, None, 80.0]),
    "n_tiles": Field("integer", [10, 0, 5, 7]),
    "relapse": Field("yesno", [True, False, None, True]),
    "seen": Field(
        "date", [date(2020, 1, 31), None, date(2021, 5, 1), date(2019, 1, 1)]
    ),
    "tumour size (mm)": Field("number", [3.0, 4.0, 5.0, None]),
    "µm": Field("number", [1.0, 2.0, 3.0, 4.0]),
    "missing": Field("text", ["x", None, "y", "z"]),
}


def chosen(text):
    mask = select(text, FIELDS)
    assert mask.dtype == bool
    return np.flatnonzero(mask).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('cohort == "A" and stage in ["II", "III"]', [0, 1]),
        ("cohort == 'A' or stage == 'II'", [0, 1, 2]),
        ('not cohort == "A"', [2, 3]),
        ('cohort != "A"', [2, 3]),
        ('stage not in ("II", "IV")', [1, 3]),
        ("stage == missing", [3]),
        ("stage == None", [3]),
        ("stage is None", [3]),
        ("stage is not missing", [0, 1, 2]),
        ('stage in ["II", None]', [0, 2, 3]),
        ("age >= 60", [0, 3]),
        ("40 < age <= 61.5", [0]),
        ("not age > 60", [1, 2]),
        ("n_tiles > -1 and age > +1", [0, 1, 3]),
        ("age > n_tiles", [0, 1, 3]),
        ("relapse", [0, 3]),
        ("not relapse", [1, 2]),
        ("relapse == false", [1]),
        ('relapse == "yes"', [0, 3]),
        ('seen < "2020-06-01"', [0, 3]),
        ('"2020-01-01" <= seen', [0, 2]),
        ("`tumour size (mm)` >= 4", [1, 2]),
        ("µm > 2 and `µm` < 4", [2]),
        ('`missing` == "y"', [2]),
        ('cohort == "A" and (stage == "II" or age < 50) and not relapse', [1]),
        ('  cohort\n== "A"\tand age > 50 ', [0]),
        ("true", [0, 1, 2, 3]),
        ("stage in []", []),
        ("n_tiles in {5, 7.0}", [2, 3]),
        ('"`" == cohort', []),
        (f'cohort == "{"é" * 20}" or age == 80', [3]),
    ],
)
def test_that_conditions_choose_rows(text, rows):
    assert chosen(text) == rows


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ('cohrt == "A"', 0, "no column 'cohrt' (at character 1)"),
        ('age > 5 and `no such` == "A"', 12, "no column 'no such'"),
        ('é == "é" or age == "x"', 0, "no column 'é'"),
        ("age > sixty", 6, "no column 'sixty'"),
        ('age == "sixty"', 0, "'sixty' is text, but a number is needed"),
        ("stage > 'II'", 0, "texts have no order"),
        ("cohort == 2", 0, "text cannot be compared with a number"),
        ('seen > "yesterday"', 0, "'yesterday' is no date"),
        ("age > missing", 0, "no order"),
        ('stage in "II"', 9, "in and a list belong together"),
        ('stage == ["II"]', 9, "in and a list belong together"),
        ('cohort = "A"', 7, "cannot be understood at character"),
        ("age > 60 &", 10, "cannot be understood"),
        ("age > 60 & relapse", 6, "calculates"),
        ("age is 5", 7, "is compares with None only"),
        ("cohort", 0, "cohort is not yes or no"),
        ('stage in ["II", cohort]', 16, "a list holds"),
        ("", 0, "empty"),
        ('age > 5 or True == "True"', 11, "the comparison names no column"),
    ],
)
def test_that_errors_say_where_and_why(text, position, words):
    with pytest.raises(ExpressionError) as caught:
        select(text, FIELDS)
    assert words in caught.value.message
    assert abs(caught.value.position - position) <= 1


def test_that_an_unknown_column_lists_the_known_ones():
    with pytest.raises(ExpressionError) as caught:
        select("grade == 2", FIELDS)
    assert "cohort, stage, age" in caught.value.hint
    assert "`tumour size (mm)`" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('echo x')",
        "().__class__.__bases__[0].__subclasses__()",
        "open('secret')",
        "age.__class__ == 1",
        "cohort[0] == 'A'",
        "(lambda: 1)() == 1",
        "[x for x in cohort] == 1",
        "f'{age}' == 'x'",
        "b'x' == cohort",
        "9**9**9 > age",
        "'a' * 10**9 == cohort",
        "age + 1 > 2",
        "-cohort == 1",
        "-missing == 1",
        "(age := 5) > 1",
        "age if relapse else age",
        "age > 1e999",
        "age > 1j",
        "... == age",
        "*age == 1",
        "age > 5; import os",
        "age > 5\x00",
        "\ud800 == 1",
        "await age",
        "yield",
        "not " * 2000 + "relapse",
        "(" * 900 + "relapse" + ")" * 900,
        "-" * 5000 + "1 == age",
        "age > " + "9" * 6000,
        "age > 1 or " * 2000 + "age > 1",
        "{**age} == 1",
        "{'a': 1} == age",
        "stage in [[1]]",
        "stage in [*cohort]",
        "relapse # and more\n) or (",
    ],
)
def test_that_hostile_texts_are_refused(text):
    with pytest.raises(ExpressionError):
        select(text, FIELDS)


@given(st.text(alphabet="ageco hrt=<>!\"'`()[],.12+-*&|notin\\\n:{}", max_size=40))
def test_that_no_text_does_anything_but_choose_or_be_refused(text):
    with contextlib.suppress(ExpressionError):
        assert select(text, FIELDS).shape == (4,)


@given(
    st.lists(st.one_of(st.none(), st.floats(-100, 100)), max_size=20),
    st.floats(-100, 100),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
)
def test_that_numbers_compare_as_in_python(values, limit, sign):
    compare = {
        "<": operator.lt, "<=": operator.le, ">": operator.gt,
        ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
    }[sign]  # fmt: skip
    expected = [(sign == "!=") if v is None else compare(v, limit) for v in values]
    found = select(f"x {sign} {limit!r}", {"x": Field("number", values)})
    assert found.tolist() == expected


def test_that_names_are_known_before_any_row_is_read():
    expression = parse_expression("age > 5 and (cohort == 'A' or age < 3)")
    assert expression.names == ("age", "cohort")


def test_that_a_table_answers_with_its_own_types(tmp_path):
    with Project.create(tmp_path / "p") as project:
        table = project.manifest
        assert select_rows('cohort == "A"', table).shape == (0,)
        with pytest.raises(ExpressionError, match="grade"):
            select_rows("grade == 1", table)


@pytest.mark.parametrize("name", ["a`b", "`", "``", "a\nb", "`a`", "x\t`"])
def test_that_every_name_of_a_column_can_be_written(name):
    condition = f'{shown_name(name)} == "1" and {shown_name(name)} != "2"'
    expression = parse_expression(condition)
    assert expression.names == (name,)
    assert bare_name(shown_name(name)) == name
    assert expression.renamed({name: "plain"}) == 'plain == "1" and plain != "2"'
    assert expression.parts()[0] == f'{shown_name(name)} == "1"'


HOMES = {
    ("manifest", "cohort"): "cohort",
    ("clinical", "cohort"): "cohort_clinical",
    ("clinical", "tumour (mm)"): "tumour (mm)",
    ("clinical", "é.µ"): "é.µ",
    ("clinical", "relapse"): "relapse",
}


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ('clinical.cohort == "A"', 'cohort_clinical == "A"'),
        (
            '"é" == manifest.cohort or "a.b" in clinical . cohort',
            '"é" == cohort or "a.b" in cohort_clinical',
        ),
        ("Clinical.`tumour (mm)` > 3", "`tumour (mm)` > 3"),
        ('`clinical`.`é.µ` == "x" and age > 5', '`é.µ` == "x" and age > 5'),
        ("not clinical.relapse", "not relapse"),
        ("clinical.cohort == manifest.cohort", "cohort_clinical == cohort"),
        ('`clinical.cohort` == "A"', '`clinical.cohort` == "A"'),
        ('  clinical.cohort\nin ["A"]', '  cohort_clinical\nin ["A"]'),
    ],
)
def test_that_a_column_may_be_named_with_its_table(text, home):
    assert parse_expression(text).at_home(HOMES).text == home


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("age > 1 and clinical.cohrt == 1", "clinical table has no column", "cohort"),
        ("clinic.cohort == 1", "no table 'clinic' here", "tables: manifest, clinical"),
        ("clinical.a.b == 1", "with dots", "backticks"),
    ],
)
def test_that_a_column_that_its_table_lacks_is_told(text, words, hint):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text).at_home(HOMES)
    assert words in caught.value.message
    assert hint in caught.value.hint


def test_that_names_with_tables_are_refused_where_there_are_none():
    with pytest.raises(ExpressionError, match="no table 'clinical' here"):
        select('clinical.cohort == "A"', FIELDS)
