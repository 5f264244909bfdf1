"""The levels of the view lie about a factor of two apart and cover every zoom."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.viewer.levels import OVERVIEW, plan_levels


def test_that_halvings_fill_the_gaps_of_an_aperio_pyramid():
    plan = plan_levels([(40000, 30000), (10000, 7500), (2500, 1875)], [1, 4, 16])
    assert [level.downsample for level in plan] == [1, 2, 4, 8, 16, 32, 64]
    assert [(level.source, level.factor) for level in plan[:5]] == [
        (0, 1),
        (0, 2),
        (1, 1),
        (1, 2),
        (2, 1),
    ]


def test_that_a_single_level_of_100_000_pixels_ends_in_the_overview():
    plan = plan_levels([(100_000, 80_000)], [1.0], (8192, 6554))
    assert [level.source for level in plan] == [0, 0, 0, 0, OVERVIEW]
    assert plan[-1].downsample == 100_000 / 8192


def test_that_a_small_slide_is_only_itself():
    assert len(plan_levels([(300, 200)], [1.0], (300, 200))) == 1


@given(
    st.integers(1, 150_000),
    st.integers(1, 150_000),
    st.lists(st.sampled_from([2, 3, 4, 8]), max_size=4),
)
def test_that_levels_get_coarser_by_no_more_than_a_half_between_files_levels(
    width, height, factors
):
    sizes, downsamples = [(width, height)], [1.0]
    for factor in factors:
        downsamples.append(downsamples[-1] * factor)
        step = downsamples[-1]
        sizes.append((max(1, int(width / step)), max(1, int(height / step))))
    plan = plan_levels(sizes, downsamples)
    steps = [level.downsample for level in plan]
    assert steps == sorted(set(steps))
    wide = [
        fine.downsample
        for fine, coarse in pairwise(plan)
        if coarse.downsample > fine.downsample * 3.0
    ]
    # Where a level is smaller than the screen, a wide gap costs nothing.
    assert all(max(width, height) / step < 1536 for step in wide)
    assert all(level.width >= 1 and level.height >= 1 for level in plan)
    for level in plan:
        size = sizes[level.source]
        assert level.width * level.factor <= max(size[0], level.factor)
        assert level.height * level.factor <= max(size[1], level.factor)
