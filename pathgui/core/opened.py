"""A slide of a result file, opened with what its tiles are read from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pathgui.core.origin import source_slide
from pathgui.core.source import StoredSource
from pathgui.errors import StorageError
from pathgui.slides import Slide
from pathgui.storage import open_file


@dataclass(frozen=True, eq=False)
class Opened:
    """The open file, its slide as stored, and the slide file if it is there."""

    file: Any
    stored: Any
    slide: Slide | None
    missing: str
    source: StoredSource


def opened(path: Path | str, index: int) -> Opened:
    """Open a result file; it is closed again if its slide cannot be used.

    Raises
    ------
    StorageError
        If the file is missing, damaged or foreign; or if it refers to a slide's
        pixels and that slide is gone or another one.
    """
    file = open_file(path)
    try:
        stored = file.slide(index)
        slide, missing = source_slide(stored.meta)
        if slide is None and stored.images == "reference":
            raise StorageError(
                f"{path} holds coordinates only, and its slide cannot be read: "
                f"{missing}",
                "put the slide back where it was",
            )
        pixels = slide if stored.images == "reference" else None
        return Opened(file, stored, slide, missing, StoredSource(stored, pixels))
    except BaseException:
        file.close()
        raise
