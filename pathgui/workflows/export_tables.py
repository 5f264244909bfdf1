"""Export tables: for spreadsheets and scripts, for neighbouring tools, to be shared."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pathgui.errors import ProjectError, TableError, some_of
from pathgui.project import Project, patients_of_slides
from pathgui.project.export.deidentify import (
    Deidentify,
    Stripped,
    deidentify,
    free_texts,
    owners_of,
)
from pathgui.project.export.peers import NO_FILE, PEERS, peer_tables
from pathgui.project.export.writers import FORMATS, refuse_too_large, write_sheet
from pathgui.project.files import write_atomic
from pathgui.project.layout import HISTORY, PRIVATE, TABLE_FILES
from pathgui.project.lock import moment
from pathgui.project.sheet import Sheet, Source, sheet_of

_SALT = "deidentification.salt"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What goes out, and how.

    Attributes
    ----------
    source : {"joined", "manifest", "clinical", "patients"}
        Which table.
    kind : str
        ``csv``, ``tsv``, ``xlsx``, ``parquet``, or a table of a neighbour:
        ``clam-process-list``, ``clam-labels``, ``stamp``, ``slideflow``. Empty takes
        the ending of the file.
    columns : tuple of str
        Only these, in this order.
    where : str
        Only rows that meet this condition.
    slides : tuple of str, optional
        Only rows of these slides, or of their patients.
    labels : tuple of str
        Columns that a neighbour shall learn.
    raw : bool
        Leave cells that a spreadsheet would run as they are (not in XLSX).
    bom : bool
        Begin CSV and TSV with the mark by which Excel knows UTF-8.
    deidentify : Deidentify, optional
        Strip the table of ids and true dates.
    """

    source: Source = "joined"
    kind: str = ""
    columns: tuple[str, ...] = ()
    where: str = ""
    slides: tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()
    raw: bool = False
    bom: bool = False
    deidentify: Deidentify | None = None


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written.

    Attributes
    ----------
    files : tuple of Path
        New files.
    rows : int
        Rows of the first.
    problems, warnings : tuple of str
        What is wrong, and what people should know.
    """

    files: tuple[Path, ...]
    rows: int
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    done: dict[str, list[str]] = field(default_factory=dict)

    def text(self) -> str:
        """The outcome in one line."""
        names = " and ".join(str(file) for file in self.files)
        return f"Wrote {self.rows:,} rows to {names}."

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "files": [str(file) for file in self.files],
            "rows": self.rows,
            "problems": list(self.problems),
            "warnings": list(self.warnings),
            **self.done,
        }


def export_table(
    project: Project,
    out: Path,
    options: ExportOptions,
    *,
    replace: bool = False,
) -> ExportReport:
    """Write a table of the project; the project stays as it is.

    Parameters
    ----------
    project : Project
        May be opened for reading.
    out : Path
        File to write; for ``stamp``, which has two tables, a folder.
    options : ExportOptions
        What and how.
    replace : bool
        Whether files that are there may be replaced.

    Raises
    ------
    TableError
        A column or format is unknown, a file is there already, or the disk refuses.
    ExpressionError
        The condition cannot be understood.
    MissingExtraError
        A format needs a package that is not installed.
    """
    kind = options.kind or out.suffix.lower().removeprefix(".")
    if kind in PEERS:
        return _export_peer(project, out, kind, options, replace=replace)
    if kind not in FORMATS:
        raise TableError(
            f"{out} has an ending that tells no format.",
            f"Use one of {', '.join(FORMATS)}, or name a format.",
        )
    refuse_target(project, out, replace=replace)
    sheet, warnings, done = prepared_sheet(project, options)
    _refuse_empty(len(sheet))
    harmless, lost = write_sheet(sheet, out, kind, raw=options.raw, bom=options.bom)
    if harmless:
        warnings.append(
            f"{_cells(harmless)} a spreadsheet could run; quoted, and an import "
            "takes the quotes away again"
        )
    if lost:
        warnings.append(f"{_cells(lost)} not of the column's kind; missing there")
    return ExportReport((out,), len(sheet), (), tuple(warnings), done)


def prepared_sheet(
    project: Project, options: ExportOptions
) -> tuple[Sheet, list[str], dict[str, list[str]]]:
    """What would be written, before it is: the rows and columns that go out.

    Returns
    -------
    Sheet
        De-identified if that is wanted.
    list of str
        What people should know.
    dict of str to list of str
        Columns that were hashed, dropped and shifted.

    Raises
    ------
    TableError, ExpressionError
        As `export_table`.
    """
    patients = patients_of_slides(project)
    whole = _wanted(sheet_of(project, options.source), options, patients)
    sheet = whole.only(options.columns)
    if options.kind == "xlsx":
        refuse_too_large(sheet)
    how = options.deidentify
    if how is None:
        return sheet, [], {}
    ids = {
        *project.manifest.texts("slide_id").tolist(),
        *project.clinical.texts("slide_id").tolist(),
        *project.clinical.texts("patient_id").tolist(),
        *patients.values(),
    }
    stripped = deidentify(sheet, how, ids, owners_of(whole, patients))
    return stripped.sheet, _told(stripped), _done(stripped)


def _wanted(sheet: Sheet, options: ExportOptions, patients: Mapping[str, str]) -> Sheet:
    """The rows that go out, of a sheet with a slide or a patient in each row."""
    found = sheet.where(options.where)
    if options.slides is None:
        return found
    slides = set(options.slides)
    theirs = {patients[slide] for slide in slides if slide in patients}
    empty = [""] * len(found)
    of_slides, of_patients = (
        found.texts[name].tolist() if name in found.texts else empty
        for name in ("slide_id", "patient_id")
    )
    rows = zip(of_slides, of_patients, strict=True)
    kept = [slide in slides if slide else patient in theirs for slide, patient in rows]
    return found.take(np.array(kept, dtype=bool))


def _export_peer(
    project: Project, out: Path, kind: str, options: ExportOptions, *, replace: bool
) -> ExportReport:
    if options.deidentify is not None:
        raise TableError(
            f"{kind} names slide files, which de-identified ids do not fit.",
            "Export the table as CSV.",
        )
    patients = patients_of_slides(project)
    sheet = _wanted(sheet_of(project, "joined"), options, patients)
    made = peer_tables(sheet, patients, kind, options.labels)
    if len(made.sheets) == 1:
        targets = {out: next(iter(made.sheets.values()))}
    else:
        targets = {out / name: part for name, part in made.sheets.items()}
    for target in targets:
        refuse_target(project, target, replace=replace)
    rows = len(next(iter(targets.values())))
    _refuse_empty(rows, made.why_empty())
    warnings = list(made.warnings)
    for target, part in targets.items():
        harmless, _ = write_sheet(part, target, "csv", raw=options.raw)
        if harmless:
            warnings.append(
                f"{_cells(harmless)} of {target.name} a spreadsheet could run; quoted, "
                f"so that {kind} sees them changed"
            )
    return ExportReport(tuple(targets), rows, tuple(made.problems), tuple(warnings))


def _refuse_empty(rows: int, why: str = "") -> None:
    if rows:
        return
    raise TableError(
        f"There is no row to export{': ' * bool(why)}{why}.",
        "Find the files with Rescan folders or Relink missing (pathgui rescan, pathgui "
        "relink), or import a manifest that has their paths."
        if NO_FILE in why
        else "Loosen the condition, or look at the join report.",
    )


def _told(stripped: Stripped) -> list[str]:
    warnings = [
        f"{_cells(count)} of {name} held an id or a date; now empty"
        for name, count in stripped.emptied.items()
    ]
    warnings += [
        f"{count:,} {'age' if count == 1 else 'ages'} of 90 and more in {name}; now 90"
        for name, count in stripped.aged.items()
    ]
    if names := list(free_texts(stripped.sheet)):
        told = some_of(names, most=20)
        warnings.append(f"look through the free text in {told} before you share it")
    return warnings


def _done(stripped: Stripped) -> dict[str, list[str]]:
    return {
        "hashed": list(stripped.hashed),
        "dropped": list(stripped.dropped),
        "shifted": list(stripped.shifted),
    }


def refuse_target(project: Project, out: Path, *, replace: bool) -> None:
    """Raise TableError where a table must not be written.

    Parameters
    ----------
    project : Project
        None of its own files is written over.
    out : Path
        The file to write.
    replace : bool
        Whether a table that is there may be replaced.
    """
    target = out.resolve()
    own = [(project.root / file).resolve() for file in TABLE_FILES.values()]
    if target in own:
        raise TableError(f"{out} is a table of the project itself.")
    if out.is_dir():
        raise TableError(f"{out} is a folder.", "Name a file in it.")
    if not out.exists():
        return
    if not replace:
        raise TableError(f"{out} is there already.", "Choose another name.")
    # Slides and results are never written over, whatever a person or script names.
    if target.suffix.lower().removeprefix(".") not in (*FORMATS, "txt", "json"):
        raise TableError(f"{out} is no table, and stays.", "Choose another name.")
    for name in (Path(HISTORY).parent, PRIVATE):
        if target.is_relative_to((project.root / name).resolve()):
            raise TableError(f"{out} belongs to the project.", "Choose another place.")


def _cells(count: int) -> str:
    return f"{count:,} cell{'' if count == 1 else 's'}"


def project_salt(project: Project) -> str:
    """The project's own secret for de-identified exports; made on first use.

    It lies in the project's private folder, readable for its owner alone. Whoever has
    it and the ids can tell who is meant.

    Raises
    ------
    ProjectError
        It cannot be read, or not be made.
    """
    file = project.root / PRIVATE / _SALT
    try:
        file.parent.mkdir(exist_ok=True)
        with moment(file):  # two exports at once must not make two secrets
            if file.exists() and (there := file.read_text("utf-8").strip()):
                return there
            salt = secrets.token_hex(32)
            write_atomic(file, f"{salt}\n".encode(), 0o600)
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file} cannot be used: {error}.") from error
    return salt


def kinds() -> Sequence[str]:
    """All formats, for a list to choose from."""
    return (*FORMATS, *PEERS)
