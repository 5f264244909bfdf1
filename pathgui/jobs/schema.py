"""The run journal as a database: its tables, and how it is opened safely."""

import logging
import sqlite3
from pathlib import Path

from pathgui import log
from pathgui.errors import RunError

VERSION = 1
_log: logging.Logger = log.get(__name__)
_BUSY_SECONDS = 30.0
# SQLite's write-ahead log needs shared memory, which these do not offer.
_NETWORK = ("nfs", "cifs", "smb", "lustre", "gpfs", "beegfs", "ceph", "9p", "afs",
            "fuse.", "glusterfs", "panfs", "orangefs", "drvfs", "virtiofs")  # fmt: skip

_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, recipe TEXT, recipe_path TEXT, recipe_hash TEXT,
    recipe_text TEXT, started TEXT, ended TEXT, outcome TEXT DEFAULT 'running',
    host TEXT, pid INTEGER, workers INTEGER, slides INTEGER, versions TEXT,
    folder TEXT);
CREATE TABLE IF NOT EXISTS slides (
    run_id TEXT, slide_id TEXT, status TEXT, reason TEXT DEFAULT '',
    hint TEXT DEFAULT '', attempts INTEGER DEFAULT 0, seconds REAL DEFAULT 0,
    output TEXT, tiles INTEGER, tissue_fraction REAL,
    PRIMARY KEY (run_id, slide_id));
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY, run_id TEXT, slide_id TEXT, attempt INTEGER,
    ticket INTEGER, path TEXT, output TEXT, recipe_hash TEXT, checksum TEXT,
    status TEXT, reason TEXT DEFAULT '', hint TEXT DEFAULT '', trace TEXT DEFAULT '',
    started TEXT, seconds REAL, host TEXT, pid INTEGER,
    source_files INTEGER, source_size INTEGER, source_mtime_ns INTEGER,
    source_quickhash TEXT, output_size INTEGER, output_mtime_ns INTEGER);
CREATE INDEX IF NOT EXISTS attempts_output ON attempts (output, status);
CREATE INDEX IF NOT EXISTS attempts_slide ON attempts (slide_id);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, run_id TEXT, time TEXT, kind TEXT, body TEXT);
CREATE INDEX IF NOT EXISTS events_run ON events (run_id, id);
CREATE TABLE IF NOT EXISTS progress (
    run_id TEXT, slide_id TEXT, done INTEGER, total INTEGER, memory_mb REAL,
    PRIMARY KEY (run_id, slide_id));
"""


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open the journal; for writing it is made, or replaced if it is damaged.

    Raises
    ------
    RunError
        If it cannot be opened, is not there to be read, or is of a newer version.
    """
    if not write and not path.is_file():
        raise RunError(f"there is no run journal at {path}", "nothing has been run yet")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path, write=write)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            if not write:
                raise
            _set_aside(path, error)
            return _open(path, write=True)
    except (OSError, sqlite3.Error) as error:
        raise RunError(
            f"the run journal {path} cannot be opened: {error}",
            "check the rights of the folder and the space on the disk",
        ) from error


def is_network(path: Path) -> bool:
    """Whether a path lies on a network file system, as far as can be told."""
    import psutil

    best, kind = "", ""
    target = str(path.absolute())
    for partition in psutil.disk_partitions(all=True):
        mount = partition.mountpoint.rstrip("/") + "/"
        if target.startswith(mount) and len(mount) > len(best):
            best, kind = mount, partition.fstype.lower()
    return kind.startswith(_NETWORK)


def _open(path: Path, *, write: bool) -> sqlite3.Connection:
    # The generator that writes may be closed from another thread than it ran in.
    base = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        base.row_factory = sqlite3.Row
        found = int(base.execute("PRAGMA user_version").fetchone()[0])
        if found > VERSION:
            raise RunError(
                f"the run journal {path} was written by a newer version of pathgui",
                "update pathgui on this computer",
            )
        if write:
            if base.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("its pages do not fit together")
            mode = "DELETE" if is_network(path) else "WAL"
            base.execute(f"PRAGMA journal_mode={mode}")
            # What is written outlives any process; a power cut may cost the last words,
            # and results speak for themselves. Without WAL that could cost the file.
            base.execute(f"PRAGMA synchronous={'NORMAL' if mode == 'WAL' else 'FULL'}")
            if found < VERSION:
                made = f"BEGIN;{_TABLES}PRAGMA user_version={VERSION};COMMIT;"
                base.executescript(made)
        elif not found:
            raise RunError(f"the run journal {path} is empty", "run something first")
        else:
            base.execute("PRAGMA query_only=ON")
    except BaseException:
        base.close()
        raise
    return base


def _set_aside(path: Path, error: sqlite3.DatabaseError) -> None:
    """Keep a damaged journal under another name: results speak for themselves."""
    number = 1
    while path.with_name(f"{path.name}.damaged-{number}").exists():
        number += 1
    kept = path.with_name(f"{path.name}.damaged-{number}")
    path.rename(kept)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    _log.warning("the run journal was damaged (%s); it is kept as %s", error, kept.name)
