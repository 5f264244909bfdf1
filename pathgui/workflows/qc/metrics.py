"""Metrics of a cohort: gathered from results into ``results/metrics.csv``."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.engine import Recipe
from pathgui.errors import PathguiError
from pathgui.preprocessing import MeasureSlide
from pathgui.project import Column, Project, Table, tablefile
from pathgui.project.tableio import read_table_texts, write_rows
from pathgui.workflows.known import known_of
from pathgui.workflows.progress import Progress, Stop, check, never, silent
from pathgui.workflows.qc.metric import METRICS, STAINS, metric_named

FILE = "metrics.csv"
RECIPE, OUTPUT = "qc_metrics", "qc"
_STAMP, _WHEN = "qc_result", "measured"
_FROM_TILES = ("focus", "folds", "blank")
OWN = (*(metric.name for metric in METRICS), *STAINS)
# Columns that are no numbers about the slide.
NO_NUMBERS = ("slide_id", _WHEN, _STAMP)
Values = npt.NDArray[np.float64]


@dataclass(slots=True)
class Gathered:
    """What came of gathering.

    Attributes
    ----------
    measured, new : int
        Slides that have metrics, and how many of them were read now.
    problems : dict of str to str
        Why the result of a slide cannot be read.
    """

    measured: int = 0
    new: int = 0
    problems: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)

    def text(self) -> str:
        """One sentence for people."""
        return f"{self.measured:,} slides have metrics, {self.new:,} of them are new."


def metrics_file(project: Project) -> Path:
    """Where the metrics of a project lie."""
    return project.folder("runs").parent / FILE


def read_metrics(project: Project) -> dict[str, dict[str, str]]:
    """Metrics by slide as text; empty where none were measured.

    Raises
    ------
    TableError
        The file is damaged.
    """
    table = read_table_texts(metrics_file(project))
    ids = table.pop("slide_id", [])
    rows = (
        dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)
    )
    return dict(zip(ids, rows, strict=False)) if table else {s: {} for s in ids}


def write_metrics(project: Project, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Write metrics by slide, atomically; TableError."""
    names = dict.fromkeys(name for row in rows.values() for name in row)
    order = [name for name in (_WHEN, *OWN) if name in names]
    order += [name for name in names if name not in order]
    columns = {"slide_id": list(rows)}
    for name in order:
        columns[name] = [row.get(name, "") for row in rows.values()]
    write_rows(metrics_file(project), columns)


def columns_of(
    rows: Mapping[str, Mapping[str, str]], slides: list[str]
) -> dict[str, Values]:
    """Numeric columns in the order of `slides`; NaN where there is no number."""
    names = dict.fromkeys(name for row in rows.values() for name in row)
    found = {}
    for name in names:
        if name in NO_NUMBERS:
            continue
        texts = [rows.get(slide, {}).get(name, "") for slide in slides]
        values = np.array([_number(text) for text in texts], np.float64)
        if np.isfinite(values).any():
            found[name] = values
    return found


def measures(recipe: Recipe) -> bool:
    """Whether a recipe measures slides, so that its results are worth gathering."""
    steps = recipe.pipeline.transforms
    return any(isinstance(step, MeasureSlide) for step in steps)


def gather(
    project: Project,
    output: str = OUTPUT,
    *,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> Gathered:
    """Read what the metrics recipe found, where it is new, into the table.

    Metrics of other origin stay. A slide that left the project leaves the table.

    Parameters
    ----------
    project : Project
        Need not be opened for writing.
    output : str
        Output name of the recipe.

    Raises
    ------
    TableError
        The table is damaged or cannot be written.
    """
    kept, done = read_metrics(project), Gathered()
    known = known_of(project)
    manifest = project.manifest
    slides = manifest.texts("slide_id").tolist()
    rows = {slide: kept[slide] for slide in slides if slide in kept}
    for at, slide in enumerate(slides):
        check(cancelled)
        progress("Metrics", at, len(slides))
        try:
            file = project.result_path(slide, output)
            stamp = _stamp(file)
            if stamp and rows.get(slide, {}).get(_STAMP) != stamp:
                known.look(file)
                rows[slide] = {
                    **_foreign(rows.get(slide, {})),
                    **_measured(file, stamp),
                }
                done.new += 1
        except PathguiError as error:
            done.problems[slide] = error.message
    if done.new:
        _add_shift(rows)
    if done.new or len(rows) != len(kept):
        write_metrics(project, {s: rows[s] for s in slides if s in rows})
    done.measured = len(rows)
    progress("Metrics", len(slides), len(slides))
    return done


def _foreign(row: Mapping[str, str]) -> dict[str, str]:
    own = {*OWN, _STAMP, _WHEN}
    return {name: text for name, text in row.items() if name not in own}


def _stamp(file: Path) -> str:
    try:
        stat = file.stat()
    except OSError:
        return ""
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def _measured(file: Path, stamp: str) -> dict[str, str]:
    """What one result says about its slide, as text."""
    from pathgui.storage import open_file

    with open_file(file) as opened:
        stored = opened.slide(0)
        index, facts = stored.index, stored.provenance.get("measured")
    numbers: dict[str, float] = {}
    for name in (*OWN, *STAINS):
        value = facts.get(name) if isinstance(facts, dict) else None
        if isinstance(value, int | float):
            numbers[name] = float(value)
    count = len(index["index"])
    numbers["qc_tiles"] = count
    for name in _FROM_TILES:
        if name in index and count and index[name].dtype.kind in "fiub":
            column = np.asarray(index[name], np.float64)
            numbers[name] = float(
                np.median(column) if name == "focus" else column.mean()
            )
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    texts = {name: f"{value:.6g}" for name, value in numbers.items()}
    return {_WHEN: now, **texts, _STAMP: stamp}


def _add_shift(rows: dict[str, dict[str, str]]) -> None:
    """Angle between the stains of each slide and the median stains of all."""
    slides = [slide for slide, row in rows.items() if all(row.get(n) for n in STAINS)]
    if not slides:
        return
    vectors = np.array(
        [[_number(rows[slide][name]) for name in STAINS] for slide in slides]
    ).reshape(-1, 2, 3)
    usual = np.median(vectors, axis=0)
    usual /= np.linalg.norm(usual, axis=1, keepdims=True)
    cosines = np.clip((vectors * usual).sum(axis=2), -1.0, 1.0)
    shift = np.degrees(np.arccos(cosines)).max(axis=1)
    for slide, degrees in zip(slides, shift.tolist(), strict=True):
        rows[slide]["stain_shift"] = f"{degrees:.4g}"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def metrics_table(project: Project) -> Table:
    """The metrics as a table that nobody edits, for views beside the manifest.

    Raises
    ------
    TableError
        The file is damaged.
    """
    file = metrics_file(project)
    store = tablefile.load(file, ("slide_id",)).store
    columns = []
    for name in store.header:
        number = name not in NO_NUMBERS and _all_numbers(store.texts(name).tolist())
        metric = metric_named(name)
        columns.append(
            Column(
                name,
                "number" if number else "text",
                metric.unit if metric.unit != "%" else "",
                computed=True,
                description=metric.description or metric.title,
            )
        )
    return Table("metrics", store, columns, "slide_id")


def _all_numbers(texts: list[str]) -> bool:
    return all(np.isfinite(_number(text)) for text in texts if text)
