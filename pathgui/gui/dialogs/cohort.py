"""The cohort that slides move to: one there is, or a new one."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from pathgui.errors import ProjectError
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label, row
from pathgui.project import Project


class CohortDialog(Dialog):
    """A name, checked while it is typed.

    Attributes
    ----------
    chosen : Signal(str)
        The cohort.
    """

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        project: Project,
        slides: Sequence[str],
        parent: QWidget | None = None,
        *,
        new: bool = False,
    ) -> None:
        count = len(slides)
        noun = "slide" if count == 1 else "slides"
        super().__init__(
            theme,
            f"New cohort of {count:,} {noun}" if new else f"Move {count:,} {noun}",
            "Slide files stay where they are; results go with the slides at the next "
            "run. It is one undo step.",
            parent,
        )
        self.setObjectName("cohortDialog")
        self._project, self._new = project, new
        self.name = QComboBox()
        self.name.setEditable(True)
        self.name.setMinimumWidth(280)
        self.name.setAccessibleName("Cohort")
        names = [name for name in project.cohorts() if name]
        if not new:
            self.name.addItems(names)
        self._taken = {name.casefold() for name in names}
        self.wrong = label("", "errText", size=12, wrap=True)
        self.body.addSpacing(4)
        self.body.addLayout(row(label("Cohort"), self.name, None))
        self.body.addWidget(self.wrong)
        self.add_cancel()
        self.go = self.add_right(
            "Make cohort" if new else "Move", "ph.stack", "primary"
        )
        self.go.clicked.connect(self._choose)
        self.name.currentTextChanged.connect(self._check)
        self._check()
        self.name.setFocus()

    def _check(self) -> None:
        name, problem = self.name.currentText().strip(), ""
        try:
            if name:
                self._project.check_cohort(name)
        except ProjectError as error:
            problem = error.message
        if self._new and name.casefold() in self._taken:
            problem = "There is a cohort of this name already."
        self.wrong.setText(problem)
        self.go.setEnabled(bool(name) and not problem)

    def _choose(self) -> None:
        name = self.name.currentText().strip()
        self.accept()
        self.chosen.emit(name)
