"""A file of features while it is written: whole in the end, or absent."""

import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import h5py

import pathgui
from pathgui import log
from pathgui.storage.atomic import PartFile
from pathgui.storage.codec import codec
from pathgui.storage.features.meta import FORMAT, FORMAT_VERSION
from pathgui.storage.features.reader import FeatureFile
from pathgui.storage.objects import Creator, create_file
from pathgui.storage.problems import writing
from pathgui.storage.stream import PartStream
from pathgui.storage.thread import WriterThread

_log = log.get(__name__)
Result = TypeVar("Result")


class FeaturePart:
    """A new HDF5 file of features; a context manager.

    Leaving the block without an error makes the file whole: flush, mark complete,
    close, flush to disk, reopen and check, rename, flush the folder. With an error
    the part is removed and the final name stays as it was.

    Parameters
    ----------
    path : Path or str
        Final name.
    waiting : int
        Calls that may wait for the file.

    Attributes
    ----------
    creator : Creator
        Makes groups, datasets and attributes in the file, in its thread.
    """

    def __init__(self, path: Path | str, waiting: int = 4) -> None:
        self._held = _Held(PartFile(path), waiting)
        self.path = self._held.part.final
        self.creator = Creator(codec("none"))
        self._finalize = weakref.finalize(self, self._held.drop)
        try:
            self.run(self._held.begin)
        except BaseException:
            self.discard()
            raise

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
        with writing(self.path):
            self._held.stream.check()
            self._held.thread.post(call)

    def commit(self) -> None:
        """Make the file whole under its final name."""
        self.run(lambda: None)
        with writing(self.path):
            self._held.thread.check()
        self.run(self._held.close)
        self._held.thread.stop()
        _verify(self._held.part.path)
        self._held.part.commit()
        self._finalize.detach()

    def discard(self) -> None:
        """Drop everything written; the final name stays as it was."""
        self._finalize()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.discard()
            return
        try:
            self.commit()
        except BaseException:
            self.discard()
            raise


class _Held:
    """What an unfinished file holds, apart from the object that people hold."""

    def __init__(self, part: PartFile, waiting: int) -> None:
        self.part, self.thread = part, WriterThread(waiting)
        self.stream = PartStream(part.fd)
        self.file: h5py.File | None = None

    def begin(self) -> None:
        self.stream.truncate(0)
        self.file = create_file(self.stream)
        self.file.attrs["format"] = FORMAT
        self.file.attrs["format_version"] = FORMAT_VERSION
        self.file.attrs["created_by"] = f"pathgui {pathgui.__version__}"

    def close(self) -> None:
        assert self.file is not None
        self.file.flush()
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


def _verify(path: Path) -> None:
    """Reopen a part: every slide's parts must fit each other, and be whole.

    Files that it links to were looked at when the links were made.
    """
    with FeatureFile(path, lock=False) as file:
        for name in file.slide_names:
            if not file.is_linked(name):
                file.slide(name).check_whole()
