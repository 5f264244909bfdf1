"""The lines of the project tree: the nodes as Qt wants them, and their painting."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)
from typing_extensions import override

from pathgui.gui.panels.nodes import Node
from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import paint_icon
from pathgui.gui.style.states import STATUS
from pathgui.gui.style.tips import plain

Index = QModelIndex
NODE_ROLE = Qt.ItemDataRole.UserRole + 1
ROW = 26
_ICONS = {
    "cohort": "ph.stack",
    "patient": "ph.user",
    "slide": "ph.image-square",
    "recipe": "ph.flow-arrow",
    "view": "ph.bookmark-simple",
    "more": "ph.dots-three",
}
# Ids differ at their ends; of a run the number and the first words matter.
_MIDDLE = Qt.TextElideMode.ElideMiddle
_CUT = {"run": Qt.TextElideMode.ElideRight}
_VERTICAL = Qt.AlignmentFlag.AlignVCenter


class TreeModel(QAbstractItemModel):
    """The nodes as Qt wants them."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("root", "", "")
        self._alive: dict[int, Node] = {}

    def show_root(self, root: Node) -> None:
        """List other nodes."""
        self.beginResetModel()
        self.root = root
        self._alive = {id(node): node for node in root.walk()}
        self.endResetModel()

    def node(self, index: Any) -> Node:
        """Node of an index; the root for none."""
        return self._alive[index.internalId()] if index.isValid() else self.root

    def index_of(self, node: Node) -> Index:
        """Index of a node."""
        if node.parent is None:
            return Index()
        return self.createIndex(node.parent.children.index(node), 0, id(node))

    @override
    def index(self, row: int, column: int, parent: Any = Index()) -> Index:  # noqa: B008
        children = self.node(parent).children
        if column or not 0 <= row < len(children):
            return Index()
        return self.createIndex(row, column, id(children[row]))

    @override
    def parent(self, child: Any = None) -> Any:
        if child is None:
            return super().parent()
        above = self.node(child).parent
        return Index() if above is None else self.index_of(above)

    @override
    def rowCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return len(self.node(parent).children)

    @override
    def columnCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 1

    @override
    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index)
        if role == NODE_ROLE:
            return node
        if role == Qt.ItemDataRole.DisplayRole:
            return node.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = [node.text, *(state.word for state in node.states), node.aside]
            return ", ".join(word for word in words if word)
        if role == Qt.ItemDataRole.ToolTipRole and node.kind == "slide":
            words = [node.text, *(state.word for state in node.states)]
            return plain(", ".join(words))
        return None


class TreeDelegate(QStyledItemDelegate):
    """Paints a line: chevron, icon, name, state icons, count."""

    def __init__(self, theme: Theme, view: QTreeView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        return QSize(100, ROW)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Any
    ) -> None:
        node: Node = index.data(NODE_ROLE)
        area: QRect = option.rect
        painter.save()
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(area, self._theme.color("accent_soft"))
            bar = QRect(area.left(), area.top(), 3, area.height())
            painter.fillRect(bar, self._theme.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, self._theme.color("hover"))
        left = indent(node)
        if node.children:
            name = "down" if self._view.isExpanded(index) else "right"
            arrow = area.adjusted(left - 14, 0, 0, 0)
            paint_icon(painter, self._theme, f"ph.caret-{name}", "text2", arrow, 11)
        right = self._aside(painter, node, area)
        self._name(painter, node, area, left, right)
        painter.restore()

    def _name(
        self, painter: QPainter, node: Node, area: QRect, left: int, right: int
    ) -> None:
        section = node.kind == "section"
        if node.kind == "run" and node.states:
            state = node.states[0]
            place = area.adjusted(left, 0, 0, 0)
            paint_icon(painter, self._theme, state.icon, state.hue, place, 14)
            left += 20
        elif not section:
            icon = _ICONS[node.kind]
            place = area.adjusted(left, 0, 0, 0)
            paint_icon(painter, self._theme, icon, "text2", place, 14)
            left += 19
        font = fonts.font(13, strong=section)
        painter.setFont(font)
        quiet = section or node.kind == "more"
        painter.setPen(self._theme.color("text2" if quiet else "text"))
        place = QRect(left, area.top(), right - left - 6, area.height())
        words = QFontMetrics(font).elidedText(
            node.text, _CUT.get(node.kind, _MIDDLE), place.width()
        )
        painter.drawText(place, _VERTICAL, words)

    def _crowded(self, node: Node, area: QRect) -> bool:
        """Whether a finished run's name needs the place of its time."""
        if node.kind != "run" or node.states != (STATUS["done"],):
            return False
        name = QFontMetrics(fonts.font(13)).horizontalAdvance(node.text)
        time = QFontMetrics(fonts.numbers(fonts.SMALL)).horizontalAdvance(node.aside)
        return indent(node) + 20 + name + 6 + time + 12 > area.right()

    def _aside(self, painter: QPainter, node: Node, area: QRect) -> int:
        right = area.right() - 12
        if node.kind == "slide":
            for state in reversed(node.states):
                tint = "text3" if state.hue == "plain" else state.hue
                place = area.adjusted(right - 13 - area.left(), 0, 0, 0)
                paint_icon(painter, self._theme, state.icon, tint, place, 13)
                right -= 19
        if node.aside and not self._crowded(node, area):
            font = fonts.numbers(fonts.SMALL)
            painter.setFont(font)
            painter.setPen(self._theme.color("text3"))
            width = QFontMetrics(font).horizontalAdvance(node.aside)
            place = QRect(right - width, area.top(), width, area.height())
            painter.drawText(place, _VERTICAL, node.aside)
            right -= width
        return right


def indent(node: Node) -> int:
    """Where the icon of a line begins, in pixels."""
    if node.kind == "section":
        return 17
    if node.kind in ("recipe", "run"):
        return 32
    depth, above = 0, node.parent
    while above is not None and above.parent is not None:
        depth, above = depth + 1, above.parent
    return 17 + 15 * depth
