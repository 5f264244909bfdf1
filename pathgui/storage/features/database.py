"""Databases of features: many slides in one file, by raw copy or by links."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pathgui.errors import Cancelled, StorageError
from pathgui.storage.features.copying import (
    Origin,
    Rows,
    copy_rows,
    copy_slide,
    excluded_in,
    link_slide,
    origin_of,
    stored_origin,
)
from pathgui.storage.features.part import FeaturePart
from pathgui.storage.features.reader import FeatureFile, SlideFeatures
from pathgui.tiling import Box, tiles_within

Progress = Callable[[str, int, int], None]
Excluded = Mapping[str, Collection[Box]]
# Files that are kept open from the first look to the copy.
_OPEN = 200


@dataclass(frozen=True, slots=True)
class ConsolidateReport:
    """What became of each slide of a database; names in the order of the file.

    Attributes
    ----------
    path : Path
        The database.
    added, replaced, kept, dropped : tuple of str
        Slides.
    excluded_tiles : dict of str to int
        How many tiles of a slide the database leaves out, for slides that lack some.
    """

    path: Path
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    excluded_tiles: dict[str, int] = field(default_factory=dict)

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
    the file where it has been opened already; `rows` are those that are taken, if not
    all of them are.
    """

    name: str
    file: Path | None
    origin: Origin
    opened: FeatureFile | None = None
    rows: Rows | None = None


def consolidate(
    files: Iterable[Path | str],
    out: Path | str,
    *,
    links: bool = False,
    drop: Collection[str] = (),
    excluded: Excluded | None = None,
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
    excluded : mapping of str to boxes, optional
        Boxes ``(x, y, width, height)`` in level-0 pixels by slide: tiles with their
        centre in one are left out, also where the database held them. Such slides are
        copied, whatever `links` says.
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
        boxes = excluded or {}
        given = _given([Path(file) for file in files], boxes, stack)
        entries, report = _plan(given, target, old, boxes, links, drop)
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
    excluded: Excluded,
    links: bool,
    drop: Collection[str],
) -> tuple[list[_Entry], ConsolidateReport]:
    entries: dict[str, _Entry] = {}
    replaced: list[str] = []
    kept: list[str] = []
    dropped: list[str] = []
    for name in () if old is None else old.slide_names:
        assert old is not None
        new = given.pop(name, None)
        if new is None and name in drop:
            dropped.append(name)
        elif new is not None and _differs(old, new, links):
            replaced.append(name)
            entries[name] = new
        else:
            boxes = excluded.get(name, ()) if new is None else ()
            entries[name] = held = _held(old, name, boxes, links)
            (kept if held.rows is None else replaced).append(name)
    entries |= given
    report = ConsolidateReport(
        target, tuple(given), tuple(replaced), tuple(kept), tuple(dropped),
        {e.name: excluded_in(e.origin) for e in entries.values() if e.origin[-1]},
    )  # fmt: skip
    return list(entries.values()), report


def _held(old: FeatureFile, name: str, boxes: Collection[Box], links: bool) -> _Entry:
    """A slide as the database holds it, without what has been excluded since."""
    origin = stored_origin(old, name)
    rows = _chosen(old.slide(name), boxes) if boxes else None
    if rows is not None:
        lost = excluded_in(origin) + len(old.slide(name)) - len(rows)
        return _Entry(name, None, (*origin[:-1], lost), rows=rows)
    file = old.slide(name).path if links and old.is_linked(name) else None
    return _Entry(name, file, origin)


def _differs(old: FeatureFile, new: _Entry, links: bool) -> bool:
    """Whether a slide's file says something else than the database does."""
    linked = links and new.rows is None
    if (new.origin, linked) != (stored_origin(old, new.name), old.is_linked(new.name)):
        return True
    if new.rows is None:
        return False
    # As many tiles are left out as were; they may be others.
    assert new.file is not None
    with nullcontext(new.opened) if new.opened else FeatureFile(new.file) as file:
        coords = file.slide().coords[new.rows]
    return not np.array_equal(coords, old.slide(new.name).coords)


def _given(
    files: list[Path], excluded: Excluded, stack: ExitStack
) -> dict[str, _Entry]:
    """Slides by name; the first files stay open until the stack is closed."""
    found: dict[str, _Entry] = {}
    for path in files:
        origin = origin_of(path)
        file = stack.enter_context(FeatureFile(path))
        if file.is_database:
            raise StorageError(f"{path} is a database, not the file of one slide")
        name = file.slide_names[0]
        if name in found:
            raise StorageError(
                f"{found[name].file} and {path} hold the same slide, {name!r}",
                "give one of them",
            )
        boxes = excluded.get(name, ())
        rows = _chosen(file.slide(), boxes) if boxes else None
        if rows is not None:
            origin = (*origin[:-1], len(file.slide()) - len(rows))
        keep = len(found) < _OPEN
        found[name] = _Entry(name, path, origin, file if keep else None, rows)
        if not keep:
            file.close()
    return found


def _chosen(slide: SlideFeatures, boxes: Collection[Box]) -> Rows | None:
    """Rows of tiles that lie in no box; None if that is all of them."""
    side = slide.meta.tile_size * slide.meta.downsample
    out = tiles_within(slide.coords, side, boxes)
    return np.flatnonzero(~out) if out.any() else None


def _add(
    part: FeaturePart, number: int, entry: _Entry, old: FeatureFile | None, links: bool
) -> None:
    group = f"slide_{number}"
    if entry.file is None:
        assert old is not None
        _put(part, group, old.slide(entry.name), entry)
        return
    with entry.opened or FeatureFile(entry.file) as file:
        slide = file.slide()
        slide.coords  # noqa: B018 - reading them checks that all fits
        if links and entry.rows is None:
            link_slide(part, group, slide, entry.origin)
        else:
            _put(part, group, slide, entry)


def _put(part: FeaturePart, group: str, slide: SlideFeatures, entry: _Entry) -> None:
    if entry.rows is None:
        copy_slide(part, group, slide, entry.origin)
    else:
        copy_rows(part, group, slide, entry.origin, entry.rows)
