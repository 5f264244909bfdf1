"""The header of a table: type icon, name, sort arrow, and a filter field below."""

from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QLineEdit, QWidget
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import paint_icon
from pathgui.gui.tables.looks import NUMERIC
from pathgui.gui.tables.model import Field
from pathgui.gui.tables.order import Sort
from pathgui.gui.tables.proxy import OrderProxy

HEIGHT = 30
_ICONS = {
    "text": "ph.text-t",
    "number": "ph.hash",
    "integer": "ph.hash",
    "date": "ph.calendar-blank",
    "yesno": "ph.toggle-left",
    "category": "ph.list-bullets",
}


class FilterHeader(QHeaderView):
    """Paints sections in the window's look and keeps a filter field under each.

    Attributes
    ----------
    picked : Signal(int, QPoint)
        Someone asks for the menu of a column.
    folded : Signal()
        The height changed.
    """

    picked = Signal(int, QPoint)
    folded = Signal()

    def __init__(self, theme: Theme, proxy: OrderProxy, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._proxy = proxy
        self._fields: dict[int, QLineEdit] = {}
        self.filters_shown = True
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setMinimumSectionSize(38)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask)
        self.sectionResized.connect(self._place)
        self.sectionMoved.connect(self._place)
        self.sectionCountChanged.connect(self._place)
        proxy.modelReset.connect(self.rebuild)
        proxy.reordered.connect(self._mark)
        theme.changed.connect(self.viewport().update)

    @override
    def sizeHint(self) -> QSize:
        height = 2 * HEIGHT if self.filters_shown else HEIGHT
        return QSize(super().sizeHint().width(), height)

    def show_filters(self, on: bool) -> None:
        """Show or fold away the row of filter fields."""
        self.filters_shown = on
        for field in self._fields.values():
            field.setVisible(on)
        self.updateGeometry()
        self.folded.emit()
        self._place()

    def field(self, column: int) -> QLineEdit | None:
        """The filter field of a column."""
        return self._fields.get(column)

    def rebuild(self) -> None:
        """Make a filter field for each column there is now."""
        for field in self._fields.values():
            field.deleteLater()
        self._fields.clear()
        for column, spec in enumerate(self._proxy.model.fields):
            if not spec.picture:
                self._fields[column] = self._make(column, spec)
        self._mark()
        self._place()

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        fields = self._proxy.model.fields
        if logicalIndex >= len(fields):
            return
        spec = fields[logicalIndex]
        theme = self._theme
        painter.save()
        painter.fillRect(rect, theme.color("window"))
        painter.setPen(theme.color("line"))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if not spec.picture:
            top = QRect(rect.left(), rect.top(), rect.width(), HEIGHT)
            self._paint_name(painter, top.adjusted(10, 1, -6, 0), spec, logicalIndex)
        painter.restore()

    @override
    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        column = self.logicalIndexAt(e.position().toPoint())
        resting = self.cursor().shape() == Qt.CursorShape.ArrowCursor
        super().mouseReleaseEvent(e)
        if e.button() == Qt.MouseButton.LeftButton and resting and column >= 0:
            adding = bool(e.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.toggle_sort(column, adding=adding)

    def toggle_sort(self, column: int, *, adding: bool = False) -> None:
        """Sort by a column; again turns the order round, a third time ends it."""
        if self._proxy.model.fields[column].picture:
            return
        name = self._proxy.name(column)
        old = {sort.column: sort for sort in self._proxy.sorts}
        mine = old.get(name)
        others = [s for s in self._proxy.sorts if s.column != name] if adding else []
        if mine is None:
            others.append(Sort(name))
        elif not mine.descending:
            others.append(Sort(name, descending=True))
        self._proxy.set_sorts(others)
        self.viewport().update()

    def _paint_name(
        self, painter: QPainter, area: QRect, spec: Field, column: int
    ) -> None:
        sort = self._sort(column)
        icon = "ph.key" if spec.key else _ICONS.get(spec.column.kind, "ph.text-t")
        paint_icon(painter, self._theme, icon, "text3", area, 13)
        font = fonts.font(fonts.SMALL, strong=True)
        painter.setFont(font)
        painter.setPen(self._theme.color("text" if sort else "text2"))
        metrics = QFontMetrics(font)
        room = area.width() - 20 - (18 if sort else 0)
        words = metrics.elidedText(
            spec.column.name, Qt.TextElideMode.ElideRight, max(room, 0)
        )
        place = area.adjusted(20, 0, 0, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
        if sort is not None:
            arrow = "ph.arrow-down" if sort.descending else "ph.arrow-up"
            after = place.adjusted(metrics.horizontalAdvance(words) + 6, 0, 0, 0)
            paint_icon(painter, self._theme, arrow, "accent", after, 13)

    def _sort(self, column: int) -> Sort | None:
        name = self._proxy.name(column)
        return next((s for s in self._proxy.sorts if s.column == name), None)

    def _make(self, column: int, spec: Field) -> QLineEdit:
        field = QLineEdit(self.viewport())
        field.setObjectName("filterField")
        field.setFont(fonts.font(fonts.SMALL))
        field.setPlaceholderText(_hint(spec))
        field.setAccessibleName(f"Filter {spec.column.name}")
        field.setText(self._proxy.condition(column))
        field.setVisible(self.filters_shown)
        field.textChanged.connect(partial(self._apply, column))
        return field

    def _apply(self, column: int, text: str) -> None:
        if self._proxy.condition(column) != text.strip():
            self._proxy.set_condition(column, text.strip())

    def _mark(self) -> None:
        for column, field in self._fields.items():
            text = self._proxy.condition(column)
            if field.text().strip() != text:
                field.setText(text)
            active = bool(text)
            if field.property("active") != active:
                field.setProperty("active", active)
                field.style().unpolish(field)
                field.style().polish(field)

    @override
    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._place()

    def _place(self) -> None:
        """Move the fields under their sections; sections move when one is resized."""
        for column, field in self._fields.items():
            left = self.sectionViewportPosition(column)
            width = self.sectionSize(column)
            hidden = self.isSectionHidden(column) or not self.filters_shown
            field.setVisible(not hidden)
            field.setGeometry(left + 4, HEIGHT + 2, max(width - 9, 10), HEIGHT - 6)

    def follow_scroll(self) -> None:
        """Keep the fields under their sections while the table scrolls sideways."""
        self._place()

    def _ask(self, point: QPoint) -> None:
        column = self.logicalIndexAt(point)
        if column >= 0:
            self.picked.emit(column, self.viewport().mapToGlobal(point))

    @override
    def sectionSizeFromContents(self, logicalIndex: int) -> QSize:
        fields = self._proxy.model.fields
        if logicalIndex >= len(fields) or fields[logicalIndex].picture:
            return QSize(40, HEIGHT)
        font = fonts.font(fonts.SMALL, strong=True)
        name = fields[logicalIndex].column.name
        return QSize(QFontMetrics(font).horizontalAdvance(name) + 50, HEIGHT)


def _hint(spec: Field) -> str:
    if spec.column.kind in NUMERIC:
        return "e.g. > 0.3"
    return "any" if spec.column.kind in ("category", "yesno") else "contains"
