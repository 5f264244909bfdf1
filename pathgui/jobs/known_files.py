"""Which result files are known, and a first look elsewhere at those that are not."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pathgui import log
from pathgui.errors import PathguiError, RunError
from pathgui.jobs import schema
from pathgui.jobs.stamp import Stamp, stamp_if_there
from pathgui.storage.looking import look_at

_log = log.get(__name__)
Report = Callable[[str, int, int], None]
# A look may fail for want of time on a busy machine: it is not held against a file
# for ever.
_AGAIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found out about a file, and when."""

    stamp: Stamp
    error: PathguiError | None
    time: float

    def holds(self, stamp: Stamp) -> bool:
        """Whether it still says something about a file with this stamp."""
        if stamp != self.stamp:
            return False
        return self.error is None or time.monotonic() - self.time < _AGAIN_SECONDS


class KnownFiles:
    """Tells files that may be opened here from those that a child must see first.

    A file is known if a run's journal recorded its path, size and time for a finished
    slide, or if it has passed a first look since this process began. For a known file
    all this costs one look at its size and time. Files of features are in no journal:
    a child looks at hundreds of them in the time that one child takes to start.

    Parameters
    ----------
    journal : Path or None
        The journal of the project's runs, which may not exist.
    """

    def __init__(self, journal: Path | None) -> None:
        self._journal = journal
        self._seen: dict[Path, _Seen] = {}
        self._lock = threading.Lock()

    def look(self, path: Path) -> None:
        """Return if a file may be opened; must not be called on a window's thread.

        A file that is not there passes: whoever opens it says so.

        Raises
        ------
        StorageError
            If the file is damaged, foreign, newer or hostile, or its reader crashed
            or took too long.
        """
        error = self.prepare([path])[path]
        if error is not None:
            raise type(error)(error.message, error.hint)

    def prepare(
        self, paths: Iterable[Path], progress: Report | None = None
    ) -> dict[Path, PathguiError | None]:
        """Look at many files in one child, so that `look` has nothing left to do.

        Parameters
        ----------
        paths : iterable of Path
            Files that somebody is about to open.
        progress : callable, optional
            ``progress("Looking at files", done, total)``, where a child is needed.

        Returns
        -------
        dict
            What is wrong with each of them, or None.
        """
        stamps = {path: stamp_if_there(path) for path in paths}
        seen = {path: self._of(path, stamp) for path, stamp in stamps.items()}
        unknown = [path for path, known in seen.items() if known is None]
        if unknown:
            for path, error in look_at(unknown, progress=progress).items():
                seen[path] = self._remember(path, stamps[path], error)
        return {path: None if s is None else s.error for path, s in seen.items()}

    def _of(self, path: Path, stamp: Stamp) -> _Seen | None:
        """What is known of a file; None if nothing is."""
        with self._lock:
            seen = self._seen.get(path)
        if seen is not None and seen.holds(stamp):
            return seen
        if stamp.files and not self._recorded(path, stamp):
            return None
        return self._remember(path, stamp, None)

    def _remember(self, path: Path, stamp: Stamp, error: PathguiError | None) -> _Seen:
        seen = _Seen(stamp, error, time.monotonic())
        with self._lock:
            self._seen[path] = seen
        return seen

    def _recorded(self, path: Path, stamp: Stamp) -> bool:
        """Whether a run finished this very file."""
        if self._journal is None or not self._journal.is_file():
            return False
        try:
            with closing(schema.connect(self._journal, write=False)) as base:
                row = base.execute(
                    "SELECT 1 FROM attempts WHERE output=? AND status='done'"
                    " AND output_size=? AND output_mtime_ns=? LIMIT 1",
                    (str(path), stamp.size, stamp.mtime_ns),
                ).fetchone()
        except (RunError, sqlite3.Error) as error:
            _log.info("the journal vouches for no file: %s", error)
            return False
        return row is not None


@lru_cache(maxsize=8)
def known_files(journal: Path | None) -> KnownFiles:
    """The files known of a project, the same each time; see `KnownFiles`."""
    return KnownFiles(journal)
