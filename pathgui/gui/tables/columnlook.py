"""How the columns of a table look: their order, widths, which hide, which stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathgui.gui.tables.view import TableView


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """Columns by name over all tables, ``table.column``.

    Attributes
    ----------
    order : tuple of str
        From left to right, hidden ones too.
    widths : mapping of str to int
        Pixels, also of hidden columns that were seen before.
    hidden : frozenset of str
        Those that are not shown.
    frozen : int
        How many of the shown ones stay in place.
    """

    order: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    frozen: int = 0

    @staticmethod
    def of(view: "TableView") -> "ColumnLook":
        """As a table looks now."""
        header, name = view.header, view.proxy.name
        columns = [header.logicalIndex(place) for place in range(header.count())]
        hidden = frozenset(name(c) for c in columns if view.isColumnHidden(c))
        widths = {name(c): size for c in columns if (size := view.columnWidth(c))}
        return ColumnLook(tuple(map(name, columns)), widths, hidden, view.frozen.count)

    def arrangement(self) -> tuple[object, ...]:
        """What a person arranged: all but the widths."""
        return self.order, self.hidden, self.frozen

    def renamed(self, names: Mapping[str, str]) -> "ColumnLook":
        """The same where columns have other names."""
        return replace(
            self,
            order=tuple(names.get(name, name) for name in self.order),
            widths={names.get(n, n): width for n, width in self.widths.items()},
            hidden=frozenset(names.get(name, name) for name in self.hidden),
        )

    def knows(self, name: str) -> bool:
        """Whether a column was there."""
        return name in self.widths or name in self.hidden or name in self.order

    def put(self, view: "TableView") -> None:
        """Make a table look so, as far as it has these columns."""
        names = [view.proxy.name(c) for c in range(view.proxy.columnCount())]
        known = set(self.order)
        with view.header.held():
            for column, name in enumerate(names):
                if name not in known:
                    continue
                hide = name in self.hidden
                if view.isColumnHidden(column) != hide:
                    view.setColumnHidden(column, hide)
                if not hide and name in self.widths:
                    view.setColumnWidth(column, self.widths[name])
            self._put_order(view, names)
        view.frozen.freeze(self.frozen)
        view.header.follow_scroll()

    def _put_order(self, view: "TableView", names: list[str]) -> None:
        at = {name: column for column, name in enumerate(names)}
        wanted = [at[name] for name in self.order if name in at]
        known = set(wanted)
        for column in range(len(names)):  # others stand behind their neighbour
            if column not in known:
                wanted.insert(wanted.index(column - 1) + 1 if column else 0, column)
        header = view.header
        now = [header.logicalIndex(place) for place in range(header.count())]
        if now == wanted:
            return
        for place, column in enumerate(wanted):
            if header.logicalIndex(place) != column:
                header.moveSection(header.visualIndex(column), place)
