"""The last quality decision about each slide, as the log of decisions tells."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pathgui import log

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided what, when and why."""

    when: str
    status: str
    reason: str
    note: str
    reviewer: str


class Decisions:
    """Reads ``qc_decisions.csv`` again only when it changed."""

    def __init__(self) -> None:
        self._stamp: tuple[Path, int, int] | None = None
        self._last: dict[str, Decided] = {}

    def last(self, file: Path, slide_id: str) -> Decided | None:
        """The latest decision about a slide; None if there is none."""
        try:
            found = file.stat()
        except OSError:
            return None
        stamp = (file, found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._last = _read(file)
            self._stamp = stamp
        return self._last.get(slide_id)


def _read(file: Path) -> dict[str, Decided]:
    last: dict[str, Decided] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            for line in csv.DictReader(source):
                last[line.get("slide_id") or ""] = Decided(
                    line.get("time") or "",
                    line.get("qc_status") or "",
                    line.get("qc_reason") or "",
                    line.get("note") or "",
                    line.get("reviewer") or "",
                )
    except (OSError, ValueError, csv.Error) as error:
        _log.warning("%s cannot be read: %s", file, error)
    return last


def spoken_time(when: str) -> str:
    """A time as people read it: ``12 Nov 2026, 14:06``."""
    try:
        then = datetime.fromisoformat(when)
    except ValueError:
        return when
    return f"{then.day} {then:%b %Y, %H:%M}"
