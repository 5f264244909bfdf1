"""What an edit in bulk would do, before it is done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.differenceview import DifferenceView
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.project import Edit, Table


class PreviewDialog(Dialog):
    """Every cell and row that changes, and one button.

    Attributes
    ----------
    chosen : Signal(Edit)
        Someone wants it done.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        edit: Edit,
        table: Table,
        deed: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            f"{deed}?",
            "This is what changes. It is one undo step.",
            parent,
        )
        self.setObjectName("previewDialog")
        self._edit = edit
        self.list = DifferenceView(theme, "Now", "Afterwards", "What changes")
        words = self.list.show_edit(edit, table)
        self.body.addSpacing(4)
        self.body.addWidget(label(words, "second", size=12))
        self.body.addWidget(self.list, 1)
        self.add_cancel()
        self.go = self.add_right(deed, "ph.check", "primary")
        self.go.clicked.connect(self._do)
        self.resize(860, 520)

    def _do(self) -> None:
        self.accept()
        self.chosen.emit(self._edit)
