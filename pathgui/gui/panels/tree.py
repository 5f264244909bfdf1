"""The project tree: cohorts, slides, recipes and runs, with a filter."""

from collections.abc import Container

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.panels.nodes import Node, build
from pathgui.gui.panels.treelines import NODE_ROLE, TreeDelegate, TreeModel, indent
from pathgui.gui.session import Session
from pathgui.gui.session.bulk import AT_ONCE
from pathgui.gui.session.runs import Runs
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import IconButton, SearchField, label, row
from pathgui.gui.tables.sheet import spans
from pathgui.project import Edit

Index = QModelIndex
_SHOWN = frozenset({"slide_id", "cohort", "status", "qc_status", "patient_id"})


class Tree(QTreeView):
    """The lines themselves; a click on a chevron folds, one on a line selects."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("tree")
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(TreeDelegate(theme, self))
        self.setAccessibleName("Project tree")

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid() and self._folds(index, place):
            self.setExpanded(index, not self.isExpanded(index))
            return
        super().mousePressEvent(event)

    def _folds(self, index: Index, place: QPoint) -> bool:
        node: Node = index.data(NODE_ROLE)
        left = indent(node)
        if not node.children:
            return False
        return node.kind == "section" or left - 18 <= place.x() < left


class TreePanel(QWidget):
    """Head, filter and tree.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    opened : Signal(Node)
        A line was double-clicked or Enter pressed on it.
    more_wanted : Signal(QPoint)
        The menu of the tree shall open there.
    """

    asked = Signal(str)
    opened = Signal(object)
    more_wanted = Signal(object)

    def __init__(self, session: Session, runs: Runs) -> None:
        super().__init__()
        self.setObjectName("leftSide")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session, self._runs = session, runs
        self._sharing = False
        self._folded: set[tuple[str, str]] = set()
        self.model = TreeModel()
        self.model.setParent(self)
        self.tree = Tree(session.theme)
        self.tree.setModel(self.model)
        self.filter = SearchField(session.theme, "Filter project", "ph.funnel")
        self.add = IconButton(
            session.theme, "ph.plus-circle", "Add slides", key="Ctrl+Shift+A"
        )
        self.more = IconButton(
            session.theme, "ph.dots-three", "More of the project tree"
        )
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(250)
        self._build()

    def _build(self) -> None:
        title = label("Project", strong=True)
        fold = IconButton(self._session.theme, "ph.sort-ascending", "Fold all")
        head = row(title, None, self.add, fold, self.more, spacing=2)
        head.setContentsMargins(12, 0, 8, 0)
        field = row(self.filter)
        field.setContentsMargins(10, 0, 10, 6)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2, 1, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addSpacing(2)
        box.addLayout(field)
        box.addWidget(self.tree, 1)
        self.add.clicked.connect(lambda: self.asked.emit("slides.add"))
        fold.clicked.connect(self.fold_all)
        self.more.clicked.connect(self._ask_more)
        self._later.timeout.connect(self.refresh)
        self.filter.textChanged.connect(self._soon)
        self.tree.selectionModel().selectionChanged.connect(self._chosen)
        self.tree.activated.connect(self._opened)
        self.tree.collapsed.connect(self._note_fold)
        self.tree.expanded.connect(self._note_fold)
        session = self._session
        for signal in (session.project_opened, session.reloaded, self._runs.listed):
            signal.connect(self._renew)
        self._runs.changed.connect(self._soon)
        session.saved_views.changed.connect(self._soon)
        session.changed.connect(self._changed)
        session.project_closed.connect(self.refresh)
        session.selection_changed.connect(self._follow)
        session.theme.changed.connect(self.tree.viewport().update)

    def node_at(self, place: QPoint) -> Node | None:
        """The line at a place of the tree."""
        index = self.tree.indexAt(place)
        return self.model.node(index) if index.isValid() else None

    def show_section(self, key: str) -> None:
        """Bring a section to the top, unfolded; an empty key moves nothing."""
        for node in self.model.root.children:
            if node.kind == "section" and node.key == key:
                index = self.model.index_of(node)
                self.tree.expand(index)
                self.tree.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    def refresh(self) -> None:
        """Read the project again."""
        self._later.stop()
        project = self._session.project
        if project is None:
            self.model.show_root(Node("root", "", ""))
            return
        top = self.tree.verticalScrollBar().value()
        self._sharing = True
        self.model.show_root(
            build(
                project,
                self._runs.all,
                self._session.patients(),
                self.filter.text(),
                views=self._views(),
            )
        )
        for node in self.model.root.walk():
            if node.children and (node.kind, node.key) not in self._folded:
                self.tree.expand(self.model.index_of(node))
        self._sharing = False
        self._follow()
        self.tree.verticalScrollBar().setValue(top)

    def _views(self) -> dict[str, int]:
        views = self._session.saved_views
        return {name: views.counts.get(name, -1) for name in views.names()}

    def _renew(self) -> None:
        """At once, unless tables are so large that they are to be shown first."""
        project = self._session.project
        if project is not None and len(project.manifest) > AT_ONCE:
            self._soon()
        else:
            self.refresh()

    def _soon(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _changed(self, edit: Edit) -> None:
        columns = {column for _, column in edit.places}
        if columns & _SHOWN or edit.rows_of or edit.columns:
            self._soon()

    def fold_all(self) -> None:
        """Fold cohorts and patients."""
        for node in self.model.root.walk():
            if node.kind in ("cohort", "patient"):
                self.tree.collapse(self.model.index_of(node))

    def unfold_all(self) -> None:
        """Unfold everything."""
        self._folded.clear()
        self.tree.expandAll()

    def _ask_more(self) -> None:
        corner = self.more.mapToGlobal(self.more.rect().bottomLeft())
        self.more_wanted.emit(corner)

    def _note_fold(self, index: Index) -> None:
        if self._sharing:
            return
        node = self.model.node(index)
        if self.tree.isExpanded(index):
            self._folded.discard((node.kind, node.key))
        else:
            self._folded.add((node.kind, node.key))

    def _chosen(self) -> None:
        if self._sharing:
            return
        slides: list[str] = []
        for index in self.tree.selectionModel().selectedIndexes():
            node = self.model.node(index)
            slides += [n.key for n in node.walk() if n.kind == "slide"]
        if slides:
            self._sharing = True
            self._session.select(dict.fromkeys(slides))
            self._sharing = False

    def _follow(self) -> None:
        if self._sharing:
            return
        wanted = set(self._session.selection)
        chosen = QItemSelection()
        first = Index()
        for group in self.model.root.walk():
            lines = group.children
            hits = [k for k, node in enumerate(lines) if _is_slide(node, wanted)]
            for start, stop in spans(hits):
                index = self.model.index_of(lines[start])
                chosen.select(index, index.siblingAtRow(stop))
                first = first if first.isValid() else index
        self._sharing = True
        flag = QItemSelectionModel.SelectionFlag
        self.tree.selectionModel().select(chosen, flag.ClearAndSelect)
        if first.isValid() and len(wanted) == 1:
            self.tree.scrollTo(first)
        self._sharing = False

    def _opened(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self.opened.emit(self.model.node(index))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.tree.viewport().update()


def _is_slide(node: Node, wanted: Container[str]) -> bool:
    return node.kind == "slide" and node.key in wanted
