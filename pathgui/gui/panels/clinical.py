"""The Clinical tab: how the tables fit, and the editable clinical table."""

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.background import Task
from pathgui.gui.later import soon
from pathgui.gui.panels.joinpanel import JoinPanel
from pathgui.gui.panels.tablepage import TablePage
from pathgui.gui.session import Session
from pathgui.gui.session.bulk import changes_links
from pathgui.gui.session.joinfound import JoinFound, look
from pathgui.gui.style.parts import Button, EmptyState
from pathgui.gui.tables.content import Content, Read
from pathgui.gui.tables.fields import (
    clinical_content,
    joined_content,
    patients_content,
)
from pathgui.gui.tables.gathering import takes_long
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.view import TableView
from pathgui.project import Edit, JoinReport, Project
from pathgui.project.keptapart import KEY as KEPT_APART
from pathgui.project.watch import Watch

_MANY_COLUMNS = 1000
ROWS, PATIENTS, JOINED = VIEWS = "Clinical rows", "Patients", "Joined view"


class ClinicalTable(TablePage):
    """Every clinical row as a row."""

    def __init__(self, session: Session) -> None:
        model = TableModel(session, self._rows)
        proxy = OrderProxy(model)
        view = TableView(session, proxy)
        view.setAccessibleName("Clinical table")
        empty = EmptyState(session.theme, "ph.clipboard-text")
        super().__init__(session, proxy, view, "rows", empty)
        model.setParent(self)
        proxy.setParent(self)
        # Columns of ids that hold nothing; those that were hidden because of it.
        self._unused, self._spared = set[str](), set[str]()
        self.ways = {
            name: Button(session.theme, name, role="toggle", small=True)
            for name in VIEWS
        }
        self.ways[ROWS].setChecked(True)
        self._reads: dict[str, Read] = {
            ROWS: self._rows,
            PATIENTS: patients_content,
            JOINED: self._joined,
        }
        self.import_button = Button(
            session.theme, "Import…", "ph.download-simple", role="ghost"
        )
        self.schema_button = Button(
            session.theme, "Schema…", "ph.sliders-horizontal", role="ghost"
        )
        layout = self.bar.layout()
        assert isinstance(layout, QHBoxLayout)
        for button in (self.import_button, self.schema_button):
            self.folding.add(button)
        before = layout.indexOf(self.columns)
        layout.insertWidget(before, self.import_button)
        layout.insertWidget(before + 2, self.schema_button)
        for place, button in enumerate(self.ways.values()):
            layout.insertWidget(place, button)
            button.clicked.connect(self._switch)
        self._order_tabs()
        self.schema_button.clicked.connect(lambda: self.asked.emit("clinical.schema"))
        self.import_button.clicked.connect(lambda: self.asked.emit("file.import"))
        session.project_opened.connect(self._opened)
        session.project_closed.connect(model.clear)
        session.reloaded.connect(self.load)
        proxy.modelReset.connect(self._bring_back)

    def _order_tabs(self) -> None:
        """Let Tab go through the bar from left to right."""
        order = (
            *self.ways.values(),
            self.search,
            self.save_view,
            self.clear,
            self.back,
            self.filter_row,
            self.import_button,
            self.columns,
            self.schema_button,
            self.chart,
            self.export,
        )
        for one, next_one in pairwise(order):
            self.setTabOrder(one, next_one)

    def _opened(self) -> None:
        project = self.session.project
        if project is None:
            return
        if takes_long(project) or len(project.clinical.columns) > _MANY_COLUMNS:
            soon(self, self.load)  # the slides come first
        else:
            self.load()

    def load(self) -> None:
        """Read the table of the project."""
        if self.session.project is None:
            return
        self._spare_unused()
        if self.ways[ROWS].isChecked():
            self.proxy.model.reload()
        else:
            self.proxy.model.gather()

    def show_as(self, name: str) -> None:
        """Show clinical rows, patients, or the joined tables."""
        for other, button in self.ways.items():
            button.setChecked(other == name)
        self._spare_unused()
        self.proxy.model.read_by(self._reads[name], at_once=name == ROWS)

    def _spare_unused(self) -> None:
        """Hide a column of ids that names nothing: the other one is the key."""
        project = self.session.project
        if project is None:
            return
        clinical = project.clinical
        self._unused = {
            f"clinical.{name}"
            for name in ("slide_id", "patient_id")
            if name != clinical.key and not any(clinical.texts(name))
        }
        self._spared |= self._unused
        self.set_hidden(lambda field: field.name in self._unused)

    def _bring_back(self) -> None:
        """Show a column of ids again that names something by now."""
        model = self.proxy.model
        used = self._spared - self._unused
        if used and model.names:
            self.fit_columns()
        for name in used:
            column = model.column_at(*name.split("."))
            if column >= 0:
                self.view.setColumnHidden(column, False)
        self._spared &= self._unused

    def _joined(self, project: Project) -> Content:
        return joined_content(project, self.session.checks.near_misses())

    def _rows(self, project: Project) -> Content:
        return clinical_content(project, self.session.linked())

    @property
    def joined(self) -> bool:
        """Whether the joined tables are shown."""
        return self.ways[JOINED].isChecked()

    def _switch(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.show_as(button.text())


class ClinicalPage(QWidget):
    """Join report above, table below; one empty state while there is no table.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)
    reported = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._task: Task | None = None
        self._session = session
        self.report: JoinReport | None = None
        self.table = ClinicalTable(session)
        self.join = JoinPanel(session)
        self.empty = EmptyState(session.theme, "ph.clipboard-text")
        self.empty.say(
            "No clinical table yet",
            "Import a CSV, TSV or Excel file. Slides and patients are matched by "
            "their ids, and near misses are shown.",
        )
        way_in = Button(
            session.theme, "Import table…", "ph.download-simple", role="primary"
        )
        way_in.clicked.connect(lambda: self.asked.emit("file.import"))
        self.empty.offer(way_in)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setHandleWidth(1)
        self._split.addWidget(self.join)
        self._split.addWidget(self.table)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([400, 420])
        self._stack = QStackedWidget()
        self._stack.addWidget(self._split)
        self._stack.addWidget(self.empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(200)
        self._later.timeout.connect(self.refresh)
        self.table.asked.connect(self.asked)
        self.join.asked.connect(self.asked)
        self.join.row_wanted.connect(self.show_row)
        for signal in (session.project_opened, session.reloaded):
            signal.connect(self._later.start)
        session.changed.connect(self._changed)
        session.project_closed.connect(self._closed)

    def show_row(self, row_id: int) -> None:
        """Show a row of the clinical table."""
        model = self.table.proxy.model
        row = model.row_at(row_id)
        if row >= 0:
            hidden = self.table.view.isColumnHidden
            places = (k for k in range(model.columnCount()) if not hidden(k))
            self.table.view.show_cell(row, next(places, 0))
            self.table.view.setFocus()

    @property
    def compares_soon(self) -> bool:
        """Whether the tables are about to be compared anew."""
        return self._later.isActive()

    def refresh(self) -> None:
        """Compare the tables anew, in the background."""
        self._later.stop()
        project = self._session.project
        if project is None:
            return
        there = len(project.clinical) > 0
        self._stack.setCurrentWidget(self._split if there else self.empty)
        linked = self._session.linked()
        task = self._session.background.start(
            "Comparing tables",
            lambda _, asked: look(project, linked, Watch(asked=asked)),
        )
        self._task = task
        task.done.connect(self._show)
        task.failed.connect(self._session.trouble)

    def _show(self, found: JoinFound) -> None:
        if self.sender() is not self._task:
            return  # of tables that were changed since
        if self._session.project is not None:
            self.report = report = found.report
            if self._session.checks.take_report(report) and self.table.joined:
                self.table.load()
            self.join.show_found(found, self._session.project)
            self.reported.emit(report)

    def _changed(self, edit: Edit) -> None:
        kept = any(change.name == KEPT_APART for change in edit.settings)
        if kept or changes_links(edit):
            self._task = None
            self._later.start()

    def _closed(self) -> None:
        self._later.stop()
        self.report = None
        self._stack.setCurrentWidget(self.empty)
