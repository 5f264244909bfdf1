"""What can be done with all suggested outliers, beside their heading in the gallery."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from pathgui.gui.panels.gallery.sections import HEAD
from pathgui.gui.panels.gallery.view import CardView
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, row

KIND = "outliers"


class OutlierBar(QFrame):
    """Two buttons that lie on the cards, at the heading of the outliers.

    Signals
    -------
    wanted(tuple of str, str)
        All outliers are to be selected, and an action is asked for by its key.
    """

    wanted = Signal(tuple, str)

    def __init__(self, theme: Theme, view: CardView) -> None:
        super().__init__(view.viewport())
        self._view = view
        self.flag_all = Button(theme, "Flag all", "ph.flag-fill", small=True)
        self.review_these = Button(theme, "Review these", "ph.eye", small=True)
        self.flag_all.clicked.connect(lambda: self._ask("review.flag"))
        self.review_these.clicked.connect(lambda: self._ask("review.start"))
        line = row(self.flag_all, self.review_these)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)
        self.hide()

    def place(self) -> None:
        """Stay at the heading of the outliers; hide where there are none."""
        kinds = [section.kind for section in self._view.sections]
        if KIND not in kinds:
            self.hide()
            return
        at = kinds.index(KIND)
        count = len(self._view.sections[at].slides)
        self.flag_all.setText(f"Flag all {count:,}")
        size = self.sizeHint()
        right = self._view.viewport().width() - size.width() - 14
        top = self._view.head_top(at) + (HEAD - size.height()) // 2
        self.setGeometry(right, top, size.width(), size.height())
        self.show()

    def _ask(self, action: str) -> None:
        out = next((s for s in self._view.sections if s.kind == KIND), None)
        if out is not None:
            self.wanted.emit(out.slides, action)
