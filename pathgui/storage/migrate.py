"""Bringing files of older format versions up to date, one version at a time."""

from collections.abc import Callable, Mapping
from pathlib import Path

import h5py

from pathgui.errors import StorageError
from pathgui.storage import schema
from pathgui.storage.file_writer import FileWriter
from pathgui.storage.handle import open_hdf5, version_of
from pathgui.storage.metadata import attribute
from pathgui.storage.problems import reading

Step = Callable[[h5py.File], None]

# Version n to the step that turns a copy of such a file into version n + 1. Version 1
# is the first there is.
STEPS: Mapping[int, Step] = {}


def version(path: Path | str) -> int | None:
    """The format version that a file names; None if it names none.

    Raises
    ------
    StorageError
        If the file is no readable HDF5.
    """
    file = open_hdf5(Path(path))
    try:
        with reading(path):
            return version_of(attribute(file.id, "format_version"))
    finally:
        file.close()


def is_older(path: Path | str) -> bool:
    """Whether a file of tiles is of an older format version than this program's.

    Raises
    ------
    StorageError
        If the file is no readable HDF5.
    """
    file = open_hdf5(Path(path))
    try:
        with reading(path):
            if attribute(file.id, "format") != schema.FORMAT:
                return False
            found = version_of(attribute(file.id, "format_version"))
            return found is not None and found < schema.FORMAT_VERSION
    finally:
        file.close()


def migrate(path: Path | str, out: Path | str | None = None) -> bool:
    """Bring a file up to date in a copy that then takes its place.

    Parameters
    ----------
    path : Path or str
        A finished file.
    out : Path or str, optional
        Where to write the new file; `path` itself if not given.

    Returns
    -------
    bool
        False if the file is of the present version already; nothing is written.

    Raises
    ------
    StorageError
        If there is no step from its version, or it is damaged.
    FormatVersionError
        If it is newer than this program.
    """
    found = version(path)
    if found is None or found >= schema.FORMAT_VERSION:
        return False
    steps = range(found, schema.FORMAT_VERSION)
    if any(number not in STEPS for number in steps):
        raise StorageError(
            f"{path} has format version {found}, which cannot be brought up to date",
            "make the file again from its slide",
        )
    with FileWriter(path if out is None else out, base=path) as writer, reading(path):
        for number in steps:
            step = STEPS[number]
            writer.run(lambda step=step: step(writer.file))  # type: ignore[misc]
        writer.run(lambda: _name_version(writer.file))
    return True


def _name_version(file: h5py.File) -> None:
    # Older files may name it as text.
    file.attrs["format_version"] = schema.FORMAT_VERSION
