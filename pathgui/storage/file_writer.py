"""A file of any number of slides while it is written."""

from pathlib import Path

from typing_extensions import override

from pathgui.storage.group import SlideGroup
from pathgui.storage.new_file import NewFile
from pathgui.storage.options import WriteOptions
from pathgui.storage.schema import FORMAT, FORMAT_VERSION, SlideMeta
from pathgui.storage.verify import verify_part

_MARKS = {"format": FORMAT, "format_version": FORMAT_VERSION}


class FileWriter(NewFile):
    """A new file of any number of slides; a context manager.

    Parameters
    ----------
    path : Path or str
        Final name.
    waiting : int
        Tiles that may wait to be written.
    base : Path or str, optional
        A finished file to begin with a copy of.
    """

    def __init__(
        self, path: Path | str, waiting: int = 4, base: Path | str | None = None
    ) -> None:
        self.slides = 0
        self._groups: list[SlideGroup] = []
        super().__init__(path, _MARKS, waiting, base)
        with self.discarding():
            self.slides = self.run(self._count)

    def slide(self, meta: SlideMeta, options: WriteOptions) -> SlideGroup:
        """Begin the next slide: ``slide_0``, then ``slide_1``."""
        name = f"slide_{self.slides}"
        group = SlideGroup(self.file, name, meta, options, self)
        self.slides += 1
        self._groups.append(group)
        return group

    def _count(self) -> int:
        return sum(name.startswith("slide_") for name in self.file)

    @override
    def verify(self, part: Path) -> None:
        verify_part(part, self.slides)

    @override
    def discard(self) -> None:
        for group in self._groups:
            group.close()
        super().discard()
