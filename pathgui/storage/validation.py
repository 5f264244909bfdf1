"""Checking a file against every rule of the format, down to each chunk."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from h5py import h5o

from pathgui.errors import Cancelled, StorageError
from pathgui.storage.features.meta import FORMAT as FEATURES
from pathgui.storage.features.rules import check_features
from pathgui.storage.handle import open_hdf5, version_of
from pathgui.storage.links import child_names, is_hard, open_group
from pathgui.storage.metadata import attribute
from pathgui.storage.problems import DAMAGE, Refused
from pathgui.storage.reader import SlideFile
from pathgui.storage.rules import check_slide
from pathgui.storage.schema import FORMAT, FORMAT_VERSION, MAX_SLIDES
from pathgui.storage.tile_rules import Tick
from pathgui.storage.walk import Problem, Visited, attributes, guarded

MOST = 1000


def validate(
    path: Path | str,
    *,
    progress: Tick | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Problem]:
    """Everything that is wrong with a file; every chunk is inflated.

    Parameters
    ----------
    path : Path or str
        The file.
    progress : callable, optional
        ``progress(slide name, tiles done, tiles in all)``.
    cancelled : callable, optional
        Asked before each tile.

    Returns
    -------
    list of Problem
        Empty for a good file; at most 1000.

    Raises
    ------
    StorageError
        If there is no file to read at all.
    Cancelled
        If `cancelled` said so.
    """
    path = Path(path)
    if not path.is_file():
        open_hdf5(path).close()  # says why: it is missing, or a folder

    def tick(name: str, done: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled(f"{path} was not checked to the end")
        if progress is not None:
            progress(name, done, total)

    return list(islice(_problems(path, tick), MOST))


def _problems(path: Path, tick: Tick) -> Iterator[Problem]:
    try:
        file = SlideFile(path, checked=False)
    except StorageError as error:
        yield Problem("/", error.message.removeprefix(f"{path} "))
        return
    with file:
        if _is_features(file):
            yield from guarded("/", check_features, file)
            return
        found = list(guarded("/", _root, file))
        yield from found
        if any(problem.path == "/@format" for problem in found):
            return  # another kind of file: nothing more to say
        visited: Visited = set()
        for number in file.numbers:
            yield from guarded(f"/slide_{number}", _slide, file, number, visited, tick)


def _is_features(file: SlideFile) -> bool:
    try:
        return bool(attribute(file.root, "format") == FEATURES)
    except (*DAMAGE, Refused):
        return False  # the rules say what is wrong


def _slide(
    file: SlideFile, number: int, visited: Visited, tick: Tick
) -> Iterator[Problem]:
    group = open_group(file.root, f"slide_{number}")
    address = int(h5o.get_info(group).addr)
    if address in visited:
        yield Problem(f"/slide_{number}", "is an object that has another name already")
        return
    visited.add(address)
    yield from check_slide(file.slide(number), group, visited, tick)


def _root(file: SlideFile) -> Iterator[Problem]:
    root = file.root
    found = attribute(root, "format")
    if found != FORMAT:
        yield Problem("/@format", f"is {found!r} instead of {FORMAT!r}")
        return
    version = version_of(attribute(root, "format_version"))
    if version != FORMAT_VERSION:
        said = attribute(root, "format_version")
        yield Problem("/@format_version", f"is {said!r}, known is {FORMAT_VERSION}")
    if not attribute(root, "complete", False):
        yield Problem("/@complete", "is not set: the writing broke off")
    if not isinstance(attribute(root, "created_by"), str):
        yield Problem("/@created_by", "does not say which program wrote the file")
    yield from attributes(root, "")
    slides = {f"slide_{number}" for number in file.numbers}
    for name in child_names(root, MAX_SLIDES):
        if not is_hard(root, name.encode()):
            yield Problem(f"/{name}", "is a link, which can lead to any file")
        elif name not in slides:
            yield Problem(f"/{name}", "is no slide_i")
    for number in range(len(slides)):
        if f"slide_{number}" not in slides:
            yield Problem(f"/slide_{number}", "is missing")
