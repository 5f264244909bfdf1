"""Wishes to a running run, as lines appended to a file in its folder.

A file serves every way of working alike: threads, local processes, a scheduler
elsewhere, a run that has outlived its window. Whoever works on a slide looks at it
a few times a second. It is appended to and never replaced, because an open file's
growth is seen through network file systems that cache names.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pathgui.errors import RunError

FILE = "control.jsonl"
CANCEL, PAUSE, RESUME = "cancel", "pause", "resume"
CANCEL_SLIDE, FIRST = "cancel slide", "first"


def tell(file: Path, wish: str, slide_id: str = "") -> None:
    """Append a wish.

    Raises
    ------
    RunError
        If the run's folder cannot be written.
    """
    line = json.dumps({"wish": wish, "slide": slide_id}) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            out.write(line)
    except OSError as error:
        raise RunError(
            f"the run cannot be told to {wish}: {file} cannot be written",
            "check the rights of the folder and the space on the disk",
        ) from error


@dataclass(slots=True)
class Wishes:
    """What has been asked so far; `look` reads what was added."""

    file: Path
    cancelled: bool = False
    paused: bool = False
    cancelled_slides: set[str] = field(default_factory=set)
    first: list[str] = field(default_factory=list)
    _read: int = 0

    def look(self) -> bool:
        """Read new lines; True if there were any."""
        # Opened anew each time: that is what makes a network file system look.
        try:
            with self.file.open("rb") as source:
                source.seek(self._read)
                text = source.read()
        except OSError:
            return False
        whole, _, _ = text.rpartition(b"\n")
        if not whole:
            return False
        self._read += len(whole) + 1
        for line in whole.splitlines():
            self._take(_parse(line))
        return True

    def _take(self, wish: dict[str, Any]) -> None:
        slide = str(wish.get("slide", ""))
        match wish.get("wish"):
            case "cancel":
                self.cancelled = True
            case "pause":
                self.paused = True
            case "resume":
                self.paused = False
            case "cancel slide":
                self.cancelled_slides.add(slide)
            case "first":
                self.first.append(slide)


def _parse(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
