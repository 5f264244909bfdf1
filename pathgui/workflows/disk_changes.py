"""What another program did to a table file, beside what is unsaved here."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pathgui.project import Cell, Edit, Project
from pathgui.project.layout import TABLE_FILES
from pathgui.project.merge import Choice, Conflict
from pathgui.project.versions import Version

Side = Literal["ours", "theirs", "both"]
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class SideChange:
    """A cell or row that differs between here and the disk.

    Attributes
    ----------
    side : {"ours", "theirs", "both"}
        Who changed it since the table was last the same on both sides.
    row : int
        Row id here, or of a row only on disk.
    key, column : str
        Names for people; the column is empty for a whole row.
    here, there : str
        Texts of the cell; for rows ``row`` where it is there.
    """

    side: Side
    row: int
    key: str
    column: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class DiskChange:
    """How a table and its file differ.

    Attributes
    ----------
    table, file : str
        Names.
    edit : Edit
        What would make the table as it is on disk.
    changes : tuple of SideChange
        The same, told by side; what both changed comes first.
    """

    table: str
    file: str
    edit: Edit
    changes: tuple[SideChange, ...]

    def count(self, side: Side) -> int:
        """How many changes of a side."""
        return sum(change.side == side for change in self.changes)


def disk_change(project: Project, name: str) -> DiskChange:
    """Compare a table with its file; nothing is changed.

    Raises
    ------
    TableError
        The file is damaged.
    """
    file = project.root / TABLE_FILES[name]
    size = file.stat().st_size if file.exists() else 0
    edit = project.restore(name, Version(file, datetime.now(UTC), size))
    order = {"both": 0, "theirs": 1, "ours": 2}
    changes = sorted(_changes(project, name, edit), key=lambda c: order[c.side])
    return DiskChange(name, file.name, edit, tuple(changes))


def _changes(project: Project, name: str, edit: Edit) -> Iterator[SideChange]:
    table, store = project.table(name), project.table(name).store
    for row in edit.added:
        side: Side = "ours" if row.row in store.base_removed else "theirs"
        yield SideChange(side, row.row, row.values.get(table.key, ""), "", "", "row")
    for row in edit.removed:
        side = "ours" if row.row in store.base_added else "theirs"
        yield SideChange(side, row.row, row.values.get(table.key, ""), "", "row", "")
    for cell in edit.cells:
        if not table.has_row(cell.row):
            continue
        base = store.base_cells.get((cell.row, cell.column))
        side = "theirs" if base is None else "ours" if base == cell.new else "both"
        key = table.text(cell.row, table.key)
        yield SideChange(side, cell.row, key, cell.column, cell.old, cell.new)


def bring_together(
    project: Project, name: str, choice: Choice, theirs: Collection[Place] = ()
) -> list[Conflict]:
    """Fit unsaved edits and the file together; `Project.save` follows.

    Parameters
    ----------
    project : Project
        Opened for writing.
    name : str
        ``"manifest"`` or ``"clinical"``.
    choice : {"ours", "theirs", "cell"}
        As for `Project.merge`.
    theirs : collection of (row id, column)
        Where both changed a cell: those that take what is on disk.

    Returns
    -------
    list of Conflict
        Cells that both changed, and in which ours stands.
    """
    left, cells = [], []
    table = project.table(name)
    for conflict in project.merge(name, choice):
        place = (conflict.row, conflict.column)
        if place in theirs and conflict.theirs is not None:
            now = table.text(conflict.row, conflict.column)
            cells.append(Cell(name, *place, now, conflict.theirs))
        else:
            left.append(conflict)
    if cells:
        project.apply(Edit(f"Take {len(cells):,} cells from disk", tuple(cells)))
    return left
