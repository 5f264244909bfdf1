"""What spreadsheets take off texts is recognised, and nothing else is."""

import pytest

from pathgui.project.losses import loss


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ("00123", "123", "zeros"),
        ("123456789012345", "1.23457E+14", "digits"),
        ("123456789012345678", "123456789012345000", "digits"),
        ("2019-03-01", "01.03.2019", "date"),
        ("2019-03-01", "3/1/19", "date"),
        ("2019-03-01", "43525", "date"),
        ("00123", "124", None),
        ("0.5", ".5", None),
        ("12", "1200", None),
        ("2019-03-01", "2019-03-02", None),
        ("00123", "", None),
        ("000", "0", "zeros"),
        ("a", "b", None),
    ],
)
def test_that_a_loss_is_told_from_a_change(before, now, kind):
    assert loss(before, now) == kind
