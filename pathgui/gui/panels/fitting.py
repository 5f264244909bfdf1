"""Widths of the columns of a table page, and how they look when others come."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from pathgui.gui.tables.columnlook import ColumnLook
from pathgui.gui.tables.content import Field
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.view import TableView

_WIDEST = 250
# What a column takes at least, so that what may come into it can be read.
_KEY, _LEAST = 170, {"date": 112, "text": 84, "category": 76}
_NEAR, _LOOKED_AT, _GLANCED_AT = 30, 60, 20
# It takes a moment to fit more columns than that.
_MANY = 1000
# So many of the longest texts of a column are measured for its width.
_MEASURED = 6


Gone = tuple[int, int, bool]


class Fitting:
    """A part of `TablePage`: new columns get widths, others keep how they look.

    With thousands of columns that takes a moment, so that a table that is hidden does
    it when it is shown, or when someone asks for its columns.
    """

    proxy: OrderProxy
    view: TableView
    # Columns that have widths; None where others came while they were hidden.
    _known: tuple[str, ...] | None = ()
    _look = ColumnLook()
    # New names of columns by those that `_look` has.
    _names: Mapping[str, str] = MappingProxyType[str, str]({})
    # Columns that came between others, and have no width yet.
    _fresh: frozenset[str] = frozenset()
    # Place, width, and whether it was hidden, of columns that went.
    _went: dict[str, Gone]
    _when_fitted: Callable[[], None] | None = None
    _hides: Callable[[Field], bool] | None = None

    def follow_columns(self) -> None:
        """Fit columns whenever there are others, from now on."""
        self._went = {}
        proxy, view = self.proxy, self.view
        proxy.in_sight = self._names_shown
        proxy.model.renamed.connect(self._rename_look)
        proxy.modelAboutToBeReset.connect(self._keep_look)
        proxy.modelReset.connect(self._columns_came)
        proxy.columnsAboutToBeRemoved.connect(self._keep_gone)
        proxy.respliced.connect(self._columns_spliced)
        view.waking.connect(self.fit_columns)
        view.words.waits = self._has_much_to_fit

    def set_hidden(self, hidden: Callable[[Field], bool]) -> None:
        """Columns that are not shown until someone asks."""
        self._hides = hidden

    def _columns_came(self) -> None:
        """Fit other columns now, or once they come into sight if they are hidden."""
        names = self.proxy.model.names
        # Words are looked for in shown columns: which ones these are is told by then.
        later = not self.view.isVisible() and not self.proxy.filters.words
        if not names:
            self._when_fitted = None
        if not (names and later):
            self.fit_columns()
        elif names != self._known:
            self._known, self._fresh = None, frozenset()
            self._look, self._names = self._look.renamed(self._names), {}

    def _columns_spliced(self) -> None:
        """Fit the columns that came: Qt keeps how the others look."""
        if self._known is None:
            return
        names = self.proxy.model.names
        called, self._names = self._names, {}
        had = {called.get(name, name) for name in self._known}
        fresh = (set(names) - had) | {called.get(name, name) for name in self._fresh}
        self._look = self._look.renamed(called)
        self._went = {called.get(n, n): left for n, left in self._went.items()}
        self._known, self._fresh = names, frozenset(fresh.intersection(names))
        if self.view.isVisible() or self.proxy.filters.words:
            self.fit_columns()

    def _keep_gone(self, _parent: object, first: int, last: int) -> None:
        """Remember how columns look that go, which may come back."""
        if self._known is None:
            return
        header, names = self.view.header, self.proxy.model.names
        for column in range(first, last + 1):
            hidden = header.isSectionHidden(column)
            width = self._look.widths.get(names[column], 0)
            size = width if hidden else header.sectionSize(column)
            self._went[names[column]] = header.visualIndex(column), size, hidden

    def when_fitted(self, call: Callable[[], None]) -> None:
        """Call as soon as columns have their widths: now, or when they are shown."""
        self._when_fitted = call
        if self._known:
            self.fit_columns()

    def _names_shown(self) -> frozenset[str]:
        if self._known is None or self._fresh:
            self.fit_columns()
        return self.view.names_shown()

    def fit_columns(self) -> None:
        """Give new columns a width that suits what they hold, and hide some."""
        names = self.proxy.model.names
        if names != self._known:
            waited = self._has_much_to_fit()
            self._fit_new()
            if waited:
                self.view.words.soon()
        elif self._fresh:
            self._fit_fresh()
        if names and self._when_fitted is not None:
            call, self._when_fitted = self._when_fitted, None
            call()

    def _has_much_to_fit(self) -> bool:
        return self._known is None and len(self.proxy.model.names) > _MANY

    def _fit_new(self) -> None:
        fields, names = self.proxy.model.fields, self.proxy.model.names
        kept, self._known = self._look.renamed(self._names), names
        self._look, self._names = kept if names else ColumnLook(), {}
        self._fresh, self._went = frozenset(), self._went if names else {}
        view = self.view
        view.header.setResizeContentsPrecision(_LOOKED_AT)
        fresh = [k for k, name in enumerate(names) if not kept.knows(name)]
        wishes = view.header.widths_of(fields[k] for k in fresh)
        with view.header.held():
            for column, named in zip(fresh, wishes, strict=True):
                self._fit(column, fields[column], named)
        if len(fresh) < len(names):
            kept.put(view)

    def _fit_fresh(self) -> None:
        """Give columns a place and a width that came between others, or came back."""
        header, model = self.view.header, self.proxy.model
        fresh, self._fresh = self._fresh, frozenset()
        columns = [k for k, name in enumerate(model.names) if name in fresh]
        wishes = header.widths_of(model.fields[column] for column in columns)
        with header.held():
            for column, named in zip(columns, wishes, strict=True):
                left = self._went.pop(model.names[column], None)
                if left is None:
                    self._fit(column, model.fields[column], named)
                    header.move_behind(column, column - 1)
                    continue
                place, width, hidden = left
                header.moveSection(
                    header.visualIndex(column), min(place, header.count() - 1)
                )
                if width:
                    self.view.setColumnWidth(column, width)
                self.view.setColumnHidden(column, hidden)

    def _keep_look(self) -> None:
        """Remember columns by name: Qt knows them by number alone."""
        if self._known:
            now = ColumnLook.of(self.view).without(self._fresh)
            self._look = replace(now, widths={**self._look.widths, **now.widths})

    def _rename_look(self, names: dict[str, str]) -> None:
        if self._known is None:
            self._look = self._look.renamed(names)
        else:
            self._names = names

    def _fit(self, column: int, field: Field, named: int) -> None:
        view = self.view
        if field.picture:
            view.setColumnWidth(column, 40)
            return
        hidden = self._hides is not None and self._hides(field)
        if view.isColumnHidden(column) != hidden:
            view.setColumnHidden(column, hidden)
        # Far to the right a guess does: thousands of columns take too long otherwise.
        near = column < _NEAR
        wish = self._measure(column) if near else self._guess(column)
        least = _KEY if field.key else _LEAST.get(field.column.kind, 68)
        view.setColumnWidth(column, min(max(wish, named, least), _WIDEST))

    def _measure(self, column: int) -> int:
        """Width of a column by its longest texts, and by words in place of none."""
        model = self.proxy.model
        texts = model.source(column).first(_LOOKED_AT)
        longest = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        looks = [
            model.look(row, column) for row in (*longest[:_MEASURED], *longest[-1:])
        ]
        return 5 + max(map(self.view.cells.width_of, looks), default=0)

    def _guess(self, column: int) -> int:
        """Width of a column by the number of letters in its first rows."""
        return 24 + 8 * self.proxy.model.source(column).longest(_GLANCED_AT)
