"""Edits that are not saved yet: in order, and on disk in the journal."""

from collections.abc import Mapping
from pathlib import Path

from pathgui.errors import ProjectError, TableError
from pathgui.project import layout
from pathgui.project.edits import Edit
from pathgui.project.journal import Content, Entry, Journal, Mark, append_history
from pathgui.project.opentable import OpenTable

Tables = Mapping[str, OpenTable]


class Unsaved:
    """Records edits before they are carried out; the history gets them with a save.

    A table is marked in the journal before its first edit, so that a later session
    knows which edits its file holds already.

    Parameters
    ----------
    root : Path
        Folder of the project.

    Attributes
    ----------
    entries : list of Entry
        The edits, the latest last.
    marked : set of str
        Tables that the journal knows as they are on disk.
    """

    def __init__(self, root: Path) -> None:
        self.entries: list[Entry] = []
        self.marked: set[str] = set()
        self._root = root
        self._files = [root / file for file in layout.TABLE_FILES.values()]
        self._journal = Journal(root / layout.JOURNAL, self._files)

    def read(self) -> Content:
        """What the journal holds, of this session or one before."""
        return self._journal.read()

    def record(self, edit: Edit, tables: Tables) -> None:
        """Write an edit of these tables down.

        Raises
        ------
        TableError
            A text that no file can hold; nothing is recorded.
        ProjectError
            The disk refuses; nothing is recorded.
        """
        rows: dict[str, set[int]] = {name: set() for name in tables}
        for cell in edit.cells:
            rows[cell.table].add(cell.row)
        keys = {
            (name, row): key
            for name, opened in tables.items()
            for row, key in opened.keys_of(rows[name]).items()
        }
        fresh = {k: table for k, table in tables.items() if k not in self.marked}
        try:
            mark = self._mark(fresh) if fresh else None
            self.entries.append(self._journal.append(edit, keys, mark))
            self.marked.update(fresh)
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

    def _mark(self, tables: Tables, saving: Mapping[str, str] | None = None) -> Mark:
        checksums = {
            name: (saving or {}).get(name, opened.checksum)
            for name, opened in tables.items()
        }
        ids = {name: opened.table.ids for name, opened in tables.items()}
        return Mark(len(self.entries), checksums, ids)

    def void(self, name: str, opened: OpenTable) -> None:
        """Make the edits so far void for a table that was read again; ProjectError."""
        if not self.entries:
            return
        try:
            self._journal.mark(self._mark({name: opened}))
        except OSError as error:
            raise _unwritable(error) from error
        self.marked.add(name)

    def labels(self, name: str) -> tuple[str, ...]:
        """The different edits of a table, in words, as they were made."""
        mine = (e.edit.label for e in self.entries if name in e.edit.tables())
        return tuple(dict.fromkeys(mine))

    def announce(self, tables: Tables, checksums: Mapping[str, str]) -> None:
        """Note what tables will be once a save is through; OSError."""
        if tables and self.entries:
            self._journal.mark(self._mark(tables, checksums))

    def saved(self) -> None:
        """Move all edits to the history; OSError."""
        append_history(self._root / layout.HISTORY, self.entries, self._files)
        self._journal.clear()
        self.entries.clear()
        self.marked.clear()

    def drop(self, content: Content) -> list[str]:
        """Clear a journal without edits; one that cannot be read is kept aside.

        Returns
        -------
        list of str
            What people should know.

        Raises
        ------
        ProjectError
            The disk refuses.
        """
        told = []
        try:
            if content.damaged:
                words = "The journal of unsaved edits is damaged; it is kept in"
                told.append(f"{words} {self._journal.keep_copy()}.")
            self._journal.clear()
        except OSError as error:
            raise _unwritable(error) from error
        return told

    def go_on(self, content: Content, marked: set[str], *, keep: bool) -> list[str]:
        """Go on with the journal of an ended session; `keep` keeps a copy of it.

        Parameters
        ----------
        content : Content
            What was read of it.
        marked : set of str
            Tables whose files it knows.
        keep : bool
            Whether not all of it could be brought back.

        Returns
        -------
        list of str
            What people should know.

        Raises
        ------
        ProjectError
            The disk refuses.
        """
        told = []
        try:
            if keep:
                told.append(
                    f"The unsaved edits are kept in {self._journal.keep_copy()}."
                )
            self._journal.cut(content.size)
        except OSError as error:
            raise ProjectError(
                f"Unsaved edits of {self._root} cannot be brought back: "
                f"{error.strerror or error}."
            ) from error
        self.entries, self.marked = list(content.entries), marked
        return told


def _unwritable(error: OSError) -> ProjectError:
    return ProjectError(f"The journal cannot be written: {error.strerror or error}.")
