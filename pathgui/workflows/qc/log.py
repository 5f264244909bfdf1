"""The log of quality decisions: every one of them, by everybody, in order."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pathgui import log
from pathgui.project import Project
from pathgui.project.append import read_lines

_log = log.get(__name__)
FILE = "qc_decisions.csv"
CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided what about a slide, when and why; an empty status is cleared."""

    when: str
    status: str
    reason: str
    note: str
    reviewer: str
    slide_id: str = ""


def log_file(project: Project) -> Path:
    """Where the decisions of a project are logged."""
    return project.folder("metadata") / FILE


def read_log(file: Path) -> list[Decided]:
    """All decisions of a log, the oldest first; what cannot be read is left out."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        _log.warning("%s cannot be read: %s", file, error)
        return []
    return parse(data, file)


def read_from(file: Path, offset: int) -> tuple[list[Decided], int]:
    """Decisions appended since `offset`, and where the log ends now.

    Parameters
    ----------
    file : Path
        The log.
    offset : int
        Byte at which a line begins; what an earlier call gave. A log that has
        become shorter was replaced by hand: nothing of it counts as new.
    """
    try:
        with file.open("rb") as opened:
            header = opened.readline()
            size = opened.seek(0, 2)
            if offset >= size:
                return [], size
            opened.seek(max(offset, len(header)))
            rest = opened.read()
    except OSError:
        return [], 0
    if not rest.endswith(b"\n"):
        # Somebody is just writing: their line counts when it is whole.
        rest = rest[: rest.rfind(b"\n") + 1]
    end = max(offset, len(header)) + len(rest)
    return parse(header + rest, file), end


def parse(data: bytes, file: Path) -> list[Decided]:
    """Decisions from the text of a log with its header."""
    found: list[Decided] = []
    try:
        for line in read_lines(data):
            status = (line.get("qc_status") or "").strip()
            found.append(
                Decided(
                    line.get("time") or "",
                    "" if status == CLEARED else status,
                    line.get("qc_reason") or "",
                    line.get("note") or "",
                    line.get("reviewer") or "",
                    line.get("slide_id") or "",
                )
            )
    except csv.Error as error:
        _log.warning("%s cannot be read to its end: %s", file, error)
    return found


def latest(entries: Iterable[Decided]) -> dict[str, Decided]:
    """The last decision about each slide."""
    return {entry.slide_id: entry for entry in entries}


def latest_by(entries: Iterable[Decided]) -> dict[str, dict[str, Decided]]:
    """The last decision of each reviewer about each slide, by reviewer and slide."""
    found: dict[str, dict[str, Decided]] = {}
    for entry in entries:
        found.setdefault(entry.reviewer, {})[entry.slide_id] = entry
    return found
