"""What another program did to a table file, beside what is unsaved here."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pathgui.project import Cell, Edit, Project
from pathgui.project.layout import TABLE_FILES
from pathgui.project.losses import Loss, loss
from pathgui.project.merge import Choice, Conflict, between

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
        The same, told by side; what both changed comes first, and of each side
        what was only written otherwise last.
    checksum : str
        Of the file that was compared.
    gone : bool
        The table has rows, the file has none of them and no others with a key: it is
        not there, empty, or no table.
    """

    table: str
    file: str
    edit: Edit
    changes: tuple[SideChange, ...]
    checksum: str
    gone: bool = False

    @property
    def losses(self) -> dict[Place, tuple[Loss, str]]:
        """Cells that a spreadsheet only wrote otherwise: what they lost, text here."""
        found = {}
        for change in self.changes:
            kind = loss(change.here, change.there) if change.column else None
            if kind is not None:
                found[change.row, change.column] = (kind, change.here)
        return found

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
    edit, checksum = project.compare_with_disk(name)
    order = {"both": 0, "theirs": 1, "ours": 2}
    changes = sorted(
        _changes(project, name, edit),
        key=lambda c: (order[c.side], loss(c.here, c.there) is not None),
    )
    table = project.table(name)
    other = any(row.values.get(table.key) for row in edit.added)
    gone = len(edit.removed) == len(table) > 0 and not other
    return DiskChange(name, file.name, edit, tuple(changes), checksum, gone)


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
    project: Project,
    change: DiskChange,
    choice: Choice,
    theirs: Collection[Place] = (),
    keep: Mapping[Place, str] | None = None,
) -> tuple[list[Conflict], Edit]:
    """Fit unsaved edits and the file together; `Project.save` follows.

    Parameters
    ----------
    project : Project
        Opened for writing.
    change : DiskChange
        What was compared.
    choice : {"ours", "theirs", "cell"}
        As for `Project.merge`.
    theirs : collection of (row id, column)
        Where both changed a cell: those that take what is on disk.
    keep : mapping of (row id, column) to str, optional
        Cells that have this text afterwards, whatever is on disk.

    Returns
    -------
    list of Conflict
        Cells that both changed, and in which ours stands.
    Edit
        What became of the table here, all of it: its inverse takes that back.

    Raises
    ------
    TableChangedError
        The file was changed again since it was compared; nothing was done.
    """
    left, cells = [], []
    table = project.table(change.table)
    before = table.twin()
    for conflict in project.merge(change.table, choice, change.checksum):
        place = (conflict.row, conflict.column)
        if place in theirs and conflict.theirs is not None:
            now = table.text(conflict.row, conflict.column)
            cells.append(Cell(change.table, *place, now, conflict.theirs))
        else:
            left.append(conflict)
    taken = {(cell.row, cell.column) for cell in cells}
    for (row, column), text in (keep or {}).items():
        there = table.has_row(row) and table.has_column(column)
        if there and (row, column) not in taken and table.text(row, column) != text:
            now = table.text(row, column)
            cells.append(Cell(change.table, row, column, now, text))
    if cells:
        project.apply(Edit(f"Merge {change.file}", tuple(cells)))
    label = f"Take {change.file} from disk"
    if choice == "cell":
        label = f"Merge {change.file} with the disk"
    return left, between(before, table, label)
