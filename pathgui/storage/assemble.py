"""New files from slides of other files, by raw copy: nothing is inflated."""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial
from pathlib import Path
from typing import Any

import h5py
from h5py import h5o

from pathgui.errors import Cancelled, StorageError
from pathgui.storage.codec import codec
from pathgui.storage.file_writer import FileWriter
from pathgui.storage.links import child_names, is_hard, open_group
from pathgui.storage.metadata import attribute, attribute_names
from pathgui.storage.objects import Creator, new_group
from pathgui.storage.problems import Refused, reading
from pathgui.storage.reader import SlideFile
from pathgui.storage.schema import MAX_MEMBERS

Progress = Callable[[str, int, int], None]
_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_NONE: frozenset[str] = frozenset()
_PORTS = {f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10)}
_DEVICES = {"con", "prn", "aux", "nul"} | _PORTS


def merge(
    paths: Iterable[Path | str],
    out: Path | str,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Join files into one; slides are numbered in the order of the arguments.

    Slides keep their names, also where two have the same one.

    Parameters
    ----------
    paths : iterable of Path or str
        Result files of one or many slides.
    out : Path or str
        The new file; replaced if it exists, even if it is one of `paths`.
    progress : callable, optional
        ``progress(what, done, total)`` after each file.
    cancelled : callable, optional
        Asked before each slide.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    StorageError
        If there are no files, one cannot be read, or `out` cannot be written.
    Cancelled
        If `cancelled` said so; nothing is left behind.
    """
    files = [Path(path) for path in paths]
    if not files:
        raise StorageError("there are no files to merge", "name at least one")
    with FileWriter(out) as writer:
        for done, path in enumerate(files):
            copy_slides(writer, path, None, cancelled)
            if progress is not None:
                progress(path.name, done + 1, len(files))
    return Path(out)


def split(
    path: Path | str,
    folder: Path | str,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Path]:
    """Write each slide of a file into a file of its own.

    Files are called ``<name>.h5`` after the slide, or ``<name>_2.h5`` and so on
    where that exists; nothing is overwritten.

    Returns
    -------
    list of Path
        The files, in the order of the slides.
    """
    folder = Path(folder)
    written: list[Path] = []
    with SlideFile(path) as file:
        slides = [(slide.number, slide.meta.name) for slide in file]
    for number, name in slides:
        out = free_path(folder, name)
        with FileWriter(out) as writer:
            copy_slides(writer, Path(path), [number], cancelled)
        written.append(out)
        if progress is not None:
            progress(out.name, len(written), len(slides))
    return written


def add_slides(path: Path | str, other: Path | str) -> int:
    """Append all slides of `other` to the file `path`; returns the new count."""
    with FileWriter(path) as writer:
        copy_slides(writer, Path(path), None)
        copy_slides(writer, Path(other), None)
        return writer.slides


def replace_slide(
    path: Path | str, number: int, other: Path | str, other_number: int = 0
) -> None:
    """Put a slide of `other` in the place of ``slide_<number>`` of `path`.

    Raises
    ------
    StorageError
        If either file has no such slide.
    """
    with SlideFile(path) as file:
        file.slide(number)
        numbers = file.numbers
    with FileWriter(path) as writer:
        for k in numbers:
            source, which = (other, other_number) if k == number else (path, k)
            copy_slides(writer, Path(source), [which])


def copy_slides(
    writer: FileWriter,
    path: Path,
    numbers: Sequence[int] | None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Copy slides of a finished file (all, if `numbers` is None), byte for byte."""
    with SlideFile(path) as file:
        for number in file.numbers if numbers is None else numbers:
            if cancelled is not None and cancelled():
                raise Cancelled(f"{writer.path} was not written")
            file.slide(number)
            name = f"slide_{writer.slides}"
            writer.run(partial(_copy, file, number, writer, name))
            writer.slides += 1


def _copy(file: SlideFile, number: int, writer: FileWriter, name: str) -> None:
    # Tiles one by one: the library keeps a book of all that it copies at once, which
    # for a large slide fills the memory.
    with reading(file.path):
        source = open_group(file.root, f"slide_{number}")
        target = new_group(writer.file, name)
        copy_members(source, target, without={"tiles"})
        tiles = open_group(source, "tiles")
        copy_attributes(source, target)
        members = new_group(target, "tiles")
        copy_attributes(tiles, members)
        copy_members(tiles, members)


def copy_members(source: Any, target: h5py.Group, without: Set[str] = _NONE) -> None:
    """Copy what lies below a group, raw; numbered members in their order."""
    names = [name for name in child_names(source, MAX_MEMBERS) if name not in without]
    for name in sorted(names, key=lambda name: (len(name), name)):
        if not is_hard(source, name.encode()):
            raise Refused(f"{name!r} is a link, which can lead to any file")
        h5o.copy(source, name.encode(), target.id, name.encode())


def copy_attributes(source: Any, target: h5py.Group) -> None:
    """Copy the attributes of a group, which are single plain values."""
    creator = Creator(codec("none"))
    for name in attribute_names(source):
        creator.attribute(target.id, name, attribute(source, name))


def free_path(folder: Path, name: str) -> Path:
    """A file name in `folder` after a slide's name that is not taken yet."""
    stem = _UNSAFE.sub("_", name).strip(" .")[:150] or "slide"
    if stem.split(".")[0].lower() in _DEVICES:
        stem += "_"
    path, count = folder / f"{stem}.h5", 1
    while path.exists() or path.is_symlink():
        count += 1
        path = folder / f"{stem}_{count}.h5"
    return path
