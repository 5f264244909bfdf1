"""GDC manifests: the list of files that the TCGA portal hands out."""

import re
from collections.abc import Sequence

from pathgui.errors import ProjectError
from pathgui.project.project import Project
from pathgui.project.rawtable import RawTable
from pathgui.project.report import Findings

_COLUMNS = ("id", "filename", "md5", "size")
_MD5 = re.compile(r"[0-9a-fA-F]{32}")


def is_gdc(table: RawTable) -> bool:
    """Whether a table is a GDC manifest."""
    return all(name in table.columns for name in _COLUMNS)


def check_gdc(
    table: RawTable, slide_ids: Sequence[str], project: Project, findings: Findings
) -> None:
    """Compare a GDC manifest's sizes and checksums with the slides that are here.

    Parameters
    ----------
    table : RawTable
        The manifest.
    slide_ids : sequence of str
        The slide that each row names.
    project : Project
        Its slides and recorded checksums.
    findings : Findings
        Gets what does not agree.
    """
    sums, sizes = table.columns["md5"], table.columns["size"]
    for number, slide_id in enumerate(slide_ids):
        line, md5 = int(table.lines[number]), sums[number].strip().lower()
        name = table.columns["filename"][number]
        recorded = _recorded_md5(project, slide_id)
        if md5 not in ("", "na") and (not _MD5.fullmatch(md5) or not md5.strip("0")):
            findings.add(f"{md5!r} cannot be the MD5 of {name}", line, "md5", "md5")
        elif md5 and recorded and md5 != recorded:
            message = f"{name} was recorded here with the MD5 {recorded}, not {md5}"
            findings.add(message, line, "md5", "md5")
        there = _size(project, slide_id)
        if there is not None and sizes[number].strip() not in ("", "NA", str(there)):
            message = f"{name} has {there} bytes here, not {sizes[number].strip()}"
            findings.add(message, line, "size", "size")


def _recorded_md5(project: Project, slide_id: str) -> str:
    row = project.manifest.find(slide_id)
    checksum = "" if row is None else project.manifest.text(row, "checksum").lower()
    return checksum if _MD5.fullmatch(checksum) else ""


def _size(project: Project, slide_id: str) -> int | None:
    if project.manifest.find(slide_id) is None:
        return None
    try:
        return project.slide_path(slide_id).stat().st_size
    except (OSError, ProjectError, ValueError):
        return None
