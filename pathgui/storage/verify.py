"""A quick look at a file just written: nothing may be missing."""

from pathlib import Path

from pathgui.errors import StorageError
from pathgui.storage.problems import reading
from pathgui.storage.reader import SlideFile
from pathgui.storage.slide import StoredSlide


def verify_part(path: Path, slides: int) -> None:
    """Reopen a finished part and check it before it gets its name.

    Counts slides and tiles and reads the last tile of each slide, of a single one
    the first too; it does not inflate everything (`validate` does).

    Raises
    ------
    StorageError
        If anything is missing or unreadable.
    """
    with SlideFile(path, lock=False) as file, reading(path):
        if len(file) != slides:
            raise StorageError(f"{path} holds {len(file)} of {slides} slides")
        for slide in file:
            _check(slide, {0, len(slide) - 1} if slides == 1 else {len(slide) - 1})


def _check(slide: StoredSlide, numbers: set[int]) -> None:
    count, stored = len(slide), slide.stored_tiles()
    if count != stored:
        raise StorageError(f"{slide.path} holds {stored} of {count} tiles")
    for number in numbers if count else ():
        if slide.images == "pixels":
            slide.image(number)
        slide.masks(number)
