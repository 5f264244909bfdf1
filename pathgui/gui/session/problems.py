"""What needs looking at in the tables and the runs, as plain rows; no Qt here."""

from collections.abc import Iterator
from dataclasses import dataclass

from pathgui.gui.session.runstate import RunState
from pathgui.project import Project

MANY = 2000
RELINK = "Relink…"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to look at.

    Attributes
    ----------
    severity : str
        ``error``, ``warning`` or ``note``.
    text : str
        One sentence.
    where : str
        Slide and column.
    slide_id : str
        The slide; may be empty.
    table, row, column :
        The cell, where it is one.
    fix : str
        What a click offers.
    """

    severity: str
    text: str
    where: str
    slide_id: str = ""
    table: str = ""
    row: int = -1
    column: str = ""
    fix: str = ""

    @property
    def key(self) -> str:
        """Name of the problem among all."""
        return f"{self.table}|{self.row}|{self.column}|{self.text}"


def find(project: Project, runs: list[RunState]) -> list[Problem]:
    """All problems, errors first; at most so many that people can read them."""
    found: list[Problem] = []
    for problem in _all(project, runs):
        found.append(problem)
        if len(found) >= MANY:
            break
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda problem: rank[problem.severity])


def _all(project: Project, runs: list[RunState]) -> Iterator[Problem]:
    for table in (project.manifest, project.clinical):
        for cell in table.problems():
            name = (
                table.text(cell.row, table.key) if table.has_column(table.key) else ""
            )
            slide = ""
            if table.has_column("slide_id"):
                slide = table.text(cell.row, "slide_id")
            yield Problem(
                "error",
                _sentence(cell.column, cell.text, cell.reason),
                f"{name} · {cell.column}" if name else cell.column,
                slide,
                table.name,
                cell.row,
                cell.column,
                "Edit cell",
            )
    yield from _slides(project, runs)


def _slides(project: Project, runs: list[RunState]) -> Iterator[Problem]:
    manifest = project.manifest
    ids = manifest.texts("slide_id").tolist()
    columns = zip(
        manifest.row_ids,
        ids,
        manifest.texts("status").tolist(),
        manifest.texts("mpp").tolist(),
        strict=True,
    )
    for row, slide, status, mpp in columns:
        if status in ("failed", "quarantined"):
            reason = _reason(runs, slide)
            word = "was set aside" if status == "quarantined" else "failed"
            text = f"The last run of this slide {word}{': ' if reason else ''}{reason}"
            yield Problem("error", text, slide, slide, fix="Show run")
        elif status == "missing":
            text = "The slide file is not where the manifest says"
            yield Problem(
                "warning", text, slide, slide, "manifest", row, "path", RELINK
            )
        if not mpp:
            text = "µm per pixel is unknown, so tiles cannot be sized in µm"
            where = f"{slide} · mpp"
            yield Problem(
                "warning", text, where, slide, "manifest", row, "mpp", "Enter mpp…"
            )


def _reason(runs: list[RunState], slide_id: str) -> str:
    for run in runs:
        slide = run.slides.get(slide_id)
        if slide is not None and slide.reason:
            return slide.reason
    return ""


def _sentence(column: str, text: str, reason: str) -> str:
    if not text:
        return f"{column} is missing"
    return f"{column} {reason}" if text in reason else f"{column} {text}: {reason}"
