"""What still carries the old ids of slides that are about to be called otherwise."""

import csv
import os
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from pathgui.project import Edit, Project
from pathgui.project.renaming import renamed_slides
from pathgui.workflows.qc.log import FILE as DECISIONS


def left_behind(project: Project, edit: Edit) -> str:
    """What an edit leaves under old slide ids, in words; empty if nothing.

    Parameters
    ----------
    project : Project
        As it is before the edit.
    edit : Edit
        May give slides other ids, or none.
    """
    slides = frozenset(renamed_slides(project, edit))
    if not slides:
        return ""
    files = sum(_of_slides(name, slides) for name in _result_names(project.root))
    decisions = _decisions(project.root / "metadata" / DECISIONS, slides)
    parts = [
        f"{count:,} {noun if count == 1 else noun + 's'}"
        for count, noun in ((files, "result file"), (decisions, "quality decision"))
        if count
    ]
    return " and ".join(parts)


def _result_names(root: Path) -> Iterator[str]:
    """Names of files that runs and feature extraction wrote."""
    for top in ("processed", "features"):
        for _folder, _inner, names in os.walk(root / top):
            yield from (name for name in names if name.endswith(".h5"))


def _of_slides(name: str, slides: Set[str]) -> bool:
    """Whether a result is of one of the slides: ``S1.h5``, ``S1.nuclei.h5`` …."""
    stem = name.removesuffix(".h5")
    if stem in slides or stem.removesuffix("_features") in slides:
        return True
    return any(prefix in slides for prefix in _prefixes(stem))


def _prefixes(stem: str) -> Iterable[str]:
    place = stem.rfind(".")
    while place > 0:
        yield stem[:place]
        place = stem.rfind(".", 0, place)


def _decisions(file: Path, slides: Set[str]) -> int:
    """How many of the slides have a decision in the log."""
    if not file.exists():
        return 0
    with file.open(encoding="utf-8", newline="") as lines:
        named = {row.get("slide_id", "") for row in csv.DictReader(lines)}
    return len(named & slides)
