"""Rows of a table to be counted in the background: the shown, all, or the selected."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pathgui.gui.tables.content import Content
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.sheet import Rows, Source, Texts
from pathgui.project.sheet import Sheet

Which = Literal["shown", "all", "selected"]


@dataclass(frozen=True, slots=True)
class Counted:
    """Some rows of a table as it is on screen; made quickly, read in the background.

    Attributes
    ----------
    sources : mapping of str to Source
        Columns by what conditions call them.
    content : Content
        Tells which slides a row speaks of.
    rows : (n,) int64 array
        Positions of the rows in the table.
    of : int
        Rows of the whole table.
    only : frozenset of str, optional
        Slides whose rows are wanted, of these rows; all if not given.
    """

    sources: Mapping[str, Source]
    content: Content
    rows: Rows
    of: int
    only: frozenset[str] | None = None

    @staticmethod
    def now(proxy: OrderProxy, which: Which, selection: Collection[str]) -> "Counted":
        """Rows of a table: those that its filter shows, all, or the selected ones."""
        model = proxy.model
        total = model.rowCount()
        rows = proxy.source_rows() if which == "shown" else np.arange(total)
        only = frozenset(selection) if which == "selected" else None
        return Counted(columns_of(proxy), model.content, rows, total, only)

    def narrowed(self) -> "Counted":
        """The rows of the slides that are wanted, if only some are."""
        if self.only is None:
            return self
        slides, places = self.slides()
        wanted = self.only
        hit = np.array([slide in wanted for slide in slides.tolist()], dtype=bool)
        return replace(self, rows=self.rows[np.unique(places[hit])], only=None)

    def sheet(self, names: Sequence[str]) -> Sheet:
        """Texts of some columns; columns that are gone are left out."""
        there = {name: self.sources[name] for name in names if name in self.sources}
        columns = tuple(replace(s.column, name=name) for name, s in there.items())
        texts = {name: source.take()[self.rows] for name, source in there.items()}
        return Sheet("shown", columns, texts)

    def slides(self) -> tuple[Texts, Rows]:
        """Slides, and the place in `rows` of the row that speaks of each."""
        if self.content.slides is not None:
            slides = self.content.slides[self.rows]
            there = np.flatnonzero(slides != "")
            return slides[there], there
        by_row = self.content.slides_by_row()
        groups = [by_row[row] for row in self.rows.tolist()]
        names = np.array([name for group in groups for name in group], dtype=object)
        return names, np.repeat(np.arange(len(groups)), list(map(len, groups)))


def columns_of(proxy: OrderProxy) -> dict[str, Source]:
    """Columns of a table by what conditions call them, in order."""
    model, words = proxy.model, proxy.names_called
    fields = [(k, field) for k, field in enumerate(model.fields) if not field.picture]
    return {words[field.name]: model.source(k) for k, field in fields}


def names_of(proxy: OrderProxy) -> list[str]:
    """What conditions call the columns of a table, in order."""
    words = proxy.names_called
    return [words[field.name] for field in proxy.model.fields if not field.picture]
