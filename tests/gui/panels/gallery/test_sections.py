"""Where cards lie: each in its place, whatever is shown."""

from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.panels.gallery.sections import (
    Layout,
    Section,
    group,
    group_outliers,
)


@st.composite
def layouts(draw):
    counts = draw(st.lists(st.integers(0, 30), min_size=1, max_size=5))
    names = [f"group {k}" for k in range(len(counts))]
    sections = [
        Section(name, "", tuple(f"{name}-{k}" for k in range(count)))
        for name, count in zip(names, counts, strict=True)
    ]
    folded = draw(st.sets(st.sampled_from(names)))
    width, side = draw(st.integers(200, 2000)), draw(st.integers(120, 400))
    return Layout(sections, folded, width, side), width


@given(layouts())
def test_that_every_card_is_found_where_it_lies_and_none_covers_another(made):
    layout, width = made
    seen = set()
    for place in range(layout.count):
        left, top, wide, high = layout.rect(place)
        assert left >= 0
        assert left + wide <= max(width, 200)
        assert top + high <= layout.height
        assert layout.at(left + wide // 2, top + high // 2) == place
        seen.add((left, top))
    assert len(seen) == layout.count


@given(layouts(), st.integers(-100, 4000), st.integers(1, 900))
def test_that_a_band_names_just_the_cards_in_it(made, top, height):
    layout, _ = made
    shown = layout.visible(top, top + height)
    for place in range(layout.count):
        _, y, _, high = layout.rect(place)
        inside = y < top + height and y + high > top
        assert not inside or place in shown


@given(layouts(), st.data())
def test_that_arrows_stay_among_the_cards_and_up_undoes_down(made, data):
    layout, _ = made
    if not layout.count:
        return
    place = data.draw(st.integers(0, layout.count - 1))
    for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        wanted = layout.step(place, right, down)
        assert 0 <= wanted < layout.count
    below = layout.step(place, 0, 1)
    if below != place and layout.rect(below)[0] == layout.rect(place)[0]:
        assert layout.step(below, 0, -1) == place


def test_that_groups_are_in_natural_order_and_missing_comes_last():
    sections = group(["a", "b", "c", "d"], ["10", "", "9", "10"])
    assert [(s.title, s.slides) for s in sections] == [
        ("9", ("c",)),
        ("10", ("a", "d")),
        ("missing", ("b",)),
    ]


def test_that_outliers_stand_apart_if_there_are_any():
    assert [s.title for s in group_outliers(["a", "b"], frozenset("b"))] == [
        "Suggested outliers",
        "Everything else",
    ]
    assert [s.title for s in group_outliers(["a"], frozenset())] == ["Everything else"]
