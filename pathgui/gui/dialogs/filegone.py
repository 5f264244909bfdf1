"""A table file was deleted, emptied or spoilt: written again, unless that was meant."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.diskchange import DiskChoice
from pathgui.gui.style import Theme
from pathgui.workflows.disk_changes import DiskChange

WRITE, EMPTY = "Write it again", "Empty the table here, too"


def gone_dialog(
    theme: Theme, changes: Sequence[DiskChange], parent: QWidget | None = None
) -> ChoiceDialog:
    """Asks what becomes of tables whose files are gone; nothing is lost meanwhile."""
    names = " and ".join(change.file for change in changes)
    one = len(changes) == 1
    rows = sum(len(change.edit.removed) for change in changes)
    noun = "row is" if rows == 1 else "rows are"
    return ChoiceDialog(
        theme,
        f"{names} {'is' if one else 'are'} gone",
        f"Another program deleted or emptied {'the file' if one else 'the files'}, or "
        f"wrote something else there. All {rows:,} {noun} still here. If the file is "
        "put back, this question goes away.",
        (EMPTY, WRITE),
        parent,
        icon="ph.warning-fill",
        danger=EMPTY,
    )


def gone_choice(answer: str) -> DiskChoice:
    """What an answer means."""
    return DiskChoice("ours" if answer == WRITE else "theirs", frozenset())
