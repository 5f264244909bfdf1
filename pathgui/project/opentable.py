"""A table together with its file on disk."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from pathgui.project import tablefile
from pathgui.project.config import ProjectConfig
from pathgui.project.dialect import Dialect
from pathgui.project.files import FileState
from pathgui.project.layout import check_path
from pathgui.project.names import check_cohort
from pathgui.project.schema import STANDARD, columns_for
from pathgui.project.store import Ids
from pathgui.project.table import Check, Table


class OpenTable:
    """Reads a table once, and writes it back if nobody else did."""

    def __init__(
        self, name: str, path: Path, table: Table, dialect: Dialect,
        state: FileState | None,
    ) -> None:  # fmt: skip
        self.name = name
        self.path = path
        self.table = table
        self.dialect = dialect
        self.state = state

    @staticmethod
    def load(
        name: str,
        path: Path,
        config: ProjectConfig,
        ids: Ids | None = None,
        check_slide: Callable[[str], str] | None = None,
    ) -> "OpenTable":
        """Read a table of a project; TableError."""
        standard = tuple(column.name for column in STANDARD[name])
        loaded = tablefile.load(path, standard, ids)
        columns = columns_for(name, loaded.store.header, config.columns.get(name, {}))
        checks: dict[str, Check] = {}
        if check_slide is not None:
            checks = {
                "slide_id": check_slide,
                "path": check_path,
                "cohort": check_cohort,
            }
        key = "slide_id" if name == "manifest" else config.clinical_key
        table = Table(name, loaded.store, columns, key, checks)
        return OpenTable(name, path, table, loaded.dialect, loaded.state)

    @property
    def checksum(self) -> str:
        """Of the file as it was read or written last."""
        return self.state.sha256 if self.state else ""

    def key_of(self, row: int) -> str:
        """What people call a row, or ``""``."""
        table = self.table
        return table.text(row, table.key) if table.has_row(row) else ""

    def refuse_if_changed(self) -> None:
        """Raise TableChangedError if someone else wrote the file."""
        tablefile.refuse_if_changed(self.path, self.state)

    def encode(self) -> tuple[bytes, str]:
        """Bytes to write, and their SHA-256."""
        data = tablefile.encode(self.table.store, self.dialect)
        return data, hashlib.sha256(data).hexdigest()

    def save(self, data: bytes) -> None:
        """Write bytes that `encode` gave; TableError, TableChangedError."""
        self.state = tablefile.save(self.path, data, self.state)
        self.table.store.mark_saved()

    def save_empty(self) -> None:
        """Write the header of a table that is not on disk yet."""
        if self.state is None:
            self.save(self.encode()[0])
