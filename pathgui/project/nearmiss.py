"""Ids that almost fit: case, endings, dashes, zeros, spaces, a slip of the finger."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pathgui.project.names import drop_slide_suffix
from pathgui.project.watch import NOBODY, Watch

_MOST = 20_000
_PIECE = 500  # ids whose forms take some milliseconds
Step = tuple[str, Callable[[str], str]]
_ALIKE = str.maketrans("oil|sbz", "0111582")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A clinical id, the slide's or patient's id it nearly is, and the difference.

    `names` is ``slide`` or ``patient``.
    """

    clinical: str
    slide: str
    why: str
    names: str = "slide"


def _trimmed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _ending(text: str) -> str:
    return drop_slide_suffix(text.replace("\\", "/").rpartition("/")[2])


def _case(text: str) -> str:
    return text.casefold()


def _dashes(text: str) -> str:
    return re.sub(r"[\s\-_.‐-―]+", "", text)


def _zeros(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


# From the most harmless to the boldest; zeros before dashes, which hide where
# numbers begin.
_STEPS: tuple[Step, ...] = (
    ("trailing or double spaces", _trimmed),
    ("file ending", _ending),
    ("upper and lower case", _case),
    ("leading zeros", _zeros),
    ("dashes and underscores", _dashes),
)


def find_near_misses(
    clinical: Sequence[str],
    wanted: Sequence[str],
    names: str,
    watch: Watch = NOBODY,
) -> list[NearMiss]:
    """Pair ids of the clinical table with ids that nothing was found for.

    Parameters
    ----------
    clinical : sequence of str
        Ids of clinical rows without slide.
    wanted : sequence of str
        Ids of slides, or of patients, without clinical row.
    names : str
        ``slide`` or ``patient``: what `wanted` holds.
    watch : Watch
        Asked whether to go on, every some hundred ids.

    Returns
    -------
    list of NearMiss
        Only pairs that are unique on both sides.

    Raises
    ------
    Cancelled
        If `watch` says so.
    """
    found = _unique_pairs(clinical, wanted, _normal, watch)
    result = [NearMiss(a, b, _why(a, b), names) for a, b in found]
    taken = {miss.clinical for miss in result}
    used = {miss.slide for miss in result}
    rest = [key for key in clinical if key not in taken]
    open_ids = [key for key in wanted if key not in used]
    if len(rest) <= _MOST and len(open_ids) <= _MOST:
        pairs = _unique_pairs(rest, open_ids, _alike, watch)
        result += [NearMiss(a, b, "letters that look alike", names) for a, b in pairs]
        left = {miss.clinical for miss in result}
        watch.go_on()
        result += _slips([key for key in rest if key not in left], open_ids, names)
    return result


def _normal(text: str) -> str:
    return _after(text, _STEPS)


def _alike(text: str) -> str:
    return _normal(text.casefold().translate(_ALIKE))


def _unique_pairs(
    clinical: Sequence[str],
    wanted: Sequence[str],
    form: Callable[[str], str],
    watch: Watch,
) -> list[tuple[str, str]]:
    if not clinical or not wanted:
        return []
    ours = _by_form(clinical, form, watch)
    theirs = _by_form(wanted, form, watch)
    return [
        (keys[0], theirs[normal][0])
        for normal, keys in ours.items()
        if normal and len(keys) == 1 and len(theirs.get(normal, ())) == 1
    ]


def _by_form(
    texts: Iterable[str], form: Callable[[str], str], watch: Watch
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, text in enumerate(dict.fromkeys(texts)):
        if number % _PIECE == 0:
            watch.go_on()
        found.setdefault(form(text), []).append(text)
    return found


def _why(a: str, b: str) -> str:
    """The differences that had to be overlooked, and no more than these."""
    steps = list(_STEPS)
    while len(steps) > 1 and _after(a, steps[:-1]) == _after(b, steps[:-1]):
        steps.pop()
    needed = []
    for step in steps:
        others = [other for other in steps if other is not step]
        if _after(a, others) != _after(b, others):
            needed.append(step[0])
    return ", ".join(needed) or "spelling"


def _after(text: str, steps: Iterable[Step]) -> str:
    for _, step in steps:
        text = step(text)
    return text


def _slips(
    clinical: Sequence[str], wanted: Sequence[str], names: str
) -> list[NearMiss]:
    """Two neighbouring characters swapped, in ids long enough to tell."""
    forms: dict[str, set[str]] = {}
    for text in wanted:
        if len(text) >= 6:
            for swapped in _swaps(text):
                forms.setdefault(swapped, set()).add(text)
    return [
        NearMiss(text, next(iter(forms[text])), "two characters are swapped", names)
        for text in clinical
        if len(forms.get(text, ())) == 1
    ]


def _swaps(text: str) -> Iterable[str]:
    for k in range(len(text) - 1):
        if text[k] != text[k + 1]:
            yield text[:k] + text[k + 1] + text[k] + text[k + 2 :]
