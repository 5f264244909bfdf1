"""What another program did to a table file, beside what is unsaved here."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pathgui.errors import Cancelled, PathguiError
from pathgui.project import Cell, Edit, Project, Table
from pathgui.project.layout import TABLE_FILES
from pathgui.project.linked import Linked
from pathgui.project.losses import Loss, loss
from pathgui.project.merge import Choice, Conflict, between
from pathgui.project.watch import NOBODY, Watch

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


@dataclass(frozen=True)
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

    @cached_property
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
    found = DiskChange(name, file.name, edit, tuple(changes), checksum, gone)
    _ = found.losses  # here, where nobody waits for it
    return found


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


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody wants of a table that another program wrote.

    Attributes
    ----------
    choice : {"ours", "theirs", "cell"}
        As for `Project.merge`.
    theirs : collection of (row id, column)
        Where both changed a cell: those that take what is on disk.
    keep : mapping of (row id, column) to str
        Cells that have this text afterwards, whatever is on disk.
    """

    choice: Choice
    theirs: Collection[Place] = ()
    keep: Mapping[Place, str] = field(default_factory=dict)


@dataclass(slots=True)
class Brought:
    """Tables and their files, brought together beside what is shown.

    Attributes
    ----------
    edits : list of Edit
        What becomes of each table here, all of it: its inverse takes that back.
    conflicts : list of Conflict
        Cells that both changed, and in which ours stands.
    linked : Linked or None
        Which rows belong together then.
    error : PathguiError or None
        Why the tables after those were left alone.
    """

    edits: list[Edit] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    linked: Linked | None = None
    error: PathguiError | None = None


def bring_together(
    project: Project,
    answers: Sequence[tuple[DiskChange, Answer]],
    watch: Watch = NOBODY,
) -> Brought:
    """Fit unsaved edits and files together; `Project.finish` and `save` follow.

    Tables stay as they are until then. One whose file was changed again since it was
    compared is left alone, with those after it.

    Parameters
    ----------
    project : Project
        Opened for writing.
    answers : sequence of (DiskChange, Answer)
        What was compared, and what is wanted.
    watch : Watch
        Told how far the files are read.

    Raises
    ------
    Cancelled
        On request, before anything was done.
    """
    brought, tables = Brought(), {}
    for change, answer in answers:
        try:
            tables[change.table] = _fit(project, change, answer, watch, brought)
        except Cancelled as error:
            if not tables:
                raise
            brought.error = error
        except PathguiError as error:
            brought.error = error
        if brought.error is not None:
            break
    manifest = tables.get("manifest", project.manifest)
    clinical = tables.get("clinical", project.clinical)
    brought.linked = Linked.of(manifest, clinical, project.config.patient_rule)
    return brought


def _fit(
    project: Project, change: DiskChange, answer: Answer, watch: Watch, into: Brought
) -> Table:
    """One table as it will be; what becomes of it is noted."""
    left: list[Conflict] = []
    watch.step(f"Reading {change.file}", 0, 0)

    def settle(table: Table, conflicts: Sequence[Conflict]) -> list[Cell]:
        cells, others = _settled(table, conflicts, answer)
        left.extend(others)
        return cells

    merging = project.prepare_merge(
        change.table, answer.choice, change.checksum, settle, watch
    )
    label = f"Take {change.file} from disk"
    if answer.choice == "cell":
        label = f"Merge {change.file} with the disk"
    into.edits.append(between(merging.before, merging.table, label))
    into.conflicts += left
    return merging.table


def _settled(
    table: Table, conflicts: Sequence[Conflict], answer: Answer
) -> tuple[list[Cell], list[Conflict]]:
    """Cells that take what is on disk or was here, and conflicts that are left."""
    left, texts = [], {}
    for conflict in conflicts:
        place = (conflict.row, conflict.column)
        if place in answer.theirs and conflict.theirs is not None:
            texts[place] = conflict.theirs
        else:
            left.append(conflict)
    for (row, column), text in answer.keep.items():
        if table.has_row(row) and table.has_column(column):
            texts.setdefault((row, column), text)
    cells = [table.cell(*place, text) for place, text in texts.items()]
    return [cell for cell in cells if cell.old != cell.new], left
