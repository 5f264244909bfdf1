"""Regions of a mask are those that scipy finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.ndimage import label

from pathgui.preprocessing.components import Components

_MASKS = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=14))


@given(mask=_MASKS, corners=st.booleans())
def test_that_regions_sizes_and_edges_are_those_of_scipy(mask, corners):
    _compare(mask, corners)


@pytest.mark.parametrize("corners", [False, True])
@pytest.mark.parametrize("share", [0.3, 0.45, 0.6])
def test_that_tangled_regions_are_those_of_scipy(share, corners):
    _compare(np.random.default_rng(0).random((150, 211)) < share, corners)


def _compare(mask: np.ndarray, corners: bool) -> None:
    labels, count = label(mask, structure=np.ones((3, 3)) if corners else None)
    found = Components(mask, corners=corners)
    assert found.count == count
    sizes, edges = found.sizes(), found.at_edge()
    seen = np.zeros(mask.shape, int)
    for k in range(count):
        region = found.mask(np.arange(count) == k)
        number = labels[region][0]
        assert np.array_equal(region, labels == number)
        assert sizes[k] == np.count_nonzero(region)
        border = [labels[0], labels[-1], labels[:, 0], labels[:, -1]]
        assert edges[k] == any((line == number).any() for line in border)
        seen += region
        if k > 60:
            return
    assert np.array_equal(seen.astype(bool), mask)
