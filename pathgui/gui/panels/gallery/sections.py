"""Slides in groups, and where their cards lie: plain numbers, no widgets."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

PAD, GAP, HEAD = 14, 12, 44
FOOT, EDGE = 58, 7
_SHAPE = 0.58
EMPTY_NAME = "missing"
Rect = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """Slides that stand together.

    Attributes
    ----------
    title : str
        Empty if there is one group only: no heading is shown then.
    note : str
        A quiet line beside the title.
    slides : tuple of str
        In the order of the table.
    kind : str
        ``outliers`` for the suggested ones, else empty.
    """

    title: str
    note: str
    slides: tuple[str, ...]
    kind: str = ""


def group(slides: Sequence[str], texts: Sequence[str]) -> list[Section]:
    """Slides by the text of a column; groups by name, what is missing last."""
    of: dict[str, list[str]] = {}
    for slide, text in zip(slides, texts, strict=True):
        of.setdefault(text, []).append(slide)
    names = sorted(of, key=lambda name: (name == "", _natural(name)))
    return [
        Section(name or EMPTY_NAME, _count(len(of[name])), tuple(of[name]))
        for name in names
    ]


def group_outliers(slides: Sequence[str], outliers: frozenset[str]) -> list[Section]:
    """Suggested outliers first, then everything else."""
    out = tuple(slide for slide in slides if slide in outliers)
    rest = tuple(slide for slide in slides if slide not in outliers)
    far = f"{_count(len(out))}, far from their cohort in a metric"
    sections = [Section("Suggested outliers", far, out, "outliers")] if out else []
    return [*sections, Section("Everything else", _count(len(rest)), rest)]


def _count(number: int) -> str:
    return f"{number:,} slide{'' if number == 1 else 's'}"


def _natural(name: str) -> tuple[int, float, str]:
    try:
        return 0, float(name), name
    except ValueError:
        return 1, 0.0, name.casefold()


class Layout:
    """Where cards and headings lie in a view of some width.

    Parameters
    ----------
    sections : sequence of Section
        From top to bottom.
    folded : set of str
        Titles of sections whose cards are hidden.
    width : int
        Pixels across.
    side : int
        Least width of a card.
    """

    def __init__(
        self, sections: Sequence[Section], folded: set[str], width: int, side: int
    ) -> None:
        room = max(width - 2 * PAD, 60)
        self.columns = max(1, (room + GAP) // (side + GAP))
        self.card_width = (room - (self.columns - 1) * GAP) // self.columns
        self.card_height = round(self.card_width * _SHAPE) + FOOT
        self._starts: list[int] = []
        self._tops: list[int] = []
        self._counts: list[int] = []
        self._heads: list[int] = []
        top, count = PAD if _plain(sections) else 4, 0
        for section in sections:
            hidden = section.title in folded
            shown = 0 if hidden else len(section.slides)
            self._heads.append(top)
            top += HEAD if section.title else 0
            self._starts.append(count)
            self._tops.append(top)
            self._counts.append(shown)
            rows = -(-shown // self.columns)
            top += rows * (self.card_height + GAP)
            count += shown
        self.height = top + PAD
        self.count = count

    def rect(self, place: int) -> Rect:
        """Left, top, width and height of the card at a place."""
        at = max(bisect_right(self._starts, place) - 1, 0)
        while self._counts[at] == 0 and at > 0:
            at -= 1
        row, column = divmod(place - self._starts[at], self.columns)
        left = PAD + column * (self.card_width + GAP)
        top = self._tops[at] + row * (self.card_height + GAP)
        return left, top, self.card_width, self.card_height

    def head(self, section: int) -> int:
        """Top of the heading of a section."""
        return self._heads[section]

    def at(self, x: int, y: int) -> int:
        """Place of the card at a point, -1 if there is none."""
        for place in self.visible(y, y + 1):
            left, top, width, height = self.rect(place)
            if left <= x < left + width and top <= y < top + height:
                return place
        return -1

    def section_at(self, y: int) -> int:
        """Section whose heading is at a height, -1 if there is none."""
        for at, (head, top) in enumerate(zip(self._heads, self._tops, strict=True)):
            if head <= y < top:
                return at
        return -1

    def visible(self, top: int, bottom: int) -> range:
        """Places of the cards that reach into a band."""
        return range(self._first(top), self._end(bottom))

    def step(self, place: int, right: int, down: int) -> int:
        """The place next to another one; over the edge it stays in the grid."""
        if right:
            return min(max(place + right, 0), self.count - 1)
        left, top, _, _ = self.rect(place)
        wanted = place
        while 0 <= wanted + down < self.count:
            wanted += 1 if down > 0 else -1
            x, y, _, _ = self.rect(wanted)
            if y != top and x == left:
                return wanted
            if y != top and self._last_of_row(wanted, down, left):
                return wanted
        return place

    def _last_of_row(self, place: int, down: int, left: int) -> bool:
        """A shorter row ends before the column wanted."""
        x, y, _, _ = self.rect(place)
        after = place + 1
        ends = after >= self.count or self.rect(after)[1] != y
        return ends and x <= left if down > 0 else ends and x < left

    def _first(self, top: int) -> int:
        """The first card whose lower edge is below `top`."""
        for at, count in enumerate(self._counts):
            step = self.card_height + GAP
            rows = -(-count // self.columns)
            if count and self._tops[at] + rows * step > top:
                row = max(0, (top - self._tops[at] - self.card_height) // step + 1)
                return self._starts[at] + min(row * self.columns, count)
        return self.count

    def _end(self, bottom: int) -> int:
        """One after the last card whose upper edge is above `bottom`."""
        end = 0
        step = self.card_height + GAP
        for at, count in enumerate(self._counts):
            if self._tops[at] >= bottom:
                break
            rows = -(-(bottom - self._tops[at]) // step)
            end = self._starts[at] + min(rows * self.columns, count)
        return end


def _plain(sections: Sequence[Section]) -> bool:
    return not any(section.title for section in sections)
