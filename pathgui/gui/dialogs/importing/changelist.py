"""Every change of an import as a line with a tick, and the columns they are in."""

from collections.abc import Sequence
from typing import overload

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.dialogs.importing.accepting import Acceptance, Count, Kind, Lines
from pathgui.gui.style import Theme
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.ticks import TickView, tick

_ALL, _NEW = "all:", "new:"
_TOLD = 6
_MISSING = Part("missing", "missing")


class ChangeRows(Sequence[Row]):
    """Lines of an acceptance, each made when it comes into sight."""

    def __init__(self, acceptance: Acceptance, lines: Lines, key: str) -> None:
        self._acceptance = acceptance
        self._lines = lines
        self._key = key

    @override
    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    @override
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[k] for k in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        kind, number = self._lines.at(place)
        parts = {"row": self._row, "cell": self._cell, "new": self._new}[kind](number)
        return Row(f"{kind}:{number}", parts)

    def _row(self, group: int) -> tuple[Part, ...]:
        count = self._acceptance.row(group)
        first = self._acceptance.plan.changes[self._acceptance.members(group)[0]]
        words = f"{count.total} cells change"
        return (tick(count.state), Part(first.key, "mono"), Part(words, "quiet"),
                Part(), Part())  # fmt: skip

    def _cell(self, number: int) -> tuple[Part, ...]:
        change = self._acceptance.plan.changes[number]
        on = bool(self._acceptance.cells[number])
        alone = self._acceptance.is_alone(number)
        cell = change.cell
        return (
            tick(on),
            Part(change.key, "mono" if alone else "quiet", indent=0 if alone else 16),
            Part(cell.column),
            Part(cell.old) if cell.old else _MISSING,
            Part(cell.new, "strong" if on else "quiet"),
        )

    def _new(self, number: int) -> tuple[Part, ...]:
        values = self._acceptance.plan.edit.added[number].values
        on = bool(self._acceptance.new[number])
        told = [f"{k} {v}" for k, v in values.items() if v and k != self._key]
        words = ", ".join(told[:_TOLD]) + (" …" if len(told) > _TOLD else "")
        return (
            tick(on),
            Part(values.get(self._key, "") or f"row {number + 1}", "mono"),
            Part("new row", icon="ph.plus-circle", tint="ok"),
            Part("–", "quiet"),
            Part(words, "text" if on else "quiet"),
        )


class ChangeList(QWidget):
    """The lines at the left, the columns with their counts at the right.

    Attributes
    ----------
    changed : Signal()
        Something was ticked or unticked.
    """

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        heads = (
            Head("Row", 168),
            Head("Column", 128),
            Head("Here now"),
            Head("After the import"),
        )
        self.lines = TickView(theme, heads, "Changes to accept")
        sums = (Head("Changes in"), Head("Accepted", 92, right=True))
        self.columns = TickView(theme, sums, "Columns with changes")
        self.columns.setFixedWidth(246)
        self._acceptance: Acceptance | None = None
        self._key = ""
        self._shown: str | None = None
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self.lines, 1)
        box.addWidget(self.columns)
        self.lines.toggled.connect(self._toggle)
        self.columns.toggled.connect(self._toggle_column)
        self.columns.selectionModel().currentRowChanged.connect(self._choose)

    def show_changes(self, acceptance: Acceptance, key: str) -> None:
        """List the changes of a plan whose rows `key` names."""
        self._acceptance, self._key, self._shown = acceptance, key, None
        self._show_columns()
        self.columns.choose(_ALL)
        self._show_lines(same=False)

    def renew(self) -> None:
        """Show the ticks as they are now."""
        self._show_columns()
        self._show_lines(same=True)

    @property
    def shown(self) -> str | None:
        """The column that is listed alone; ``""`` for new rows, None for everything."""
        return self._shown

    def _show_columns(self) -> None:
        found = self._acceptance
        if found is None:
            return
        rows = [_line(_ALL, "Everything", found.count(), strong=True)]
        if len(found.new):
            rows.append(_line(_NEW, "New rows", found.count("")))
        rows += [_line(f"col:{c}", c, found.count(c)) for c in found.columns]
        self.columns.show_rows(rows)

    def _show_lines(self, *, same: bool) -> None:
        if self._acceptance is not None:
            lines = self._acceptance.lines(self._shown)
            rows = ChangeRows(self._acceptance, lines, self._key)
            self.lines.rows.show_many(rows, same=same)

    def _choose(self) -> None:
        shown = _column(self.columns.current_key())
        if shown != self._shown:
            self._shown = shown
            self._show_lines(same=False)

    def _toggle(self, key: str) -> None:
        kind, _, number = key.partition(":")
        if self._acceptance is not None:
            self._acceptance.toggle(_kind(kind), int(number))
            self.renew()
            self.changed.emit()

    def _toggle_column(self, key: str) -> None:
        if self._acceptance is not None:
            column = _column(key)
            count = self._acceptance.count(column)
            self._acceptance.set(count.on < count.total, column)
            self.renew()
            self.changed.emit()


def _kind(text: str) -> Kind:
    return "row" if text == "row" else "cell" if text == "cell" else "new"


def _column(key: str) -> str | None:
    kind, _, name = key.partition(":")
    if kind == "col":
        return name
    return "" if f"{kind}:" == _NEW else None


def _line(key: str, words: str, count: Count, *, strong: bool = False) -> Row:
    told = f"{count.on:,} of {count.total:,}"
    name = Part(words, "strong" if strong else "text")
    return Row(key, (tick(count.state), name, Part(told, "number")))
