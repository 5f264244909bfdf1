"""One undo command for every table."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from pathgui.project import Edit


class EditCommand(QUndoCommand):
    """Does an edit, and undoes it by its inverse.

    Parameters
    ----------
    edit : Edit
        What changes.
    record : callable
        Applies an edit and tells everybody.
    done : bool
        Whether it was carried out before it comes on the stack.
    told : callable, optional
        Called with True after the edit was made, with False after it was undone.
    """

    def __init__(
        self,
        edit: Edit,
        record: Callable[[Edit], None],
        told: Callable[[bool], object] | None = None,
        *,
        done: bool = False,
    ) -> None:
        super().__init__(edit.label)
        self.edit = edit
        self._record = record
        self._told = told
        self._done = done

    @override
    def redo(self) -> None:
        if self._done:
            self._done = False
        else:
            self._record(self.edit)
        if self._told is not None:
            self._told(True)

    @override
    def undo(self) -> None:
        self._record(self.edit.inverse())
        if self._told is not None:
            self._told(False)


class DeedCommand(QUndoCommand):
    """Something that was done to files beside the tables, and can be taken back.

    Parameters
    ----------
    label : str
        For people.
    again, back : callable
        Do it again, undo it. It was done already when this is pushed.
    """

    def __init__(
        self, label: str, again: Callable[[], None], back: Callable[[], None]
    ) -> None:
        super().__init__(label)
        self._again, self._back = again, back
        self._done = True

    @override
    def redo(self) -> None:
        if not self._done:
            self._done = True
            self._again()

    @override
    def undo(self) -> None:
        self._done = False
        self._back()
