"""Charts are plain arrays: what is counted is what the cells say."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.errors import TableError
from pathgui.project import Column, Sheet
from pathgui.project.charts import OTHERS, bars, cross_table, missingness
from pathgui.project.csvtext import text_array
from pathgui.project.histogram import histogram


def sheet(**columns):
    defined = tuple(column for column, _ in columns.values())
    texts = {c.name: text_array(tuple(t)) for c, t in columns.values()}
    return Sheet("clinical", defined, texts)


@pytest.fixture
def table():
    return sheet(
        age=(Column("age", "integer"), ["61", "62", "", "x", "61", "NA"]),
        stage=(
            Column("stage", "category", choices=("I", "II", "III")),
            ["II", "I", "II", "IV", "", "II"],
        ),
        seen=(
            Column("seen", "date"),
            ["2026-01-01", "2026-01-03", "", "soon", "2026-01-03", "2026-01-01"],
        ),
        alive=(Column("alive", "yesno"), ["yes", "1", "no", "", "?!", "unknown"]),
    )


def test_that_few_whole_numbers_get_a_bin_each(table):
    found = histogram(table, "age")
    assert found.edges.tolist() == [60.5, 61.5, 62.5]
    assert found.counts.tolist() == [2, 1]
    assert found.bins.tolist() == [0, 1, -1, -1, 0, -1]
    assert (found.missing, found.misfits) == (2, 1)
    assert found.rows(0, 0).tolist() == [0, 4]
    assert found.count([0, 1]).tolist() == [1, 1]


def test_that_dates_are_binned_by_day(table):
    found = histogram(table, "seen")
    assert date.fromordinal(int(found.edges[0] + 0.5)) == date(2026, 1, 1)
    assert found.counts.tolist() == [2, 0, 2]


def test_that_a_column_of_texts_has_no_histogram(table):
    with pytest.raises(TableError, match="holds no numbers"):
        histogram(table, "stage")
    with pytest.raises(TableError, match="no column 'nix'"):
        histogram(table, "nix")


def test_that_bars_follow_the_allowed_values_then_frequency(table):
    found = bars(table, "stage")
    assert found.labels == ("I", "II", "IV")
    assert found.counts.tolist() == [1, 3, 1]
    assert found.missing == 1
    assert found.rows(1).tolist() == [0, 2, 5]


def test_that_yes_is_yes_however_it_is_written(table):
    found = bars(table, "alive")
    assert dict(zip(found.labels, found.counts.tolist(), strict=True)) == {
        "yes": 2,
        "no": 1,
        "?!": 1,
    }
    assert found.missing == 2


def test_that_many_texts_are_put_together():
    texts = [f"t{n}" for n in range(100)] + ["t7"]
    found = bars(sheet(x=(Column("x"), texts)), "x", most=10)
    assert len(found.labels) == 10
    assert found.labels[0] == "t7"
    assert found.labels[-1] == OTHERS
    assert found.counts.sum() == 101


def test_that_a_cross_table_counts_pairs(table):
    found = cross_table(table, "stage", "alive")
    assert found.counts.shape == (3, 3)
    assert found.counts.sum() == 3
    down = found.down.labels.index("II")
    across = found.across.labels.index("no")
    assert found.rows(down, across).tolist() == [2]


def test_that_missing_cells_are_counted_alone_and_together(table):
    found = missingness(table)
    assert found.names == ("age", "stage", "seen", "alive")
    assert found.missing.tolist() == [2, 1, 1, 2]
    assert found.misfits.tolist() == [1, 1, 1, 1]
    assert found.together[0, 2] == 1
    assert np.array_equal(np.diag(found.together), found.missing)
    assert missingness(table, ["seen"]).names == ("seen",)


@given(
    st.lists(
        st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.none()),
        max_size=60,
    ),
    st.integers(0, 30),
)
def test_that_every_number_falls_into_the_bin_that_bounds_it(numbers, wanted):
    texts = ["" if n is None else repr(n) for n in numbers]
    found = histogram(sheet(x=(Column("x", "number"), texts)), "x", wanted)
    assert found.counts.sum() + found.missing + found.misfits == len(texts)
    for number, place in zip(numbers, found.bins.tolist(), strict=True):
        if place >= 0:
            low, high = found.edges[place], found.edges[place + 1]
            assert low <= number <= high or np.isclose(number, [low, high]).any()


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=40))
def test_that_bins_of_whole_numbers_are_equally_wide(numbers):
    texts = [str(n) for n in numbers]
    found = histogram(sheet(x=(Column("x", "integer"), texts)), "x")
    assert found.counts.sum() == len(numbers)
    assert np.ptp(np.diff(found.edges)) == 0


def test_that_an_empty_table_gives_empty_charts():
    empty = sheet(x=(Column("x", "number"), []))
    assert histogram(empty, "x").counts.size == 0
    assert bars(empty, "x").labels == ()
    assert missingness(empty).total == 0


def test_that_a_cohort_is_counted_alone(table):
    cohort = table.where('stage == "II"')
    assert bars(cohort, "stage").counts.tolist() == [3]
    assert histogram(cohort, "age").counts.sum() == 1
    assert missingness(cohort, ("seen",)).missing.tolist() == [1]
