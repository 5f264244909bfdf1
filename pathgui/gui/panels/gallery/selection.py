"""The rows of the selected slides, under the gallery."""

from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QVBoxLayout,
)
from typing_extensions import override

from pathgui.gui.dialogs.columnlines import ColumnLine
from pathgui.gui.dialogs.columns import ColumnChoice, ColumnsDialog
from pathgui.gui.session import Session
from pathgui.gui.style import fonts
from pathgui.gui.style.parts import Icon, IconButton, bar, label, tabular
from pathgui.gui.tables.delegate import CellDelegate
from pathgui.gui.tables.fields import hidden_at_first
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.subset import SubsetModel

HEAD, HEIGHT = 36, 180
_FIRST = ("manifest.slide_id", "manifest.qc_status")
_LAST = ("manifest.scanner", "manifest.qc_reason")
_ROW, _PRECISION, _WIDEST = 28, 50, 260


class SelectionStrip(QFrame):
    """Shows the selected slides as the Slides tab has them; can be folded away.

    Attributes
    ----------
    folded : bool
        Whether only its heading is shown.

    Signals
    -------
    asked(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)

    def __init__(self, session: Session, proxy: OrderProxy) -> None:
        super().__init__()
        self.setObjectName("bottom")
        self._session, self._proxy = session, proxy
        theme = session.theme
        self.model = SubsetModel(proxy, theme, self)
        self.view = QTableView()
        self.note = tabular("", "quiet", size=fonts.BODY)
        self.choose = IconButton(theme, "ph.columns", "Columns of the selection")
        self.export = IconButton(theme, "ph.export", "Export", key="Ctrl+E")
        self.fold = IconButton(theme, "ph.caret-down", "Fold the selection away")
        self.folded = False
        # What a person added to the usual columns, or took away, by name.
        self._added: set[str] = set()
        self._dropped: set[str] = set()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(30)
        self._later.timeout.connect(self.refresh)
        self._build()
        self._connect()

    def _build(self) -> None:
        theme = self._session.theme
        icon = Icon(theme, "ph.table", "accent")
        title = label("Selection in the table", strong=True)
        self.head = bar(
            "bottomBar", HEAD, icon, title, self.note, None,
            self.choose, self.export, self.fold,
        )  # fmt: skip
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(CellDelegate(theme, lambda _index: True, None, view))
        view.setAccessibleName("Selection in the table")
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(_ROW)
        header = view.horizontalHeader()
        header.setFixedHeight(30)
        header.setHighlightSections(False)
        header.setFont(fonts.font(fonts.SMALL, strong=True))
        header.setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setResizeContentsPrecision(_PRECISION)
        header.setStretchLastSection(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.head)
        box.addWidget(view, 1)
        self._size()

    def _connect(self) -> None:
        session, proxy = self._session, self._proxy
        for signal in (
            session.selection_changed,
            session.project_closed,
            proxy.reordered,
            proxy.modelReset,
        ):
            signal.connect(self._soon)
        session.theme.changed.connect(self.view.viewport().update)
        self.fold.clicked.connect(self._fold)
        self.choose.clicked.connect(self._offer)
        self.export.clicked.connect(self._export)
        self.view.doubleClicked.connect(self._open)
        self.view.activated.connect(self._open)

    def refresh(self) -> None:
        """Show the rows of the selection as they are now."""
        self._later.stop()
        table, chosen = self._proxy.model, self._session.selection
        rows = np.asarray(table.rows_of(chosen), np.int64)
        columns = self._columns()
        other = columns != self.model.columns
        self.model.show_rows(rows, columns)
        if other:
            self._fit()
        shown, hidden = self.model.rowCount(), len(chosen) - self.model.rowCount()
        noun = "row" if shown == 1 else "rows"
        words = f"{shown:,} {noun}, same filter and sort as the Slides tab"
        if hidden > 0:
            words += f"; {hidden:,} of the selection left out by the filter"
        self.note.setText(words if chosen else "Choose cards to see their rows here")

    def set_folded(self, folded: bool) -> None:
        """Show the rows, or only the heading."""
        self.folded = folded
        self._size()

    def wanted_columns(self) -> dict[str, list[str]]:
        """What was added to the usual columns, and taken away, by name."""
        return {"added": sorted(self._added), "dropped": sorted(self._dropped)}

    def want_columns(self, added: Iterable[str], dropped: Iterable[str]) -> None:
        """Show other columns than the usual ones."""
        self._added, self._dropped = set(added), set(dropped)
        self._soon()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _soon(self) -> None:
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    def _columns(self) -> list[int]:
        """Id and decision, the metrics that are usually shown, scanner and reason."""
        at = {field.name: k for k, field in enumerate(self._proxy.model.fields)}
        rest = [name for name in at if name not in (*_FIRST, *_LAST)]
        order = [*_FIRST, *rest, *_LAST]
        return [at[name] for name in order if name in at and self._shows(name)]

    def _shows(self, name: str) -> bool:
        if name in self._added or name in self._dropped:
            return name in self._added
        return self._usually(name)

    def _usually(self, name: str) -> bool:
        """Whether a column is shown unless someone takes it away."""
        table, _, column = name.partition(".")
        metric = table == "metrics" and not hidden_at_first(column)
        return metric or name in (*_FIRST, *_LAST)

    def _fit(self) -> None:
        self.view.resizeColumnsToContents()
        for column in range(self.model.columnCount()):
            width = self.view.columnWidth(column) + 10
            self.view.setColumnWidth(column, min(width, _WIDEST))

    def _size(self) -> None:
        self.view.setVisible(not self.folded)
        self.setMinimumHeight(HEAD if self.folded else HEAD + 3 * _ROW)
        self.setMaximumHeight(HEAD if self.folded else 16_777_215)
        self.fold.set_icon("ph.caret-up" if self.folded else "ph.caret-down")
        words = "Show the selection" if self.folded else "Fold the selection away"
        self.fold.describe(words)

    def _fold(self) -> None:
        self.set_folded(not self.folded)

    def _export(self) -> None:
        self.asked.emit("file.export")

    def _offer(self) -> None:
        fields = self._proxy.model.fields
        lines = [
            ColumnLine(
                column,
                field.column.name,
                "" if field.table == self._proxy.model.main else field.table,
                self._shows(field.name),
            )
            for column, field in enumerate(fields)
            if not field.picture and field.name != _FIRST[0]
        ]
        dialog = ColumnsDialog(self._session.theme, lines, None, self.window())
        names = {line.column: fields[line.column].name for line in lines}
        dialog.chosen.connect(lambda choice: self._choose(choice, names))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose(self, choice: ColumnChoice, names: Mapping[int, str]) -> None:
        """Show what was ticked: the usual columns, and what differs from them."""
        usual = {name for name in names.values() if self._usually(name)}
        wanted = {names[column] for column in choice.shown}
        self._added, self._dropped = wanted - usual, usual - wanted
        self.refresh()

    def _open(self, index: QModelIndex) -> None:
        self._session.select(self.model.slide_id(index.row()))
        self.asked.emit("slides.open_in_viewer")
