"""Unfinished files that dead runs leave: found, and removed if nobody writes them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pathgui import log
from pathgui.jobs import locks
from pathgui.storage import stale_parts

PART = ".part"
_log = log.get(__name__)


def lock_of(output: Path, runs: Path) -> Path:
    """The lock that is held while a result is written.

    It lies with the runs, as the folder of results holds nothing but results.
    """
    name = hashlib.sha1(str(output).encode(), usedforsecurity=False).hexdigest()
    return runs / ".locks" / f"{name}.lock"


def alive_lock(run_dir: Path) -> Path:
    """The lock that the client of a run holds while it lives."""
    return run_dir / "lock"


def part_of(output: Path) -> Path:
    """Where a result is while it is written."""
    return output.with_name(output.name + PART)


def remove_stale(outputs: Iterable[Path], runs: Path) -> list[Path]:
    """Remove parts in the folders of these results that no living process writes.

    Parameters
    ----------
    outputs : iterable of Path
        Results of a run; all parts of result files in their folders are looked at.
    runs : Path
        Folder of the runs, where the locks are.

    Returns
    -------
    list of Path
        What was removed.
    """
    removed = []
    for folder in sorted({output.parent for output in outputs}):
        for part in stale_parts(folder):
            output = part.with_name(part.name.removesuffix(PART))
            if output.suffix == ".h5" and not locks.is_held(lock_of(output, runs)):
                discard(output)
                removed.append(part)
    return removed


def discard(output: Path) -> None:
    """Remove the part of a result whose writer is gone."""
    try:
        part_of(output).unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s cannot be removed: %s", part_of(output), error)
