"""The log of a run as entries: read from its end, told apart by level and slide."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

MOST_BYTES = 512 * 1024
FILE = "run.log"
Shown = Literal["all", "trouble"]
_HEAD = re.compile(r"\d{4}-\d\d-\d\d (\d\d:\d\d:\d\d),\d+ (\w+) +(.*)")
_TROUBLE = ("WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a run noted.

    Attributes
    ----------
    time : str
        Of day.
    level : str
        ``INFO``, ``WARNING`` or ``ERROR``.
    text : str
        Sentence; a traceback follows on lines of its own.
    """

    time: str
    level: str
    text: str

    def line(self, slide_id: str = "") -> str:
        """As it is shown; the name of a slide that all is about is left out."""
        about = f"{slide_id}: "
        words = self.text
        while slide_id and words.startswith(about):
            words = words.removeprefix(about)
        level = "" if self.level == "INFO" else f"{self.level.lower()}  "
        return f"{self.time}  {level}{words}"


def read_log(folder: Path) -> list[Entry]:
    """The newest entries of a run's log; none where there is no log yet.

    Parameters
    ----------
    folder : Path
        Of the run.
    """
    try:
        with (folder / FILE).open("rb") as source:
            source.seek(0, 2)
            start = max(0, source.tell() - MOST_BYTES)
            source.seek(start)
            text = source.read().decode("utf-8", "replace")
    except OSError:
        return []
    lines = text.splitlines()
    return list(_entries(lines[1:] if start else lines))


def chosen(entries: Sequence[Entry], slide_id: str, shown: Shown) -> list[Entry]:
    """Entries about a slide (all if it is empty), everything or trouble alone."""
    about = f"{slide_id}: "
    return [
        entry
        for entry in entries
        if (not slide_id or entry.text.startswith(about) or _names(entry, slide_id))
        and (shown == "all" or entry.level in _TROUBLE)
    ]


def _names(entry: Entry, slide_id: str) -> bool:
    """Whether a note is about the file of a slide, such as a part that was removed."""
    return entry.text.startswith((f"removed {slide_id}.h5", f"removed {slide_id}.part"))


def _entries(lines: Sequence[str]) -> Iterator[Entry]:
    entry: Entry | None = None
    for line in lines:
        match = _HEAD.match(line)
        if match is not None:
            if entry is not None:
                yield entry
            entry = Entry(match[1], match[2], match[3])
        elif entry is not None:
            entry = replace(entry, text=f"{entry.text}\n{line}")
    if entry is not None:
        yield entry
