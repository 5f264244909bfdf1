"""Quality decisions and metrics in and out: HistoQC's results, and our own tables."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pathgui.errors import ProjectError, TableError
from pathgui.interop.histoqc import HistoqcSlide, is_histoqc, read_histoqc
from pathgui.project import Cell, Edit, Project, read_table
from pathgui.project.export import formulas
from pathgui.project.export.writers import sheet_from, write_sheet
from pathgui.project.files import write_atomic
from pathgui.workflows.export_tables import refuse_target
from pathgui.workflows.qc.catch_up import news, remember
from pathgui.workflows.qc.log import Decided, latest, log_file, read_log
from pathgui.workflows.qc.metrics import read_metrics, write_metrics
from pathgui.workflows.qc.tiles import excluded_boxes, tiles_file
from pathgui.workflows.review import DECISIONS, Decision, decide, log_decisions

PREFIX = "histoqc_"
_HIDDEN = ("qc_result",)


@dataclass(slots=True)
class Imported:
    """What came of an import.

    Attributes
    ----------
    kind : str
        ``HistoQC`` or ``decisions``.
    slides : list of str
        Slides that got something.
    unknown : list of str
        Names in the file that are no slide of the project, or of more than one.
    problems : list of str
        Rows that make no sense.
    """

    kind: str
    slides: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every row found its slide."""
        return not self.unknown and not self.problems

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)

    def text(self) -> str:
        """One sentence for people."""
        what = "metrics of HistoQC" if self.kind == "HistoQC" else "decisions"
        parts = f"{len(self.slides):,} slides got {what}"
        return f"{parts}; {len(self.unknown):,} names are no slide of the project."


def import_quality(project: Project, file: Path) -> Imported:
    """Take in HistoQC's ``results.tsv``, or a table with ``slide_id, qc_status``.

    Raises
    ------
    InteropError, TableError
        The file cannot be read, or is neither; nothing was changed.
    """
    if not file.exists():
        raise TableError(f"{file} is not there.")
    if is_histoqc(file):
        return _import_histoqc(project, read_histoqc(file))
    return _import_decisions(project, file)


def _import_histoqc(project: Project, found: list[HistoqcSlide]) -> Imported:
    done, names = Imported("HistoQC"), _names(project)
    rows = read_metrics(project)
    for item in found:
        slide = names.get(item.filename.casefold(), "")
        if not slide:
            done.unknown.append(item.filename)
            continue
        kept = {
            k: v for k, v in rows.get(slide, {}).items() if not k.startswith(PREFIX)
        }
        numbers = {_column(name): f"{v:.6g}" for name, v in item.numbers.items()}
        rows[slide] = kept | numbers
        if item.warnings:
            rows[slide][f"{PREFIX}warnings"] = " | ".join(item.warnings)
        if item.comment:
            rows[slide][f"{PREFIX}comments"] = item.comment
        done.slides.append(slide)
    if done.slides:
        write_metrics(project, rows)
    return done


def _column(name: str) -> str:
    """A name that conditions can speak about: ``histoqc_pieces_of_tissue``."""
    return PREFIX + re.sub(r"\W+", "_", name).strip("_")


def _names(project: Project) -> dict[str, str]:
    """Slide by id, file name and stem, in small letters; shared names name nobody."""
    found: dict[str, str] = {}
    manifest = project.manifest
    ids = manifest.texts("slide_id").tolist()
    for slide, path in zip(ids, manifest.texts("path").tolist(), strict=True):
        file = PurePosixPath(path.replace("\\", "/"))
        for name in {file.name.casefold(), file.stem.casefold()}:
            found[name] = "" if found.get(name, slide) != slide else slide
    return found | {slide.casefold(): slide for slide in ids}


def _import_decisions(project: Project, file: Path) -> Imported:
    table = read_table(file)
    given, _ = formulas.restore(table.columns)
    columns = {k.casefold(): v.tolist() for k, v in given.items()}
    if not {"slide_id", "qc_status"} <= set(columns):
        raise TableError(
            f"{file} holds no quality decisions.",
            "It needs the columns slide_id and qc_status, or is HistoQC's results.tsv.",
        )
    done, names = Imported("decisions"), _names(project)
    done.problems += [f"line {bad.line}: {bad.reason}" for bad in table.bad]
    cells: list[Cell] = []
    logged: list[Decision] = []
    for at, name in enumerate(columns["slide_id"]):
        row = {key: texts[at].strip() for key, texts in columns.items()}
        slide = names.get(name.strip().casefold(), "")
        status = row["qc_status"].casefold()
        if not slide:
            done.unknown.append(name)
        elif status not in DECISIONS:
            done.problems.append(f"{slide}: {row['qc_status']!r} is no decision")
        elif status and (
            edit := decide(project, slide, status, row.get("qc_reason", ""))
        ):
            cells += edit.cells
            logged.append(_decision(slide, status, row))
            done.slides.append(slide)
    if cells:
        project.apply(Edit(f"Import decisions from {file.name}", tuple(cells)))
        log_decisions(project, logged)
        remember(project, news(project).offset)
    return done


def _decision(slide: str, status: str, row: Mapping[str, str]) -> Decision:
    get = row.get
    return Decision(
        slide, status, get("qc_reason", ""), get("note", ""), get("reviewer", "")
    )


def export_quality(project: Project, out: Path) -> int:
    """Write decisions and metrics of every slide as CSV, TSV or JSON.

    Cells that a spreadsheet would run get an apostrophe, which `import_quality` takes
    away again.

    Returns
    -------
    int
        How many slides.

    Raises
    ------
    ProjectError
        The ending is unknown, or the disk refuses.
    TableError
        A file of the project, or one that is no table, would be written over.
    """
    rows = quality_rows(project)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return _write(project, out, names, rows)


def export_tiles(project: Project, out: Path) -> int:
    """Write the excluded tiles of every slide as boxes in level-0 pixels."""
    names = ["slide_id", "x", "y", "width", "height"]
    boxes = excluded_boxes(tiles_file(project))
    rows = [
        dict(zip(names, (slide, *map(str, box)), strict=True))
        for slide, found in boxes.items()
        for box in sorted(found)
    ]
    return _write(project, out, names, rows)


def quality_rows(project: Project) -> list[dict[str, str]]:
    """What is known of the quality of each slide, in the order of the manifest."""
    last = latest(read_log(log_file(project)))
    metrics, boxes = read_metrics(project), excluded_boxes(tiles_file(project))
    nobody = Decided("", "", "", "", "")
    rows = []
    manifest = project.manifest
    for row in manifest.row_ids:
        slide = manifest.text(row, "slide_id")
        entry = last.get(slide, nobody)
        own = {k: v for k, v in metrics.get(slide, {}).items() if k not in _HIDDEN}
        rows.append({
            "slide_id": slide,
            "cohort": manifest.text(row, "cohort"),
            "qc_status": manifest.text(row, "qc_status"),
            "qc_reason": manifest.text(row, "qc_reason"),
            "note": entry.note,
            "reviewer": entry.reviewer,
            "time": entry.when,
            "excluded_tiles": str(len(boxes.get(slide, ()))),
            **own,
        })  # fmt: skip
    return rows


def _write(
    project: Project, out: Path, names: list[str], rows: list[dict[str, str]]
) -> int:
    kind = out.suffix.lower().removeprefix(".")
    if kind not in ("csv", "tsv", "json"):
        raise ProjectError(
            f"{out.name} has no ending that says what to write.",
            "End it in .csv, .tsv or .json.",
        )
    refuse_target(project, out, replace=True)
    if kind != "json":
        columns = {name: [row.get(name, "") for row in rows] for name in names}
        write_sheet(sheet_from("quality", columns), out, kind)
        return len(rows)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, json.dumps(rows, ensure_ascii=False, indent=1).encode())
    except OSError as error:
        raise ProjectError(
            f"{out} cannot be written: {error.strerror or error}."
        ) from error
    return len(rows)
