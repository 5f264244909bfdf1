"""Real rows as they would be imported: ids as found, cells that do not fit marked."""

from pathgui.gui.dialogs.columnform import KIND_ICONS
from pathgui.gui.dialogs.importing.decisions import Decisions
from pathgui.gui.style import Theme
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView, width_for
from pathgui.project import Column, ImportPlan
from pathgui.project.typed import reason

_ROWS, _COLUMNS = 60, 80


def preview(
    theme: Theme, decisions: Decisions, plan: ImportPlan, only_problems: bool
) -> tuple[RowsView, str]:
    """A list of rows, and in words which rows these are."""
    table = plan.table
    columns = {c.column.name: c.column for c in plan.columns}
    key = plan.key.column if plan.key is not None else ""
    names = [name for name in table.columns if name in columns]
    names = sorted(names, key=lambda name: name != key)[:_COLUMNS]
    heads = [Head("", 48, right=True)]
    heads += [_head(columns[name], plan, name == key) for name in names]
    view = RowsView(theme, heads, "Preview of the import")
    places = _places(plan, only_problems)
    matches = decisions.matches
    rows = []
    for place in places:
        parts = [Part(str(table.lines[place]), "quiet")]
        for name in names:
            text = str(table.columns[name][place])
            renamed = matches.find(text) if matches and name == key else ""
            parts.append(_part(text, columns[name], renamed))
        rows.append(Row(str(place), tuple(parts)))
    view.show_rows(rows)
    return view, _words(len(rows), len(table), only_problems)


def _places(plan: ImportPlan, only_problems: bool) -> list[int]:
    table = plan.table
    if not only_problems:
        return list(range(min(len(table), _ROWS)))
    wanted = {problem.line for problem in plan.report.problems if problem.line}
    lines = table.lines.tolist()
    return [place for place, line in enumerate(lines) if line in wanted][:_ROWS]


def _words(shown: int, rows: int, only_problems: bool) -> str:
    if only_problems:
        return f"{shown:,} rows with problems" if shown else "no row has a problem"
    return f"rows 1 to {shown:,} of {rows:,}" if shown else "no rows"


def _head(column: Column, plan: ImportPlan, is_key: bool) -> Head:
    texts = plan.table.columns[column.name][:_ROWS].tolist()
    width = width_for(texts, f"{column.name}      ", 96 if is_key else 26)
    numeric = column.kind in ("number", "integer")
    icon = "ph.key" if is_key else KIND_ICONS[column.kind]
    return Head(column.name, width, right=numeric, icon=icon)


def _part(text: str, column: Column, renamed: str) -> Part:
    if not text:
        return Part("missing", "missing")
    why = reason(text, column)
    if why:
        return Part(text, icon="ph.x-circle-fill", tint="err", ground="err_soft")
    if renamed and renamed != text:
        start, cut = renamed, text.removeprefix(renamed)
        if cut != text and cut:
            return Part(start, after=f"{cut} dropped")
        return Part(start, after=f"from {text}")
    if column.kind == "yesno":
        yes = text.strip().casefold() in ("1", "1.0", "yes", "y", "true", "t", "ja")
        return Part(text, after="yes" if yes else "no")
    kind = "number" if column.kind in ("number", "integer") else "text"
    return Part(text, kind)  # type: ignore[arg-type]
