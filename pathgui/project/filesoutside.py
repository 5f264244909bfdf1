"""What a project has to do with files that others wrote, and with their versions."""

from pathlib import Path

from pathgui.errors import ProjectError
from pathgui.project.edits import Edit
from pathgui.project.lock import ProjectLock
from pathgui.project.merge import Choice, Conflict, Merging, Settle, as_fitted
from pathgui.project.places import Places
from pathgui.project.versions import Version
from pathgui.project.watch import NOBODY, Watch
from pathgui.project.workbook import Workbook


class FilesOutside(Places):
    """Tables and settings that another program changed, and older states of tables."""

    def __init__(self, root: Path, book: Workbook, lock: ProjectLock | None) -> None:
        super().__init__(root)
        self._book = book
        self._lock = lock
        self._closed = False

    def changed_on_disk(self) -> list[str]:
        """Names of open tables whose files another program changed."""
        return self._book.changed_on_disk()

    def reload(self, table: str) -> None:
        """Read a table again and drop its unsaved edits; raises as `merge`."""
        self.merge(table, "theirs")

    def compare_with_disk(self, table: str) -> tuple[Edit, str]:
        """Compare a table with its file; nothing is changed.

        Returns
        -------
        Edit
            What would make the table as it is on disk.
        str
            SHA-256 of the file, for `merge`; empty if there is none.

        Raises
        ------
        TableError
            The file is damaged.
        """
        return self._book.compare(table)

    def merge(
        self, table: str, choice: Choice, checksum: str | None = None
    ) -> list[Conflict]:
        """Bring together unsaved edits and a file that changed on disk.

        Row ids stay, so that older edits can still be undone. Nothing is written
        but the journal: `save` follows.

        Parameters
        ----------
        table : str
            ``"manifest"`` or ``"clinical"``.
        choice : {"ours", "theirs", "cell"}
            Keep what is here, take what is on disk, or both where they do not touch
            the same cell; where they do, ours stays and a conflict tells.
        checksum : str, optional
            What the file is expected to be, from `compare_with_disk`.

        Returns
        -------
        list of Conflict
            Only for ``"cell"``.

        Raises
        ------
        TableChangedError
            The file is another than expected; nothing was done.
        TableError, ProjectError
            The file is damaged, or the journal cannot be written.
        """
        self._require_lock()
        return self._book.merge(table, choice, checksum)

    def prepare_merge(
        self,
        table: str,
        choice: Choice,
        checksum: str | None = None,
        settle: Settle = as_fitted,
        watch: Watch = NOBODY,
    ) -> Merging:
        """The first half of `merge`, which takes long: the table stays as it is.

        Any thread may do it while another one shows the tables. `finish` is to
        follow; until then other threads make no edits. Several tables may be
        prepared one after the other.

        Parameters
        ----------
        table, choice, checksum
            As for `merge`.
        settle : callable, optional
            Gets the table as it was fitted and the conflicts; gives cells that are
            to be otherwise.
        watch : Watch
            Told how far the file is read.

        Raises
        ------
        Cancelled
            On request, or the project was closed meanwhile; nothing was done.
        TableChangedError, TableError, ProjectError
            As `merge`.
        """
        self._require_lock()
        return self._book.prepare_merge(table, choice, checksum, settle, watch)

    def versions(self, table: str) -> list[Version]:
        """Older states of a table's file, newest first."""
        return self._book.versions(table)

    def restore(self, table: str, version: Version) -> Edit:
        """The edit that brings an older state back; to be applied, can be undone.

        Raises
        ------
        TableError
            The version cannot be read.
        """
        return self._book.restore(table, version)

    @property
    def unsaved_settings(self) -> int:
        """How many settings differ from those in pathgui.toml."""
        return self._book.settings.unsaved

    def reread_settings(self) -> bool:
        """Take over what another program wrote into pathgui.toml.

        What was changed here as well, and is not saved, stays.

        Returns
        -------
        bool
            Whether anything is another now.

        Raises
        ------
        ProjectError
            The file cannot be read.
        """
        return self._book.reread_settings()

    def _require_lock(self) -> None:
        if self._lock is None:
            raise ProjectError(
                "The project is closed."
                if self._closed
                else "The project was opened for reading only."
            )
