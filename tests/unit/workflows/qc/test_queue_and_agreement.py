"""Queues of a review, and how far reviewers agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.project import Project
from pathgui.tiling import tiles_within
from pathgui.workflows.qc.agreement import agreement, cohens_kappa
from pathgui.workflows.qc.log import Decided
from pathgui.workflows.qc.queue import ORDERS, QueueChoice, build_queue
from pathgui.workflows.qc.tiles import excluded_boxes, log_tiles, tiles_file

SLIDES = [f"S{k:02}" for k in range(20)]


def test_that_unreviewed_slides_come_first_in_the_order_of_the_table():
    choice = QueueChoice("unreviewed")
    queue = build_queue(SLIDES, choice, lambda s: s in ("S00", "S02"))
    assert queue[:3] == ("S01", "S03", "S04")
    assert queue[-2:] == ("S00", "S02")


def test_that_the_seed_alone_decides_a_sample():
    choice = QueueChoice("random", 5, 7)
    first = build_queue(SLIDES, choice, lambda _: False)
    assert first == build_queue(SLIDES[::-1], choice, lambda _: True)
    assert len(set(first)) == 5
    assert first != build_queue(SLIDES, QueueChoice("random", 5, 8), lambda _: False)


@given(
    st.lists(st.text("abc", min_size=1, max_size=3), unique=True),
    st.sampled_from(ORDERS),
    st.integers(0, 12),
    st.integers(0, 99),
)
def test_that_a_queue_holds_slides_once_and_as_many_as_asked(slides, order, n, seed):
    queue = build_queue(slides, QueueChoice(order, n, seed), lambda s: s < "b")
    assert len(queue) == len(set(queue)) == min(n or len(slides), len(slides))
    assert set(queue) <= set(slides)


def _log(reviewer, statuses):
    return [
        Decided("", status, "", "", reviewer, slide)
        for slide, status in zip(SLIDES, statuses, strict=False)
    ]


def test_that_reviewers_are_compared_by_their_last_decision():
    entries = _log("Ada", ["pass", "pass", "flag", "exclude"])
    entries += _log("Bo", ["pass", "flag", "flag", ""])
    entries += _log("Ada", ["flag"])
    (pair,) = agreement(entries)
    assert (pair.first, pair.second, pair.both, pair.same) == ("Ada", "Bo", 3, 1)
    assert pair.differ == (("S00", "flag", "pass"), ("S01", "pass", "flag"))
    assert pair.share == pytest.approx(1 / 3)


def test_that_kappa_is_that_of_the_text_book():
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohens_kappa(pairs) == pytest.approx(0.4)
    assert cohens_kappa([]) is None
    assert cohens_kappa([("y", "y")]) is None


def test_that_excluded_tiles_are_kept_per_slide_and_can_be_taken_back(tmp_path):
    with Project.create(tmp_path / "p") as project:
        log_tiles(project, "S1", [(0, 0, 256, 256), (256, 0, 256, 256)], reviewer="A")
        log_tiles(project, "S1", [(0, 0, 256, 256)], restore=True)
        log_tiles(project, "S2", [(5, 5, 10, 10)])
        log_tiles(project, "S2", [(5, 5, 10, 10)], restore=True)
        file = tiles_file(project)
    with file.open("a") as opened:
        opened.write("x,S1,a,b,c,d,exclude,me\nx,S1,1,1,-4,4,exclude,me\n")
    assert excluded_boxes(file) == {"S1": {(256, 0, 256, 256)}}


def test_that_a_box_holds_for_tiles_of_another_size_by_their_centre():
    coords = np.array([[0, 0], [128, 0], [256, 0], [384, 0]])
    hit = tiles_within(coords, 128, [(256, 0, 256, 256)])
    assert hit.tolist() == [False, False, True, True]
    assert not tiles_within(coords, 128, []).any()
