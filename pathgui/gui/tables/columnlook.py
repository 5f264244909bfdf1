"""How the columns of a table look: their order, widths, which hide, which stay."""

from collections.abc import Mapping, Sequence
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
        header = view.header
        called = view.proxy.model.names
        columns = header.order()
        names = [called[column] for column in columns]
        sizes = map(header.sectionSize, columns)
        widths = {n: size for n, size in zip(names, sizes, strict=True) if size}
        hidden = frozenset(names) - widths.keys()
        return ColumnLook(tuple(names), widths, hidden, view.frozen.count)

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

    def without(self, names: frozenset[str]) -> "ColumnLook":
        """The same but for some columns, as if these had not been there."""
        if not names:
            return self
        return replace(
            self,
            order=tuple(name for name in self.order if name not in names),
            widths={n: width for n, width in self.widths.items() if n not in names},
            hidden=self.hidden - names,
        )

    def knows(self, name: str) -> bool:
        """Whether a column was there."""
        return name in self.widths or name in self.hidden or name in self.order

    def put(self, view: "TableView") -> None:
        """Make a table look so, as far as it has these columns."""
        names = view.proxy.model.names
        known = set(self.order)
        with view.header.held():
            for column, name in enumerate(names):
                if name not in known:
                    continue
                hide = name in self.hidden
                if view.isColumnHidden(column) != hide:
                    view.setColumnHidden(column, hide)
                width = 0 if hide else self.widths.get(name, 0)
                if width and view.columnWidth(column) != width:
                    view.setColumnWidth(column, width)
            self._put_order(view, names)
        view.frozen.freeze(self.frozen)
        view.header.follow_scroll()

    def _put_order(self, view: "TableView", names: Sequence[str]) -> None:
        at = {name: column for column, name in enumerate(names)}
        known = [at[name] for name in self.order if name in at]
        # Others stand behind their neighbour.
        fresh = set(range(len(names))).difference(known)
        wanted: list[int] = []
        for column in (-1, *known):
            wanted += [column] if column >= 0 else []
            while (column := column + 1) in fresh:
                wanted.append(column)
        view.header.put_order(wanted)
