"""Slides whose cells do not fit their columns: told before a run."""

from collections.abc import Iterable

from pathgui.project import Project, Table, patients_of_slides


def invalid_slides(project: Project, slides: Iterable[str]) -> dict[str, list[str]]:
    """Columns with cells that do not fit, by slide.

    Parameters
    ----------
    project : Project
        Both of its tables are looked at: the slide's own row, and the clinical rows
        of the slide or its patient.
    slides : iterable of str
        Slide ids.

    Returns
    -------
    dict
        Only slides with such cells; names of columns in the order of the tables.
    """
    manifest, clinical = project.manifest, project.clinical
    wrong_here = _wrong_columns(manifest)
    by_row = _wrong_columns(clinical)
    by_key: dict[tuple[str, str], list[str]] = {}
    for row_id, columns in by_row.items():
        for name in ("slide_id", "patient_id"):
            if key := clinical.text(row_id, name):
                by_key.setdefault((name, key), []).extend(columns)
                break
    patients = patients_of_slides(project) if by_key else {}
    found: dict[str, list[str]] = {}
    for slide in slides:
        row = manifest.find(slide)
        columns = list(wrong_here.get(row, ())) if row is not None else []
        columns += by_key.get(("slide_id", slide), [])
        columns += by_key.get(("patient_id", patients.get(slide, "")), [])
        if columns:
            found[slide] = list(dict.fromkeys(columns))
    return found


def _wrong_columns(table: Table) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for column in table.columns:
        if column.computed:
            continue
        for row_id in table.column_problems(column.name):
            found.setdefault(row_id, []).append(column.name)
    return found


def warning(found: dict[str, list[str]], total: int) -> str:
    """One sentence about such slides; empty if there are none."""
    if not found:
        return ""
    columns = list(dict.fromkeys(name for names in found.values() for name in names))
    shown = ", ".join(columns[:4]) + (" …" if len(columns) > 4 else "")
    if total == 1:
        return f"This slide has cells that do not fit their column ({shown})."
    have = "has" if len(found) == 1 else "have"
    return (
        f"{len(found):,} of {total:,} slides {have} cells that do not fit their column "
        f"({shown}). They run all the same."
    )
