"""What is stored for an array: always a stream that plain zlib inflates."""

import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.storage.codec import codec
from pathgui.storage.objects import Encoder

_FAST = codec("fast")
_SHAPES = st.one_of(
    st.tuples(st.integers(1, 70), st.integers(1, 700), st.integers(1, 4)),
    st.tuples(st.integers(1, 300), st.integers(1, 300)),
    st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9), st.just(1)),
)


@given(shape=_SHAPES, spread=st.integers(1, 256), seed=st.integers(0, 99))
@pytest.mark.parametrize("large", [False, True])
def test_that_zlib_inflates_what_fast_deflates(large, shape, spread, seed):
    rng = np.random.default_rng(seed)
    array = rng.integers(0, spread, shape, dtype=np.uint8)
    payload = replace(_FAST, large=large).encode(array)
    assert zlib.decompress(payload) == array.tobytes()


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_that_repeated_rows_of_masks_and_columns_cost_next_to_nothing(kind):
    row = np.random.default_rng(0).integers(0, 255, (1, 1500)).astype(kind)
    payload = _FAST.encode(np.repeat(row, 64, axis=0))
    assert len(payload) < 2 * row.nbytes + 64 * 64


@pytest.mark.parametrize(
    "mask",
    [
        np.ones((7, 7), bool),
        np.zeros((7, 7), bool),
        np.ones((5, 9), bool),
        np.eye(7, dtype=bool),
        ~np.eye(7, dtype=bool),
        np.ones((7, 7), np.uint8),
        np.full((7, 7), 3, np.int32),
    ],
)
def test_that_each_mask_becomes_itself_whatever_came_before(mask):
    encoder = Encoder(_FAST)
    for before in (np.ones((7, 7), bool), np.zeros((7, 7), bool), mask):
        encoder.mask(before)
    found = encoder.mask(mask)
    assert zlib.decompress(found.payload) == mask.tobytes()
    assert found.shape == mask.shape
    assert found.dtype == mask.dtype
