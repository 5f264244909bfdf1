"""``run.json`` and ``run.log``: what a run leaves for people and for other tools."""

import json
import logging
import os
import platform
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from pathgui.engine import versions
from pathgui.errors import RunError
from pathgui.jobs.journal import now
from pathgui.jobs.plan import RunPlan, SlideTask
from pathgui.replacing import replacing

_EVERY_SECONDS = 5.0
_LONGEST_LINE = 1000
_FORMAT = "%(asctime)s %(levelname)-7s %(message)s"


@dataclass(slots=True)
class SlideRow:
    """A slide as ``run.json`` shows it."""

    slide_id: str
    status: str = "waiting"
    reason: str = ""
    hint: str = ""
    attempts: int = 0
    seconds: float = 0.0
    output: str = ""
    tiles: int | None = None
    tissue_fraction: float | None = None
    excluded_tiles: int = 0
    host: str = ""
    warnings: list[str] = field(default_factory=list)


@dataclass
class RunFile:
    """Keeps ``run.json`` up to date: at once when asked, else every few seconds."""

    plan: RunPlan
    workers: int
    started: str = field(default_factory=now)
    ended: str = ""
    outcome: str = "running"
    rows: dict[str, SlideRow] = field(default_factory=dict)
    _own_recipes: dict[str, dict[str, str]] = field(default_factory=dict)
    _written: float = 0.0

    def __post_init__(self) -> None:
        for task in self.plan.tasks:
            if task.recipe is not None:
                own = {"hash": task.recipe.hash, "text": abridged(task.recipe.text)}
                self._own_recipes[task.slide_id] = own
            row = SlideRow(task.slide_id, output=str(task.output))
            self.rows[task.slide_id] = row

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.plan.run_dir / "run.json"

    def restore(self) -> None:
        """Go on from the file of the same run, if there is one."""
        names = {item.name for item in fields(SlideRow)}
        try:
            data = json.loads(self.path.read_text("utf-8"))
            for row in data["slides"]:
                if row["slide_id"] in self.rows:
                    kept = {name: row[name] for name in names & set(row)}
                    self.rows[row["slide_id"]] = SlideRow(**kept)
            self.started, self.ended = data["started"], data["ended"]
            self.outcome = data["outcome"]
        except (OSError, ValueError, KeyError, TypeError):
            return  # it is written anew from what the slides themselves say

    def write(self, *, always: bool = False) -> None:
        """Replace the file, if it is time.

        Raises
        ------
        RunError
            If the folder cannot be written.
        """
        if not always and time.monotonic() < self._written + _EVERY_SECONDS:
            return
        text = json.dumps(self._content(), indent=1, ensure_ascii=False)
        write_atomically(self.path, text)
        self._written = time.monotonic()

    def _content(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "run_id": plan.run_id,
            "recipe": {
                "path": plan.recipe_path,
                "name": plan.recipe.name,
                "hash": plan.recipe.hash,
                "text": plan.recipe.text,
            },
            "started": self.started,
            "ended": self.ended,
            "outcome": self.outcome,
            "host": platform.node(),
            "platform": platform.platform(),
            "pid": os.getpid(),
            "workers": self.workers,
            "threads": plan.threads,
            "scheduler": plan.scheduler or "local",
            "versions": versions(),
            "slides": [self._slide(task) for task in plan.tasks],
        }

    def _slide(self, task: SlideTask) -> dict[str, Any]:
        data = asdict(self.rows[task.slide_id])
        data["seconds"] = round(data["seconds"], 3)
        data["path"], data["checksum"] = str(task.path), task.checksum
        if task.mpp is not None:
            data["mpp"] = task.mpp
        if task.objective is not None:
            data["objective"] = task.objective
        if task.slide_id in self._own_recipes:
            data["recipe"] = self._own_recipes[task.slide_id]
        return data


def abridged(text: str) -> str:
    """A recipe without the tail of lines that hold what was drawn.

    Outlines and reviewed masks may have megabytes; each result holds the whole text.
    """
    lines = text.splitlines()
    return "\n".join(
        line
        if len(line) <= _LONGEST_LINE
        else f"{line[:_LONGEST_LINE]}… # {len(line):,} characters, whole in the result"
        for line in lines
    )


def open_log(file: Path) -> tuple[logging.Logger, logging.Handler]:
    """A logger of its own for one run; close the handler at the end.

    Raises
    ------
    RunError
        If the folder cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(file, encoding="utf-8")
    except OSError as error:
        raise _cannot_write(file, error) from error
    handler.setFormatter(logging.Formatter(_FORMAT))
    # Not one of the process's named loggers: two runs at once do not mix.
    logger = logging.Logger("run", logging.DEBUG)  # noqa: LOG001
    logger.addHandler(handler)
    return logger, handler


def write_atomically(path: Path, text: str) -> None:
    """Replace a text file so that it is the old or the new one, never half.

    Raises
    ------
    RunError
        If the folder cannot be written.
    """
    try:
        with replacing(path, durable=True) as part:
            part.write_text(text, "utf-8")
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> RunError:
    return RunError(
        f"{path} cannot be written: {error.strerror or error}",
        "check the space on the disk and the rights of the folder",
    )
