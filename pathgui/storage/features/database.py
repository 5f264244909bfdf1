"""Databases of features: many slides in one file, by raw copy or by links."""

import os
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import h5py
from h5py import h5o

from pathgui.errors import Cancelled, StorageError
from pathgui.storage.features.meta import read_meta, write_meta
from pathgui.storage.features.part import FeaturePart
from pathgui.storage.features.reader import FeatureFile, SlideFeatures
from pathgui.storage.metadata import attribute
from pathgui.storage.objects import new_group
from pathgui.storage.problems import reading

Progress = Callable[[str, int, int], None]
# Files that are kept open from the first look to the copy.
_OPEN = 200
_STAMP = ("file_name", "file_size", "file_mtime_ns")
Stamp = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ConsolidateReport:
    """What became of each slide of a database; names in the order of the file."""

    path: Path
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the file was written."""
        return bool(self.added or self.replaced or self.dropped)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {**asdict(self), "path": str(self.path)}

    def text(self) -> str:
        """One sentence for people."""
        if not self.changed:
            slides = "1 slide" if len(self.kept) == 1 else f"{len(self.kept)} slides"
            return f"{self.path.name} is up to date with {slides}."
        counts = ("added", "replaced", "kept", "dropped")
        parts = [f"{len(getattr(self, word))} {word}" for word in counts]
        return f"Wrote {self.path.name}: " + ", ".join(parts) + "."


@dataclass(frozen=True, slots=True)
class _Entry:
    """One slide of the new database, and where it comes from.

    `file` is None for a slide that is taken from the database as it was; `opened` is
    the file where it has been opened already.
    """

    name: str
    file: Path | None
    stamp: Stamp
    opened: FeatureFile | None = None


def consolidate(
    files: Iterable[Path | str],
    out: Path | str,
    *,
    links: bool = False,
    drop: Collection[str] = (),
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ConsolidateReport:
    """Bring the features of slides into one database; only what changed is read.

    Slides that the database has already stay at their place and are replaced if
    their file has changed, others follow at the end. The file is written anew beside
    the old one and takes its place when whole; nothing is inflated or compressed.

    Parameters
    ----------
    files : iterable of Path or str
        Files of one slide each.
    out : Path or str
        The database.
    links : bool
        Link to the files rather than copy: quick and small, but the database is
        worth nothing without them. They must lie in its folder or below.
    drop : collection of str
        Slides that the database loses.
    progress : callable, optional
        ``progress(slide, done, total)`` after each slide.
    cancelled : callable, optional
        Asked before each slide.

    Raises
    ------
    StorageError
        If a file cannot be read, two hold the same slide, `out` is something else
        than a database or cannot be written.
    Cancelled
        If `cancelled` said so; the database stays as it was.
    """
    target = Path(out)
    with ExitStack() as stack:
        old = None
        if target.exists():
            old = stack.enter_context(_open_database(target))
        given = _given([Path(file) for file in files], stack)
        entries, report = _plan(given, target, old, links, drop)
        if not report.changed and old is not None:
            return report
        with FeaturePart(target) as part:
            for number, entry in enumerate(entries):
                if cancelled is not None and cancelled():
                    raise Cancelled(f"{target} was not written")
                _add(part, number, entry, old, links)
                if progress is not None:
                    progress(entry.name, number + 1, len(entries))
            stack.close()  # what is open cannot be replaced everywhere
    return report


def _open_database(path: Path) -> FeatureFile:
    try:
        file = FeatureFile(path)
    except StorageError as error:
        raise StorageError(
            error.message, "remove it, and consolidate all slides again"
        ) from error
    if not (file.ours and file.is_database):
        file.close()
        raise StorageError(
            f"{path} is no database of features, and is not replaced by one",
            "choose another name",
        )
    return file


def _plan(
    given: dict[str, _Entry],
    target: Path,
    old: FeatureFile | None,
    links: bool,
    drop: Collection[str],
) -> tuple[list[_Entry], ConsolidateReport]:
    entries: dict[str, _Entry] = {}
    replaced, kept, dropped = [], [], []
    for name in () if old is None else old.slide_names:
        assert old is not None
        stamp = _stored_stamp(old, name)
        new = given.pop(name, None)
        if new is not None and (new.stamp, links) != (stamp, old.is_linked(name)):
            replaced.append(name)
            entries[name] = new
        elif new is None and name in drop:
            dropped.append(name)
        else:
            kept.append(name)
            file = old.slide(name).path if links and old.is_linked(name) else None
            entries[name] = _Entry(name, file, stamp)
    entries |= given
    report = ConsolidateReport(
        target, tuple(given), tuple(replaced), tuple(kept), tuple(dropped)
    )
    return list(entries.values()), report


def _given(files: list[Path], stack: ExitStack) -> dict[str, _Entry]:
    """Slides by name; the first files stay open until the stack is closed."""
    found: dict[str, _Entry] = {}
    for path in files:
        stamp = stamp_of(path)
        file = stack.enter_context(FeatureFile(path))
        if file.is_database:
            raise StorageError(f"{path} is a database, not the file of one slide")
        name = file.slide_names[0]
        if name in found:
            raise StorageError(
                f"{found[name].file} and {path} hold the same slide, {name!r}",
                "give one of them",
            )
        if len(found) >= _OPEN:
            file.close()
        found[name] = _Entry(name, path, stamp, file if len(found) < _OPEN else None)
    return found


def stamp_of(path: Path) -> Stamp:
    """Name, size and time by which a changed file is recognised."""
    try:
        facts = path.stat()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
    return path.name, facts.st_size, facts.st_mtime_ns


def _stored_stamp(file: FeatureFile, name: str) -> Stamp:
    with reading(file.path):
        owner = file.group_of(name)
        return tuple(attribute(owner, key) for key in _STAMP)


def _add(
    part: FeaturePart, number: int, entry: _Entry, old: FeatureFile | None, links: bool
) -> None:
    group = f"slide_{number}"
    if entry.file is None:
        assert old is not None
        part.run(partial(_copy, part, group, old.slide(entry.name), entry.stamp))
        return
    with entry.opened or FeatureFile(entry.file) as file:
        slide = file.slide()
        slide.coords  # noqa: B018 - reading them checks that all fits
        if links:
            told = _relative(entry.file, part.path.parent)
            part.run(partial(_link, part, group, slide, entry.stamp, told))
        else:
            part.run(partial(_copy, part, group, slide, entry.stamp))


def _copy(part: FeaturePart, name: str, slide: SlideFeatures, stamp: Stamp) -> None:
    group = _described(part, name, slide, stamp)
    with reading(slide.path):
        for key in (b"features", b"coords"):
            h5o.copy(slide.owner, key, group.id, key)


def _link(
    part: FeaturePart, name: str, slide: SlideFeatures, stamp: Stamp, told: str
) -> None:
    group = _described(part, name, slide, stamp)
    for key in ("features", "coords"):
        group[key] = h5py.ExternalLink(told, f"/{key}")


def _described(
    part: FeaturePart, name: str, slide: SlideFeatures, stamp: Stamp
) -> h5py.Group:
    group = new_group(part.file, name)
    with reading(slide.path):
        meta = replace(read_meta(slide.owner, slide.name), slide_name=slide.name)
        write_meta(part.creator, group, meta, slide.shape)
    for key, value in zip(_STAMP, stamp, strict=True):
        if value is not None:
            part.creator.attribute(group.id, key, value)
    return group


def copy_slide(part: FeaturePart, group: str, file: FeatureFile, name: str) -> None:
    """Copy a slide of a database into a new one, raw."""
    stamp = _stored_stamp(file, name)
    part.run(partial(_copy, part, group, file.slide(name), stamp))


def link_slide(part: FeaturePart, group: str, file: FeatureFile, name: str) -> None:
    """Link in a new database to what an old one links to."""
    stamp, slide = _stored_stamp(file, name), file.slide(name)
    told = _relative(slide.path, part.path.parent)
    part.run(partial(_link, part, group, slide, stamp, told))


def _relative(file: Path, folder: Path) -> str:
    told = Path(os.path.relpath(file.resolve(), folder.resolve()))
    if told.is_absolute() or ".." in told.parts:
        raise StorageError(
            f"{file} lies outside {folder}, so the database cannot link to it",
            "consolidate by copy, or move the file",
        )
    return told.as_posix()
