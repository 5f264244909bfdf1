"""The join report as a table of its own, beside the joined table."""

from collections.abc import Iterator
from pathlib import Path

from pathgui.errors import TableError
from pathgui.project import Project, join_report, slides_of_patients
from pathgui.project.csvtext import text_array
from pathgui.project.csvwrite import encode_table
from pathgui.project.export.formulas import neutralise
from pathgui.project.files import write_atomic
from pathgui.workflows.export_tables import (
    ExportOptions,
    ExportReport,
    export_table,
    refuse_target,
)

_HEADER = ("what", "clinical", "slide", "why")
Line = tuple[str, str, str, str]


def export_join(project: Project, out: Path, *, replace: bool = False) -> ExportReport:
    """Write the joined table, and what the join report says to ``<name>_report.csv``.

    Parameters
    ----------
    project : Project
        May be opened for reading.
    out : Path
        File of the joined table: CSV, TSV, XLSX or Parquet.
    replace : bool
        Whether files that are there may be replaced.

    Raises
    ------
    TableError
        A file is there already, its ending is unknown, or the disk refuses.
    """
    beside = out.with_name(f"{out.stem}_report.csv")
    # Nobody was asked about this one: only an earlier report is replaced.
    refuse_target(project, beside, replace=replace and _is_report(beside))
    done = export_table(project, out, ExportOptions("joined"), replace=replace)
    lines = list(_lines(project))
    columns = {
        name: text_array(tuple(line[place] for line in lines))
        for place, name in enumerate(_HEADER)
    }
    harmless, _ = neutralise(columns)
    text = encode_table(list(harmless), list(harmless.values()), ",", "\n")
    try:
        write_atomic(beside, text.encode("utf-8-sig"))
    except OSError as error:
        raise TableError(
            f"{beside} cannot be written: {error.strerror or error}."
        ) from error
    return ExportReport((out, beside), done.rows, done.problems, done.warnings)


def _is_report(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as opened:
            return opened.readline().rstrip("\n") == ",".join(_HEADER)
    except OSError:
        return False


def _lines(project: Project) -> Iterator[Line]:
    report = join_report(project)
    for slide in report.matched:
        yield "matched", "", slide, ""
    for miss in report.near_misses:
        yield "near miss", miss.clinical, miss.slide, miss.why
    for slide in report.slides_without_clinical:
        yield "slide without clinical row", "", slide, ""
    for name in report.clinical_without_slide:
        yield "clinical row without slide", name, "", ""
    for key in report.duplicate_keys:
        yield "duplicate key", key, "", ""
    for patient, slides in slides_of_patients(project).items():
        if len(slides) > 1:
            for slide in slides:
                yield "patient with several slides", patient, slide, ""
