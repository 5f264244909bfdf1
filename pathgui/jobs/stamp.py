"""Size and time of files: what says cheaply that nothing has changed."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stamp:
    """Size and newest time stamp of one file, or of all files of a slide.

    Attributes
    ----------
    files : int
        How many; 0 where nothing is known.
    size : int
        Bytes together.
    mtime_ns : int
        Newest modification time in nanoseconds.
    """

    files: int = 0
    size: int = 0
    mtime_ns: int = 0


def stamp_file(path: Path) -> Stamp:
    """Stamp of one file; OSError if it is not there."""
    stat = path.stat()
    return Stamp(1, stat.st_size, stat.st_mtime_ns)


def stamp_if_there(path: Path) -> Stamp:
    """Stamp of one file; the empty stamp if it is not there."""
    try:
        return stamp_file(path)
    except OSError:
        return Stamp()


def stamp_slide(path: Path) -> Stamp:
    """Stamp of a slide with all files that belong to it.

    Raises
    ------
    OSError
        If the slide is not there.
    SlideError
        If its members cannot be told.
    """
    from pathgui.slides import member_files

    stats = [member.stat() for member in {path, *member_files(path)}]
    size = sum(stat.st_size for stat in stats)
    return Stamp(len(stats), size, max(stat.st_mtime_ns for stat in stats))
