"""A project on disk: opened, locked, edited, saved."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from typing_extensions import override

from pathgui.errors import ProjectError, TableError
from pathgui.project import config as config_file
from pathgui.project import layout, recovery
from pathgui.project.config import ProjectConfig
from pathgui.project.edits import Edit
from pathgui.project.files import FileState
from pathgui.project.journal import Content, Entry, Journal, append_history
from pathgui.project.lock import ProjectLock
from pathgui.project.names import check_slide_id
from pathgui.project.opentable import OpenTable
from pathgui.project.places import Places
from pathgui.project.schema import Column
from pathgui.project.store import Ids
from pathgui.project.table import Table

TABLES = ("manifest", "clinical")


class Project(Places):
    """A cohort of slides and its tables; made by `create` or `open`.

    Attributes
    ----------
    root : Path
        Absolute folder.
    config : ProjectConfig
        What pathgui.toml says.
    recovered : int
        Edits of an interrupted session that were brought back on opening.
    warnings : list of str
        What opening found that people should know.
    """

    def __init__(
        self, root: Path, config: ProjectConfig, lock: ProjectLock | None
    ) -> None:
        super().__init__(root)
        self.config = config
        self.recovered = 0
        self.warnings: list[str] = []
        self._lock = lock
        self._tables: dict[str, OpenTable] = {}
        self._journal = Journal(root / layout.JOURNAL)
        self._entries: list[Entry] = []
        self._config_changed = False
        self._guard = threading.RLock()
        self._closed = False

    @classmethod
    def create(cls, root: Path | str, name: str = "") -> "Project":
        """Make an empty project and open it for writing.

        Raises
        ------
        ProjectError
            There is a project already, or a file is in the way.
        """
        folder = Path(root).expanduser().resolve()
        if (folder / config_file.FILE).exists():
            raise ProjectError(
                f"{folder} is a project already.", "Open it, or choose another folder."
            )
        try:
            layout.make_folders(folder)
            lock = ProjectLock(folder / layout.PRIVATE)
            lock.acquire()
            config_file.save(folder, ProjectConfig(name or folder.name))
        except OSError as error:
            raise ProjectError(
                f"No project can be made at {folder}: {error.strerror or error}.",
                "Choose a folder that you may write to.",
            ) from error
        project = cls(folder, config_file.load(folder), lock)
        for table in TABLES:
            project._open(table).save_empty()
        return project

    @classmethod
    def open(cls, root: Path | str, *, write: bool = True) -> "Project":
        """Open a project; for reading alone it needs no lock.

        Parameters
        ----------
        root : path
            The project folder.
        write : bool
            Take the lock, so that edits can be applied. Commands that only read
            pass False and work while a window has the project.

        Raises
        ------
        ProjectError
            Not a project, of a newer version, or locked (the message says by whom).
        """
        folder = Path(root).expanduser().resolve()
        config = config_file.load(folder)
        if not write:
            return cls(folder, config, None)
        try:
            layout.make_folders(folder)
        except OSError as error:
            raise ProjectError(
                f"{folder} cannot be written to: {error.strerror or error}."
            ) from error
        lock = ProjectLock(folder / layout.PRIVATE)
        lock.acquire()
        project = cls(folder, config, lock)
        try:
            project._recover()
        except BaseException:
            project.close()
            raise
        return project

    def close(self) -> None:
        """Release the lock. Unsaved edits stay in the journal for the next opening."""
        self._closed = True
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        return self.config.name

    @property
    @override
    def writable(self) -> bool:
        """Whether it was opened for writing and is not closed."""
        return self._lock is not None

    @property
    @override
    def manifest(self) -> Table:
        """One row per slide."""
        return self.table("manifest")

    @property
    def clinical(self) -> Table:
        """One row per slide or patient, as imported."""
        return self.table("clinical")

    def table(self, name: str) -> Table:
        """A table by name; read from disk on first use."""
        return self._open(name).table

    def _open(self, name: str) -> OpenTable:
        with self._guard:
            if name not in TABLES:
                raise TableError(f"A project has no table {name!r}.")
            if name not in self._tables:
                opened = self._tables[name] = self._load(name)
                if self._lock is None:
                    recovery.show_unsaved(opened, self._journal.read())
            return self._tables[name]

    def _load(self, name: str, ids: Ids | None = None) -> OpenTable:
        return OpenTable.load(
            name,
            self.root / layout.TABLE_FILES[name],
            self.config,
            ids,
            self.check_slide_id if name == "manifest" else None,
        )

    def check_slide_id(self, slide_id: str) -> str:
        """Why a text cannot be a slide id in this project, or ``""``."""
        return check_slide_id(slide_id, self._cohort_names())

    def _cohort_names(self) -> set[str]:
        return {name for name in set(self.manifest.texts("cohort").tolist()) if name}

    @property
    def dirty(self) -> bool:
        """Whether there are edits that are not saved."""
        return self._config_changed or any(
            opened.table.dirty for opened in self._tables.values()
        )

    def apply(self, edit: Edit) -> None:
        """Change tables in memory; the edit is on disk when this returns.

        Raises
        ------
        ProjectError
            Opened for reading, or the journal cannot be written; nothing changed.
        TableError
            The edit names rows or columns that are not there, or text that no
            file can hold; nothing changed.
        """
        if not edit:
            return
        with self._guard:
            self._require_lock()
            opened = {name: self._open(name) for name in sorted(edit.tables())}
            for item in opened.values():
                item.table.check(edit)
            self._record(edit)
            for item in opened.values():
                item.table.change(edit)
            if edit.columns:
                self._config_changed = True

    def ensure_column(self, table: str, column: Column | str) -> None:
        """Add a column unless there is one of this name; raises as `apply`."""
        wanted = Column(column) if isinstance(column, str) else column
        found = self.table(table)
        if not found.has_column(wanted.name):
            change = found.new_column(wanted)
            self.apply(Edit(f"Add column {wanted.name}", columns=(change,)))

    def _record(self, edit: Edit) -> None:
        keys = {
            (cell.table, cell.row): self._open(cell.table).key_of(cell.row)
            for cell in edit.cells
        }
        try:
            if not self._entries:
                self._journal.begin(*self._marks({}))
            self._entries.append(self._journal.append(edit, keys))
        except UnicodeEncodeError as error:
            raise TableError(
                f"{edit.label}: the text holds a character that no file can hold."
            ) from error
        except OSError as error:
            raise ProjectError(
                f"{edit.label}: the edit cannot be recorded: "
                f"{error.strerror or error}.",
                "Is the disk full or the folder read-only?",
            ) from error

    def _marks(
        self, saving: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, Ids]]:
        checksums = {
            name: saving.get(name) or opened.checksum
            for name, opened in self._tables.items()
        }
        return checksums, {name: o.table.ids for name, o in self._tables.items()}

    def _require_lock(self) -> None:
        if self._lock is None:
            raise ProjectError(
                "The project is closed."
                if self._closed
                else "The project was opened for reading only."
            )

    def save(self) -> None:
        """Write the changed tables atomically and keep their old versions.

        Raises
        ------
        TableChangedError
            A file changed on disk since it was read; nothing was written.
        TableError, ProjectError
            The disk refused; the files are old or new, the edits are kept.
        """
        with self._guard:
            self._require_lock()
            changed = [o for o in self._tables.values() if o.table.dirty]
            for opened in changed:
                opened.refuse_if_changed()
            encoded = {opened.name: opened.encode() for opened in changed}
            try:
                if self._config_changed:
                    self._save_columns()
                if encoded and self._entries:
                    sums = {k: checksum for k, (_, checksum) in encoded.items()}
                    self._journal.mark(*self._marks(sums))
                for opened in changed:
                    opened.save(encoded[opened.name][0])
                append_history(self.root / layout.HISTORY, self._entries)
                self._journal.clear()
            except OSError as error:
                raise ProjectError(
                    f"{self.root} cannot be saved: {error.strerror or error}.",
                    "Your edits are kept; mend the disk, then save again.",
                ) from error
            self._entries.clear()

    def _save_columns(self) -> None:
        config = self.config
        for name, opened in self._tables.items():
            defined = {column.name: column for column in opened.table.columns}
            config = config.with_columns(name, defined)
        config_file.save(self.root, config)
        self.config = config
        self._config_changed = False

    def configure(self, **changes: Any) -> None:
        """Change settings (fields of ProjectConfig) and write pathgui.toml.

        Raises
        ------
        ProjectError
            Opened for reading, a value makes no sense, or the disk refuses.
        """
        with self._guard:
            self._require_lock()
            config = replace(self.config, **changes)
            config_file.check_rule(config.patient_rule)
            try:
                config_file.save(self.root, config)
            except OSError as error:
                raise ProjectError(
                    f"{self.root / config_file.FILE} cannot be written: "
                    f"{error.strerror or error}."
                ) from error
            self.config = config

    def name_rows_by(self, key: str) -> None:
        """Let `slide_id` or `patient_id` name the rows of the clinical table."""
        if key != self.config.clinical_key:
            self.configure(clinical_key=key)
            self.clinical.set_key(key)

    def _recover(self) -> None:
        content = self._journal.read()
        if not content.entries:
            return
        for name in TABLES:
            path = self.root / layout.TABLE_FILES[name]
            checksum = FileState.read(path)[1].sha256 if path.exists() else ""
            mark = content.mark_for(name, checksum)
            ids = mark.ids.get(name) if mark else None
            self._tables[name] = self._load(name, ids)
        self.recovered = recovery.replay(self._tables, content, self.warnings)
        self._entries = list(content.entries)
        self._config_changed = any(entry.edit.columns for entry in content.entries)
        try:
            self._tidy_journal(content)
        except OSError as error:
            raise ProjectError(
                f"Unsaved edits of {self.root} cannot be brought back: "
                f"{error.strerror or error}."
            ) from error

    def _tidy_journal(self, content: Content) -> None:
        if self.warnings:
            copy = self._journal.keep_copy()
            self.warnings.append(f"The unsaved edits are kept in {copy}.")
        self._journal.cut(content.size)
        foreign = {
            name: opened
            for name, opened in self._tables.items()
            if content.mark_for(name, opened.checksum) is None
        }
        if foreign:  # what comes now begins at these files as they are
            self._journal.mark(
                {name: opened.checksum for name, opened in foreign.items()},
                {name: opened.table.ids for name, opened in foreign.items()},
            )
