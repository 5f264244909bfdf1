"""A table together with its file on disk."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from pathgui.errors import TableChangedError
from pathgui.project import tablefile
from pathgui.project.config import ProjectConfig
from pathgui.project.dialect import Dialect
from pathgui.project.files import FileState
from pathgui.project.layout import check_path
from pathgui.project.names import check_cohort, check_slide_id
from pathgui.project.schema import STANDARD, Column, columns_for
from pathgui.project.store import Ids
from pathgui.project.table import Table
from pathgui.project.tableview import Check, CheckMaker, TableView
from pathgui.project.versions import SaveNote
from pathgui.project.watch import NOBODY, Watch


def _slide_id_check(table: TableView) -> Check:
    cohorts = {name.casefold() for name in set(table.texts("cohort").tolist())}

    def check(text: str) -> str:
        if text.casefold() in cohorts:
            return "is the name of a cohort"
        return check_slide_id(text)

    return check


CHECKS: Mapping[str, Mapping[str, CheckMaker]] = {
    "manifest": {
        "slide_id": _slide_id_check,
        "path": lambda _: check_path,
        "cohort": lambda _: check_cohort,
    }
}


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
        watch: Watch = NOBODY,
    ) -> "OpenTable":
        """Read a table of a project; TableError, Cancelled."""
        standard = tuple(column.name for column in STANDARD[name])
        loaded = tablefile.load(path, standard, ids, watch)
        columns = columns_for(name, loaded.store.header, config.columns.get(name, {}))
        key = "slide_id" if name == "manifest" else config.clinical_key
        table = Table(name, loaded.store, columns, key, CHECKS.get(name))
        return OpenTable(name, path, table, loaded.dialect, loaded.state)

    @property
    def checksum(self) -> str:
        """Of the file as it was read or written last."""
        return self.state.sha256 if self.state else ""

    def keys_of(self, rows: Iterable[int]) -> dict[int, str]:
        """What people call rows; ``""`` for those that are not here."""
        ids = np.fromiter(rows, np.int64)
        places = self.table.store.positions(ids)
        texts = self.table.texts(self.table.key)
        names = texts[places] if len(texts) else np.full(len(ids), "", object)
        names[places < 0] = ""
        return dict(zip(ids.tolist(), names.tolist(), strict=True))

    def refuse_if_changed(self) -> None:
        """Raise TableChangedError if someone else wrote the file."""
        tablefile.refuse_if_changed(self.path, self.state)

    def changed_on_disk(self) -> bool:
        """Whether someone else wrote the file."""
        try:
            self.refuse_if_changed()
        except TableChangedError:
            return True
        return False

    def with_table(self, table: Table) -> "OpenTable":
        """The same file with other unsaved edits."""
        return OpenTable(self.name, self.path, table, self.dialect, self.state)

    def adopt(self, other: "OpenTable") -> None:
        """Become what was read again from disk."""
        self.table.adopt(other.table)
        self.dialect, self.state = other.dialect, other.state

    def encode(self) -> tuple[list[bytes], str]:
        """Bytes to write, in blocks, and their SHA-256."""
        data = tablefile.encode(self.table.store, self.dialect)
        return data, tablefile.checksum(data)

    def save(
        self,
        data: Sequence[bytes],
        labels: tuple[str, ...] = (),
        defined: Mapping[str, Column] | None = None,
    ) -> None:
        """Write bytes that `encode` gave; TableError, TableChangedError.

        `labels` name the edits that are saved; `defined` are the definitions of
        columns before them.
        """
        store = self.table.store
        rows = len(store) - len(store.base_added) + len(store.base_removed)
        was = (defined or {}).items()
        gone = (c.to_dict() for name, c in was if not self.table.has_column(name))
        note = SaveNote(labels, rows, tuple(gone))
        self.state = tablefile.save(self.path, data, self.state, note)
        self.table.store.mark_saved()

    def save_empty(self) -> None:
        """Write the header of a table that is not on disk yet."""
        if self.state is None:
            self.save(self.encode()[0])
