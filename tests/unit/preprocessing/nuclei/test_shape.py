"""Moments add up, and tell ellipses from what is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pathgui.preprocessing.nuclei.shape import ellipse_fit, moments, numbered


def ellipse(a: float, b: float, turn: float, size: int = 80) -> np.ndarray:
    y, x = np.mgrid[:size, :size] - size / 2
    u = x * np.cos(turn) + y * np.sin(turn)
    v = y * np.cos(turn) - x * np.sin(turn)
    return ((u / a) ** 2 + (v / b) ** 2 <= 1).astype(np.int32)


@pytest.mark.parametrize("turn", [0, 0.4, 1.1])
@pytest.mark.parametrize(("a", "b"), [(10, 10), (20, 8), (30, 6)])
def test_that_an_ellipse_fits_itself(a: float, b: float, turn: float) -> None:
    fit = ellipse_fit(moments(ellipse(a, b, turn), 1))[1]
    assert fit == pytest.approx(1, abs=0.02)


def test_that_touching_discs_and_crosses_fit_badly() -> None:
    y, x = np.mgrid[:60, :60]
    discs = (np.hypot(y - 30, x - 20) < 9.5) | (np.hypot(y - 30, x - 39) < 9.5)
    cross = (abs(y - 30) < 3) | (abs(x - 30) < 3)
    assert ellipse_fit(moments(discs.astype(int), 1))[1] < 0.91
    assert ellipse_fit(moments(cross.astype(int), 1))[1] < 0.6


@given(arrays(np.int32, (9, 12), elements=st.integers(0, 4)))
def test_that_moments_of_parts_add_up_to_those_of_the_whole(labels: np.ndarray) -> None:
    parts = moments(labels, 4)
    whole = moments((labels > 0).astype(np.int32), 1)
    assert np.allclose(parts.sum(axis=0), whole.sum(axis=0))


@given(arrays(np.int32, (6, 7), elements=st.integers(0, 30)))
def test_that_numbers_have_no_gaps_and_regions_stay(labels: np.ndarray) -> None:
    new = numbered(labels)
    used = np.unique(new)
    assert used.max() == len(np.unique(labels[labels > 0]))
    assert np.array_equal(new == 0, labels == 0)
    assert len({*zip(labels.ravel(), new.ravel(), strict=True)}) == len(
        np.unique(labels)
    )
