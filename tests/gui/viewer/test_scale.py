"""Magnifications, scale bars and read-outs say what is true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.viewer.scale import (
    Optics,
    extent_text,
    magnification_text,
    nearest_preset,
    scale_bar,
)


@given(st.floats(1e-4, 1e3))
def test_that_a_scale_bar_is_round_and_fits_its_room(zoom):
    bar = scale_bar(zoom, True)
    assert 176 / 2.6 <= bar.pixels <= 176.001
    number, unit = bar.text.split()
    micrometres = float(number) * {"mm": 1000, "µm": 1, "nm": 0.001}[unit]
    assert micrometres * zoom == pytest.approx(bar.pixels)
    assert str(float(f"{micrometres:.3g}"))[0] in "125" or micrometres < 1


def test_that_a_slide_of_a_20x_objective_at_full_size_is_20x():
    optics = Optics(mpp=0.499, objective=20)
    assert optics.magnification(1 / 0.499) == pytest.approx(20)
    assert optics.zoom_at(40) == pytest.approx(2 / 0.499)


def test_that_the_magnification_follows_from_mpp_where_the_objective_is_unknown():
    assert Optics(mpp=0.25, objective=None).power == pytest.approx(40)


def test_that_nothing_is_claimed_where_mpp_and_objective_are_unknown():
    optics = Optics(None, None)
    assert optics.magnification(1.0) is None
    assert optics.zoom_at(20) is None
    assert magnification_text(None, 0.5) == "50 %"
    assert scale_bar(1.0, False).text.endswith("px")


def test_that_a_view_stands_on_a_preset_only_when_it_is_near():
    assert nearest_preset(10.4) == 10
    assert nearest_preset(7.0) is None
    assert nearest_preset(None) is None


def test_that_large_views_are_told_in_millimetres():
    assert extent_text(49_000, 23_500, True) == "49.0 × 23.5 mm"
    assert extent_text(606, 600, True) == "606 × 600 µm"
    assert extent_text(2048, 1024, False) == "2,048 × 1,024 px"
