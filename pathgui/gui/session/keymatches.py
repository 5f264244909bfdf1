"""What the key of a planned import finds in the project; no Qt here."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from pathgui.project import ImportOptions, ImportPlan, Project
from pathgui.project.keys import is_barcode_column
from pathgui.project.known import known_ids

SHOWN = 400


@dataclass(frozen=True, slots=True)
class KeyMatch:
    """A key of the file, what it stands for, and whether the project has that."""

    text: str
    found: str
    there: bool


@dataclass(frozen=True, slots=True)
class KeyMatches:
    """How many rows find their slide or patient, and some keys one by one.

    Those that find nothing come first. `distinct` counts the keys, and `find` tells
    what any of them stands for.
    """

    hits: int
    rows: int
    distinct: int
    shown: tuple[KeyMatch, ...]
    find: Callable[[str], str]


def key_matches(
    project: Project, plan: ImportPlan, options: ImportOptions
) -> KeyMatches:
    """Look up every key of the plan's table."""
    assert plan.key is not None
    key = plan.key
    known = known_ids(project, options.rule, ignore_case=options.ignore_case)
    counts = Counter(plan.table.columns[key.column].tolist())
    there: Collection[str] = known.patients
    if key.names == "slide":
        there = set(known.slides.values())
    barcode = key.names == "patient" and is_barcode_column(
        plan.table, key.column, known.rule
    )

    def find(text: str) -> str:
        if key.names == "slide":
            return known.slide(text)
        return known.patient(text, barcode=barcode)

    hits, found, lost = 0, list[KeyMatch](), list[KeyMatch]()
    for text, count in counts.items():
        name = find(text)
        some = found if name in there else lost
        hits += count if some is found else 0
        if len(some) < SHOWN:
            some.append(KeyMatch(text, name, some is found))
    shown = (*lost, *found)[:SHOWN]
    return KeyMatches(hits, sum(counts.values()), len(counts), shown, find)
