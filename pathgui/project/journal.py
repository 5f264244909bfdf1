"""Unsaved edits on disk, one line each, so that a crash loses no finished cell."""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from pathgui.errors import ProjectError
from pathgui.project import edits
from pathgui.project.edits import Edit
from pathgui.project.files import append_durably, shared_mode, write_atomic
from pathgui.project.journalblocks import (
    line_with_blocks,
    line_with_list,
    with_blocks,
    without_blocks,
)
from pathgui.project.lock import owner_note, user_name
from pathgui.project.store import Ids

_PART = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: an edit, who made it and when, as it goes to the history."""

    edit: Edit
    line: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """How tables stood after the first `after` edits of the journal.

    `checksums` and `ids` (row ids) are by table. A journal that is written knows
    `after` by the mark's place.
    """

    after: int
    checksums: Mapping[str, str]
    ids: Mapping[str, Ids]


@dataclass(slots=True)
class Content:
    """What a journal holds: edits, and marks to tell which of them are saved."""

    marks: list[Mark] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    size: int = 0
    damaged: bool = False

    def mark_for(self, table: str, checksum: str) -> Mark | None:
        """The last mark at which the table had this checksum."""
        for mark in reversed(self.marks):
            if mark.checksums.get(table) == checksum:
                return mark
        return None

    def knows(self, table: str, checksum: str) -> bool:
        """Whether the table had this checksum at one of its marks."""
        return self.mark_for(table, checksum) is not None


class Journal:
    """Appends edits, each flushed to disk before the call returns.

    Parameters
    ----------
    path : Path
        Its file.
    sources : sequence of Path
        The tables: who may not read one of them may not read the journal.
    """

    def __init__(self, path: Path, sources: Sequence[Path] = ()) -> None:
        self.path = path
        self._sources = sources

    def read(self) -> Content:
        """Everything up to the first damaged line; a torn last line is no damage."""
        content = Content()
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return content
        for line in lines[:-1]:
            try:
                self._take(json.loads(line), content)
            except (ValueError, KeyError, TypeError, ProjectError):
                content.damaged = True
                break
            content.size += len(line) + 1
        return content

    @staticmethod
    def _take(data: dict[str, Any], content: Content) -> None:
        if "mark" in data:
            ids = {name: _unpack(runs) for name, runs in data["ids"].items()}
            mark = Mark(len(content.entries), dict(data["mark"]), ids)
            content.marks.append(mark)
        if "label" in data:
            edit = with_blocks(edits.from_json(data), data.pop("blocks", ()))
            content.entries.append(Entry(edit, data))

    def append(
        self, edit: Edit, keys: Mapping[tuple[str, int], str], mark: Mark | None = None
    ) -> Entry:
        """Record an edit; OSError if the disk refuses, and then nothing is there.

        A mark on the same line says how tables stood before the edit: both are
        there or neither.
        """
        small, blocks = without_blocks(edit)
        data = {
            "id": secrets.token_hex(6),
            "time": datetime.now().astimezone().isoformat(timespec="milliseconds"),
            "user": user_name(),
            **edits.to_json(small, keys),
        }
        line = _line(data if mark is None else data | _plain(mark))
        self._append(line_with_blocks(line, blocks) if blocks else line)
        return Entry(edit, data)

    def mark(self, mark: Mark) -> None:
        """Record what tables are, or will be once a save is through; OSError."""
        self._append(_line(_plain(mark)))

    def _append(self, data: bytes | Iterable[bytes]) -> None:
        append_durably(self.path, data, shared_mode(self._sources))

    def clear(self) -> None:
        """All is saved; OSError."""
        self.path.unlink(missing_ok=True)

    def cut(self, size: int) -> None:
        """Cut off what stands behind the last whole line; OSError."""
        if self.path.stat().st_size > size:
            with self.path.open("r+b") as file:
                file.truncate(size)
                os.fsync(file.fileno())

    def keep_copy(self) -> Path:
        """Keep what cannot be replayed under another name; OSError."""
        stamp = datetime.now().strftime("%Y%m%dT%H%M%S")  # noqa: DTZ005 - local name
        aside = self.path.with_name(f"journal-{stamp}-{os.getpid()}.jsonl")
        write_atomic(aside, self.path.read_bytes(), shared_mode([self.path]))
        return aside


def _line(data: Mapping[str, Any]) -> bytes:
    """One line, written in parts: other threads go on while a long one is made."""
    parts = [b"{"]
    for number, (name, value) in enumerate(data.items()):
        parts.append(b"," * bool(number) + _json(name) + b":")
        if isinstance(value, list) and len(value) > _PART:
            inner = [_json(value[k : k + _PART]) for k in range(0, len(value), _PART)]
            parts += [b"[", b",".join(part[1:-1] for part in inner), b"]"]
        else:
            parts.append(_json(value))
    return b"".join([*parts, b"}\n"])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(mark: Mark) -> dict[str, Any]:
    ids = {name: _pack(values) for name, values in mark.ids.items()}
    return {"mark": dict(mark.checksums), "ids": ids}


def _pack(ids: Ids) -> list[list[int]]:
    """Row ids as runs ``[first, length]``."""
    if not len(ids):
        return []
    starts = np.flatnonzero(np.diff(ids, prepend=ids[0] - 2) != 1)
    lengths = np.diff(np.append(starts, len(ids)))
    return [[int(ids[s]), int(n)] for s, n in zip(starts, lengths, strict=True)]


def _unpack(runs: list[list[int]]) -> Ids:
    parts = [np.arange(first, first + length) for first, length in runs]
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)


def append_history(
    path: Path, entries: Sequence[Entry], sources: Sequence[Path] = ()
) -> None:
    """Add saved edits to ``history.jsonl``: who, when, label, cells; OSError.

    An edit that is there already (a crash came between) is not added twice. `sources`
    are the tables, as for the journal.
    """
    if not entries:
        return
    known = _last_ids(path)
    host = owner_note()["host"]
    new = [entry for entry in entries if entry.line.get("id") not in known]
    if new:
        parts = (part for entry in new for part in _brief(entry, host))
        append_durably(path, parts, shared_mode(sources))


def _brief(entry: Entry, host: str) -> Iterator[bytes]:
    """A line of the history; of rows that came it names the keys alone."""
    kept = {k: v for k, v in entry.line.items() if v not in ([], ()) and k != "added"}
    line = _line({**kept, "host": host})
    if not entry.edit.added:
        yield line
        return
    keys = (
        [
            row.table,
            row.row,
            row.values.get("slide_id") or row.values.get("patient_id") or "",
        ]
        for row in entry.edit.added
    )
    yield from line_with_list(line, "added", keys)


def _last_ids(path: Path) -> set[str]:
    found = set()
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - (4 << 20)))
            tail = file.read().split(b"\n")
    except FileNotFoundError:
        return set()
    for line in tail:
        try:
            found.add(str(json.loads(line)["id"]))
        except (ValueError, KeyError, TypeError):
            continue  # the first line of a tail is cut
    return found
