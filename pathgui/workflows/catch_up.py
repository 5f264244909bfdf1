"""Bring into the manifest what runs did while nobody kept it.

A run in a process of its own writes results and the journal, never the tables: those
belong to whoever has the project open. A run that was killed leaves slides that are
said to be running. Both are put right here, from what the journal says.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pathgui import jobs
from pathgui.errors import RunError
from pathgui.jobs.events import RunEvent
from pathgui.project import Cell, Edit, Project
from pathgui.workflows.run_recipe import record

RECORDED = "recorded.txt"
"""In the folder of a run: its results have been taken into the manifest."""
_PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class News:
    """What the manifest may not know yet.

    Attributes
    ----------
    last : mapping of str to RunEvent
        What was last told of each slide, in runs that nobody has taken in yet.
    ended : tuple of Path
        Folders of those of the runs that are over.
    running : frozenset of str
        Slides that runs are working on now.
    """

    last: Mapping[str, RunEvent]
    ended: tuple[Path, ...]
    running: frozenset[str]


def find_news(runs: Path) -> News:
    """Look through the journal; reads nothing else, and can be called in a thread.

    Parameters
    ----------
    runs : Path
        ``results/runs`` of a project.

    Raises
    ------
    RunError
        If the journal is damaged.
    """
    journal = runs / "journal.db"
    last: dict[str, RunEvent] = {}
    ended: list[Path] = []
    running: set[str] = set()
    for run in reversed(jobs.status(journal).runs):
        folder = run.folder
        alive = run.live or run.outcome == jobs.SUBMITTED
        if alive:
            slides = jobs.slides_of(journal, run.run_id)
            running |= {s.slide_id for s in slides if s.status == "running"}
        if (folder / _PLAN).is_file() and not (folder / RECORDED).exists():
            last |= _last_events(journal, run.run_id, alive=alive)
            if not alive:
                ended.append(folder)
    return News(last, tuple(ended), frozenset(running))


def _last_events(journal: Path, run_id: str, *, alive: bool) -> dict[str, RunEvent]:
    """The newest event of each slide; one begun by a dead run came to no end."""
    last: dict[str, RunEvent] = {}
    events, _ = jobs.events_after(journal, run_id)
    for event in events:
        if isinstance(event, jobs.RunStarted | jobs.RunEnded):
            continue
        last[event.slide_id] = event
    started = jobs.SlideStarted
    return {k: e for k, e in last.items() if alive or not isinstance(e, started)}


def edit_of(project: Project, news: News) -> Edit | None:
    """The edit that brings the manifest up to date; None if it is already."""
    cells: list[Cell] = []
    for event in news.last.values():
        found = record(project, event)
        cells.extend(found.cells if found is not None else ())
    named = {(cell.row, cell.column) for cell in cells}
    cells += [
        cell
        for cell in _left_running(project, news.running)
        if (cell.row, cell.column) not in named
    ]
    return Edit("Results of earlier runs", tuple(cells)) if cells else None


def mark_recorded(folders: Collection[Path]) -> None:
    """Remember that the manifest knows these runs.

    Raises
    ------
    RunError
        If a folder cannot be written.
    """
    for folder in folders:
        try:
            (folder / RECORDED).write_text("taken into the manifest\n", "utf-8")
        except OSError as error:
            raise RunError(
                f"{folder} cannot be written: {error.strerror or error}",
                "check the space on the disk and the rights of the folder",
            ) from error


def catch_up(project: Project, *, save: bool = True) -> int:
    """Do all of it; the number of cells that changed.

    Parameters
    ----------
    project : Project
        Opened for writing.
    save : bool
        Save the tables, too.

    Raises
    ------
    RunError
        If the journal is damaged, or the folder of a run cannot be written.
    """
    news = find_news(project.folder("runs"))
    edit = edit_of(project, news)
    if edit is not None:
        project.apply(edit)
        if save:
            project.save()
    mark_recorded(news.ended)
    return len(edit.cells) if edit is not None else 0


def _left_running(project: Project, running: Collection[str]) -> list[Cell]:
    """Slides said to be running that no run works on are ready again."""
    manifest = project.manifest
    stuck = manifest.ids[manifest.texts("status") == "running"]
    return [
        Cell("manifest", row, "status", "running", "ready")
        for row in stuck.tolist()
        if manifest.text(row, "slide_id") not in running
    ]
