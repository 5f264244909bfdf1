"""What can be mended in the join of manifest and clinical table, each as an edit."""

from collections.abc import Iterable
from dataclasses import dataclass

from pathgui.project import Cell, Edit, NearMiss, Project

_BOLD = ("letters that look alike", "two characters are swapped")
_IDS = ("slide_id", "patient_id")


def is_safe(miss: NearMiss) -> bool:
    """Whether two ids differ by writing alone; a slip of the finger needs a look."""
    return not any(word in miss.why for word in _BOLD)


def accept_near_misses(project: Project, misses: Iterable[NearMiss]) -> Edit:
    """The edit that gives clinical rows the ids of the slides they nearly name.

    Parameters
    ----------
    project : Project
        Its clinical table is looked at.
    misses : iterable of NearMiss
        From the join report.

    Returns
    -------
    Edit
        Empty if no row has such an id any more.
    """
    chosen = list(misses)
    wanted = {(f"{miss.names}_id", miss.clinical): miss.slide for miss in chosen}
    clinical, cells = project.clinical, []
    for column in (name for name in _IDS if clinical.has_column(name)):
        texts = clinical.texts(column).tolist()
        for row_id, text in zip(clinical.row_ids, texts, strict=True):
            new = wanted.get((column, text))
            if text and new is not None:
                cells.append(Cell("clinical", row_id, column, text, new))
    noun = "near miss" if len(chosen) == 1 else "near misses"
    return Edit(f"Accept {len(chosen):,} {noun}", tuple(cells)) if cells else Edit("")


@dataclass(frozen=True, slots=True)
class SharedKey:
    """Clinical rows that share an id.

    Attributes
    ----------
    key : str
        The id.
    rows : tuple of int
        Row ids, in the order of the table.
    differing : tuple of str
        Columns in which they say different things; none if they agree.
    """

    key: str
    rows: tuple[int, ...]
    differing: tuple[str, ...]


def shared_keys(project: Project, keys: Iterable[str]) -> list[SharedKey]:
    """Look at the rows behind duplicate keys of the join report."""
    clinical = project.clinical
    slides = clinical.texts("slide_id").tolist()
    patients = clinical.texts("patient_id").tolist()
    rows: dict[str, list[int]] = {}
    for row_id, slide, patient in zip(clinical.row_ids, slides, patients, strict=True):
        if slide or patient:
            rows.setdefault(slide or patient, []).append(row_id)
    return [_shared(project, key, rows.get(key, [])) for key in keys]


def _shared(project: Project, key: str, rows: list[int]) -> SharedKey:
    texts = [project.clinical.row(row) for row in rows]
    differing = [
        column
        for column in (texts[0] if texts else ())
        if column not in _IDS
        and len({row[column] for row in texts if row[column].strip()}) > 1
    ]
    return SharedKey(key, tuple(rows), tuple(differing))


def merge_shared(project: Project, shared: Iterable[SharedKey]) -> Edit:
    """The edit that makes one row of rows that agree; others are left alone.

    The first row stays and its gaps are filled from the others.
    """
    clinical = project.clinical
    cells: list[Cell] = []
    gone: list[int] = []
    merged = 0
    for item in shared:
        if item.differing or len(item.rows) < 2:
            continue
        merged += 1
        first, *rest = item.rows
        here = clinical.row(first)
        for column, text in here.items():
            told = (clinical.text(row, column) for row in rest)
            found = next((other for other in told if other.strip()), "")
            if not text.strip() and found:
                cells.append(Cell("clinical", first, column, text, found))
        gone += rest
    if not gone:
        return Edit("")
    noun = "key" if merged == 1 else "keys"
    label = f"Merge rows of {merged:,} {noun}"
    return Edit(label, tuple(cells), removed=clinical.gone_rows(gone))
