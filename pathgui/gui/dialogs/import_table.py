"""Import of a table: six steps, and nothing is changed before the last."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.background import Background
from pathgui.gui.dialogs.importing.check import CheckStep
from pathgui.gui.dialogs.importing.choose import SourceStep
from pathgui.gui.dialogs.importing.columns import ColumnsStep
from pathgui.gui.dialogs.importing.decisions import Decisions, Into
from pathgui.gui.dialogs.importing.duplicates import DuplicatesStep
from pathgui.gui.dialogs.importing.key import KeyStep
from pathgui.gui.dialogs.importing.reading import ReadingStep
from pathgui.gui.dialogs.importing.source import Source
from pathgui.gui.dialogs.wizard import Wizard
from pathgui.gui.style import Theme
from pathgui.project import Project

_NOTE = "Nothing is changed before the last step. The import is one undo step."


class ImportWizard(Wizard):
    """File, reading, key, columns, duplicates, check.

    Attributes
    ----------
    chosen : Signal(ImportPlan, object)
        The plan that was accepted, and another slide-to-patient rule or None.
    """

    chosen = Signal(object, object)

    def __init__(
        self,
        theme: Theme,
        project: Project,
        background: Background,
        file: Path | None = None,
        parent: QWidget | None = None,
        into: Into = "clinical",
    ) -> None:
        self.source = Source(background)
        self.decisions = Decisions(project, self.source, background)
        self.decisions.go_to(into)
        self.choose = SourceStep(theme, self.source, self.decisions)
        self.reading = ReadingStep(theme, self.source)
        self.key = KeyStep(theme, self.decisions)
        self.columns = ColumnsStep(theme, self.decisions)
        self.duplicates = DuplicatesStep(theme, self.decisions)
        self.check = CheckStep(theme, self.decisions)
        steps = (
            self.choose,
            self.reading,
            self.key,
            self.columns,
            self.duplicates,
            self.check,
        )
        super().__init__(theme, "Import table", steps, _NOTE, parent)
        self.setObjectName("importWizard")
        self.source.setParent(self)
        self.decisions.setParent(self)
        self.decisions.progress.connect(self.refresh)
        if file is not None:
            self.source.take_file(file)
            self.show_step(1)

    @override
    def last_words(self) -> str:
        plan = self.decisions.accepted()
        rows = plan.report.rows if plan is not None else 0
        if plan is not None and plan.into == "manifest":
            return f"Import {rows:,} {'slide' if rows == 1 else 'slides'}"
        return f"Import {rows:,} {'row' if rows == 1 else 'rows'}"

    @override
    def finish(self) -> None:
        plan = self.decisions.accepted()
        if plan is not None:
            rule = self.decisions.options.rule
            self.accept()
            self.chosen.emit(plan, rule)

    @override
    def done(self, result: int) -> None:
        self.source.stop()
        self.decisions.stop()
        super().done(result)
