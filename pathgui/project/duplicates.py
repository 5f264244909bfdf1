"""Rows of one file that share a key: a fault, or the nature of the table."""

from collections.abc import Mapping, Sequence

Row = Mapping[str, str]
Groups = Mapping[str, list[int]]
_KEYS = ("slide_id", "patient_id")


def group_rows(keys: Sequence[str]) -> dict[str, list[int]]:
    """Positions by key, in order of first appearance."""
    found: dict[str, list[int]] = {}
    for position, key in enumerate(keys):
        found.setdefault(key, []).append(position)
    return found


def by_nature(names: str, rows: Sequence[Row], groups: Groups, several: Groups) -> bool:
    """Whether a table has several rows per slide or patient on purpose.

    So it is if most keys repeat (measurements of a slide), or if the rows of each
    patient name different slides.
    """
    if len(several) * 2 > len(groups):
        return True
    return names == "patient" and all(
        _name_different_slides(rows, positions) for positions in several.values()
    )


def _name_different_slides(rows: Sequence[Row], positions: list[int]) -> bool:
    slides = [rows[position].get("slide_id", "") for position in positions]
    return all(slides) and len(set(slides)) == len(slides)


def describe(what: str, lines: Sequence[int], rows: Sequence[Row]) -> str:
    """One sentence about rows that share a key."""
    differing = contradicting(rows)
    words = f"different texts in {', '.join(differing)}" if differing else "equal texts"
    shown = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")
    return f"{what} has {len(lines)} rows (lines {shown}) with {words}; all were kept"


def contradicting(rows: Sequence[Row]) -> list[str]:
    """Columns in which the rows hold different texts, ids aside."""
    return [
        column
        for column in rows[0]
        if column not in _KEYS
        and len({row[column] for row in rows if row[column].strip()}) > 1
    ]
