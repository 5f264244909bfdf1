"""A project on disk: made, opened, locked, closed."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from typing_extensions import override

from pathgui.errors import ProjectError, ProjectLockedError
from pathgui.project import config as config_file
from pathgui.project import layout
from pathgui.project.config import ProjectConfig
from pathgui.project.edits import Edit
from pathgui.project.filesoutside import FilesOutside
from pathgui.project.journal import Entry
from pathgui.project.lock import ProjectLock
from pathgui.project.names import check_slide_id
from pathgui.project.schema import Column
from pathgui.project.table import Table
from pathgui.project.watch import NOBODY, Watch
from pathgui.project.workbook import Prepared, Workbook


class Project(FilesOutside):
    """A cohort of slides and its tables; made by `create` or `open`.

    Edits may come from any thread; one at a time is carried out.

    Attributes
    ----------
    root : Path
        Absolute folder.
    """

    def __init__(
        self,
        root: Path,
        config: ProjectConfig,
        lock: ProjectLock | None,
        watch: Watch = NOBODY,
    ) -> None:
        book = Workbook(root, config, writable=lock is not None, watch=watch)
        super().__init__(root, book, lock)

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
        lock = ProjectLock(folder / layout.PRIVATE)
        try:
            layout.make_folders(folder)
            lock.acquire()
            if (folder / config_file.FILE).exists():  # somebody was quicker
                raise ProjectError(f"{folder} is a project already.", "Open it.")
            config_file.save(folder, ProjectConfig(name or folder.name))
            project = cls(folder, config_file.load(folder), lock)
            project._book.write_missing()
        except OSError as error:
            lock.release()
            raise ProjectError(
                f"No project can be made at {folder}: {error.strerror or error}.",
                "Choose a folder that you may write to.",
            ) from error
        except BaseException:
            lock.release()
            raise
        return project

    @classmethod
    def open(
        cls, root: Path | str, *, write: bool = True, watch: Watch | None = None
    ) -> "Project":
        """Open a project; for reading alone it needs no lock.

        Parameters
        ----------
        root : path
            The project folder.
        write : bool
            Take the lock, so that edits can be applied. Commands that only read
            pass False and work while a window has the project.
        watch : Watch, optional
            Told how far the tables are read; all of them are read at once then, and
            otherwise when they are asked for.

        Raises
        ------
        ProjectError
            Not a project, of a newer version, or locked (the message says by whom).
        TableError
            With a watch: a table is damaged.
        Cancelled
            On request of the watch.
        """
        folder = Path(root).expanduser().resolve()
        config = config_file.load(folder)
        if not write:
            project = cls(folder, config, None, watch or NOBODY)
            project._read_all(watch)
            return project
        try:
            layout.make_folders(folder)
        except OSError as error:
            raise ProjectLockedError(
                f"{folder} cannot be written to: {error.strerror or error}.",
                "It can be read; to change it, make its folder writable.",
            ) from error
        lock = ProjectLock(folder / layout.PRIVATE)
        lock.acquire()
        try:
            # Another one may have written the settings until the lock was ours.
            project = cls(folder, config_file.load(folder), lock, watch or NOBODY)
            layout.sweep_parts(folder)
            project._book.recover()
            project._read_all(watch)
        except OSError as error:
            lock.release()
            raise ProjectError(
                f"{folder} cannot be tidied: {error.strerror or error}."
            ) from error
        except BaseException:
            lock.release()
            raise
        return project

    def _read_all(self, watch: Watch | None) -> None:
        if watch is not None:
            self._book.read_all()

    def close(self) -> None:
        """Release the lock. Unsaved edits stay in the journal for the next opening."""
        self._book.close()
        self._closed = True
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def config(self) -> ProjectConfig:
        """What pathgui.toml says."""
        return self._book.config

    @property
    def name(self) -> str:
        return self.config.name

    @property
    @override
    def writable(self) -> bool:
        """Whether it was opened for writing and is not closed."""
        return self._lock is not None

    @property
    def recovered(self) -> int:
        """Edits of an interrupted session that were brought back on opening."""
        return self._book.recovered

    @property
    def recovered_edits(self) -> list[Edit]:
        """What was brought back on opening, in order, with what took some back."""
        return self._book.recovered_edits

    @property
    def recovered_time(self) -> str:
        """When the last of them was made, in ISO form; empty if there is none."""
        return self._book.recovered_time if self.recovered else ""

    @property
    def unsaved_entries(self) -> tuple[Entry, ...]:
        """Edits that are not saved yet, with who made them when, the latest last."""
        return self._book.unsaved_entries

    @property
    def warnings(self) -> list[str]:
        """What opening found that people should know."""
        return self._book.warnings

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
        """A table by name; read from disk on first use; TableError."""
        return self._book.open(name).table

    def check_slide_id(self, slide_id: str) -> str:
        """Why a text cannot be a slide id in this project, or ``""``."""
        return check_slide_id(slide_id, set(self.manifest.texts("cohort").tolist()))

    @property
    def dirty(self) -> bool:
        """Whether there are edits that are not saved."""
        return self._book.dirty

    def apply(self, edit: Edit) -> None:
        """Change tables in memory; the edit is on disk when this returns.

        Raises
        ------
        ProjectError
            Opened for reading, or the journal cannot be written; nothing changed.
        TableError
            The edit names rows or columns that are not there, or text that no
            file can hold; nothing changed.
        SettingsChangedError
            A setting is no longer what the edit found; nothing changed.
        """
        self._require_lock()
        self._book.apply(edit)

    def prepare(self, edit: Edit) -> Prepared:
        """The first half of `apply`, which takes long: tables stay as they are.

        Any thread may do it while another one shows the tables. `finish` is to
        follow; until then other threads make no edits. Raises as `apply`.

        Returns
        -------
        Prepared
            The tables as they will be.
        """
        self._require_lock()
        return self._book.prepare(edit)

    def finish(self) -> list[object]:
        """The second half: put in place what was prepared, in a moment.

        Returns
        -------
        list
            The texts that are replaced. To let millions of them go takes a while.
        """
        return self._book.finish()

    def save(self) -> None:
        """Write the changed tables atomically and keep their old versions.

        Raises
        ------
        TableChangedError
            A file changed on disk since it was read; nothing was written.
        TableError, ProjectError
            The disk refused; the files are old or new, the edits are kept.
        """
        self._require_lock()
        self._book.save()

    def ensure_column(self, table: str, column: Column | str) -> None:
        """Add a column unless there is one of this name; raises as `apply`."""
        wanted = Column(column) if isinstance(column, str) else column
        found = self.table(table)
        if not found.has_column(wanted.name):
            change = found.new_column(wanted)
            self.apply(Edit(f"Add column {wanted.name}", columns=(change,)))

    def configure(self, **changes: Any) -> None:
        """Change settings (fields of ProjectConfig) and write pathgui.toml.

        Raises
        ------
        ProjectError
            Opened for reading, a value makes no sense, or the disk refuses.
        """
        self._require_lock()
        self._book.reread_settings()
        config = replace(self.config, **changes)
        config_file.check_rule(config.patient_rule)
        self._book.configure(config)
