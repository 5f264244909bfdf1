"""The quality decisions of the open project, as their log tells."""

from datetime import datetime
from pathlib import Path

from pathgui.workflows.qc.log import Decided, latest, latest_by, read_log

__all__ = ["Decided", "Decisions", "spoken_time"]


class Decisions:
    """Reads ``qc_decisions.csv`` again only when it changed."""

    def __init__(self) -> None:
        self._stamp: tuple[Path, int, int] | None = None
        self._last: dict[str, Decided] = {}
        self._by: dict[str, dict[str, Decided]] = {}
        self.entries: list[Decided] = []

    def last(self, file: Path, slide_id: str) -> Decided | None:
        """The latest decision about a slide; None if there is none."""
        self.read(file)
        return self._last.get(slide_id)

    def by(self, file: Path, reviewer: str) -> dict[str, Decided]:
        """The latest decisions of one reviewer, by slide."""
        self.read(file)
        return self._by.get(reviewer, {})

    def read(self, file: Path) -> None:
        """Read the log again if it changed."""
        try:
            found = file.stat()
        except OSError:
            self._stamp, self._last, self._by, self.entries = None, {}, {}, []
            return
        stamp = (file, found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self.entries = read_log(file)
            self._last, self._by = latest(self.entries), latest_by(self.entries)
            self._stamp = stamp


def spoken_time(when: str, *, seconds: bool = False) -> str:
    """A time as people read it: ``12 Nov 2026, 14:06``, or ``14:06:31``."""
    try:
        then = datetime.fromisoformat(when)
    except ValueError:
        return when
    clock = f"{then:%H:%M:%S}" if seconds else f"{then:%H:%M}"
    return f"{then.day} {then:%b %Y}, {clock}"
