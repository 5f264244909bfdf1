"""The table of columns: name in the file, name here, type, and what was found."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.dialogs.columnform import KIND_ICONS, KIND_WORDS
from pathgui.gui.dialogs.importing.mappinglines import SKIP, Line, MappingModel
from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import paint_icon
from pathgui.project.columnwords import ColumnWords

_WIDTHS = (184, 184, 142, 0, 92)
_ROW = 32
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class _MappingDelegate(QStyledItemDelegate):
    """Paints fields that can be changed as fields, and opens them at a click."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, _ROW)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        model = index.model()
        assert isinstance(model, MappingModel)
        line, place = model.lines[index.row()], index.column()
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if place in (1, 2):
            self._field(painter, area, str(index.data()), line, index)
        elif place == 0:
            icon = "ph.key" if line.is_key else KIND_ICONS["text"]
            tint = "accent" if line.is_key else "text3"
            inner = area.adjusted(2, 0, 0, 0)
            paint_icon(painter, self._theme, icon, tint, inner, 14)
            strong = line.is_key
            words = area.adjusted(24, 0, -24, 0)
            kind = "text3" if line.skipped else "text"
            self._words(painter, words, line.source, kind, strong=strong)
            arrow = QRect(area.right() - 22, area.top(), 14, area.height())
            paint_icon(painter, self._theme, "ph.arrow-right", "text3", arrow, 13)
        elif place == 3:
            self._found(painter, area, line)
        elif line.words.codes and not line.skipped:
            self._words(painter, area, "Make it one", "accent")
        painter.restore()

    def _field(
        self, painter: QPainter, area: QRect, text: str, line: Line, index: Index
    ) -> None:
        theme = self._theme
        box = QRectF(area).adjusted(0.5, 2.5, -8.5, -2.5)
        can = bool(index.flags() & Qt.ItemFlag.ItemIsEditable)
        painter.setPen(theme.color("field" if can else "line"))
        painter.setBrush(theme.color("panel" if can else "window"))
        painter.drawRoundedRect(box, 5, 5)
        tint = "text" if can and not line.skipped else "text3"
        inner = area.adjusted(10, 0, -30, 0)
        self._words(painter, inner, text, tint)
        if can:
            arrow = QRect(area.right() - 26, area.top(), 12, area.height())
            paint_icon(painter, theme, "ph.caret-down", "text2", arrow, 11)

    def _found(self, painter: QPainter, area: QRect, line: Line) -> None:
        words = ColumnWords("left out") if line.skipped else line.words
        doubt = words.misfits or words.codes
        icon = "ph.warning-fill" if doubt else "ph.check-circle-fill"
        tint = "warn" if doubt else "ok"
        if line.skipped:
            icon, tint = "ph.minus", "text3"
        paint_icon(painter, self._theme, icon, tint, area.adjusted(2, 0, 0, 0), 14)
        kind = "text" if doubt else "text2"
        self._words(painter, area.adjusted(24, 0, -4, 0), words.words, kind)

    def _words(
        self,
        painter: QPainter,
        area: QRect,
        text: str,
        tint: str,
        *,
        strong: bool = False,
    ) -> None:
        font = fonts.font(strong=strong)
        painter.setFont(font)
        painter.setPen(self._theme.color(tint))
        mode = Qt.TextElideMode.ElideRight
        shown = QFontMetrics(font).elidedText(text, mode, area.width())
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, left, shown)

    @override
    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        model = index.model()
        assert isinstance(model, MappingModel)
        combo = QComboBox(parent)
        if index.column() == 1:
            combo.setEditable(True)
            line = model.lines[index.row()]
            names = dict.fromkeys((line.source, *model.targets, SKIP))
            combo.addItems(list(names))
            combo.setCurrentText(str(index.data()))
        else:
            for kind, words in KIND_WORDS.items():
                combo.addItem(words, kind)
            combo.setCurrentIndex(combo.findData(index.data(Role.EditRole)))
        combo.activated.connect(lambda: self._chosen(combo))
        return combo

    def _chosen(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        if index.column() == 1 and editor.isEditable():
            line = editor.lineEdit()
            if line is not None:
                line.selectAll()

    @override
    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        assert isinstance(editor, QComboBox)
        text = editor.currentText() if index.column() == 1 else editor.currentData()
        if text != index.data(Role.EditRole):
            model.setData(index, text)

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(0, 2, -8, -2))


class MappingView(QTableView):
    """Any number of columns; a click opens a field, Enter and F2 too.

    Attributes
    ----------
    category : Signal(str)
        A column of codes shall be a category.
    """

    category = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.lines = MappingModel(self)
        self.setObjectName("mapping")
        self.setModel(self.lines)
        self.setItemDelegate(_MappingDelegate(theme, self))
        self.setAccessibleName("Columns of the file")
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setFixedHeight(28)
        header.setHighlightSections(False)
        header.setFont(fonts.font(fonts.SMALL))
        for place, width in enumerate(_WIDTHS):
            if width:
                self.setColumnWidth(place, width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        theme.changed.connect(self.viewport().update)
        self.lines.modelReset.connect(self._give_way)
        self.lines.dataChanged.connect(self._give_way)

    def _give_way(self) -> None:
        """What was found has all the room where there is nothing to answer."""
        asked = any(line.words.codes for line in self.lines.lines)
        self.setColumnHidden(4, not asked)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        line = self.lines.lines[index.row()]
        if index.column() == 4 and line.words.codes:
            self.category.emit(line.source)
        elif index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
            self._drop_down(index)

    def _drop_down(self, index: QModelIndex) -> None:
        editor = self.indexWidget(index)
        if isinstance(editor, QComboBox) and index.column() == 2:
            editor.showPopup()
