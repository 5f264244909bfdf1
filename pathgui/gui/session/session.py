"""What the window is about: one project, one undo stack, one selection."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from pathgui import log
from pathgui.errors import (
    PathguiError,
)
from pathgui.gui.background import Background
from pathgui.gui.session import bulk
from pathgui.gui.session.bulk import AT_ONCE, BulkEdits, Told
from pathgui.gui.session.checks import Checks
from pathgui.gui.session.opening import Opening
from pathgui.gui.session.recovered import recovered
from pathgui.gui.session.savedviews import SavedViews
from pathgui.gui.session.steps import Steps
from pathgui.gui.session.undo import Command, DeedCommand, EditCommand
from pathgui.gui.session.unsaved import unsaved_changes
from pathgui.gui.style import Theme
from pathgui.project import Edit, Project, Table
from pathgui.project.linked import Linked
from pathgui.project.renaming import with_followers
from pathgui.workflows.left_behind import left_behind
from pathgui.workflows.overrides import completed

_log = log.get(__name__)

Decided = Callable[[Edit], Callable[[bool], object] | None]


class Session(QObject):
    """The one place where the open project, its changes and the selection are known.

    A person's change goes through `edit`, the result of a job through `record`; both
    come back as `changed`, to which every view listens.

    Attributes
    ----------
    project : Project or None
        The open project.
    checks : Checks
        Which cells break a rule or look like a slip.
    opening : Opening
        Reads large projects in the background, to be taken then.
    bulk : BulkEdits
        Large edits under way.
    saved_views : SavedViews
        Conditions that are kept under names.
    decisions_of : callable
        What writes the quality decisions of an edit into their log, as for `edit`;
        None where it makes none. PathguiError if it sets what is no decision.
    undo_stack : QUndoStack
        All edits by the person, of every table.
    selection : tuple of str
        Slide ids that are selected, in all panels at once.
    slides : tuple of str
        Slide ids in the order the table shows them.
    changed : Signal(Edit)
        A table changed.
    reloaded : Signal()
        Tables changed in a way no single edit tells: views read them again.
    selection_changed : Signal(tuple)
        Other slides are selected.
    closing : Signal()
        The project is about to be closed, and still there.
    settling : Signal()
        The tables are about to be saved or closed: what is being typed is to be taken.
    saved : Signal()
        Tables are on disk, or the count of unsaved edits changed.
    trouble : Signal(object)
        An error that a person should read.
    told : Signal(str, str)
        Something finished elsewhere: sentence and severity.
    doubted : Signal(Edit, LeftBehind)
        An edit leaves things behind, and waits for somebody to be sure.
    decided : Signal()
        A quality decision was recorded.
    """

    changed = Signal(object)
    reloaded = Signal()
    selection_changed = Signal(tuple)
    project_opened = Signal()
    closing = Signal()
    settling = Signal()
    project_closed = Signal()
    saved = Signal()
    trouble = Signal(object)
    told = Signal(str, str)
    doubted = Signal(object, object)
    decided = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.project: Project | None = None
        self.undo_stack = QUndoStack(self)
        self.background = Background(self)
        self.background.failed.connect(self.trouble)
        self.selection: tuple[str, ...] = ()
        self.slides: tuple[str, ...] = ()
        self._linked: Linked | None = None
        self.checks = Checks(self)
        self.opening = Opening(self.background, self)
        self.saved_views = SavedViews(self)
        self.decisions_of: Decided = lambda _edit: None
        self.bulk = BulkEdits(self)
        self._steps = Steps(self)

    def open(self, root: Path, *, write: bool = True) -> None:
        """Open a project folder in place of the one that is open.

        Parameters
        ----------
        root : Path
            The project folder.
        write : bool
            False only reads, which works while another window changes it.

        Raises
        ------
        ProjectLockedError
            Another window or command is changing it.
        ProjectError
            If it is not a project, or is of a newer version.
        """
        self.take(Project.open(root, write=write))

    def take(self, project: Project, linked: Linked | None = None) -> None:
        """Show a project that was opened elsewhere, in place of the one that is open.

        Parameters
        ----------
        project : Project
            Is closed by the session from now on.
        linked : Linked, optional
            Which rows belong together, where that was worked out already.
        """
        self.close()
        self.project, self._linked = project, linked
        self.project_opened.emit()
        self._steps.put(recovered(project))

    def close(self) -> None:
        """Close the project; edits that were not saved stay in its journal."""
        if self.project is None:
            return
        self.settling.emit()
        self.closing.emit()
        self.undo_stack.clear()
        self.select(())
        self.bulk.forget()
        self.background.forget()
        project, self.project = self.project, None
        self._linked = None
        self.project_closed.emit()
        project.close()

    def edit(
        self,
        edit: Edit,
        *,
        told: Callable[[bool], object] | None = None,
        sure: bool = False,
        slide: str = "",
    ) -> Command | None:
        """Change tables as a person: can be undone. Errors are shown, not raised.

        Parameters
        ----------
        edit : Edit
            What changes; may be empty if `told` is given.
        told : callable, optional
            Called with True each time the edit was made, with False each time it was
            taken back: writes what goes with it elsewhere.
        sure : bool
            Give slides other ids or cohorts also where results stay behind; otherwise
            that is asked first.
        slide : str
            The slide it is about, where it is one.

        Returns
        -------
        Command or None
            The step that can be undone; None if it was refused.
        """
        if not self.bulk.allows(changes=bool(edit)):
            return None
        if told is None and edit.size > AT_ONCE:
            self.change(edit.label, lambda: edit, sure=sure)
            return None
        try:
            if self.project is not None:
                lost = None if sure else left_behind(self.project, edit)
                if lost:
                    self.doubted.emit(edit, lost)
                    return None
                if told is None:
                    told = self.decisions_of(edit)
                edit = with_followers(self.project, completed(self.project, edit))
            command = EditCommand(edit, self._steps.do, told)
            command.slide = slide
            command.carry_out(back=False)  # what fails inside the stack is not raised
            self.undo_stack.push(command)
        except PathguiError as error:
            self.trouble.emit(error)
            return None
        return command

    @property
    def last_step(self) -> Command | None:
        """What an undo would take back."""
        place = self.undo_stack.index() - 1
        command = self.undo_stack.command(place) if place >= 0 else None
        return command if isinstance(command, Command) else None

    def change(
        self,
        label: str,
        make: Callable[[], Edit | None],
        then: Callable[[], None] = lambda: None,
        *,
        sure: bool = False,
    ) -> None:
        """Change tables as a person, in the background: can be undone.

        Parameters
        ----------
        label : str
            For people, while it goes on.
        make : callable
            Works out the edit, or None; called in the background.
        then : callable
            Called once it is in place, or was found to be empty.
        sure : bool
            As for `edit`.
        """
        if not self.bulk.allows(changes=True):
            return

        def took(edit: Edit, told: Told | None) -> None:
            if edit:
                self.announce(edit)
                command = EditCommand(edit, self._steps.do, told, done=True)
                command.tell(done=True)
                self.undo_stack.push(command)
            then()

        self.bulk.start(label, make, took, self.trouble.emit, sure=sure)

    def undo(self) -> None:
        """Take the last change back; errors are shown, not raised."""
        self._steps.take(back=True)

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._steps.take(back=False)

    def adopt(self, edits: Iterable[Edit], linked: Linked | None = None) -> None:
        """Take a person's edits that were carried out elsewhere: can be undone.

        Views read the tables again. `linked` tells which rows belong together, where
        that was worked out already.
        """
        for edit in edits:
            if edit:
                self.undo_stack.push(EditCommand(edit, self._steps.do, done=True))
        self._reload(linked)

    def keep(
        self,
        label: str,
        again: Callable[[], None],
        back: Callable[[], None],
        slide: str = "",
    ) -> None:
        """Let something that was done to other files than the tables be undone."""
        command = DeedCommand(label, again, back)
        command.slide = slide
        self.undo_stack.push(command)

    def patients(self) -> dict[str, str]:
        """Patient by slide id, for slides whose patient is known."""
        return self.linked().patients if self.project is not None else {}

    def linked(self) -> Linked:
        """Which rows of the two tables belong together; a project must be open."""
        project = self.project
        assert project is not None
        if self._linked is None:
            rule = project.config.patient_rule
            self._linked = Linked.of(project.manifest, project.clinical, rule)
        return self._linked

    def record(self, edit: Edit) -> None:
        """Change tables as the result of a job; after a large edit under way."""
        assert self.project is not None
        if self.bulk.wait(lambda: self.record(edit)):
            return
        self.project.apply(edit)
        if bulk.changes_links(edit):
            self._linked = None
        self._tell(edit)

    def know_links(self, linked: Linked) -> None:
        """Take which rows belong together, as it was worked out elsewhere."""
        self._linked = linked

    def _tell(self, edit: Edit) -> None:
        """Let everybody know what changed."""
        self.changed.emit(edit)
        if edit.removed and "manifest" in edit.rows_of and self.project is not None:
            there = self.project.manifest.find
            few = self.selection[:AT_ONCE]  # more are not looked for one by one
            self.select(slide for slide in few if there(slide) is not None)
        if bulk.relinks(edit):
            self.reload()

    def announce(self, edit: Edit) -> None:
        """Tell of a person's edit that is in place."""
        self._tell(edit)
        self.saved.emit()

    def save(self) -> None:
        """Write the tables; raises TableChangedError if they changed on disk."""
        if self.project is None:
            return
        self.settling.emit()
        self.project.save()
        self.note_saved()

    def note_saved(self) -> None:
        """The tables are on disk: unmark what was edited."""
        self.undo_stack.setClean()
        self.saved.emit()

    def reload(self) -> None:
        """Tell views that tables changed underneath them."""
        if self.bulk.wait(self.reload):
            return
        self._reload(None)

    def _reload(self, linked: Linked | None) -> None:
        self._linked = linked
        self.reloaded.emit()
        self.saved.emit()

    def select(self, slides: str | Iterable[str]) -> None:
        """Select a slide, or several, everywhere."""
        chosen = (slides,) if isinstance(slides, str) else tuple(slides)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    @property
    def current(self) -> str:
        """The first selected slide, or empty."""
        return self.selection[0] if self.selection else ""

    def field(self, slide_id: str, column: str) -> str:
        """Text of a manifest cell; empty where there is none."""
        if self.project is None:
            return ""
        row = self.project.manifest.find(slide_id)
        return "" if row is None else self.project.manifest.text(row, column)

    def edited(self, table: Table, row: int, column: str) -> bool:
        """Whether a person changed a cell since the table was saved."""
        changed = (row, column) in table.store.base_cells
        return changed and not table.column(column).computed

    @property
    def unsaved(self) -> int:
        """How many cells, rows and settings are not on disk; computed cells not."""
        if self.project is None:
            return 0
        return unsaved_changes(self.project)

    def attempt(self, action: Callable[[], Any]) -> bool:
        """Call `action`; an error people can read is shown. Returns success."""
        try:
            action()
        except PathguiError as error:
            _log.info("refused: %s", error)
            self.trouble.emit(error)
            return False
        return True

    def shutdown(self) -> None:
        """Stop background work and close the project."""
        self.background.shutdown()
        self.opening.shutdown()
        self.close()
