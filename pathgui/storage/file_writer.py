"""A file of any number of slides while it is written: whole in the end, or absent."""

import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import h5py

import pathgui
from pathgui import log
from pathgui.storage.atomic import PartFile
from pathgui.storage.group import SlideGroup
from pathgui.storage.objects import create_file, edit_file
from pathgui.storage.options import WriteOptions
from pathgui.storage.problems import write_error, writing
from pathgui.storage.schema import FORMAT, FORMAT_VERSION, SlideMeta
from pathgui.storage.stream import PartStream
from pathgui.storage.thread import WriterThread
from pathgui.storage.verify import verify_part

_log = log.get(__name__)
Result = TypeVar("Result")
_BLOCK = 1 << 22


class FileWriter:
    """A new file of any number of slides; a context manager.

    Leaving the block without an error makes the file whole: flush, mark complete,
    close, flush to disk, reopen and verify, rename, flush the folder. With an error,
    also Ctrl-C, the part is removed and the final name stays as it was.

    Parameters
    ----------
    path : Path or str
        Final name.
    waiting : int
        Tiles that may wait to be written.
    base : Path or str, optional
        A finished file to begin with a copy of. A finished file itself is never
        opened for writing.
    """

    def __init__(
        self, path: Path | str, waiting: int = 4, base: Path | str | None = None
    ) -> None:
        self._held = _Held(
            PartFile(path), waiting, None if base is None else Path(base)
        )
        self.path = self._held.part.final
        self.slides = 0
        self._groups: list[SlideGroup] = []
        # A writer that nobody closes must not outlive the HDF5 library.
        self._finalize = weakref.finalize(self, self._held.drop)
        try:
            self.slides = self.run(self._held.begin)
        except BaseException:
            self.discard()
            raise

    @property
    def file(self) -> h5py.File:
        """The open file; only for calls that `run` or `post` make."""
        assert self._held.file is not None
        return self._held.file

    def slide(self, meta: SlideMeta, options: WriteOptions) -> SlideGroup:
        """Begin the next slide: ``slide_0``, then ``slide_1``."""
        name = f"slide_{self.slides}"
        group = SlideGroup(self.file, name, meta, options, self)
        self.slides += 1
        self._groups.append(group)
        return group

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

    def commit(self) -> None:
        """Make the file whole under its final name."""
        self.run(self._held.close)
        self._held.thread.stop()
        verify_part(self._held.part.path, self.slides)
        self._held.part.commit()
        self._finalize.detach()

    def discard(self) -> None:
        """Drop everything written; the final name stays as it was."""
        for group in self._groups:
            group.close()
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

    def __init__(self, part: PartFile, waiting: int, base: Path | None) -> None:
        self.part, self.thread = part, WriterThread(waiting)
        self.stream = PartStream(part.fd)
        self.base = base
        self.file: h5py.File | None = None

    def begin(self) -> int:
        self.stream.truncate(0)
        if self.base is None:
            self.file = create_file(self.stream)
            self.file.attrs["format"] = FORMAT
            self.file.attrs["format_version"] = FORMAT_VERSION
        else:
            self._copy(self.base)
            self.file = edit_file(self.stream)
            del self.file.attrs["complete"]
        self.file.attrs["created_by"] = f"pathgui {pathgui.__version__}"
        return sum(name.startswith("slide_") for name in self.file)

    def _copy(self, base: Path) -> None:
        with base.open("rb") as source:
            while block := source.read(_BLOCK):
                self.stream.write(memoryview(block))
                self.stream.check()

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
