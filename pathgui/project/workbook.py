"""The tables of a project in memory, with their files, journal and history."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pathgui import log
from pathgui.errors import Cancelled, ProjectError, TableChangedError, TableError
from pathgui.project import layout, merge, recovery
from pathgui.project.config import TABLES, ProjectConfig
from pathgui.project.edits import Edit
from pathgui.project.files import FileState
from pathgui.project.journal import Content, Entry
from pathgui.project.merge import Choice, Conflict, Merging, Settle, as_fitted
from pathgui.project.opentable import OpenTable
from pathgui.project.restoring import defined_at
from pathgui.project.settingsfile import SettingsFile
from pathgui.project.store import Ids
from pathgui.project.table import Table
from pathgui.project.unsaved import Unsaved
from pathgui.project.versions import Version, versions
from pathgui.project.watch import NOBODY, Watch

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An edit that is recorded, and the tables and settings as it makes them."""

    edit: Edit
    tables: Mapping[str, Table]
    settings: ProjectConfig


class Workbook:
    """Applies, journals, saves, merges and recovers; knows nothing of slides.

    Parameters
    ----------
    root : Path
        Folder of the project.
    config : ProjectConfig
        Its settings.
    writable : bool
        Whether this process holds the lock.
    watch : Watch
        Told while tables are read.
    """

    def __init__(
        self,
        root: Path,
        config: ProjectConfig,
        *,
        writable: bool,
        watch: Watch = NOBODY,
    ) -> None:
        self.root = root
        self.settings = SettingsFile(root, config)
        self.recovered = 0
        self.recovered_edits: list[Edit] = []
        self.recovered_time = ""
        self.warnings: list[str] = []
        self._writable = writable
        self._watch = watch
        self._tables: dict[str, OpenTable] = {}
        self._unsaved = Unsaved(root)
        self._columns_changed = False
        self._prepared: Prepared | None = None
        self._merged: dict[str, OpenTable] = {}
        self._closed = False
        self._guard = threading.RLock()
        # What a reader shows of edits that the writer has not saved.
        self._foreign = None if writable else self._unsaved.read()
        if self._foreign is not None:
            self.settings.bring_back(recovery.settings_of(self._foreign))

    @property
    def config(self) -> ProjectConfig:
        """Settings as they are here."""
        return self.settings.config

    def open(self, name: str) -> OpenTable:
        """A table with its file; read on first use; TableError."""
        # A table that is here is given without waiting for an edit under way.
        if (known := self._tables.get(name)) is not None:
            return known
        with self._guard:
            if name not in TABLES:
                raise TableError(f"A project has no table {name!r}.")
            if name not in self._tables:
                opened = self._load(name)
                if self._foreign is not None:
                    recovery.show_unsaved(opened, self._foreign)
                self._tables[name] = opened
            return self._tables[name]

    def _load(
        self, name: str, ids: Ids | None = None, watch: Watch | None = None
    ) -> OpenTable:
        path = self._path(name)
        return OpenTable.load(name, path, self.config, ids, watch or self._watch)

    def _path(self, name: str) -> Path:
        return self.root / layout.TABLE_FILES[name]

    def read_all(self) -> None:
        """Read all tables now, and tell nobody of what is read later; TableError."""
        for name in TABLES:
            self.open(name)
        self._watch = NOBODY

    def write_missing(self) -> None:
        """Write the headers of tables that have no file yet; TableError."""
        for name in TABLES:
            self.open(name).save_empty()

    @property
    def dirty(self) -> bool:
        """Whether saving would write anything."""
        tables = any(opened.table.dirty for opened in self._tables.values())
        return self._columns_changed or bool(self.settings.unsaved) or tables

    def apply(self, edit: Edit) -> None:
        """Check, record, then change; see `Project.apply`."""
        if not edit:
            return
        with self._guard:
            opened, settings = self._checked(edit)
            self._unsaved.record(edit, opened)
            for item in opened.values():
                item.table.change(edit)
            self._take_settings(settings)
            self._columns_changed |= bool(edit.columns)

    def prepare(self, edit: Edit) -> Prepared:
        """Record an edit, and carry it out beside the tables; see `Project.prepare`."""
        with self._guard:
            opened, settings = self._checked(edit)
            forks = {name: item.table.forked(edit) for name, item in opened.items()}
            self._unsaved.record(edit, opened)
            self._prepared = Prepared(edit, forks, settings)
            return self._prepared

    def finish(self) -> list[object]:
        """Put in place what was prepared, if anything was; returns what it replaces."""
        with self._guard:
            merged, self._merged = self._merged, {}
            old: list[object] = [self.open(name).table.store for name in merged]
            for name, fitted in merged.items():
                self.open(name).adopt(fitted)
            prepared, self._prepared = self._prepared, None
            if prepared is None:
                return old
            old += [
                self.open(name).table.take(fork, prepared.edit)
                for name, fork in prepared.tables.items()
            ]
            self._take_settings(prepared.settings)
            self._columns_changed |= bool(prepared.edit.columns)
            return old

    def close(self) -> None:
        """Put in place what was prepared; nothing is merged from now on."""
        with self._guard:
            self.finish()
            self._closed = True

    def _checked(self, edit: Edit) -> tuple[dict[str, OpenTable], ProjectConfig]:
        """The tables of an edit, and the settings after it; raises as `apply`."""
        self.finish()
        opened = {name: self.open(name) for name in sorted(edit.tables())}
        for item in opened.values():
            item.table.check(edit)
        if edit.settings:
            self.reread_settings()
        return opened, self.settings.check(edit.settings)

    def _take_settings(self, settings: ProjectConfig) -> None:
        self.settings.config = settings
        clinical = self._tables.get("clinical")
        if clinical is not None and clinical.table.key != settings.clinical_key:
            clinical.table.set_key(settings.clinical_key)

    def reread_settings(self) -> bool:
        """Take over what another program wrote into pathgui.toml; ProjectError.

        Returns
        -------
        bool
            Whether there was anything.
        """
        with self._guard:
            before = self.settings.base.columns
            if not self.settings.reread():
                return False
            now = self.settings.base.columns
            for name, opened in (*self._tables.items(), *self._merged.items()):
                opened.table.redefine(before.get(name, {}), now.get(name, {}))
            self._take_settings(self.settings.config)
            return True

    def save(self) -> None:
        """Write what changed; see `Project.save`."""
        with self._guard:
            self.finish()
            changed = {k: o for k, o in self._tables.items() if o.table.dirty}
            for opened in changed.values():
                opened.refuse_if_changed()
            encoded = {name: opened.encode() for name, opened in changed.items()}
            if self._columns_changed or self.settings.unsaved:
                self.reread_settings()
            self.settings.refuse_if_torn()
            before = self.settings.base.columns
            try:
                self._save_settings()
                sums = {name: checksum for name, (_, checksum) in encoded.items()}
                self._unsaved.announce(changed, sums)
                for name, opened in changed.items():
                    labels = self._unsaved.labels(name)
                    opened.save(encoded[name][0], labels, before.get(name))
                self._unsaved.saved()
            except OSError as error:
                raise ProjectError(
                    f"{self.root} cannot be saved: {error.strerror or error}.",
                    "Your edits are kept; mend the disk, then save again.",
                ) from error

    def _save_settings(self) -> None:
        if not (self._columns_changed or self.settings.unsaved):
            return
        config = self.settings.config
        for name, opened in self._tables.items() if self._columns_changed else ():
            defined = {column.name: column for column in opened.table.columns}
            config = config.with_columns(name, defined)
        self.settings.write(config)
        self._columns_changed = False

    def configure(self, config: ProjectConfig) -> None:
        """Write other settings; ProjectError."""
        with self._guard:
            self.settings.configure(config)

    def changed_on_disk(self) -> list[str]:
        """Names of open tables whose files are not as they were read."""
        with self._guard:
            return [name for name, o in self._tables.items() if o.changed_on_disk()]

    def merge(
        self, name: str, choice: Choice, checksum: str | None = None
    ) -> list[Conflict]:
        """Read a file again and fit the unsaved edits to it; see `Project.merge`."""
        with self._guard:
            merging = self.prepare_merge(name, choice, checksum)
            self.finish()
            return list(merging.conflicts)

    def prepare_merge(
        self,
        name: str,
        choice: Choice,
        checksum: str | None = None,
        settle: Settle = as_fitted,
        watch: Watch | None = None,
    ) -> Merging:
        """Fit edits and file together beside the table; see `Project.prepare_merge`."""
        ours, config = self.open(name), self.config
        theirs = self._load(name, watch=watch)  # which nobody waits for
        if checksum not in (None, theirs.checksum):
            raise TableChangedError(
                f"{theirs.path.name} was changed again by another program.",
                "Nothing was done; look at what is on disk now.",
            )
        (watch or self._watch).step(f"Fitting {theirs.path.name}", 0, 0)
        with self._guard:
            if self._closed:
                raise Cancelled("The project was closed; nothing was merged.")
            if self._prepared is not None or name in self._merged:
                self.finish()
            defined = (config.columns, self.config.columns)
            theirs.table.redefine(*(columns.get(name, {}) for columns in defined))
            if theirs.state is None or not theirs.state.size:
                theirs.dialect = ours.dialect  # a file that is gone says nothing
            before = ours.table.twin()
            merged = merge.merge(before, theirs.table, choice)
            fitted = theirs.table.forked(merged.edit)
            edit = merged.edit
            if cells := settle(fitted, merged.conflicts):
                fitted = fitted.forked(Edit(edit.label, tuple(cells)))
                edit = merge.between(theirs.table, fitted, edit.label)
            self._unsaved.marked.discard(name)
            self._record_merged(name, edit, theirs)
            self._merged[name] = theirs.with_table(fitted)
            return Merging(before, fitted, tuple(merged.conflicts))

    def _record_merged(self, name: str, edit: Edit, opened: OpenTable) -> None:
        if edit:
            self._unsaved.record(edit, {name: opened})
            self._columns_changed |= bool(edit.columns)
        else:
            self._unsaved.void(name, opened)

    def _put_merged(self, name: str, edit: Edit) -> None:
        opened = self.open(name)
        self._record_merged(name, edit, opened)
        opened.table.change(edit)

    def versions(self, name: str) -> list[Version]:
        """Older states of a table's file, newest first."""
        return versions(self._path(name))

    def restore(self, name: str, version: Version) -> Edit:
        """The edit that brings an older state back; see `Project.restore`."""
        with self._guard:
            self.finish()
            now = self.open(name).table
            config = defined_at(self.config, now, self._path(name), version)
            older = OpenTable.load(name, version.path, config, None, self._watch)
            when = f"{version.time.astimezone():%Y-%m-%d %H:%M}"
            if older.state is None:
                raise TableError(
                    f"The version of {when} is no longer there.",
                    "Only the latest versions are kept; choose another.",
                )
            return merge.difference(now, older.table, f"Restore {name} of {when}")

    def compare(self, name: str) -> tuple[Edit, str]:
        """What would make a table as it is on disk, and the checksum of that."""
        there = self._load(name)
        with self._guard:  # no longer than that: others may change tables meanwhile
            now = self.open(name).table.frozen()
        label = f"Take {there.path.name} from disk"
        return merge.difference(now, there.table, label), there.checksum

    @property
    def unsaved_entries(self) -> tuple[Entry, ...]:
        """What is to go to the history with the next save."""
        return tuple(self._unsaved.entries)

    def recover(self) -> None:
        """Bring back what an interrupted session did not save; ProjectError."""
        content = self._unsaved.read()
        if not content.entries:
            self.warnings += self._unsaved.drop(content)
            self._note_recovery()
            return
        self._load_as_marked(content)
        replayed = recovery.replay(self._tables, content, self.warnings)
        self.recovered_time = str(content.entries[-1].line.get("time", ""))
        self._columns_changed = any(entry.edit.columns for entry in content.entries)
        done, lost = self.settings.bring_back(recovery.settings_of(content))
        self._take_settings(self.settings.config)
        parts = recovery.with_settings(replayed, content) if not lost else []
        self.recovered_edits = parts or [replayed[k] for k in sorted(replayed)]
        self.recovered = recovery.steps_of(self.recovered_edits).count
        self.recovered += bool(done and not self.recovered_edits)
        self.warnings += lost
        touched = {name for entry in content.entries for name in entry.edit.tables()}
        known = {n for n in touched if content.knows(n, self._tables[n].checksum)}
        keep = bool(self.warnings)
        self.warnings += self._unsaved.go_on(content, known, keep=keep)
        for name in sorted(touched - known):
            self._refit(name, content)
        self._note_recovery()

    def _note_recovery(self) -> None:
        """Log what came back; commands show it, and windows tell it in their way."""
        if self.recovered:
            count = f"{self.recovered:,} unsaved edit{'s' * (self.recovered > 1)}"
            _log.warning("%s of a session that ended early came back.", count)
        for words in self.warnings:
            _log.warning("%s", words)

    def _load_as_marked(self, content: Content) -> None:
        """Read all tables, with the row ids of the session that ended."""
        for name in TABLES:
            path = self._path(name)
            checksum = FileState.read(path)[1].sha256 if path.exists() else ""
            mark = content.mark_for(name, checksum)
            ids = mark.ids.get(name) if mark else None
            self._tables[name] = self._load(name, ids)

    def _refit(self, name: str, content: Content) -> None:
        """A file that another program changed after the crash: fit edits by key."""
        opened = self._tables[name]
        edit = recovery.by_key(opened, content, self.warnings)
        self._put_merged(name, edit)
        if edit:
            self.recovered += 1
            self.recovered_edits.append(edit)
