"""Going through every object of a file: no links, sound types, every chunk whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from h5py import h5d, h5g, h5o
from typing_extensions import override

from pathgui.errors import StorageError
from pathgui.storage.arrays import Stored, check_claim, inspect, read_chunk
from pathgui.storage.links import child_names, is_hard
from pathgui.storage.metadata import (
    attribute,
    attribute_names,
    is_variable_text,
    read_column,
    read_text,
)
from pathgui.storage.problems import DAMAGE, Refused, first_line
from pathgui.storage.schema import MAX_ARRAY_BYTES, MAX_DEPTH, MAX_SLIDES

Visited = set[int]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file.

    Attributes
    ----------
    path : str
        Where in the file, for example ``/slide_0/tiles/tile_7/image``.
    message : str
        One sentence.
    """

    path: str
    message: str

    @override
    def __str__(self) -> str:
        return f"{self.path} {self.message}"


def guarded(
    path: str, check: Callable[..., Iterator[Problem]], *args: Any
) -> Iterator[Problem]:
    """The problems a check finds, and the damage it stumbles over."""
    try:
        yield from check(*args)
    except Refused as error:
        yield Problem(path, error.message)
    except StorageError as error:
        yield Problem(path, cause_of(error))
    except DAMAGE as error:
        yield Problem(path, f"cannot be read: {first_line(error)}")


def cause_of(error: StorageError) -> str:
    """What is wrong, without the name of the file, which the path stands for."""
    cause = error.__cause__
    if isinstance(cause, Refused):
        return cause.message
    if isinstance(cause, DAMAGE):
        return f"cannot be read: {first_line(cause)}"
    return error.message


def walk(
    group: Any, path: str, visited: Visited, skip: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Check all that lies below a group.

    Parameters
    ----------
    group : h5py.h5g.GroupID
        Where to begin.
    path : str
        Its path, without a slash at the end.
    visited : set of int
        Addresses seen so far; an object met twice is reported, which also stops
        groups that contain themselves.
    skip : frozenset of str
        Names directly below `group` that somebody else checks.
    """
    yield from guarded(path or "/", attributes, group, path)
    if path.count("/") > MAX_DEPTH:
        yield Problem(path, "is nested too deeply to be read")
        return
    for name in child_names(group, MAX_SLIDES):
        if name not in skip:
            below = f"{path}/{name}"
            yield from guarded(below, _child, group, name, below, visited)


def _child(group: Any, name: str, path: str, visited: Visited) -> Iterator[Problem]:
    key = name.encode()
    if not is_hard(group, key):
        yield Problem(path, "is a link, which can lead to any file")
        return
    child = h5o.open(group, key)
    address = int(h5o.get_info(child).addr)
    if address in visited:
        yield Problem(path, "is an object that has another name already")
        return
    visited.add(address)
    if isinstance(child, h5g.GroupID):
        yield from walk(child, path, visited)
    elif isinstance(child, h5d.DatasetID):
        yield from attributes(child, path)
        yield from guarded(path, check_data, group, name, path)


def attributes(owner: Any, path: str) -> Iterator[Problem]:
    """The attributes of an object that are not single plain values."""
    try:
        names = attribute_names(owner)
    except DAMAGE as error:
        yield Problem(path or "/", f"cannot be read: {first_line(error)}")
        return
    for name in names:
        yield from guarded(f"{path}@{name}", _plain, owner, name)


def _plain(owner: Any, name: str) -> Iterator[Problem]:
    attribute(owner, name)
    return iter(())


def check_data(group: Any, name: str, path: str) -> Iterator[Problem]:
    """Read a dataset's data, chunk by chunk."""
    dataset = h5d.open(group, name.encode())
    if is_variable_text(dataset):
        read_text(group, name) if dataset.shape == () else read_column(group, name)
        return
    stored = inspect(dataset, MAX_ARRAY_BYTES)
    if stored.chunk is not None:
        if not stored.sparse:
            check_claim(stored, stored.nbytes)
        yield from _check_chunks(stored, path)
    elif stored.nbytes and dataset.get_storage_size() != stored.nbytes:
        raise ValueError("its data are not all in the file")


def _check_chunks(stored: Stored, path: str) -> Iterator[Problem]:
    assert stored.places is not None
    corners = list(stored.places.corners())
    missing = stored.places.count - len(corners)
    if missing and not stored.sparse:
        yield Problem(path, f"lacks {missing} of its chunks")
    for corner in corners:
        try:
            read_chunk(stored, corner)
        except DAMAGE as error:
            yield Problem(path, f"chunk at {corner} is damaged: {first_line(error)}")
