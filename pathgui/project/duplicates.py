"""Rows of one file that share a key: a fault, or the nature of the table."""

from collections import Counter
from collections.abc import Mapping, Sequence

Row = Mapping[str, str]
Groups = dict[str, list[int]]
_KEYS = ("slide_id", "patient_id")


def several_rows(keys: Sequence[str]) -> Groups:
    """Places of the rows of each key that more than one row has; none for no key."""
    if len(set(keys)) == len(keys):
        return {}
    counts = Counter(keys)
    found: Groups = {}
    for place, key in enumerate(keys):
        if key and counts[key] > 1:
            found.setdefault(key, []).append(place)
    return found


def by_nature(names: str, rows: Sequence[Row], count: int, several: Groups) -> bool:
    """Whether a table has several rows per slide or patient on purpose.

    So it is if most of its `count` keys repeat (measurements of a slide), or if the
    rows of each patient name different slides.
    """
    if len(several) * 2 > count:
        return True
    return names == "patient" and all(
        _name_different_slides(rows, positions) for positions in several.values()
    )


def _name_different_slides(rows: Sequence[Row], positions: list[int]) -> bool:
    slides = [rows[position].get("slide_id", "") for position in positions]
    return all(slides) and len(set(slides)) == len(slides)


def describe(what: str, lines: Sequence[int], rows: Sequence[Row], done: str) -> str:
    """One sentence about rows that share a key."""
    differing = contradicting(rows)
    words = f"different texts in {', '.join(differing)}" if differing else "equal texts"
    shown = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")
    return f"{what} has {len(lines)} rows (lines {shown}) with {words}; {done}"


def contradicting(rows: Sequence[Row]) -> list[str]:
    """Columns in which the rows hold different texts, ids aside."""
    return [
        column
        for column in rows[0]
        if column not in _KEYS
        and len({row[column] for row in rows if row[column].strip()}) > 1
    ]
