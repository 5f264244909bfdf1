"""The header of a table: type icon, name, sort arrow, and a filter field below."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QLineEdit, QWidget
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import paint_icon
from pathgui.gui.tables.content import Field, shared_names
from pathgui.gui.tables.filterfield import FilterField
from pathgui.gui.tables.order import Sort
from pathgui.gui.tables.proxy import OrderProxy

HEIGHT = 30
KIND_ICONS = {
    "text": "ph.text-t",
    "number": "ph.hash",
    "integer": "ph.hash",
    "date": "ph.calendar-blank",
    "yesno": "ph.toggle-left",
    "category": "ph.list-bullets",
}


class FilterHeader(QHeaderView):
    """Paints sections in the window's look and keeps a filter field under each.

    Fields are made when their section first comes into sight.

    Attributes
    ----------
    picked : Signal(int, QPoint)
        Someone asks for the menu of a column.
    folded : Signal()
        The height changed.
    done : Signal()
        The keyboard goes back to the table.
    wanted : Signal(int)
        The filter field of a column is to come into sight and get the keyboard.
    pressed_on, dragged : Signal()
        The mouse went down on the header; it moved a column elsewhere.
    settled : Signal()
        Many sections have changed, see `held`.
    """

    picked = Signal(int, QPoint)
    folded = Signal()
    done = Signal()
    wanted = Signal(int)
    pressed_on = Signal()
    dragged = Signal()
    settled = Signal()

    def __init__(self, theme: Theme, proxy: OrderProxy, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._proxy = proxy
        self._fields: dict[int, FilterField] = {}
        # Names of columns of several tables; None if not worked out yet.
        self._twice: frozenset[str] | None = None
        self.filters_shown = True
        self.is_held = False
        self._at_press: list[int] = []
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setMinimumSectionSize(38)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask)
        self.sectionResized.connect(self._place)
        self.sectionMoved.connect(self._place)
        self.sectionCountChanged.connect(self._place)
        for signal in (proxy.modelReset, proxy.respliced):
            signal.connect(self.rebuild)
        proxy.reordered.connect(self._mark)
        proxy.cleared.connect(self._clear)
        theme.changed.connect(self.viewport().update)

    @override
    def sizeHint(self) -> QSize:
        # Nobody asks for the width, for which Qt would measure hundreds of sections.
        return QSize(HEIGHT, 2 * HEIGHT if self.filters_shown else HEIGHT)

    def show_filters(self, on: bool) -> None:
        """Show or fold away the row of filter fields."""
        self.filters_shown = on
        self.updateGeometry()
        self.folded.emit()
        self._place()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Leave the fields where they are while many sections change."""
        outer, self.is_held = self.is_held, True
        try:
            yield
        finally:
            self.is_held = outer
            if not outer:
                self._place()
                self.settled.emit()

    def field(self, column: int) -> QLineEdit | None:
        """The filter field of a column; None for pictures."""
        fields = self._proxy.model.fields
        if not 0 <= column < len(fields) or fields[column].picture:
            return None
        if column not in self._fields:
            self._fields[column] = self._make(column, fields[column])
        return self._fields[column]

    @property
    def typing(self) -> bool:
        """Whether someone types in a filter field."""
        return any(field.hasFocus() for field in self._fields.values())

    def rebuild(self) -> None:
        """Forget the filter fields of columns that are gone or others now."""
        self._twice = None
        model, before = self._proxy.model, self._fields
        self._fields = {}
        for field in before.values():
            column = model.column_at(field.spec.table, field.spec.column.name)
            there = 0 <= column < len(model.fields) and column not in self._fields
            if there and model.fields[column] == field.spec:
                field.column = column
                self._fields[column] = field
            else:
                field.hide()
                field.deleteLater()
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
    def mousePressEvent(self, e: QMouseEvent) -> None:
        self._at_press = self.order()
        self.pressed_on.emit()
        super().mousePressEvent(e)

    @override
    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        column = self.logicalIndexAt(e.position().toPoint())
        resting = self.cursor().shape() == Qt.CursorShape.ArrowCursor
        super().mouseReleaseEvent(e)
        if self.order() != self._at_press:
            self.dragged.emit()  # and a drag is no wish to sort
            return
        if e.button() == Qt.MouseButton.LeftButton and resting and column >= 0:
            adding = bool(e.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.toggle_sort(column, adding=adding)

    def order(self) -> list[int]:
        """Columns from left to right."""
        return list(map(self.logicalIndex, range(self.count())))

    def put_order(self, columns: Sequence[int]) -> None:
        """Let columns stand in this order from left to right; others follow."""
        if self.order()[: len(columns)] == list(columns):
            return
        with self.held():
            for place, column in enumerate(columns):
                if self.logicalIndex(place) != column:
                    self.moveSection(self.visualIndex(column), place)

    def move_behind(self, column: int, other: int) -> None:
        """Let a column stand behind another, or at the left edge if that is -1."""
        now, place = self.visualIndex(column), self.visualIndex(other) + 1
        self.moveSection(now, place - 1 if now < place else place)

    def toggle_sort(self, column: int, *, adding: bool = False) -> None:
        """Sort by a column; again turns the order round, a third time ends it."""
        if self._proxy.model.fields[column].picture:
            return
        mine = self._sort(column)
        if mine is None:
            self.sort_by(column, descending=False, adding=adding)
        elif not mine.descending:
            self.sort_by(column, descending=True, adding=adding)
        else:
            others = [s for s in self._proxy.sorts if s != mine] if adding else []
            self._proxy.set_sorts(others)
        self.viewport().update()

    def sort_by(self, column: int, *, descending: bool, adding: bool = False) -> None:
        """Sort by a column, after those that count already if `adding`."""
        mine = Sort(self._proxy.name(column), descending)
        sorts = list(self._proxy.sorts) if adding else []
        known = [sort.column for sort in sorts]
        if mine.column in known:
            sorts[known.index(mine.column)] = mine
        else:
            sorts.append(mine)
        self._proxy.set_sorts(sorts)
        self.viewport().update()

    def _paint_name(
        self, painter: QPainter, area: QRect, spec: Field, column: int
    ) -> None:
        sort = self._sort(column)
        icon = "ph.key" if spec.key else KIND_ICONS.get(spec.column.kind, "ph.text-t")
        font = fonts.font(fonts.SMALL, strong=True)
        painter.setFont(font)
        painter.setPen(self._theme.color("text" if sort else "text2"))
        metrics = QFontMetrics(font)
        place = self._place_among(sort)
        room = area.width() - (18 if sort else 0) - (10 if place else 0)
        # In a narrow column the name matters more than the icon of its type.
        left = 20 if metrics.horizontalAdvance(spec.column.name) <= room - 20 else 0
        if left or not sort:
            paint_icon(painter, self._theme, icon, "text3", area, 13)
            left = 20
        room -= left
        words = metrics.elidedText(
            spec.column.name, Qt.TextElideMode.ElideRight, max(room, 0)
        )
        words_area = area.adjusted(left, 0, 0, 0)
        painter.drawText(words_area, Qt.AlignmentFlag.AlignVCenter, words)
        after = words_area.adjusted(metrics.horizontalAdvance(words) + 6, 0, 0, 0)
        source = self._source(spec)
        if source:
            painter.setFont(fonts.font(fonts.SMALL))
            painter.setPen(self._theme.color("text3"))
            painter.drawText(after, Qt.AlignmentFlag.AlignVCenter, source)
            wide = QFontMetrics(painter.font()).horizontalAdvance(source)
            after = after.adjusted(wide + 6, 0, 0, 0)
        if sort is not None:
            arrow = "ph.arrow-down" if sort.descending else "ph.arrow-up"
            paint_icon(painter, self._theme, arrow, "accent", after, 13)
            painter.setFont(fonts.font(fonts.TINY))
            painter.setPen(self._theme.color("accent"))
            number = after.adjusted(14, 0, 0, 0)
            painter.drawText(number, Qt.AlignmentFlag.AlignVCenter, place)

    def _source(self, spec: Field) -> str:
        """Of which table a column is, where another has the same name."""
        if self._twice is None:
            self._twice = shared_names(self._proxy.model.fields)
        return spec.table if spec.column.name in self._twice else ""

    def _place_among(self, sort: Sort | None) -> str:
        """Which of several columns of the order it is; empty for the only one."""
        sorts = self._proxy.sorts
        if sort is None or len(sorts) < 2:
            return ""
        return str(sorts.index(sort) + 1)

    def _sort(self, column: int) -> Sort | None:
        name = self._proxy.name(column)
        return next((s for s in self._proxy.sorts if s.column == name), None)

    def _make(self, column: int, spec: Field) -> FilterField:
        field = FilterField(column, spec, self.viewport())
        field.setText(self._proxy.condition(column))
        self._mark_one(field)
        field.textChanged.connect(self._apply)
        field.left.connect(self._leave)
        return field

    def _apply(self, text: str) -> None:
        field = self.sender()
        if isinstance(field, FilterField):
            if self._proxy.condition(field.column) != text.strip():
                self._proxy.set_condition(field.column, text)
            self._mark_one(field)

    def _leave(self, column: int, by: int) -> None:
        """Go to the filter field beside, or to the table."""
        # The last field may lose the keyboard when its column is gone already.
        there = column < len(self._proxy.model.fields)
        wrong = self._proxy.misread(column) if there else ""
        if wrong:
            self._proxy.model.session.told.emit(wrong, "warning")
        if by == 0:
            self.done.emit()
            return
        place = self.visualIndex(column) + by
        while 0 <= place < self.count():
            beside = self.logicalIndex(place)
            if not self.isSectionHidden(beside) and self.field(beside) is not None:
                self.wanted.emit(beside)
                return
            place += by
        self.done.emit()

    def _mark(self) -> None:
        for column, field in self._fields.items():
            text = self._proxy.condition(column)
            if not field.hasFocus() and field.text().strip() != text:
                field.setText(text)
            self._mark_one(field)

    def _clear(self) -> None:
        for field in self._fields.values():
            field.clear()

    def _mark_one(self, field: FilterField) -> None:
        wrong = self._proxy.misread(field.column)
        field.show_state(bool(self._proxy.condition(field.column)), wrong)

    @override
    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._place()

    def _place(self) -> None:
        """Put the fields under their sections, as far as these are in sight."""
        if self.is_held:
            return
        seen = self._in_sight() if self.filters_shown else []
        for column in set(self._fields) - set(seen):
            self._fields[column].hide()
        for column in seen:
            field = self.field(column)
            if field is not None:
                left = self.sectionViewportPosition(column)
                width = self.sectionSize(column)
                field.setGeometry(left + 4, HEIGHT + 2, max(width - 9, 10), HEIGHT - 6)
                field.show()

    def _in_sight(self) -> list[int]:
        first = self.visualIndexAt(0)
        last = self.visualIndexAt(self.viewport().width() - 1)
        if first < 0:
            return []
        last = self.count() - 1 if last < 0 else last
        places = (self.logicalIndex(place) for place in range(first, last + 1))
        return [column for column in places if not self.isSectionHidden(column)]

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
        return QSize(self.widths_of([fields[logicalIndex]])[0], HEIGHT)

    def widths_of(self, fields: Iterable[Field]) -> list[int]:
        """How wide sections want to be for their names."""
        strong = QFontMetrics(fonts.font(fonts.SMALL, strong=True)).horizontalAdvance
        plain = QFontMetrics(fonts.font(fonts.SMALL)).horizontalAdvance
        named = [(spec.column.name, self._source(spec)) for spec in fields]
        return [
            strong(name) + 50 + (plain(source) + 6 if source else 0)
            for name, source in named
        ]
