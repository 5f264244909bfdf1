"""Editing a mask by hand."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.workflows.mask_edit import MaskEditor


def editor(height: int = 40, width: int = 60, downsample: float = 8.0) -> MaskEditor:
    return MaskEditor(np.zeros((height, width), bool), downsample)


def test_that_the_brush_draws_in_pixels_of_the_slide():
    made = editor()
    made.begin()
    made.brush((80, 160), (240, 160), 16, True)
    made.end()
    rows, columns = np.nonzero(made.mask)
    assert (rows.min(), rows.max()) == (18, 21)
    assert (columns.min(), columns.max()) == (8, 31)


def test_that_the_smallest_brush_hits_a_pixel():
    made = editor()
    made.brush((83, 163), (83, 163), 0.1, True)
    assert made.mask[20, 10]


def test_that_a_hole_is_filled_and_a_piece_removed():
    made = editor()
    made.mask[10:20, 10:20] = True
    made.mask[13:16, 13:16] = False
    made.fill((14.5 * 8, 14.5 * 8))
    assert made.mask[10:20, 10:20].all()
    made.fill((14.5 * 8, 14.5 * 8))
    assert not made.mask.any()


def test_that_outside_of_all_pieces_there_is_no_hole_to_fill():
    made = editor()
    made.mask[10:20, 10:20] = True
    assert made.fill((8, 8)) is None
    assert made.fill((-5, 1e6)) is None
    assert made.mask.sum() == 100
    assert not made.changed


def test_that_a_polygon_is_added_or_erased():
    made = editor()
    corners = [(80, 80), (160, 80), (160, 160), (80, 160)]
    made.polygon(corners, True)
    assert made.mask.sum() == 100
    made.polygon(corners[:2], False)
    assert made.mask.sum() == 100
    made.polygon(corners, False)
    assert not made.mask.any()


def test_that_smoothing_takes_single_pixels_away():
    made = editor()
    made.mask[10:20, 10:20] = True
    made.mask[30, 30] = True
    made.smooth()
    assert not made.mask[30, 30]
    assert made.mask[15, 15]


def test_that_it_knows_whether_it_was_saved():
    made = editor()
    made.polygon([(0, 0), (80, 0), (80, 80)], True)
    assert made.changed
    made.mark_saved()
    assert not made.changed
    made.undo()
    assert made.changed
    made.redo()
    assert not made.changed
    made.undo()
    made.polygon([(80, 80), (160, 80), (160, 160)], True)
    assert made.changed


point = st.tuples(st.floats(-100, 600), st.floats(-100, 400))
step = st.one_of(
    st.tuples(st.just("brush"), point, point, st.floats(0, 60), st.booleans()),
    st.tuples(st.just("fill"), point),
    st.tuples(st.just("polygon"), st.lists(point, max_size=6), st.booleans()),
    st.tuples(st.just("smooth")),
)


@given(st.lists(step, max_size=12))
@settings(max_examples=60, deadline=None)
def test_that_every_step_can_be_undone_and_done_again(steps):
    made = editor()
    made.mask[10:30, 10:40] = True
    states = [made.mask.copy()]
    for name, *arguments in steps:
        if name == "brush":
            made.begin()
        getattr(made, name)(*arguments)
        made.end()
        if (made.mask != states[-1]).any():
            states.append(made.mask.copy())
    for state in reversed(states[:-1]):
        assert made.undo() is not None
        assert (made.mask == state).all()
    assert made.undo() is None
    for state in states[1:]:
        made.redo()
        assert (made.mask == state).all()
