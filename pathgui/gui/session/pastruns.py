"""Runs of this project that others began, or this window earlier: from run.json."""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pathgui import jobs, log
from pathgui.errors import RunError
from pathgui.gui.session.runstate import BROKEN_OFF, RunState, SlideRun, fold
from pathgui.jobs.detached import FollowedRun
from pathgui.jobs.history import told_after
from pathgui.workflows.catch_up import News, find_news

_log = log.get(__name__)
_WORDS = {"waiting": "queued", "": "queued"}


@dataclass(frozen=True, slots=True)
class Past:
    """What is on disk when a project is opened.

    Attributes
    ----------
    runs : list of RunState
        The latest runs, newest first.
    live : list of FollowedRun
        Those that go on in processes of their own.
    news : News or None
        What the manifest may not know yet; None where the journal cannot be read.
    """

    runs: list[RunState]
    live: list[FollowedRun]
    news: News | None


def read_past(folder: Path) -> Past:
    """Read runs and journal of a project; called in a thread.

    Parameters
    ----------
    folder : Path
        ``results/runs``.
    """
    runs = read_runs(folder)
    live: list[FollowedRun] = []
    news = None
    try:
        outcomes = {run.run_id: run.outcome for run in _status(folder)}
        for run in runs:
            run.state = outcomes.get(run.run_id, run.state)
            if run.live:
                live.append(_join(run, folder))
            elif run.state == jobs.INTERRUPTED:
                _break_off(run)
        # After what the living runs have told: nothing falls between the two.
        news = find_news(folder)
    except RunError as error:
        _log.warning("%s", error)
    return Past(runs, live, news)


def read_runs(folder: Path, limit: int = 50) -> list[RunState]:
    """The latest runs under ``results/runs``, newest first; broken files are left out.

    Parameters
    ----------
    folder : Path
        Holds one folder per run.
    limit : int
        So many at most.
    """
    found: list[RunState] = []
    names = sorted(folder.glob("*/run.json"), key=lambda f: f.parent.name, reverse=True)
    for place, file in enumerate(names[:limit]):
        try:
            run = _run(json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning("%s cannot be read: %s", file, error)
            continue
        run.number = len(names) - place
        found.append(run)
    return found


def _join(run: RunState, folder: Path) -> FollowedRun:
    """Take in what a living run has told so far; the handle tells what comes next."""
    followed = FollowedRun(folder / run.run_id)
    run.slides = {name: SlideRun(name) for name in run.slides}
    for told in told_after(followed.journal, run.run_id):
        fold(run, told.event, time.monotonic() - told.age)
        followed.last = told.number
    wishes = followed.wishes
    if wishes.cancelled and run.live:
        run.state = "stopping"
    elif wishes.paused and run.live:
        run.state = "paused"
    return followed


def _status(folder: Path) -> tuple[jobs.RunSummary, ...]:
    return jobs.status(folder / "journal.db").runs


def _break_off(run: RunState) -> None:
    for slide in run.slides.values():
        if slide.state == "running":
            slide.state, slide.reason = "cancelled", BROKEN_OFF


def _run(data: dict[str, Any]) -> RunState:
    recipe = data.get("recipe") or {}
    outcome = str(data.get("outcome") or ("done" if data.get("ended") else "running"))
    run = RunState(
        str(data["run_id"]),
        recipe=str(recipe.get("name") or Path(str(recipe.get("path", ""))).stem),
        recipe_path=str(recipe.get("path", "")),
        total=len(data["slides"]),
        workers=int(data.get("workers", 0)),
        # Without a journal that says it lives, it is over, whatever the file says.
        state=jobs.INTERRUPTED if outcome == "running" else outcome,
        when=str(data.get("started", "")),
        host=str(data.get("host", "")),
    )
    run.seconds = _seconds(data.get("started"), data.get("ended"))
    for row in data["slides"]:
        slide = _slide(row)
        run.slides[slide.slide_id] = slide
    return run


def _slide(row: dict[str, Any]) -> SlideRun:
    status, reason = str(row.get("status", "")), str(row.get("reason", ""))
    tiles = int(row.get("tiles") or 0)
    state = _WORDS.get(status, status)
    if status == "done" and reason == jobs.UP_TO_DATE:
        state = "skipped"
    elif status == "skipped":
        state = "cancelled"
    return SlideRun(
        str(row["slide_id"]),
        state=state,
        done=tiles,
        total=tiles,
        attempts=int(row.get("attempts", 0)),
        seconds=float(row.get("seconds", 0)),
        reason=reason,
        hint=str(row.get("hint", "")),
        output=str(row.get("output", "")),
    )


def _seconds(started: Any, ended: Any) -> float:
    if not started or not ended:
        return 0.0
    begin, end = datetime.fromisoformat(started), datetime.fromisoformat(ended)
    return max(0.0, (end - begin).total_seconds())
