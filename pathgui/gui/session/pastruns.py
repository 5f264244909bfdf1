"""Runs of earlier days, read from their run.json."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pathgui import log
from pathgui.gui.session.runstate import RunState, SlideRun

_log = log.get(__name__)
_WORDS = {"waiting": "queued", "": "queued"}


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
    for file in names[:limit]:
        try:
            data = json.loads(file.read_text("utf-8"))
            found.append(_run(data))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning("%s cannot be read: %s", file, error)
    return found


def _run(data: dict[str, Any]) -> RunState:
    recipe = data.get("recipe") or {}
    outcome = str(data.get("outcome") or ("done" if data.get("ended") else "running"))
    run = RunState(
        str(data["run_id"]),
        recipe=str(recipe.get("name") or Path(str(recipe.get("path", ""))).stem),
        recipe_path=str(recipe.get("path", "")),
        total=len(data["slides"]),
        workers=int(data.get("workers", 0)),
        # A run that this window does not carry out is over, whatever the file says.
        state="cancelled" if outcome == "running" else outcome,
        when=str(data.get("started", "")),
    )
    run.seconds = _seconds(data.get("started"), data.get("ended"))
    for row in data["slides"]:
        slide = _slide(row)
        run.slides[slide.slide_id] = slide
    return run


def _slide(row: dict[str, Any]) -> SlideRun:
    status = str(row.get("status", ""))
    return SlideRun(
        str(row["slide_id"]),
        state=_WORDS.get(status, status),
        attempts=int(row.get("attempts", 0)),
        seconds=float(row.get("seconds", 0)),
        reason=str(row.get("reason", "")),
        output=str(row.get("output", "")),
    )


def _seconds(started: Any, ended: Any) -> float:
    if not started or not ended:
        return 0.0
    begin, end = datetime.fromisoformat(started), datetime.fromisoformat(ended)
    return max(0.0, (end - begin).total_seconds())
