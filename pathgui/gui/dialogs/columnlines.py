"""The columns of a table as lines that are ticked, searched and dragged elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from typing_extensions import override

Role = Qt.ItemDataRole
_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemNeverHasChildren
)


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column as the dialog lists it."""

    column: int
    name: str
    aside: str
    shown: bool

    @property
    def words(self) -> str:
        """Name, and what stands beside it."""
        return f"{self.name}   {self.aside}" if self.aside else self.name


class ColumnLines(QAbstractListModel):
    """Any number of columns in order; only those that hold a text may be listed.

    Parameters
    ----------
    lines : sequence of ColumnLine
        In the order on screen.
    movable : bool
        Whether they can be dragged to other places.

    Attributes
    ----------
    ticked : Signal()
        Others are ticked.
    """

    ticked = Signal()

    def __init__(
        self, lines: Sequence[ColumnLine], *, movable: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._lines = list(lines)
        self._shown = {line.column for line in lines if line.shown}
        self._listed = self._lines
        self._flags = _FLAGS
        if movable:
            self._flags |= Qt.ItemFlag.ItemIsDragEnabled

    @property
    def order(self) -> tuple[int, ...]:
        """All columns in order."""
        return tuple(line.column for line in self._lines)

    @property
    def shown(self) -> frozenset[int]:
        """Those that are ticked."""
        return frozenset(self._shown)

    @property
    def names(self) -> list[str]:
        """Names of the columns that are listed."""
        return [line.name for line in self._listed]

    def find(self, text: str) -> None:
        """List the columns that hold all these words."""
        words = text.casefold().split()
        self.beginResetModel()
        self._listed = self._lines
        if words:
            folded = ((line, line.words.casefold()) for line in self._lines)
            self._listed = [
                line for line, name in folded if all(word in name for word in words)
            ]
        self.endResetModel()

    def tick_all(self, *, on: bool) -> None:
        """Tick or untick all that are listed."""
        columns = {line.column for line in self._listed}
        self._shown = self._shown | columns if on else self._shown - columns
        if self._listed:
            last = self.index(len(self._listed) - 1)
            self.dataChanged.emit(self.index(0), last, [Role.CheckStateRole])
        self.ticked.emit()

    def move(self, place: int, to: int) -> None:
        """Put a listed column before another one, or at the end of them."""
        self.moveRows(QModelIndex(), place, 1, QModelIndex(), to)

    @override
    def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._listed)

    @override
    def data(self, index: Any, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._listed[index.row()]
        if role == Role.CheckStateRole:
            on = line.column in self._shown
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        return line.words if role == Role.DisplayRole else None

    @override
    def setData(self, index: Any, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or not index.isValid():
            return False
        column = self._listed[index.row()].column
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        self._shown = self._shown | {column} if on else self._shown - {column}
        self.dataChanged.emit(index, index, [Role.CheckStateRole])
        self.ticked.emit()
        return True

    @override
    def flags(self, index: Any) -> Qt.ItemFlag:
        # Columns are dropped between others, never on one.
        return self._flags if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled

    @override
    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    @override
    def moveRows(
        self, source: Any, first: int, count: int, target: Any, before: int
    ) -> bool:
        last = first + count - 1
        if not self.beginMoveRows(source, first, last, target, before):
            return False
        moved = self._listed[first : last + 1]
        neighbour = self._listed[before] if before < len(self._listed) else None
        behind = self._listed[before - 1]
        self._lines = _moved(self._lines, moved, neighbour, behind)
        there = {line.column for line in self._listed}
        self._listed = [line for line in self._lines if line.column in there]
        self.endMoveRows()
        return True


def _moved(
    lines: Iterable[ColumnLine],
    moved: list[ColumnLine],
    before: ColumnLine | None,
    behind: ColumnLine,
) -> list[ColumnLine]:
    """Lines with some of them before another one, or behind the last that is listed."""
    rest = [line for line in lines if line not in moved]
    at = rest.index(before) if before is not None else rest.index(behind) + 1
    return [*rest[:at], *moved, *rest[at:]]
