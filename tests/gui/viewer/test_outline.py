"""The distance field of a mask is zero exactly at its edge."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pathgui.gui.viewer.outline import mask_field


@given(arrays(bool, st.tuples(st.integers(1, 20), st.integers(1, 20))))
def test_that_the_sign_tells_inside_from_outside(mask):
    field = mask_field("tissue", mask, 8.0)
    assert field.distance.shape == mask.shape
    assert np.array_equal(field.distance > 0, mask)
    assert field.downsample == (8.0, 8.0)


def test_that_the_edge_between_two_pixels_lies_half_way():
    mask = np.zeros((9, 9), bool)
    mask[:, 4:] = True
    row = mask_field("tissue", mask, 1.0).distance[4]
    assert row[3] == -0.5
    assert row[4] == 0.5


def test_that_a_very_large_mask_is_shrunk_to_fit_a_texture():
    mask = np.zeros((50, 9000), bool)
    mask[:, 4500:] = True
    field = mask_field("tissue", mask, 16.0)
    assert max(field.distance.shape) <= 4096
    assert field.downsample == (48.0, 48.0)
    assert field.share == 0.5


def test_that_an_empty_mask_has_no_edge():
    assert (mask_field("tissue", np.zeros((5, 5), bool), 2.0).distance < -1).all()
