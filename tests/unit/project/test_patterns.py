"""Patterns of people are used, and none of them can hang the program."""

import time

import pytest

from pathgui.errors import ProjectError
from pathgui.project import Column
from pathgui.project.config import check_rule
from pathgui.project.patients import by_rule
from pathgui.project.patterns import BadPattern, SafePattern, pattern_reason
from pathgui.project.typed import reason


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(TCGA-\w{2}-\w{4})", "TCGA-05-4418-01Z-00-DX1"),
        (r"(?P<patient>[A-Z]+\d+)[-_]", "AB12_3"),
        (r"(\d{4}-\d{2})(?:\.\w+)?$", "2019-07.svs"),
        (r"^([^_]+)_[ab]?", "p1_a"),
        (r"[])(*+]+(x)", "(*)x"),
        (r"(?i:case)\s*(\d+?)\b", "Case 12"),
    ],
)
def test_that_ordinary_patterns_work(pattern, text):
    found = SafePattern(pattern).search(text)
    assert found is not None
    assert found.group(1)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"^(\w+\s?)*$",
        r"((a*)b?)*c",
        r"(a|a)*b",
        r"(?:x{1,9}){20}y",
        r"([ab]*|c){2,}d",
        r".*.*.*.*.*.*=",
        r"(a*)*?b",
    ],
)
def test_that_patterns_that_could_take_ages_are_refused(pattern):
    with pytest.raises(BadPattern, match="ages"):
        SafePattern(pattern)
    assert "ages" in pattern_reason(pattern)
    with pytest.raises(ProjectError, match="ages"):
        check_rule(f"({pattern})")


def test_that_the_worst_allowed_pattern_ends_soon():
    start = time.thread_time()
    pattern = SafePattern(r"(a*a*a*a*b)")
    with pytest.raises(BadPattern, match="64 letters"):
        pattern.search("a" * 65)
    assert pattern.search("a" * 64) is None
    assert time.thread_time() - start < 5


def test_that_a_text_too_long_for_a_pattern_is_told_and_names_no_patient():
    column = Column("code", pattern=r".*-.*-.*x")
    assert "not tried on more than 200 letters" in reason("y" * 500, column)
    assert by_rule("y" * 500, r"^(.*)-.*-.*x") == ""


def test_that_a_broken_pattern_says_what_is_wrong():
    assert pattern_reason("(") == (
        "is broken: missing ), unterminated subpattern at position 0"
    )
    assert pattern_reason(r"\d+") == ""
