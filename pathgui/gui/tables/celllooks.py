"""What a cell of a table says: how it is painted, told, spoken and filled in."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt

from pathgui.gui.session import Session
from pathgui.gui.style.tips import plain
from pathgui.gui.tables.content import DERIVED, Content, Field
from pathgui.gui.tables.looks import (
    COLUMN_ROLE,
    LOOK_ROLE,
    NUMERIC,
    SUGGEST_ROLE,
    Look,
    look,
)
from pathgui.project import Table, choices_of

Role = Qt.ItemDataRole


class CellLooks:
    """A part of `TableModel`.

    Attributes
    ----------
    doubt : callable
        Why a measured value deserves a look, by row and metric; empty if it does not.
    """

    session: Session
    content: Content
    doubt: Callable[[int, str], str]

    @property
    def fields(self) -> Sequence[Field]:
        """Columns in order."""
        raise NotImplementedError

    def text(self, row: int, column: int) -> str:
        """Stored text of a cell."""
        raise NotImplementedError

    def readers(self) -> dict[int, Callable[[int, int], Any]]:
        """What a cell says, by the role that is asked for."""
        return {
            Role.DisplayRole: lambda row, column: self.look(row, column).text,
            Role.EditRole: self.text,
            Role.ToolTipRole: self._tip,
            Role.AccessibleTextRole: self._spoken,
            LOOK_ROLE: self.look,
            COLUMN_ROLE: lambda _row, column: self.fields[column].column,
            SUGGEST_ROLE: lambda _row, column: self.suggestions(column),
        }

    def suggestions(self, column: int) -> list[str]:
        """Texts to offer for cells of a column."""
        field = self.fields[column]
        table = self.content.tables.get(field.table)
        return [] if table is None else list(choices_of(table, field.column.name))

    def look(self, row: int, column: int) -> Look:
        """How a cell is painted."""
        field = self.fields[column]
        if field.picture:
            return Look("picture", "")
        if field.table == DERIVED:
            return look(field.column, self.text(row, column), key=field.key)
        row_id = int(self.content.rows[field.table][row])
        if row_id < 0:
            numeric = field.column.kind in NUMERIC
            return Look("number" if numeric else "text", "–")
        checks = self.session.checks
        table = self.content.tables[field.table]
        place = table, row_id, field.column.name
        problem = checks.problem(*place)
        return look(
            field.column,
            self.text(row, column),
            key=field.key,
            problem=problem,
            doubt="" if problem else self._doubt(row, place),
            edited=self.session.edited(*place),
        )

    def _doubt(self, row: int, place: tuple[Table, int, str]) -> str:
        """Why a cell deserves a look: it seems a slip, or the slide is an outlier."""
        if place[0].name == "metrics":
            return self.doubt(row, place[2])
        return self.session.checks.doubt(*place)

    def _tip(self, row: int, column: int) -> str:
        cell = self.look(row, column)
        return plain(cell.problem or cell.doubt)

    def _spoken(self, row: int, column: int) -> str:
        cell = self.look(row, column)
        words = [self.fields[column].column.name, cell.text]
        if cell.problem:
            words.append(f"error: {cell.problem}")
        elif cell.doubt:
            words.append(f"doubtful: {cell.doubt}")
        if cell.edited:
            words.append("not yet saved")
        return ", ".join(words)
