"""What the key of a planned import finds in the project; no Qt here."""

from collections.abc import Iterable
from dataclasses import dataclass

from pathgui.project import ImportOptions, ImportPlan, Project
from pathgui.project.keys import is_barcode_column
from pathgui.project.known import known_ids


@dataclass(frozen=True, slots=True)
class KeyMatch:
    """A key of the file, what it stands for, and whether the project has that."""

    text: str
    found: str
    there: bool


@dataclass(frozen=True, slots=True)
class KeyMatches:
    """How many rows find their slide or patient, and the keys one by one.

    Those that find nothing come first.
    """

    hits: int
    rows: int
    shown: tuple[KeyMatch, ...]


def key_matches(
    project: Project, plan: ImportPlan, options: ImportOptions
) -> KeyMatches:
    """Look up every key of the plan's table."""
    assert plan.key is not None
    known = known_ids(project, options.rule, ignore_case=options.ignore_case)
    texts: list[str] = plan.table.columns[plan.key.column].tolist()
    distinct = dict.fromkeys(texts)
    if plan.key.names == "slide":
        ids = set(known.slides.values())
        pairs = [(text, known.slide(text)) for text in distinct]
        found = {text: KeyMatch(text, name, name in ids) for text, name in pairs}
    else:
        barcode = is_barcode_column(plan.table, plan.key.column, known.rule)
        pairs = [(text, known.patient(text, barcode=barcode)) for text in distinct]
        patients = known.patients
        found = {text: KeyMatch(text, name, name in patients) for text, name in pairs}
    hits = sum(found[text].there for text in texts)
    return KeyMatches(hits, len(texts), tuple(_ordered(found.values())))


def _ordered(matches: Iterable[KeyMatch]) -> list[KeyMatch]:
    return sorted(matches, key=lambda match: match.there)
