"""A list of what an edit would do."""

from pathgui.gui.style import Theme
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import Edit, Table
from pathgui.project.differences import MANY, Difference, differences, summary

_LOOKS = {
    "changed": ("ph.pencil-simple", "accent", ""),
    "added": ("ph.plus-circle", "ok", "new row"),
    "removed": ("ph.minus-circle", "err", "row goes"),
    "column": ("ph.columns", "text2", "column"),
}


class DifferenceView(RowsView):
    """Cells with their text before and after, rows that come and go."""

    def __init__(self, theme: Theme, before: str, after: str, name: str) -> None:
        heads = (
            Head("", 36),
            Head("Row", 176),
            Head("Column", 120),
            Head(before),
            Head(after),
        )
        super().__init__(theme, heads, name)

    def show_edit(self, edit: Edit, table: Table) -> str:
        """List what the edit does; returns it in a few words."""
        found = differences(edit, table)
        self.show_rows([_row(k, item) for k, item in enumerate(found)])
        words = summary(edit, table.name)
        if len(found) >= MANY:
            words += f" · the first {MANY:,} are listed"
        return words


def _row(place: int, item: Difference) -> Row:
    icon, tint, word = _LOOKS[item.what]
    column = Part(item.column) if item.column else Part(word, "quiet")
    if item.what == "column":
        column = Part(item.column, "strong")
    return Row(
        str(place),
        (
            Part("", icon=icon, tint=tint),
            Part(item.key, "mono"),
            column,
            _text(item.before),
            _text(item.after),
        ),
    )


def _text(text: str) -> Part:
    if not text:
        return Part("missing", "missing")
    return Part(f"“{text}”" if text != text.strip() else text)
