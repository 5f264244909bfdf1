"""Recording the checksum of every file of every slide."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pathgui.integrity.readers import Hashed, Progress, Stop, Work, hash_all
from pathgui.integrity.readers import never as _never
from pathgui.integrity.readers import silent as _silent
from pathgui.integrity.records import Record, megabytes, read_records, write_records
from pathgui.integrity.slidefiles import SlideFiles, slide_files
from pathgui.project import Cell, Edit, Project


@dataclass(frozen=True, slots=True)
class ChecksumReport:
    """What came of recording.

    Attributes
    ----------
    algorithm : str
        ``md5``, ``sha256``, ``blake3`` or ``xxh3``.
    files, bytes : int
        Files that were read, and their size.
    changed : tuple of str
        Files whose content differs from what was recorded before; the new
        checksum is recorded.
    errors : dict of str to str
        Files that could not be read, and why; an earlier record of them stays.
    """

    algorithm: str
    files: int = 0
    bytes: int = 0
    changed: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every file was read."""
        return not self.errors

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {**asdict(self), "changed": list(self.changed)}


def record(
    project: Project,
    algorithm: str = "md5",
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> ChecksumReport:
    """Hash every file of every slide into ``metadata/checksums.csv``.

    The manifest's `checksum` column gets that of each slide's own file; the caller
    saves the project.

    Parameters
    ----------
    project : Project
        Opened for writing.
    algorithm : str
        ``md5``, ``sha256``, ``blake3`` or ``xxh3`` (128 bits).
    progress : callable, optional
        Given a word, bytes read and bytes in all.
    cancelled : callable, optional
        Gives True when it should stop.

    Raises
    ------
    IntegrityError
        Unknown algorithm, damaged checksums.csv, or the disk refuses.
    MissingExtraError
        BLAKE3 is not installed.
    Cancelled
        On request; nothing was recorded.
    """
    slides = list(slide_files(project))
    named = _named(project, slides)
    work = [Work(name, path, algorithm) for name, path in named.items()]
    metadata = project.folder("metadata")
    old = read_records(metadata)
    found = hash_all("Checksums", work, progress or _silent, cancelled or _never)
    errors = {slide.path or slide.slide_id: slide.error for slide in slides}
    errors = {path: error for path, error in errors.items() if error}
    records, changed = _merge(old, found, algorithm, errors)
    write_records(metadata, records)
    _fill_manifest(project, slides, records, found)
    good = [item for item in found.values() if not item.error]
    return ChecksumReport(
        algorithm, len(good), sum(item.size for item in good), changed, errors
    )


def _named(project: Project, slides: list[SlideFiles]) -> dict[str, Path]:
    return {project.stored_path(file): file for slide in slides for file in slide.files}


def _merge(
    old: dict[str, Record],
    found: dict[str, Hashed],
    algorithm: str,
    errors: dict[str, str],
) -> tuple[dict[str, Record], tuple[str, ...]]:
    records: dict[str, Record] = {}
    changed = []
    for name, item in found.items():
        before = old.get(name)
        if item.error:
            errors[name] = item.error
            if before is not None:
                records[name] = before
            continue
        size = megabytes(item.size)
        records[name] = Record(name, item.checksum, algorithm, size)
        if before is not None and _differs(before, records[name]):
            changed.append(name)
    for name in errors:  # a slide whose files are not known keeps its record
        if name in old:
            records.setdefault(name, old[name])
    return records, tuple(changed)


def _differs(before: Record, now: Record) -> bool:
    if before.algorithm == now.algorithm:
        return before.checksum.lower() != now.checksum
    return before.size_mb != now.size_mb


def _fill_manifest(
    project: Project,
    slides: list[SlideFiles],
    records: dict[str, Record],
    found: dict[str, Hashed],
) -> None:
    cells: list[Cell] = []
    for slide in slides:
        if not slide.files:
            continue
        name = project.stored_path(slide.files[0])
        if name in records and not found[name].error:
            cell = project.manifest.cell(slide.row, "checksum", records[name].checksum)
            if cell.old != cell.new:
                cells.append(cell)
    if cells:
        project.apply(Edit("Record checksums", tuple(cells)))
