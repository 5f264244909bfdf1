"""The columns of a file as lines: name there, name here, type, what was found."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from typing_extensions import override

from pathgui.gui.dialogs.columnform import KIND_WORDS
from pathgui.gui.style.tips import plain
from pathgui.project import Column
from pathgui.project.columnwords import ColumnWords

SKIP = "(leave out)"
_HEADS = ("Column in the file", "Column in pathgui", "Type", "What was found", "")
Role = Qt.ItemDataRole
_TEXT_ROLES = (
    Role.DisplayRole,
    Role.EditRole,
    Role.AccessibleTextRole,
    Role.ToolTipRole,
)


class Line:
    """One column of the file."""

    __slots__ = ("_words", "_writer", "column", "is_key", "skipped", "source")

    def __init__(
        self,
        source: str,
        column: Column,
        words: Callable[[], ColumnWords],
        *,
        is_key: bool = False,
        skipped: bool = False,
    ) -> None:
        self.source, self.column = source, column
        self.is_key, self.skipped = is_key, skipped
        self._writer = words
        self._words: ColumnWords | None = None

    @property
    def words(self) -> ColumnWords:
        """What was found; looked at when it comes into sight."""
        if self._words is None:
            self._words = self._writer()
        return self._words


class MappingModel(QAbstractTableModel):
    """Lines of the mapping.

    Attributes
    ----------
    renamed, typed : Signal(str, str)
        A person chose another name, or another type, for a column of the file.
    """

    renamed = Signal(str, str)
    typed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []
        self.targets: list[str] = []

    def show_lines(self, lines: list[Line], targets: list[str]) -> None:
        """Show these columns; `targets` are names that can be chosen."""
        same = [line.source for line in lines] == [line.source for line in self.lines]
        self.targets = targets
        if same and lines:
            self.lines = lines
            last = self.index(len(lines) - 1, len(_HEADS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    @override
    def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    @override
    def columnCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADS)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return _HEADS[section] if role == Role.DisplayRole else None

    @override
    def flags(self, index: Any) -> Qt.ItemFlag:
        flags = super().flags(index)
        line = self.lines[index.row()]
        can = index.column() == 1 or (index.column() == 2 and not line.skipped)
        if can and not (line.is_key and index.column() == 2):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    @override
    def data(self, index: Any, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or role not in _TEXT_ROLES:
            return None
        line, place = self.lines[index.row()], index.column()
        if place == 2 and role == Role.EditRole:
            return line.column.kind
        found = "left out"
        if place == 3 and not line.skipped:
            found = line.words.words
        kind = "Text, key" if line.is_key else KIND_WORDS[line.column.kind]
        target = SKIP if line.skipped else line.column.name
        text = (line.source, target, kind, found, "")[place]
        return plain(text) if role == Role.ToolTipRole else text

    @override
    def setData(self, index: Any, value: Any, role: int = Role.EditRole) -> bool:
        line = self.lines[index.row()]
        if index.column() == 1:
            self.renamed.emit(line.source, str(value).strip())
        elif index.column() == 2 and value != line.column.kind:
            self.typed.emit(line.source, str(value))
        return True
