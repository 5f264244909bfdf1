"""The bar that finds texts in a table and puts others in their place."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget
from typing_extensions import override

from pathgui.errors import Cancelled
from pathgui.gui.background import Task
from pathgui.gui.style.parts import Button, IconButton, SearchField, row, tabular
from pathgui.gui.tables import changes
from pathgui.gui.tables.find import Hits, Place, Wanted, find, replaced
from pathgui.gui.tables.naming import guarded
from pathgui.gui.tables.view import TableView

_HEIGHT = 41


class FindBar(QFrame):
    """What to find, what to put there, how many cells that is.

    Looks through the shown columns of the shown rows, or through the selected cells
    where several are selected as it opens.

    Parameters
    ----------
    view : TableView
        The table.

    Attributes
    ----------
    found : Signal()
        The cells are counted anew.
    """

    found = Signal()

    def __init__(self, view: TableView) -> None:
        super().__init__()
        self._view = view
        self._session = view.session
        self.hits: Hits | None = None
        self._task: Task | None = None
        self._within: changes.Chosen | None = None
        theme = self._session.theme
        self.text = SearchField(theme, "Find in the table")
        self.by = QLineEdit()
        self.by.setPlaceholderText("Replace by")
        self.by.setAccessibleName("Replace by")
        self.case = Button(theme, "Aa", role="toggle", small=True)
        self.case.setToolTip("Upper and lower case count")
        self.whole = Button(theme, "Whole cell", role="toggle", small=True)
        self.count = tabular("", "quiet")
        self.previous = IconButton(theme, "ph.caret-up", "Previous", key="Shift+Return")
        self.next = IconButton(theme, "ph.caret-down", "Next", key="Return")
        self.one = Button(theme, "Replace", small=True)
        self.all = Button(theme, "Replace all", small=True)
        self.close_button = IconButton(theme, "ph.x", "Close", key="Esc")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._build()
        self.hide()

    def _build(self) -> None:
        widgets: list[QWidget | int | None] = [
            self.text, self.by, self.case, self.whole, self.previous, self.next,
            self.count, None, self.one, self.all, self.close_button,
        ]  # fmt: skip
        line = row(*widgets)
        line.setContentsMargins(10, 0, 10, 1)
        self.setLayout(line)
        self.setObjectName("viewBar")
        self.setFixedHeight(_HEIGHT)
        self.text.textChanged.connect(self._later.start)
        self.case.toggled.connect(self._later.start)
        self.whole.toggled.connect(self._later.start)
        self._later.timeout.connect(self.look)
        self.next.clicked.connect(self.go_next)
        self.previous.clicked.connect(self.go_previous)
        self.one.clicked.connect(self.replace_one)
        self.all.clicked.connect(self.replace_all)
        self.close_button.clicked.connect(self.fold)
        self._view.proxy.reordered.connect(self._soon)
        self._session.changed.connect(self._soon)

    def open(self, *, replacing: bool) -> None:
        """Come up, with the fields for replacing or without."""
        chosen = self._view.chosen_cells()
        self._within = chosen if changes.count(chosen) > 1 else None
        for widget in (self.by, self.one, self.all):
            widget.setVisible(replacing)
        self.show()
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()
        self.look()

    def fold(self) -> None:
        """Go away, and give the keyboard back to the table."""
        self.hide()
        self._view.setFocus()

    @property
    def wanted(self) -> Wanted:
        """What is looked for."""
        text, case = self.text.text(), self.case.isChecked()
        return Wanted(text, case, self.whole.isChecked())

    def look(self) -> None:
        """Count the cells; in a large table in the background."""
        self._later.stop()
        if self._task is not None:
            self._task.cancel()
        wanted = self.wanted
        places = self._places() if wanted.text else []
        if not self._view.proxy.large(wanted.text):
            self._task = None
            self._take(find(places, wanted))
            return

        def work(_progress: object, asked: Callable[[], bool]) -> Hits:
            if asked():
                raise Cancelled("another text is looked for by now")
            return find(places, wanted)

        task = self._session.background.start("Finding", work, quick=True)
        self._task = task
        task.done.connect(lambda hits: self._take_from(task, hits))
        task.failed.connect(self._session.trouble)

    def _take_from(self, task: Task, hits: Hits) -> None:
        if task is self._task:
            self._task = None
            self._take(hits)

    def _take(self, hits: Hits) -> None:
        self.hits = hits
        where = " in the selection" if self._within is not None else ""
        noun = "cell" if len(hits) == 1 else "cells"
        said = f"{len(hits):,} {noun}{where}" if self.text.text() else ""
        self.count.setText(said)
        self.next.setEnabled(len(hits) > 0)
        self.previous.setEnabled(len(hits) > 0)
        self.one.setEnabled(hits.editable > 0)
        self.all.setEnabled(hits.editable > 0)
        self.all.setText(
            f"Replace {hits.editable:,}" if hits.editable else "Replace all"
        )
        locked = len(hits) - hits.editable
        self.all.setToolTip(
            f"{locked:,} cannot be edited, or say what a row is about: select such a "
            "column alone to replace in it"
            if locked
            else ""
        )
        self.found.emit()

    def _places(self) -> list[Place]:
        """Columns to look through, in the order on screen."""
        view = self._view
        proxy, model = view.proxy, view.proxy.model
        order, within, shown = proxy.source_rows(), self._within, view.shown_columns()
        left = guarded(model, shown if within is None else list(within))
        every, found = changes.every(len(order)), []
        for column in shown:
            rows = every if within is None else within.get(column)
            if rows is None or model.fields[column].picture:
                continue
            rows = rows[rows < len(order)] if within is not None else every
            at = order if within is None else order[rows]
            free = model.column_editable(column) and column not in left
            found.append(Place(column, rows, model.source(column), at, free))
        return found

    def go_next(self) -> None:
        """Go to the next cell that holds it."""
        self._go(1)

    def go_previous(self) -> None:
        """Go to the one before."""
        self._go(-1)

    def _go(self, by: int) -> None:
        if self._later.isActive():
            self.look()
        hits, index = self.hits, self._view.currentIndex()
        if hits is None or not len(hits):
            return
        order = self._view.shown_columns()
        place = order.index(index.column()) if index.column() in order else -1
        number = hits.next(index.row(), place, order, by)
        target = self._view.proxy.index(
            int(hits.rows[number]), int(hits.columns[number])
        )
        self._view.setCurrentIndex(target)
        self._view.scrollTo(target)
        where = " in the selection" if self._within is not None else ""
        self.count.setText(f"{number + 1:,} of {len(hits):,} cells{where}")

    def replace_one(self) -> None:
        """Replace in the current cell if it holds the text, then go on."""
        index, proxy = self._view.currentIndex(), self._view.proxy
        if index.isValid():
            text = proxy.model.text(proxy.source_row(index.row()), index.column())
            if self.wanted.matches([text])[0]:
                new = self.wanted.replaced(text, self.by.text())
                proxy.setData(index, new)
        self.go_next()

    def replace_all(self) -> None:
        """Replace in all cells that were counted, as one undo step."""
        wanted, by = self.wanted, self.by.text()
        if not wanted.text:
            return
        label = f"Replace {wanted.text} by {by or 'nothing'}"
        places, hits = self._places(), self.hits
        size = len(hits) if hits is not None else 0
        self._view.change(
            label,
            size,
            lambda shown: changes.put(shown, label, replaced(places, wanted, by)),
            self.look,
        )

    def _soon(self) -> None:
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fold()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._go(-1 if back else 1)
        else:
            super().keyPressEvent(event)
