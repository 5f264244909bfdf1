"""What is no longer found of slides that get another id, or another cohort."""

import os
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from pathgui.project import Edit, Project
from pathgui.project.renaming import renamed_slides
from pathgui.workflows.qc.log import log_file, read_log


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What is no longer found once an edit is made.

    Attributes
    ----------
    named, moved : int
        Slides that get another id, and another cohort.
    files, decisions : int
        Result files and quality decisions under the old ids.
    elsewhere : int
        Result files in the folders of the old cohorts.
    """

    named: int = 0
    moved: int = 0
    files: int = 0
    decisions: int = 0
    elsewhere: int = 0

    def __bool__(self) -> bool:
        return bool(self.files or self.decisions or self.elsewhere)

    def sentences(self) -> str:
        """The same in words."""
        found = []
        parts = [_count(self.files, "result file")] if self.files else []
        parts += [_count(self.decisions, "quality decision")] if self.decisions else []
        if parts:
            one = self.files + self.decisions == 1
            verbs = ("carries", "is") if one else ("carry", "are")
            found.append(
                f"{' and '.join(parts)} {verbs[0]} the old id, and {verbs[1]} no "
                "longer found under the new one."
            )
        if self.elsewhere:
            verbs = ("lies", "is") if self.elsewhere == 1 else ("lie", "are")
            found.append(
                f"{_count(self.elsewhere, 'result file')} {verbs[0]} in the folder of "
                f"the old cohort, and {verbs[1]} no longer found from the new one."
            )
        return " ".join(found)


def left_behind(project: Project, edit: Edit) -> LeftBehind:
    """What an edit leaves under old slide ids and in folders of old cohorts.

    Parameters
    ----------
    project : Project
        As it is before the edit.
    edit : Edit
        May give slides other ids, or none, and other cohorts.
    """
    slides = frozenset(renamed_slides(project, edit))
    moved = [
        (project.manifest.text(cell.row, "slide_id"), cell.old)
        for cell in edit.cells
        if (cell.table, cell.column) == ("manifest", "cohort") and cell.old
    ]
    if not slides and not moved:
        return LeftBehind()
    names = list(_result_names(project.root)) if slides else []
    stay: dict[str, set[str]] = {}
    for slide, cohort in moved:
        if slide not in slides:  # told as one that carries the old id
            stay.setdefault(cohort, set()).add(slide)
    return LeftBehind(
        len(slides),
        len(moved),
        sum(_of_slides(name, slides) for name in names),
        _decided(project, slides) if slides else 0,
        sum(
            _of_slides(name, ids)
            for cohort, ids in stay.items()
            for name in _names_in(project.root / "processed" / cohort)
        ),
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def _result_names(root: Path) -> Iterator[str]:
    """Names of files that runs and feature extraction wrote."""
    for top in ("processed", "features"):
        for folder, _inner, _names in os.walk(root / top):
            yield from _names_in(Path(folder))


def _names_in(folder: Path) -> list[str]:
    """Names of the results in a folder."""
    try:
        return [file.name for file in folder.iterdir() if file.suffix == ".h5"]
    except OSError:
        return []


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


def _decided(project: Project, slides: Set[str]) -> int:
    """How many of the slides have a decision in the log."""
    return len({line.slide_id for line in read_log(log_file(project))} & slides)
