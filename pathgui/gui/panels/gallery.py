"""The Gallery tab: thumbnails with their states, in the order of the table."""

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSlider,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.session import Session
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.style import Theme, fonts, state_of
from pathgui.gui.style.paint import paint_chip
from pathgui.gui.style.parts import Button, EmptyState, Icon, bar, label, tabular
from pathgui.gui.tables.proxy import OrderProxy

_FOOT = 58
_GAP = 6


class GalleryModel(QAbstractListModel):
    """The slides of the table's proxy, one after the other."""

    def __init__(self, proxy: OrderProxy, parent: QWidget) -> None:
        super().__init__(parent)
        self._proxy = proxy
        proxy.reordered.connect(self._reset)
        proxy.modelReset.connect(self._reset)

    def slide_id(self, row: int) -> str:
        """Slide at a place."""
        return self._proxy.model.slide_id(self._proxy.source_row(row))

    @override
    def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._proxy.rowCount()

    @override
    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.slide_id(index.row())
        return None

    def _reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()


class CardDelegate(QStyledItemDelegate):
    """Paints a card: picture, name, decision, tiles."""

    def __init__(
        self, theme: Theme, session: Session, thumbnails: Thumbnails, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme, self._session, self._thumbnails = theme, session, thumbnails
        self.side = 216

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        return QSize(self.side + 2 * _GAP, round(self.side * 0.6) + _FOOT + 2 * _GAP)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Any
    ) -> None:
        slide_id = str(index.data())
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        card = area.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        line = self._theme.color("accent" if chosen else "line")
        painter.setPen(QPen(line, 2 if chosen else 1))
        painter.setBrush(self._theme.color("accent_soft" if chosen else "panel"))
        painter.drawRoundedRect(card, 8, 8)
        top = card.adjusted(7, 7, -7, -_FOOT)
        picture = self._thumbnails.get(slide_id)
        self._picture(painter, top, picture)
        self._foot(painter, card, slide_id)
        painter.restore()

    def _picture(self, painter: QPainter, area: QRect, picture: QPixmap | None) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("window"))
        painter.drawRoundedRect(area, 5, 5)
        if picture is None or picture.isNull():
            return
        size: QSize = picture.size()
        size.scale(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = area.left() + (area.width() - size.width()) // 2
        top = area.top() + (area.height() - size.height()) // 2
        painter.drawPixmap(QRect(left, top, size.width(), size.height()), picture)

    def _foot(self, painter: QPainter, card: QRect, slide_id: str) -> None:
        name = QRect(card.left() + 10, card.bottom() - 52, card.width() - 20, 20)
        font = fonts.font(fonts.SMALL, strong=True)
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        mode = Qt.TextElideMode.ElideMiddle
        words = QFontMetrics(font).elidedText(slide_id, mode, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, words)
        below = QRect(card.left() + 10, card.bottom() - 30, card.width() - 20, 22)
        decision = state_of("qc_status", self._session.field(slide_id, "qc_status"))
        if decision is not None:
            paint_chip(painter, self._theme, decision, below)
        tiles = self._session.field(slide_id, "n_tiles")
        status = state_of("status", self._session.field(slide_id, "status"))
        aside = f"{int(tiles):,} tiles" if tiles.isdecimal() else ""
        if not aside and status is not None:
            aside = status.word
        painter.setFont(fonts.numbers(fonts.SMALL))
        painter.setPen(self._theme.color("text3"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(below, right, aside)


class GalleryPage(QWidget):
    """Every slide the table shows, as a card.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)

    def __init__(
        self, session: Session, proxy: OrderProxy, thumbnails: Thumbnails
    ) -> None:
        super().__init__()
        self._session, self._proxy = session, proxy
        self._sharing = False
        theme = session.theme
        self.view = QListView()
        self.view.setObjectName("gallery")
        self.view.setAccessibleName("Gallery")
        self.delegate = CardDelegate(theme, session, thumbnails, self.view)
        self.model = GalleryModel(proxy, self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.delegate)
        self.view.setViewMode(QListView.ViewMode.IconMode)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setMovement(QListView.Movement.Static)
        self.view.setUniformItemSizes(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.count = tabular("", "quiet", size=13)
        self.clear = Button(theme, "Clear filter", role="ghost")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(120, 400)
        self.slider.setValue(self.delegate.side)
        self.slider.setFixedWidth(140)
        self.slider.setAccessibleName("Size of the cards")
        self.empty = EmptyState(theme, "ph.squares-four")
        self._build(theme)
        self._connect(session, thumbnails)
        self._refresh()

    def _build(self, theme: Theme) -> None:
        words = label("Filter and order are those of the Slides tab", "quiet", size=12)
        way_out = Button(theme, "Add slides…", "ph.plus-circle", role="primary")
        way_out.clicked.connect(lambda: self.asked.emit("slides.add"))
        self.empty.say("No slides to show", "Add slides, or clear the filter.")
        self.empty.offer(way_out)
        small, large = Icon(theme, "ph.image", "text2", 12), Icon(theme, "ph.image")
        head = bar(
            "viewBar",
            43,
            self.count,
            self.clear,
            words,
            None,
            small,
            self.slider,
            large,
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(head)
        box.addWidget(self.stack, 1)

    def _connect(self, session: Session, thumbnails: Thumbnails) -> None:
        viewport = self.view.viewport()
        thumbnails.ready.connect(viewport.update)
        session.changed.connect(viewport.update)
        session.theme.changed.connect(viewport.update)
        session.selection_changed.connect(self.follow)
        self.model.modelReset.connect(self._refresh)
        self.slider.valueChanged.connect(self._resize)
        self.clear.clicked.connect(self._proxy.clear_filters)
        self.view.selectionModel().selectionChanged.connect(self._chosen)
        self.view.activated.connect(self._open)

    def follow(self) -> None:
        """Show the shared selection."""
        if self._sharing:
            return
        chosen, first = QItemSelection(), QModelIndex()
        for source in self._proxy.model.rows_of(self._session.selection):
            row = self._proxy.shown_row(source)
            if row >= 0:
                index = self.model.index(row)
                chosen.select(index, index)
                first = first if first.isValid() else index
        self._sharing = True
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.view.selectionModel().select(chosen, flag)
        if first.isValid():
            self.view.scrollTo(first)
        self._sharing = False

    def _chosen(self) -> None:
        if self._sharing:
            return
        rows = sorted(i.row() for i in self.view.selectionModel().selectedIndexes())
        self._sharing = True
        self._session.select(self.model.slide_id(row) for row in rows)
        self._sharing = False

    def _open(self, _index: object) -> None:
        self.asked.emit("slides.open_in_viewer")

    def _resize(self, side: int) -> None:
        self.delegate.side = side
        self.view.doItemsLayout()

    def _refresh(self) -> None:
        count = self.model.rowCount()
        self.count.setText(f"{count:,} slide{'' if count == 1 else 's'}")
        self.clear.setVisible(self._proxy.filtered)
        self.stack.setCurrentWidget(self.view if count else self.empty)
        self.follow()
