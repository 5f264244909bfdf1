"""Undo commands: one for every table, and one for what lies beside the tables."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from pathgui.gui.session.bulk import AT_ONCE
from pathgui.project import Edit


class Command(QUndoCommand):
    """Something that can be done and taken back.

    What may fail is carried out first, and the step of the stack that follows does
    nothing more: a step that failed leaves the stack where it was.

    Parameters
    ----------
    label : str
        For people.
    done : bool
        Whether it was carried out before it comes on the stack.

    Attributes
    ----------
    slide : str
        The slide it was done on, where it was one; empty otherwise.
    """

    def __init__(self, label: str, *, done: bool = False) -> None:
        super().__init__(label)
        self._carried = done
        self.slide = ""

    def carry_out(self, *, back: bool) -> None:
        """Take it back, or do it again, before the stack follows."""
        self.move(back=back)
        self._carried = True

    def note_carried(self) -> None:
        """It was carried out elsewhere, and the stack is to follow."""
        self._carried = True

    def move(self, *, back: bool) -> None:
        """Do it, or take it back."""
        raise NotImplementedError

    @override
    def redo(self) -> None:
        self._follow(back=False)

    @override
    def undo(self) -> None:
        self._follow(back=True)

    def _follow(self, *, back: bool) -> None:
        if self._carried:
            self._carried = False
        elif not self.isObsolete():
            self.move(back=back)


class EditCommand(Command):
    """Does an edit, and undoes it by its inverse.

    Parameters
    ----------
    edit : Edit
        What changes.
    record : callable
        Applies an edit and tells everybody.
    told : callable, optional
        Called with True after the edit was made, with False after it was undone.
    done : bool
        As for `Command`.
    """

    def __init__(
        self,
        edit: Edit,
        record: Callable[[Edit], None],
        told: Callable[[bool], object] | None = None,
        *,
        done: bool = False,
    ) -> None:
        super().__init__(edit.label, done=done)
        self.edit = edit
        self._record = record
        self._told = told

    @property
    def large(self) -> bool:
        """Whether it is to be carried out in the background."""
        return self.edit.size > AT_ONCE

    @override
    def move(self, *, back: bool) -> None:
        self._record(self.edit.undone() if back else self.edit)
        self.tell(done=not back)

    def tell(self, *, done: bool) -> None:
        """Write what goes with it elsewhere."""
        if self._told is not None:
            self._told(done)


class DeedCommand(Command):
    """Something beside the tables that was done already, and can be taken back.

    Parameters
    ----------
    label : str
        For people.
    again, back : callable
        Do it again, undo it.
    """

    def __init__(
        self, label: str, again: Callable[[], None], back: Callable[[], None]
    ) -> None:
        super().__init__(label, done=True)
        self._again, self._back = again, back

    @override
    def move(self, *, back: bool) -> None:
        (self._back if back else self._again)()
