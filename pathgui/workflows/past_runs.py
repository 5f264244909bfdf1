"""Runs of a project as their ``run.json`` tells them."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pathgui import log

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run in figures; `slides` counts them by state."""

    run_id: str
    recipe: str
    started: str
    ended: str
    outcome: str
    slides: dict[str, int]

    def text(self) -> str:
        """One line for people."""
        parts = (f"{count} {state}" for state, count in self.slides.items())
        state = self.outcome if self.ended else "not ended"
        return f"{self.recipe}, {state}: " + (", ".join(parts) or "no slides")


def list_runs(folder: Path) -> list[RunSummary]:
    """All runs under ``results/runs``, newest first; unreadable ones are left out."""
    found = []
    for file in sorted(folder.glob("*/run.json"), reverse=True):
        try:
            data = json.loads(file.read_text("utf-8"))
            states = Counter(str(row["status"]) for row in data["slides"])
            found.append(
                RunSummary(
                    str(data["run_id"]),
                    str(data["recipe"].get("name") or data["recipe"]["path"]),
                    str(data["started"]),
                    str(data["ended"] or ""),
                    str(data.get("outcome", "")),
                    dict(states),
                )
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning("%s cannot be read: %s", file, error)
    return found
