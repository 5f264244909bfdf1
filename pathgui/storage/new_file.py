"""An HDF5 file while it is written, by one thread: whole in the end or absent."""

import weakref
from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import h5py
from typing_extensions import override

import pathgui
from pathgui import log
from pathgui.storage.atomic import PartFile
from pathgui.storage.objects import create_file, edit_file
from pathgui.storage.problems import write_error, writing
from pathgui.storage.stream import PartStream
from pathgui.storage.thread import WriterThread
from pathgui.storage.whole import WholeOrAbsent

_log = log.get(__name__)
Result = TypeVar("Result")
_BLOCK = 1 << 22


class NewFile(WholeOrAbsent):
    """A new HDF5 file; a context manager.

    Leaving the block without an error makes the file whole: flush, mark complete,
    close, flush to disk, reopen and verify, rename, flush the folder. With an error,
    also Ctrl-C, the part is removed and the final name stays as it was.

    Parameters
    ----------
    path : Path or str
        Final name.
    marks : mapping of str to str or int
        Attributes of the root that say what the file is.
    waiting : int
        Calls that may wait for the file.
    base : Path or str, optional
        A finished file to begin with a copy of. A finished file itself is never
        opened for writing.
    """

    def __init__(
        self,
        path: Path | str,
        marks: Mapping[str, Any],
        waiting: int = 4,
        base: Path | str | None = None,
    ) -> None:
        held = self._held = _Held(PartFile(path), waiting)
        self.path = held.part.final
        # A writer that nobody closes must not outlive the HDF5 library.
        self._finalize = weakref.finalize(self, held.drop)
        with self.discarding():
            self.run(lambda: held.begin(marks, None if base is None else Path(base)))

    @property
    def file(self) -> h5py.File:
        """The open file; only for calls that `run` or `post` make."""
        assert self._held.file is not None
        return self._held.file

    def run(self, call: Callable[[], Result]) -> Result:
        """Run a call in the file's thread, and raise if writing has failed."""
        with writing(self.path):
            try:
                return self._held.thread.run(call)
            finally:
                self._held.stream.check()  # the cause, whatever followed from it

    def post(self, call: Callable[[], Any]) -> None:
        """Have a call run later in the file's thread."""
        if self._held.stream.error is not None:
            self.check()
        try:
            self._held.thread.post(call)
        except (OSError, RuntimeError, ValueError) as error:
            raise write_error(self.path, error) from error

    def check(self) -> None:
        """Raise if anything written so far has failed."""
        with writing(self.path):
            self._held.stream.check()
            self._held.thread.check()

    @override
    def commit(self) -> None:
        self.run(self._held.flush)  # after all that was posted
        self.check()
        self.run(self._held.close)
        self._held.thread.stop()
        self.verify(self._held.part.path)
        self._held.part.commit()
        self._finalize.detach()

    @override
    def discard(self) -> None:
        self._finalize()

    @abstractmethod
    def verify(self, part: Path) -> None:
        """Reopen what was written; StorageError if anything is missing."""


class _Held:
    """What an unfinished file holds, apart from the object that people hold."""

    def __init__(self, part: PartFile, waiting: int) -> None:
        self.part, self.thread = part, WriterThread(waiting)
        self.stream = PartStream(part.fd)
        self.file: h5py.File | None = None

    def begin(self, marks: Mapping[str, Any], base: Path | None) -> None:
        self.stream.truncate(0)
        if base is None:
            self.file = create_file(self.stream)
            self.file.attrs.update(marks)
        else:
            self._copy(base)
            self.file = edit_file(self.stream)
            del self.file.attrs["complete"]
        self.file.attrs["created_by"] = f"pathgui {pathgui.__version__}"

    def _copy(self, base: Path) -> None:
        with base.open("rb") as source:
            while block := source.read(_BLOCK):
                self.stream.write(memoryview(block))
                self.stream.check()

    def flush(self) -> None:
        assert self.file is not None
        self.file.flush()

    def close(self) -> None:
        assert self.file is not None
        self.file.attrs["complete"] = True
        self.file.close()

    def drop(self) -> None:
        self.stream.mute()
        self.thread.drop()
        if self.thread.running:
            self.thread.run(self._abandon)
            self.thread.stop()
        self.part.discard()

    def _abandon(self) -> None:
        try:
            if self.file is not None:
                self.file.close()
        except (OSError, RuntimeError, ValueError) as error:
            _log.debug("%s: %s", self.part.path, error)  # it is thrown away anyway
