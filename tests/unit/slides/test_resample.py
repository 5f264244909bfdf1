"""The area mean, against a slow and obvious one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.slides.resample import box


def slowly(
    image: np.ndarray, scale: float, width: int, height: int, x: float, y: float
) -> np.ndarray:
    def weights(start: float, count: int, length: int) -> np.ndarray:
        low = start + scale * np.arange(count)[:, None]
        cells = np.arange(length)[None]
        share = np.minimum(low + scale, cells + 1) - np.maximum(low, cells)
        return np.clip(share, 0, 1)

    down = weights(y, height, image.shape[0])
    across = weights(x, width, image.shape[1])
    sums = np.einsum("ij,jkc,lk->ilc", down, image.astype(float), across)
    area = down.sum(1)[:, None, None] * across.sum(1)[None, :, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(area > 1e-6, sums / area, 0)


@settings(max_examples=200, deadline=None)
@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    scale=st.one_of(st.integers(1, 6).map(float), st.floats(1.0, 9.0)),
    out=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    start=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)),
    seed=st.integers(0, 99),
)
def test_that_the_mean_is_exact_for_any_factor_and_offset(
    size: tuple[int, int],
    scale: float,
    out: tuple[int, int],
    start: tuple[float, float],
    seed: int,
) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    found = box(image, scale, *out, *start)
    expected = slowly(image, scale, *out, *start)
    assert found.shape == (out[1], out[0], 3)
    # a sliver thinner than a millionth of a pixel may count or not
    assert np.abs(found - expected).max() <= 0.51


def test_that_factor_one_changes_nothing() -> None:
    image = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3)
    assert np.array_equal(box(image, 1.0, 4, 5), image)


def test_that_a_plain_colour_stays_itself_at_the_edges() -> None:
    image = np.full((10, 11, 3), 200, np.uint8)
    found = box(image, 3.3, 4, 4)
    assert (found[:, :4] == 200).all()


def test_that_output_beyond_the_image_is_zero() -> None:
    image = np.full((4, 4, 3), 9, np.uint8)
    found = box(image, 2.0, 5, 3)
    assert (found[:2, :2] == 9).all()
    assert not found[2:].any()
    assert not found[:, 2:].any()
