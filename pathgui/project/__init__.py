"""The cohort on disk: folder, manifest, clinical table, edits, history."""

from pathgui.project.append import append_row
from pathgui.project.edits import Cell, ColumnChange, Edit, RowChange
from pathgui.project.names import check_cohort, check_slide_id, slide_id_for
from pathgui.project.project import Project
from pathgui.project.schema import Column
from pathgui.project.table import CellProblem, Table

__all__ = [
    "Cell",
    "CellProblem",
    "Column",
    "ColumnChange",
    "Edit",
    "Project",
    "RowChange",
    "Table",
    "append_row",
    "check_cohort",
    "check_slide_id",
    "slide_id_for",
]
