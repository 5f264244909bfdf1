"""A file of features while it is written."""

from pathlib import Path

from typing_extensions import override

from pathgui.storage.codec import codec
from pathgui.storage.features.meta import FORMAT, FORMAT_VERSION
from pathgui.storage.features.reader import FeatureFile
from pathgui.storage.new_file import NewFile
from pathgui.storage.objects import Creator

_MARKS = {"format": FORMAT, "format_version": FORMAT_VERSION}


class FeaturePart(NewFile):
    """A new HDF5 file of features; a context manager.

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
        super().__init__(path, _MARKS, waiting)
        self.creator = Creator(codec("none"))

    @override
    def verify(self, part: Path) -> None:
        """Every slide's parts must fit each other, and be whole.

        Files that it links to were looked at when the links were made.
        """
        with FeatureFile(part, lock=False) as file:
            for name in file.slide_names:
                if not file.is_linked(name):
                    file.slide(name).check_whole()
