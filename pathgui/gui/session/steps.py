"""One step back or forth on the undo stack; large ones in the background."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pathgui.errors import PathguiError, SettingsChangedError, TableError
from pathgui.gui.session.undo import Command, EditCommand
from pathgui.project import Edit
from pathgui.project.fitting import fitting

if TYPE_CHECKING:
    from pathgui.gui.session.session import Session
    from pathgui.project.recovery import Steps as Recovered

Follow = Callable[[], None]


def tell_left(session: "Session", count: int) -> None:
    """Say that cells were left as somebody else has made them since."""
    if count:
        cells = "1 cell was" if count == 1 else f"{count:,} cells were"
        stay = "stays as it is" if count == 1 else "stay as they are"
        session.told.emit(f"{cells} changed by others since, and {stay}", "warning")


class Steps:
    """Carries a step out first, and then lets the stack follow.

    Parameters
    ----------
    session : Session
        Whose stack it is.
    """

    def __init__(self, session: "Session") -> None:
        self._session = session

    def put(self, steps: "Recovered") -> None:
        """Let steps of a session before be undone, and those undone be made again."""
        stack = self._session.undo_stack
        for edit in (*steps.done, *reversed(steps.undone)):
            stack.push(EditCommand(edit, self.do, done=True))
        for _ in steps.undone:
            command = stack.command(stack.index() - 1)
            assert isinstance(command, Command)
            command.note_carried()
            stack.undo()

    def do(self, edit: Edit) -> None:
        """Make a change as a person, but for cells that others changed since."""
        session, fits = self._session, edit
        if session.project is not None and not session.bulk.label:
            fits, lost = fitting(edit, session.project.table)
            tell_left(session, lost)
        if fits:
            session.record(fits)
        session.saved.emit()

    def take(self, *, back: bool) -> None:
        """Take the last change back, or make it again; errors are shown."""
        session, stack = self._session, self._session.undo_stack
        place = stack.index() - 1 if back else stack.index()
        follow = stack.undo if back else stack.redo
        command = stack.command(place) if place >= 0 else None
        if not isinstance(command, Command) or session.bulk.label:
            return
        if isinstance(command, EditCommand) and command.large:
            self._later(command, follow, back=back)
            return
        try:
            command.carry_out(back=back)
        except PathguiError as error:
            self._refuse(command, follow, error)
            return
        follow()

    def _later(self, command: EditCommand, follow: Follow, *, back: bool) -> None:
        project = self._session.project
        assert project is not None
        left = [0]

        def make() -> Edit:
            whole = command.edit.undone() if back else command.edit
            fits, left[0] = fitting(whole, project.table)
            return fits

        def took(edit: Edit, _told: object) -> None:
            self._session.announce(edit)
            tell_left(self._session, left[0])
            command.tell(done=not back)
            command.note_carried()
            follow()

        self._session.bulk.start(
            f"{'Undo' if back else 'Redo'}: {command.edit.label}",
            make,
            took,
            lambda error: self._refuse(command, follow, error),
            sure=True,
            again=True,
        )

    def _refuse(self, command: Command, follow: Follow, error: Exception) -> None:
        """A change that the tables no longer fit leaves the stack.

        Those before it would be barred by it otherwise.
        """
        if isinstance(error, TableError | SettingsChangedError):
            command.setObsolete(True)
            follow()
        self._session.trouble.emit(error)
