"""metadata/checksums.csv: path, checksum, algorithm, size_mb."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pathgui.errors import IntegrityError, TableError
from pathgui.project.tableio import read_rows, write_rows

COLUMNS = ("path", "checksum", "algorithm", "size_mb")
FILE = "checksums.csv"


@dataclass(frozen=True, slots=True)
class Record:
    """What was recorded of a file; `path` as in the manifest."""

    path: str
    checksum: str
    algorithm: str
    size_mb: str


def read_records(metadata: Path) -> dict[str, Record]:
    """Records by path; none where nothing was recorded.

    Raises
    ------
    IntegrityError
        The file is damaged; the message names the line.
    """
    file = metadata / FILE
    if not file.exists():
        return {}
    try:
        rows = read_rows(file, COLUMNS)
    except TableError as error:
        raise IntegrityError(error.message, error.hint) from error
    return {row["path"]: Record(**row) for row in rows}


def write_records(metadata: Path, records: Mapping[str, Record]) -> None:
    """Replace the records atomically; the old ones stay as a version.

    Raises
    ------
    IntegrityError
        The disk refuses; the old file stands.
    """
    columns = {
        name: [getattr(record, name) for record in records.values()] for name in COLUMNS
    }
    try:
        write_rows(metadata / FILE, columns)
    except TableError as error:
        raise IntegrityError(error.message, error.hint) from error


def megabytes(size: int) -> str:
    """Bytes as MB with six digits, so that no byte is lost."""
    return f"{size / 1e6:.6f}"
