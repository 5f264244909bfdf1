"""Older states of a table file: kept at each save, with who replaced them and why."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pathgui.project.files import sync_folder, write_atomic
from pathgui.project.lock import user_name

KEPT_VERSIONS = 20
_LABELS = 50


@dataclass(frozen=True, slots=True)
class SaveNote:
    """What a save does to a table: its edits by label, and what was there before.

    `gone` are definitions of columns that go with the save, as `Column.to_dict` gives.
    """

    labels: tuple[str, ...] = ()
    rows: int | None = None
    gone: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """An older state of a table file.

    Attributes
    ----------
    path : Path
        Its copy.
    time : datetime
        When a save replaced it.
    size : int
        Bytes.
    user : str
        Who saved then; empty where that is not known.
    labels : tuple of str
        The edits that were saved then.
    rows : int or None
        Rows of this state.
    """

    path: Path
    time: datetime
    size: int
    user: str = ""
    labels: tuple[str, ...] = ()
    rows: int | None = None

    def before(self) -> str:
        """What was done right after it, in words; empty where that is not known."""
        if not self.labels:
            return ""
        more = f" and {len(self.labels) - 1:,} more" if len(self.labels) > 1 else ""
        return f"before “{self.labels[0]}”{more}"


def write_keeping_old(
    path: Path, data: bytes | Iterable[bytes], note: SaveNote | None = None
) -> None:
    """Replace a file as `write_atomic` does, and put the old one among the versions.

    The oldest version goes only when the new file stands, so that a disk that refuses
    again and again takes none of them.

    Raises
    ------
    OSError
        The disk refuses; file and versions are as they were.
    """
    copy = _copied(path) if path.exists() else None
    try:
        if copy is not None:
            _write_notes(path, copy, note or SaveNote())
            sync_folder(copy.parent)
        write_atomic(path, data)
    except BaseException:
        if copy is not None:
            copy.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # the next save lets it go
        for old in versions(path)[KEPT_VERSIONS:]:
            old.path.unlink(missing_ok=True)


def _copied(path: Path) -> Path:
    """A copy of the present file under the name of a version."""
    folder = path.parent / ".history"
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = folder / f"{path.stem}.{stamp}{path.suffix}"
    try:
        # The save renames over the file, so the link keeps the old bytes. A symbolic
        # link itself would go on to show the present ones.
        os.link(path.resolve(), copy)
    except OSError:
        shutil.copy2(path, copy)
        with copy.open("rb") as file:
            os.fsync(file.fileno())
    return copy


def versions(path: Path) -> list[Version]:
    """Older states of a table file, newest first."""
    found, notes = [], _notes(path)
    for copy in (path.parent / ".history").glob(f"{path.stem}.*Z{path.suffix}"):
        stamp = copy.name[len(path.stem) + 1 : -len(path.suffix)]
        with contextlib.suppress(ValueError, FileNotFoundError):  # gone meanwhile
            time = datetime.strptime(stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
            told = notes.get(copy.name, {})
            rows, labels = told.get("rows"), told.get("labels", ())
            found.append(
                Version(
                    copy,
                    time,
                    copy.stat().st_size,
                    str(told.get("user", "")),
                    tuple(map(str, labels)) if isinstance(labels, list) else (),
                    rows if isinstance(rows, int) else None,
                )
            )
    return sorted(found, key=lambda version: version.time, reverse=True)


def columns_gone_since(path: Path, version: Version) -> list[Mapping[str, Any]]:
    """Definitions of columns that went after a version; of each name the first."""
    notes = _notes(path)
    found: dict[str, Mapping[str, Any]] = {}
    for later in reversed(versions(path)):
        gone = notes.get(later.path.name, {}).get("gone", ())
        if later.time < version.time or not isinstance(gone, list):
            continue
        for column in gone:
            if isinstance(column, dict):
                found.setdefault(str(column.get("name", "")), column)
    return list(found.values())


def _file(path: Path) -> Path:
    return path.parent / ".history" / f"{path.stem}.versions.json"


def _notes(path: Path) -> dict[str, dict[str, Any]]:
    """Notes by the name of a copy; none where they cannot be read."""
    try:
        data = json.loads(_file(path).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {name: note for name, note in data.items() if isinstance(note, dict)}


def _write_notes(path: Path, copy: Path, note: SaveNote) -> None:
    names = {version.path.name for version in versions(path)}
    notes = {name: told for name, told in _notes(path).items() if name in names}
    labels = list(note.labels[:_LABELS])
    told = {"user": user_name(), "labels": labels, "rows": note.rows}
    notes[copy.name] = told | ({"gone": list(note.gone)} if note.gone else {})
    write_atomic(_file(path), json.dumps(notes, ensure_ascii=False).encode())
