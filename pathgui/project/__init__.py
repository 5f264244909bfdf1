"""The cohort on disk: folder, manifest, clinical table, edits, history."""

from pathgui.project.append import append_row, append_rows
from pathgui.project.clinical import (
    apply_import,
    import_clinical,
    import_edit,
    import_table,
    plan_import,
)
from pathgui.project.columns import (
    add_column,
    choices_of,
    define_column,
    definition_reason,
    delete_column,
    rename_column,
)
from pathgui.project.edits import Cell, ColumnChange, Edit, RowChange
from pathgui.project.expression import Expression, parse_expression, select_rows
from pathgui.project.guess import Guess, guess
from pathgui.project.importplan import Change, ImportOptions, ImportPlan, PlannedColumn
from pathgui.project.join import JoinReport, join_report
from pathgui.project.joined import joined_frame
from pathgui.project.names import check_cohort, check_slide_id, slide_id_for
from pathgui.project.nearmiss import NearMiss
from pathgui.project.patients import (
    patients_by_rule,
    patients_of_slides,
    slides_of_patients,
)
from pathgui.project.project import Project
from pathgui.project.rawtable import (
    RawTable,
    ReadOptions,
    preview_table,
    read_table,
    table_from_text,
)
from pathgui.project.report import ImportReport, Problem
from pathgui.project.schema import Column
from pathgui.project.sheet import Sheet, sheet_of
from pathgui.project.table import Table
from pathgui.project.tableview import CellProblem
from pathgui.project.validation import Finding, preview_column, validate_table

__all__ = [
    "Cell",
    "CellProblem",
    "Change",
    "Column",
    "ColumnChange",
    "Edit",
    "Expression",
    "Finding",
    "Guess",
    "ImportOptions",
    "ImportPlan",
    "ImportReport",
    "JoinReport",
    "NearMiss",
    "PlannedColumn",
    "Problem",
    "Project",
    "RawTable",
    "ReadOptions",
    "RowChange",
    "Sheet",
    "Table",
    "add_column",
    "append_row",
    "append_rows",
    "apply_import",
    "check_cohort",
    "check_slide_id",
    "choices_of",
    "define_column",
    "definition_reason",
    "delete_column",
    "guess",
    "import_clinical",
    "import_edit",
    "import_table",
    "join_report",
    "joined_frame",
    "parse_expression",
    "patients_by_rule",
    "patients_of_slides",
    "plan_import",
    "preview_column",
    "preview_table",
    "read_table",
    "rename_column",
    "select_rows",
    "sheet_of",
    "slide_id_for",
    "slides_of_patients",
    "table_from_text",
    "validate_table",
]
