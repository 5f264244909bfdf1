"""Wishes for a resolution become frames, or errors that say what to do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.errors import ResolutionError
from pathgui.tiling import (
    Frame,
    frame_for,
    mpp_for_tile,
    plausible_mpp,
    tile_size_for,
)

DIMENSIONS = ((46000, 32914), (11500, 8228), (2875, 2057))
DOWNSAMPLES = (1.0, 4.000121536217793, 16.00048614487117)


def frame(**wish: object) -> Frame:
    known = {"mpp0": 0.499, "objective": 20.0} | wish
    return frame_for(DIMENSIONS, DOWNSAMPLES, **known)  # type: ignore[arg-type]


def test_that_no_wish_means_level_0() -> None:
    assert frame() == Frame(0, 1.0, 46000, 32914, 1.0, 0.499)


def test_that_a_level_keeps_its_own_unrounded_downsample_and_size() -> None:
    found = frame(level=1)
    assert found.native
    assert found.downsample == 4.000121536217793
    assert found.size == (11500, 8228)
    assert found.mpp == pytest.approx(0.499 * 4.000121536217793)


def test_that_an_mpp_near_a_level_takes_the_pixels_of_that_level() -> None:
    found = frame(mpp=2.0)
    assert (found.level, found.native) == (1, True)
    assert found.mpp == pytest.approx(1.99606, abs=1e-4)


def test_that_an_mpp_between_levels_is_resampled_from_the_finer_one() -> None:
    found = frame(mpp=1.0)
    assert (found.level, found.native) == (0, False)
    assert found.scale == found.downsample == pytest.approx(1.0 / 0.499)
    assert found.size == (22954, 16424)
    assert frame(mpp=4.0).level == 1
    assert frame(mpp=100.0).level == 2


def test_that_half_a_percent_is_a_level_and_more_is_not() -> None:
    exact = 0.499 * DOWNSAMPLES[1]
    assert frame(mpp=exact * 1.004).native
    assert not frame(mpp=exact * 1.006).native
    assert not frame(mpp=exact * 0.994).native


def test_that_nominal_resolution_of_a_slightly_coarser_scanner_means_level_0() -> None:
    assert frame(mpp0=0.2527, mpp=0.25) == Frame(0, 1.0, 46000, 32914, 1.0, 0.2527)
    with pytest.raises(ResolutionError, match="finer than the slide"):
        frame(mpp0=0.2527, mpp=0.24)


def test_that_magnification_scales_the_nominal_objective_power() -> None:
    assert frame(magnification=5).level == 1
    assert frame(magnification=20).native
    ten = frame(magnification=10)
    assert (ten.level, ten.scale) == (0, 2.0)
    assert ten.mpp == pytest.approx(0.998)


def test_that_a_magnification_needs_no_mpp() -> None:
    assert frame(mpp0=None, magnification=10).mpp is None


def test_that_nothing_is_upsampled_unless_asked_for() -> None:
    with pytest.raises(ResolutionError, match=re.escape("40×")) as caught:
        frame(magnification=40)
    assert "upsample" in caught.value.hint
    fine = frame(magnification=40, upsample=True)
    assert (fine.level, fine.scale, fine.size) == (0, 0.5, (92000, 65828))


def test_that_upsampling_meets_the_request_exactly() -> None:
    found = frame(mpp0=0.2527, mpp=0.25, upsample=True)
    assert found.mpp == pytest.approx(0.25)
    assert found.scale < 1


def test_that_an_unknown_mpp_is_refused_with_the_way_to_set_it() -> None:
    for unknown in (None, 0.0, float("nan")):
        with pytest.raises(ResolutionError, match="micrometres") as caught:
            frame(mpp0=unknown, mpp=0.5)
        assert "mpp=" in caught.value.hint
        assert "manifest" in caught.value.hint
        assert frame(mpp0=unknown, level=1).mpp is None


def test_that_an_unknown_objective_is_refused_with_an_mpp_to_ask_for() -> None:
    with pytest.raises(ResolutionError, match="objective") as caught:
        frame(objective=None, magnification=20)
    assert "mpp=0.5" in caught.value.hint


@pytest.mark.parametrize("level", [-1, 3, 99])
def test_that_a_missing_level_names_the_levels_there_are(level: int) -> None:
    with pytest.raises(ResolutionError, match=r"level 0 .*, 1 .*4.*, 2 .*16"):
        frame(level=level)


@pytest.mark.parametrize(
    "wish",
    [
        {"level": 1.5},
        {"level": 1, "mpp": 0.5},
        {"mpp": 0.0},
        {"mpp": float("nan")},
        {"mpp": -1.0},
        {"magnification": 0.0},
        {"magnification": float("inf")},
    ],
)
def test_that_a_senseless_wish_is_refused(wish: dict[str, float]) -> None:
    with pytest.raises(ResolutionError):
        frame(**wish)


@given(
    mpp0=st.floats(0.1, 1.0),
    factor=st.floats(1.0, 300.0),
    downsamples=st.lists(st.floats(1.1, 200.0), max_size=5, unique=True),
)
def test_that_every_frame_is_finer_or_within_tolerance_and_inside_its_level(
    mpp0: float, factor: float, downsamples: list[float]
) -> None:
    levels = [1.0, *sorted(downsamples)]
    sizes = [(max(1, int(9000 / d)), max(1, int(7000 / d))) for d in levels]
    found = frame_for(sizes, levels, mpp0=mpp0, mpp=mpp0 * factor)
    assert found.mpp == pytest.approx(mpp0 * factor, rel=0.006)
    assert found.downsample == pytest.approx(levels[found.level] * found.scale)
    assert found.scale >= 1
    finer = [d for d in levels if d <= factor * 1.005]
    assert abs(levels[found.level] - max(finer)) / factor <= 0.011
    width, height = sizes[found.level]
    assert max(1, width) + 1e-5 >= found.width * found.scale or found.width == 1
    assert max(1, height) + 1e-5 >= found.height * found.scale or found.height == 1


def test_that_a_side_in_micrometres_decides_the_mpp_of_a_tile() -> None:
    found = frame(mpp=mpp_for_tile(256, 128))
    assert found.mpp == pytest.approx(2.0, rel=0.005)
    assert mpp_for_tile(128, 256) == 0.5
    with pytest.raises(ResolutionError):
        mpp_for_tile(0, 256)
    with pytest.raises(ResolutionError):
        mpp_for_tile(128, 0)


def test_that_a_side_in_micrometres_is_a_whole_number_of_pixels() -> None:
    assert tile_size_for(128, frame(level=0)) == 257
    assert tile_size_for(0.01, frame(level=2)) == 1
    with pytest.raises(ResolutionError, match="micrometres"):
        tile_size_for(128, frame(mpp0=None))


@pytest.mark.parametrize(
    ("mpp", "objective"),
    [(0.25, 40), (0.5, 20), (0.33, 20), (0.2208, 40), (1.0, 10), (0.5, None)],
)
def test_that_resolutions_of_real_scanners_are_plausible(
    mpp: float, objective: float | None
) -> None:
    assert plausible_mpp(mpp, objective) == ""


@pytest.mark.parametrize(
    ("mpp", "objective", "word"),
    [
        (0.5, 40, "0.25"),
        (0.25, 20, "0.5"),
        (1.0, 40, "40×"),
        (0.1, 20, "20×"),
        (250.0, 40, "unit"),
        (0.00025, None, "unit"),
        (352.8, None, "unit"),
        (0.0, 20, "positive"),
        (float("nan"), 20, "positive"),
    ],
)
def test_that_an_mpp_that_cannot_be_is_explained(
    mpp: float, objective: float | None, word: str
) -> None:
    assert word in plausible_mpp(mpp, objective)
