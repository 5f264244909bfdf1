"""HDF5 files of other programs: opened with suspicion, written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5a, h5g, h5t

from pathgui.errors import InteropError, StorageError
from pathgui.replacing import replacing
from pathgui.storage.arrays import inspect, read_all
from pathgui.storage.atomic import spare
from pathgui.storage.handle import open_hdf5
from pathgui.storage.heap import check_text
from pathgui.storage.links import has, open_dataset, open_group
from pathgui.storage.metadata import attribute_names, clean_text
from pathgui.storage.problems import DAMAGE, Refused, first_line

# Coordinates of sixteen million patches.
MAX_BYTES = 256 << 20
# Features are floats, which cannot claim much more than lies in the file.
MAX_FEATURE_BYTES = 64 << 30
_PLAIN = (h5t.INTEGER, h5t.FLOAT, h5t.ENUM, h5t.STRING)


@contextmanager
def foreign(path: Path) -> Iterator[h5py.File]:
    """Open a file of another program; whatever is wrong with it names it.

    Raises
    ------
    InteropError
        If it is missing, no HDF5, damaged, or reaches for other files.
    """
    try:
        with open_hdf5(path) as file:
            yield file
    except StorageError as error:
        raise InteropError(error.message, error.hint) from error
    except Refused as error:
        raise InteropError(f"{path} is refused: {error}", error.hint) from error
    except DAMAGE as error:
        raise InteropError(f"{path} cannot be used: {first_line(error)}") from error


def array(group: h5py.Group, name: str, limit: int = MAX_BYTES) -> npt.NDArray[Any]:
    """A dataset directly below a group; sizes are checked before it is read."""
    return read_all(inspect(open_dataset(group.id, name), limit), limit)


def holds(group: h5py.Group, name: str) -> bool:
    """Whether there is something of that name."""
    return has(group.id, name)


def below(group: h5py.Group, name: str) -> h5py.Group:
    """A group below, reached through hard links only."""
    return h5py.Group(open_group(group.id, name))


def dataset(group: h5py.Group, name: str) -> h5py.Dataset:
    """A dataset below, for its attributes."""
    return h5py.Dataset(open_dataset(group.id, name))


def attributes(item: h5py.Group | h5py.Dataset) -> dict[str, Any]:
    """Attributes as plain values: text as str, numbers as Python numbers.

    What is neither, such as references, tells nothing here and is left out.
    """
    names = attribute_names(item.id)
    kinds = {name: item.attrs.get_id(name).get_type() for name in names}
    plain_ones = (name for name, kind in kinds.items() if kind.get_class() in _PLAIN)
    return {name: attribute(item, name) for name in plain_ones}


def attribute(item: h5py.Group | h5py.Dataset, name: str) -> Any:
    """One attribute; where its text lies is looked at before the library goes there.

    Raises
    ------
    KeyError
        If there is none.
    Refused
        If it is no text and no number, or its text is damaged.
    """
    if h5a.exists(item.id, name.encode()):
        kind = h5a.open(item.id, name.encode()).get_type()
        if kind.get_class() not in _PLAIN:
            raise Refused(f"attribute {name!r} is no text and no number")
        if kind.get_class() == h5t.STRING and kind.is_variable_str():
            check_text(item.id, name)
    return plain(item.attrs[name])


def plain(value: Any) -> Any:
    """A value free of HDF5 and numpy scalars."""
    value = clean_text(value)
    return value.item() if isinstance(value, np.generic) else value


@contextmanager
def new_file(path: Path) -> Iterator[h5py.File]:
    """Write an HDF5 file that takes its name when it is whole.

    Raises
    ------
    InteropError
        If it cannot be written; what was there stays.
    StorageError
        If what is there is no HDF5 file.
    """
    spare(path)
    try:
        with replacing(path, durable=True) as part, h5py.File(part, "w") as file:
            yield file
    except OSError as error:
        reason = first_line(error)
        raise InteropError(f"{path} cannot be written: {reason}") from error


def new_group(parent: h5py.Group, name: str) -> h5py.Group:
    """A group of exactly this name, brackets and commas included."""
    return h5py.Group(h5g.create(parent.id, name.encode()))
