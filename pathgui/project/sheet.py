"""What tables are exported and charted from: typed columns of text, no edits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from pathgui.errors import TableError
from pathgui.project.comparison import typed_field
from pathgui.project.csvtext import TextArray
from pathgui.project.expression import parse_expression
from pathgui.project.joined import joined_columns, joined_frame, joined_homes
from pathgui.project.patients import patients_of_slides
from pathgui.project.project import Project
from pathgui.project.schema import Column

Source = Literal["manifest", "clinical", "joined", "patients"]
SOURCES: tuple[Source, ...] = get_args(Source)
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be looked at: typed columns, and their texts.

    Attributes
    ----------
    name : str
        What it shows.
    columns : tuple of Column
        Definitions in order.
    texts : mapping of str to (n,) object array
        Texts by column.
    homes : mapping of (table, column) to str
        What the columns of the project's tables are called here.
    """

    name: str
    columns: tuple[Column, ...]
    texts: Mapping[str, TextArray]
    homes: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.texts.values()), ()))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Definition of a column; TableError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise TableError(
            f"The {self.name} table has no column {name!r}.",
            f"It has {', '.join(self.names)}.",
        )

    def mask(self, expression: str) -> BoolArray:
        """Rows that meet a condition, by position; ExpressionError."""
        parsed = parse_expression(expression).at_home(self.homes)
        parsed.check_names(self.names)
        fields = {
            name: typed_field(self.texts[name].tolist(), self.column(name))
            for name in parsed.names
        }
        return parsed.mask(fields, len(self))

    def take(self, rows: "BoolArray | npt.NDArray[np.int64]") -> "Sheet":
        """Only some rows, by mask or positions."""
        return replace(self, texts={n: t[rows] for n, t in self.texts.items()})

    def where(self, expression: str) -> "Sheet":
        """Only rows that meet a condition; all for an empty one; ExpressionError."""
        return self.take(self.mask(expression)) if expression.strip() else self

    def only(self, names: Sequence[str]) -> "Sheet":
        """Only some columns, in this order; TableError if one is not there."""
        if not names:
            return self
        columns = tuple(self.column(name) for name in dict.fromkeys(names))
        texts = {c.name: self.texts[c.name] for c in columns}
        return replace(self, columns=columns, texts=texts)


def sheet_of(project: Project, source: Source) -> Sheet:
    """A table of the project, or the two joined, or the patients.

    Parameters
    ----------
    project : Project
        May be opened for reading.
    source : {"manifest", "clinical", "joined", "patients"}
        `joined` is that of `joined_frame`; `patients` has a row for each patient.

    Raises
    ------
    TableError
        There is no such source, or a table cannot be read.
    """
    if source == "joined":
        return _joined(project)
    if source == "patients":
        return patients_sheet(project)
    columns = sheet_columns(project, source)
    table = project.table(source)
    texts = {c.name: table.texts(c.name) for c in columns}
    return Sheet(source, columns, texts, {(source, c.name): c.name for c in columns})


def sheet_columns(project: Project, source: Source) -> tuple[Column, ...]:
    """Columns of `sheet_of`, without its texts; raises as `sheet_of`."""
    if source == "joined":
        return joined_columns(project)
    if source == "patients":
        named = _patients_columns(project)
        return (*_PATIENT, *(_loose(column, name) for name, column in named.items()))
    if source not in SOURCES:
        raise TableError(f"There is no table {source!r}.", f"{', '.join(SOURCES)}.")
    return project.table(source).columns


def _joined(project: Project) -> Sheet:
    frame = joined_frame(project)
    columns = joined_columns(project)
    texts = {column.name: frame[column.name].to_numpy() for column in columns}
    return Sheet("joined", columns, texts, joined_homes(project))


_PATIENT = (
    Column("patient_id", required=True, unique=True, description="Patient"),
    Column("n_slides", "integer", minimum=0, computed=True, description="Slides here"),
    Column("slides", computed=True, description="Their ids, with blanks between"),
)
PATIENT_COLUMNS = tuple(column.name for column in _PATIENT)
BETWEEN = " | "


def patients_sheet(project: Project) -> Sheet:
    """One row for each patient of manifest and clinical table.

    Clinical columns follow the patient's id and slides. Where the rows of a patient
    hold different texts, all of them stand in the cell with ``|`` between.
    """
    of_slide = patients_of_slides(project)
    slides: dict[str, list[str]] = {}
    for slide, patient in of_slide.items():
        slides.setdefault(patient, []).append(slide)
    clinical = project.clinical
    rows: dict[str, list[int]] = {patient: [] for patient in slides}
    pairs = zip(clinical.texts("patient_id"), clinical.texts("slide_id"), strict=True)
    for position, (patient, slide) in enumerate(pairs):
        owner = patient or of_slide.get(slide, "")
        if owner:
            rows.setdefault(owner, []).append(position)
    patients = list(rows)
    named = _patients_columns(project)
    columns = tuple(_loose(column, name) for name, column in named.items())
    texts = {
        "patient_id": _array(patients),
        "n_slides": _array([str(len(slides.get(p, ()))) for p in patients]),
        "slides": _array([" ".join(slides.get(p, ())) for p in patients]),
    }
    for name, column in named.items():
        cells = clinical.texts(column.name)
        texts[name] = _array([_agreed(cells, rows[p]) for p in patients])
    homes = {("clinical", column.name): name for name, column in named.items()}
    homes["clinical", "patient_id"] = "patient_id"
    return Sheet("patients", (*_PATIENT, *columns), texts, homes)


def _patients_columns(project: Project) -> dict[str, Column]:
    """Clinical columns by what they are called beside those of a patient."""
    taken = {column.name for column in _PATIENT}
    return {
        f"{c.name}_clinical" if c.name in taken else c.name: c
        for c in project.clinical.columns
        if c.name not in ("slide_id", "patient_id")
    }


def _loose(column: Column, name: str) -> Column:
    return replace(column, name=name, required=False, unique=False)


def _agreed(cells: TextArray, positions: Sequence[int]) -> str:
    if len(positions) == 1:
        return str(cells[positions[0]])
    return BETWEEN.join(dict.fromkeys(t for p in positions if (t := cells[p])))


def _array(texts: Sequence[str]) -> TextArray:
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array
