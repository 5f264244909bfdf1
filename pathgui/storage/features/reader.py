"""Reading features: one slide's file or a database of many, by slide name."""

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.errors import StorageError
from pathgui.storage.features.groups import linked_file, slide_groups
from pathgui.storage.features.meta import (
    FeatureMeta,
    check_kind,
    read_meta,
)
from pathgui.storage.features.rows import Matrix
from pathgui.storage.handle import Handle
from pathgui.storage.links import is_hard, open_dataset, open_group
from pathgui.storage.problems import reading

Coords = npt.NDArray[np.int64]
RowChoice = slice | Sequence[int] | npt.NDArray[Any] | None


class SlideFeatures:
    """Features of one slide, read when asked for. Safe in threads.

    Pickles as file and name, so that a worker process opens the file itself.

    Parameters
    ----------
    file : FeatureFile
        The file it lies in.
    group : str
        Its group, or ``""`` in a file of one slide.
    name : str
        The slide's name.
    """

    def __init__(self, file: "FeatureFile", group: str, name: str) -> None:
        self.file, self.group, self.name = file, group, name
        self._local: tuple[int, Matrix] | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.file.path

    @cached_property
    def meta(self) -> FeatureMeta:
        """What is known of the features."""
        with reading(self.path):
            return read_meta(self._owner, self.name)

    @property
    def shape(self) -> tuple[int, int]:
        """Tiles and features."""
        return self._matrix.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the features as stored."""
        return self._matrix.dtype

    @property
    def contiguous(self) -> bool:
        """Whether the features lie in one piece, uncompressed."""
        return self._matrix.contiguous

    def __len__(self) -> int:
        return self.shape[0]

    @cached_property
    def coords(self) -> Coords:
        """Upper left corners of the tiles in level-0 pixels, int64 (n, 2): x, y."""
        with reading(self.path):
            matrix = Matrix(open_dataset(self._owner, "coords"))
            if matrix.shape != (len(self), 2):
                raise ValueError(f"coords of shape {matrix.shape} for {len(self)} rows")
            found = matrix.rows(np.arange(len(self)))
            if found.dtype.kind == "f" and not np.isfinite(found).all():
                raise ValueError("coords that are no numbers")
            rounded: Coords = np.rint(found).astype(np.int64)
            return rounded

    def read(self, rows: RowChoice = None) -> npt.NDArray[Any]:
        """Features of all tiles or of some, shape (k, d), in the order asked for.

        Parameters
        ----------
        rows : slice or sequence of int, optional
            Numbers of tiles, negative ones from the end; or a boolean array (n,).

        Raises
        ------
        IndexError
            If there is no such row.
        StorageError
            If the file is damaged there.
        """
        wanted = _numbers(rows, len(self))
        with reading(self.path):
            return self._matrix.rows(wanted)

    def check_whole(self) -> None:
        """Raise StorageError if rows were never written; nothing is inflated."""
        with reading(self.path):
            self._matrix.check_whole()

    def __getitem__(self, row: int) -> npt.NDArray[Any]:
        found: npt.NDArray[Any] = self.read([row])[0]
        return found

    @property
    def owner(self) -> Any:
        """Identifier of the group that holds it, for code of this room that copies."""
        return self._owner

    @property
    def _owner(self) -> Any:
        root = self.file.root
        return open_group(root, self.group) if self.group else root

    @property
    def _matrix(self) -> Matrix:
        # Identifiers belong to the process that opened them: a fork opens anew.
        generation = self.file.generation
        if self._local is None or self._local[0] != generation:
            with reading(self.path):
                self._local = generation, _checked_matrix(self._owner)
        return self._local[1]

    @override
    def __reduce__(self) -> Any:
        return _find_again, (self.path, self.name)


class FeatureFile:
    """Features opened for reading: a slide's file, or a database; a context manager.

    Safe to use from several threads; pickles as its path. A database may link to the
    files of its slides; links are followed only inside the folder of the database.

    Raises
    ------
    StorageError
        If the file is missing, no HDF5, damaged, incomplete or without features.
    """

    def __init__(self, path: Path | str, *, lock: bool = True) -> None:
        self._handle = Handle(path, lock=lock, checked=False)
        self._lock = threading.Lock()
        self._slides: dict[str, SlideFeatures] = {}
        self._linked: dict[str, FeatureFile] = {}
        try:
            with reading(self.path):
                self.ours = check_kind(self.path, self.root)
                self._groups = slide_groups(self.root, self.path)
        except BaseException:
            self._handle.close()
            raise

    @property
    def path(self) -> Path:
        """The file."""
        return self._handle.path

    @property
    def root(self) -> Any:
        """The root group's identifier, for code of this room."""
        return self._handle.root

    @property
    def generation(self) -> int:
        """As of `Handle`."""
        return self._handle.generation

    @property
    def is_database(self) -> bool:
        """Whether it holds groups of slides, rather than one slide."""
        return "" not in self._groups.values()

    @property
    def slide_names(self) -> tuple[str, ...]:
        """Names of the slides, in the order of the file."""
        return tuple(self._groups)

    def slide(self, name: str | None = None) -> SlideFeatures:
        """Features of a slide; without a name, those of the only one.

        Raises
        ------
        StorageError
            If there is no such slide, or the name is needed.
        """
        if name is None:
            if len(self._groups) != 1:
                raise StorageError(
                    f"{self.path} holds {len(self._groups)} slides", "name one of them"
                )
            name = self.slide_names[0]
        if name not in self._groups:
            raise StorageError(f"{self.path} holds no features of {name!r}")
        with self._lock:
            if name not in self._slides:
                self._slides[name] = self._open(name, self._groups[name])
            return self._slides[name]

    def is_linked(self, name: str) -> bool:
        """Whether a slide's features lie in a file of their own."""
        with reading(self.path):
            return not is_hard(self.group_of(name), b"features")

    def group_of(self, name: str) -> Any:
        """Identifier of a slide's group, for code of this room."""
        group = self._groups[name]
        return open_group(self.root, group) if group else self.root

    def __contains__(self, name: object) -> bool:
        return name in self._groups

    def __len__(self) -> int:
        return len(self._groups)

    def __iter__(self) -> Iterator[SlideFeatures]:
        return (self.slide(name) for name in self._groups)

    def _open(self, name: str, group: str) -> SlideFeatures:
        with reading(self.path):
            owner = self.group_of(name)
            if is_hard(owner, b"features"):
                return SlideFeatures(self, group, name)
            target = linked_file(owner, self.path.parent)
        file = FeatureFile(target)
        self._linked[name] = file
        if file.is_database or file.slide_names != (name,):
            raise StorageError(
                f"{self.path} expects {target} to hold {name!r} alone, which it does "
                "not",
                "consolidate again",
            )
        return file.slide()

    def close(self) -> None:
        """Release the file and those it links to."""
        for file in self._linked.values():
            file.close()
        self._handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @override
    def __reduce__(self) -> Any:
        return FeatureFile, (self.path,)


def open_features(path: Path | str) -> FeatureFile:
    """Open the features of a slide, or a database of many, for reading.

    Raises
    ------
    StorageError
        If the file is missing, no HDF5, damaged, incomplete or without features; or
        if features and coordinates do not fit each other.
    """
    file = FeatureFile(path)
    try:
        if not file.is_database:
            file.slide().coords  # noqa: B018 - reading them checks that they fit
    except BaseException:
        file.close()
        raise
    return file


def _checked_matrix(owner: Any) -> Matrix:
    features = Matrix(open_dataset(owner, "features"))
    if features.dtype.kind != "f":
        raise ValueError(f"features of type {features.dtype}")
    coords = Matrix(open_dataset(owner, "coords"))
    if coords.shape != (features.shape[0], 2):
        raise ValueError(
            f"{features.shape[0]} rows of features with coords of shape {coords.shape}"
        )
    return features


def _numbers(rows: RowChoice, count: int) -> npt.NDArray[np.int64]:
    if rows is None:
        return np.arange(count)
    if isinstance(rows, slice):
        return np.arange(*rows.indices(count))
    wanted = np.asarray(rows)
    if wanted.dtype == bool:
        if wanted.shape != (count,):
            raise IndexError(f"a choice of {wanted.shape} rows for {count}")
        return np.flatnonzero(wanted)
    if not wanted.size:
        return np.empty(0, np.int64)
    if wanted.ndim != 1 or wanted.dtype.kind not in "iu":
        raise IndexError("rows are chosen by a list of whole numbers")
    numbers = wanted.astype(np.int64)
    numbers = np.where(numbers < 0, numbers + count, numbers)
    if numbers.min() < 0 or numbers.max() >= count:
        raise IndexError(f"rows {wanted.min()} to {wanted.max()} of {count}")
    return numbers


def _find_again(path: Path, name: str) -> SlideFeatures:
    return FeatureFile(path).slide(name)
