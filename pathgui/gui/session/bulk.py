"""Large edits: made in the background, and put in place in a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pathgui.errors import Cancelled, ProjectError
from pathgui.gui.background import Work
from pathgui.project import Edit, Project
from pathgui.project.linked import Linked
from pathgui.project.settingitems import CLINICAL_KEY, RULE
from pathgui.workflows.left_behind import LeftBehind, left_behind
from pathgui.workflows.overrides import completed

if TYPE_CHECKING:
    from pathgui.gui.session.session import Session

# Edits up to this size are made at once; see `Edit.size`.
AT_ONCE = 5000
READING = "This window only reads the project."
READING_HINT = "Another window or command is changing it; close it there first."
Make = Callable[[], Edit | None]
Told = Callable[[bool], object]
Took = Callable[[Edit, Told | None], None]
Refused = Callable[[Exception], None]


@dataclass(frozen=True, slots=True)
class Made:
    """An edit that is prepared, and how rows belong together if that changes.

    One that leaves something behind (`lost`) is not prepared: a person is asked first.
    """

    edit: Edit
    linked: Linked | None = None
    lost: LeftBehind | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    label: str
    make: Make
    decided: Callable[[Edit], Told | None] | None
    sure: bool


class BulkEdits(QObject):
    """One large edit at a time; what others want to change meanwhile waits.

    Attributes
    ----------
    label : str
        What is being made; empty if nothing is.
    changed : Signal(bool)
        An edit began (True), or is over.
    """

    changed = Signal(bool)

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self.label = ""
        self._waiting: list[Callable[[], None]] = []

    @property
    def reason(self) -> str:
        """Why nothing can be edited now; empty if it can."""
        return f"“{self.label}” is being carried out" if self.label else ""

    @property
    def locked(self) -> str:
        """Why no cell can be edited now; empty if cells can."""
        project = self._session.project
        reads = project is not None and not project.writable
        return READING.rstrip(".") if reads else self.reason

    def allows(self, *, changes: bool) -> bool:
        """Whether an edit that changes something can be made now; says why not."""
        session = self._session
        project = session.project
        if project is not None and not project.writable and changes:
            session.trouble.emit(ProjectError(READING, READING_HINT))
            return False
        if self.label:
            session.told.emit(f"{self.reason}; try again in a moment", "note")
        return not self.label

    def start(
        self,
        label: str,
        make: Make,
        took: Took,
        refused: Refused,
        *,
        sure: bool,
        again: bool = False,
    ) -> None:
        """Make an edit and carry it out beside the tables; then put it in place.

        Parameters
        ----------
        label : str
            For people, while it goes on.
        make : callable
            Gives the edit, or None; called in the background.
        took : callable
            Gets the edit once it is in place, and what logs the decisions it makes;
            on this thread.
        refused : callable
            Gets what went wrong; tables are as they were.
        sure : bool
            As for `Session.edit`.
        again : bool
            It is a step that was made before.
        """
        project = self._session.project
        if project is None or self.label:
            return
        # A step that is taken back or again knows already what to log.
        decided = None if again else self._session.decisions_of
        wish = _Wish(label, make, decided, sure=sure)

        def prepared(made: Made) -> None:
            if made.lost:
                self._session.doubted.emit(made.edit, made.lost)
                return
            if made.linked is not None:
                self._session.know_links(made.linked)
            took(made.edit, made.told)

        self.carry(label, partial(_prepare, project, wish), prepared, refused)

    def carry(
        self,
        label: str,
        work: Work,
        took: Callable[[Any], None],
        refused: Refused,
    ) -> None:
        """Let something change tables beside those that are shown; as `start`.

        Parameters
        ----------
        label : str
            For people, while it goes on.
        work : callable
            Called in the background with what it tells its progress, and what says
            whether it is to stop; prepares changes of the project.
        took : callable
            Gets what `work` came to once that is in place; on this thread.
        refused : callable
            Gets what went wrong.
        """
        project = self._session.project
        if project is None or self.label:
            return
        self.label = label
        task = self._session.background.start(label, work, quick=True)

        def prepared(result: object) -> None:
            before = project.finish()
            if before:
                self._session.background.start(
                    "Clearing up", lambda _p, _a: before.clear(), quick=True
                )
            if self._session.project is project:
                took(result)

        task.done.connect(prepared)
        task.failed.connect(refused)
        task.finished.connect(self._end)
        self.changed.emit(True)

    def wait(self, deed: Callable[[], None]) -> bool:
        """Do something later, if an edit is under way; False if none is."""
        if self.label:
            self._waiting.append(deed)
        return bool(self.label)

    def _end(self) -> None:
        self.label = ""
        self.changed.emit(False)
        waiting, self._waiting = self._waiting, []
        for deed in waiting:
            deed()

    def forget(self) -> None:
        """The project is gone."""
        self._waiting.clear()


def _prepare(
    project: Project,
    wish: _Wish,
    progress: Callable[[str, int, int], None],
    asked: Callable[[], bool],
) -> Made:
    progress(wish.label, 0, 0)
    edit = wish.make()
    if asked():
        raise Cancelled("nothing was changed")
    if not edit:
        return Made(Edit(wish.label))
    lost = None if wish.sure else left_behind(project, edit)
    if lost:
        return Made(edit, lost=lost)
    told = None if wish.decided is None else wish.decided(edit)
    edit = completed(project, edit)
    prepared = project.prepare(edit)
    if not changes_links(edit):
        return Made(edit, told=told)
    tables, rule = prepared.tables, prepared.settings.patient_rule
    manifest = tables.get("manifest", project.manifest)
    clinical = tables.get("clinical", project.clinical)
    return Made(edit, Linked.of(manifest, clinical, rule), told=told)


def changes_links(edit: Edit) -> bool:
    """Whether other rows may belong together after an edit."""
    names = {column for _, column in edit.places}
    defined = (c for change in edit.columns for c in (change.old, change.new))
    names |= {column.name for column in defined if column is not None}
    ids = "slide_id" in names or "patient_id" in names
    return ids or bool(edit.rows_of) or relinks(edit)


def relinks(edit: Edit) -> bool:
    """Whether an edit changes a setting that decides which rows belong together."""
    return any((s.section, s.name) in (RULE, CLINICAL_KEY) for s in edit.settings)
