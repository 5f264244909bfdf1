"""A large project in the whole window: opened, and used as people do every day."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from eventloop import Loop
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from pathgui.gui.panels.clinical import JOINED, PATIENTS
from pathgui.gui.shell.window import MainWindow
from pathgui.gui.style import Theme
from pathgui.gui.tables.view import TableView
from pathgui.project import Column, Edit
from pathgui.project.columns import delete_column, rename_column

_COLUMN = "marker 0"
_FLAG = QItemSelectionModel.SelectionFlag


Act = tuple[str, Callable[[], object], Any]


def rows(app: Any, root: Path) -> list[dict[str, Any]]:
    """Measure the opening of a project, then each act."""
    return measured(app, root, "in the window", _acts)


def measured(
    app: Any, root: Path, where: str, acts: Callable[[MainWindow], list[Act]]
) -> list[dict[str, Any]]:
    """The opening of a project in a window of its own, and acts in it."""
    theme = Theme("light")
    theme.install()
    window = MainWindow(theme)
    window.resize(1600, 1000)
    window.show()
    app.processEvents()
    loop = Loop()
    loop.rest()
    try:
        opened = window.session.checks.changed
        opening = _row(
            loop, f"{where}: open and check", lambda: window.projects.open(root), opened
        )
        loop.rest(3000)  # quick looks that follow, such as reading words
        found = [_row(loop, f"{where}: {w}", *act) for w, *act in acts(window)]
        return [opening, *found]
    finally:
        window.session.undo_stack.setClean()
        window.close()
        window.deleteLater()
        theme.deleteLater()


def _row(
    loop: Loop, what: str, begin: Callable[[], object], signal: Any
) -> dict[str, Any]:
    taken, _, spent = loop.run(begin, signal)
    loop.rest()
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog) and dialog.isVisible():
            dialog.reject()
    return {
        "what": what,
        "first ms": taken,
        "longest block ms": loop.longest * 1000,
        "longest block CPU ms": loop.longest_cpu * 1000,
        "first CPU ms": spent,
    }


def _acts(window: MainWindow) -> list[Act]:
    session, workspace = window.session, window.workspace
    view, clinical = workspace.slides.view, workspace.clinical.table
    moved, matched = session.undo_stack.indexChanged, clinical.proxy.modelReset
    column = view.proxy.model.column_at("manifest", _COLUMN)
    control = Qt.KeyboardModifier.ControlModifier
    chosen, scrolled = (
        view.selectionModel().selectionChanged,
        view.verticalScrollBar().valueChanged,
    )
    view.setFocus()

    return [
        (
            "select all rows",
            lambda: QTest.keyClick(view, Qt.Key.Key_A, control),
            session.selection_changed,
        ),
        (
            "select a column",
            lambda: _select(view, column),
            chosen,
        ),
        ("fill a column down", view.fill_down, moved),
        ("undo it", session.undo, moved),
        ("choose one cell", lambda: _select(view, column, 1), chosen),
        ("change it", lambda: view.set_value("0.5"), moved),
        ("undo it", session.undo, moved),
        *columns(window, "manifest", _COLUMN),
        (
            "scroll to the end",
            view.scrollToBottom,
            scrolled,
        ),
        ("show the joined view", lambda: clinical.show_as(JOINED), matched),
        ("show the patients", lambda: clinical.show_as(PATIENTS), matched),
        (
            "show the gallery",
            lambda: workspace.show_tab("gallery"),
            workspace.tabs.currentChanged,
        ),
    ]


def columns(window: MainWindow, table: str, other: str) -> list[Act]:
    """Acts that change which columns a table has; `other` is one of them."""
    session = window.session
    moved = session.undo_stack.indexChanged

    def add() -> None:
        change = session.project.table(table).new_column(Column("later", "number"))
        session.edit(Edit("Add a column", columns=(change,)))

    def rename() -> None:
        session.edit(rename_column(session.project.table(table), other, "renamed"))

    def delete() -> None:
        session.edit(delete_column(session.project.table(table), "later"))

    return [
        ("add a column", add, moved),
        ("undo it", session.undo, moved),
        ("redo it", session.redo, moved),
        ("rename a column", rename, moved),
        ("undo it", session.undo, moved),
        ("delete a column", delete, moved),
        ("undo it", session.undo, moved),
    ]


def _select(view: TableView, column: int, rows: int = 0) -> None:
    """Select a column, or its first rows."""
    proxy = view.proxy
    last = (rows or proxy.rowCount()) - 1
    cells = QItemSelection(proxy.index(0, column), proxy.index(last, column))
    view.setCurrentIndex(proxy.index(0, column))
    view.selectionModel().select(cells, _FLAG.ClearAndSelect)
