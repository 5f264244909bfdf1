"""Reading everything again to prove that no byte has changed."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from pathgui.errors import IntegrityError, ProjectError
from pathgui.integrity.hashing import ALGORITHMS, is_checksum
from pathgui.integrity.readers import Hashed, Progress, Stop, Work, hash_all
from pathgui.integrity.readers import never as _never
from pathgui.integrity.readers import silent as _silent
from pathgui.integrity.records import Record, read_records
from pathgui.integrity.slidefiles import slide_files
from pathgui.project import Project


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What came of verifying; paths as in the manifest.

    Attributes
    ----------
    files : int
        Files that are as recorded.
    changed, missing : tuple of str
        Files with other content, and files that are gone.
    unrecorded : tuple of str
        Files of slides that have no checksum yet (no fault, but no proof either).
    errors : dict of str to str
        Files that cannot be checked, and why.
    """

    files: int = 0
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unrecorded: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every recorded file is there and unchanged."""
        return not (self.changed or self.missing or self.errors)

    def sentences(self) -> Iterator[str]:
        """One sentence for each file that is not as it should be."""
        for path in self.changed:
            yield f"{path} has changed: its checksum is not the recorded one."
        for path in self.missing:
            yield f"{path} is missing."
        for path, reason in self.errors.items():
            yield f"{path} cannot be checked: {reason}."

    def text(self) -> str:
        """The outcome in one line."""
        parts = [f"{self.files} files unchanged"]
        for count, word in (
            (len(self.changed), "changed"),
            (len(self.missing), "missing"),
            (len(self.errors), "not readable"),
            (len(self.unrecorded), "not recorded yet"),
        ):
            if count:
                parts.append(f"{count} {word}")
        return ", ".join(parts) + "."

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        data = asdict(self)
        return {"ok": self.ok, **data} | {
            name: list(data[name]) for name in ("changed", "missing", "unrecorded")
        }


def verify(
    project: Project,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> VerifyReport:
    """Read all recorded files again and compare; nothing is written.

    Parameters
    ----------
    project : Project
        Reading is enough.
    progress : callable, optional
        Given a word, bytes read and bytes in all.
    cancelled : callable, optional
        Gives True when it should stop.

    Raises
    ------
    IntegrityError
        Nothing was recorded yet, or checksums.csv is damaged.
    Cancelled
        On request.
    """
    records = read_records(project.folder("metadata"))
    if not records:
        raise IntegrityError(
            f"{project.root} has no checksums yet, so nothing can be verified.",
            "Record them with: pathgui checksum PROJECT",
        )
    checker = _Checker(project, records)
    found = hash_all(
        "Verifying", checker.work, progress or _silent, cancelled or _never
    )
    for name, item in found.items():
        checker.judge(records[name], item)
    checker.compare_with_manifest()
    return checker.report()


class _Checker:
    def __init__(self, project: Project, records: dict[str, Record]) -> None:
        self.project = project
        self.records = records
        self.files = 0
        self.changed: list[str] = []
        self.missing: list[str] = []
        self.unrecorded: list[str] = []
        self.errors: dict[str, str] = {}
        self.work = list(self._plan())

    def _plan(self) -> Iterator[Work]:
        for name, record in self.records.items():
            if record.algorithm not in ALGORITHMS:
                self.errors[name] = f"its algorithm {record.algorithm!r} is unknown"
            elif not is_checksum(record.checksum, record.algorithm):
                self.errors[name] = f"its record is no {record.algorithm} checksum"
            else:
                try:
                    path = self.project.stored_file(name)
                except ProjectError as error:
                    self.errors[name] = error.message.rstrip(".")
                    continue
                yield Work(name, path, record.algorithm)

    def judge(self, record: Record, item: Hashed) -> None:
        if item.missing:
            self.missing.append(record.path)
        elif item.error:
            self.errors[record.path] = item.error
        elif item.checksum != record.checksum.lower():
            self.changed.append(record.path)
        else:
            self.files += 1

    def compare_with_manifest(self) -> None:
        """Find files without record, and records that were tampered with."""
        manifest = self.project.manifest
        for slide in slide_files(self.project):
            if slide.error:
                self.errors.setdefault(slide.path or slide.slide_id, slide.error)
            for file in slide.files:
                name = self.project.stored_path(file)
                if name not in self.records:
                    there = self.unrecorded if file.exists() else self.missing
                    there.append(name)
            known = manifest.text(slide.row, "checksum")
            if known and slide.files:
                self._compare(self.project.stored_path(slide.files[0]), known)

    def _compare(self, name: str, known: str) -> None:
        record = self.records.get(name)
        if record is None:
            self.errors[name] = (
                "the manifest has its checksum, but checksums.csv has lost it"
            )
        elif len(known) != len(record.checksum):
            return  # of another algorithm
        elif known.lower() != record.checksum.lower():
            self.errors.setdefault(
                name, "the manifest and checksums.csv have different checksums of it"
            )

    def report(self) -> VerifyReport:
        return VerifyReport(
            self.files,
            tuple(self.changed),
            tuple(dict.fromkeys(self.missing)),
            tuple(dict.fromkeys(self.unrecorded)),
            self.errors,
        )
