"""Columns and their types; a type is a view, the text stays as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from pathgui.errors import ProjectError

Kind = Literal["text", "number", "integer", "date", "yesno", "category"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is called and what its cells may hold.

    Attributes
    ----------
    name : str
        As in the header of the file.
    kind : str
        ``text``, ``number``, ``integer``, ``date``, ``yesno`` or ``category``.
    unit : str
        Shown beside numbers, such as ``years`` or ``µm``.
    minimum, maximum : float, optional
        Range of numbers, ends included.
    pattern : str
        Regular expression that the whole text must match.
    choices : tuple of str
        Allowed texts of a category; none given allows all.
    required, unique : bool
        Whether each row needs a value, and one of its own.
    computed : bool
        Filled by the program; people do not edit it.
    description : str
        One line for people.
    decimal : str
        ``.`` or ``,``: how numbers are written.
    date_format : str
        As for `strptime`; empty means ISO (2026-11-22).
    """

    name: str
    kind: Kind = "text"
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    computed: bool = False
    description: str = ""
    decimal: str = "."
    date_format: str = ""

    def to_dict(self) -> dict[str, Any]:
        """All that differs from a plain text column, ready for TOML or JSON."""
        plain = Column(self.name)
        found: dict[str, Any] = {"name": self.name, "kind": self.kind}
        for key in _FIELDS:
            value = getattr(self, key)
            if value != getattr(plain, key):
                found[key] = list(value) if isinstance(value, tuple) else value
        return found

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Column":
        """Read a column definition.

        Raises
        ------
        ProjectError
            A field is unknown or has the wrong type.
        """
        known = {field.name: field for field in fields(Column)}
        name = str(data.get("name", ""))
        values: dict[str, Any] = {}
        for key, value in data.items():
            if key not in known:
                raise ProjectError(f"Column {name!r} has the unknown setting {key!r}.")
            values[key] = _checked(name, key, value)
        return Column(**values)


_FIELDS = tuple(field.name for field in fields(Column))


def _checked(column: str, key: str, value: Any) -> Any:
    default = getattr(Column(""), key)
    good = isinstance(value, str)
    if key in ("minimum", "maximum"):
        good = value is None or (
            isinstance(value, int | float) and not isinstance(value, bool)
        )
    elif isinstance(default, bool):
        good = isinstance(value, bool)
    elif isinstance(default, tuple):
        good = isinstance(value, list | tuple)
        value = tuple(str(item) for item in value) if good else value
    elif key == "kind":
        good = value in KINDS
    if not good:
        raise ProjectError(
            f"Column {column!r} has a setting {key} = {value!r} that makes no sense.",
            f"Kinds are {', '.join(KINDS)}." if key == "kind" else "",
        )
    return str(value) if isinstance(default, str) else value


STATUS = ("new", "ready", "running", "done", "failed", "quarantined", "missing")
QC_STATUS = ("pass", "flag", "exclude")

MANIFEST = (
    Column("slide_id", required=True, unique=True, description="Name of the slide"),
    Column("path", required=True, description="Slide file, relative to the project"),
    Column("cohort", "category", required=True, description="Group of slides"),
    Column("tissue_type", "category", description="Organ or tissue"),
    Column("scanner", description="Scanner model or maker"),
    Column("magnification", "number", "×", 0.1, 200, description="Objective power"),
    Column("staining", "category", description="Stain, such as H&E"),
    Column("mpp", "number", "µm/px", 0.01, 100, description="Micrometres per pixel"),
    Column("mpp_source", computed=True, description="Where mpp comes from"),
    Column("width", "integer", "px", 1, computed=True, description="At level 0"),
    Column("height", "integer", "px", 1, computed=True, description="At level 0"),
    Column("levels", "integer", minimum=1, computed=True, description="Pyramid levels"),
    Column("vendor", computed=True, description="File format"),
    Column("size_mb", "number", "MB", 0, computed=True, description="All its files"),
    Column("checksum", computed=True, description="Of the slide file"),
    Column("quickhash", computed=True, description="Finds a moved slide again"),
    Column("status", "category", choices=STATUS, computed=True),
    Column("qc_status", "category", choices=QC_STATUS, description="Review decision"),
    Column("qc_reason", description="Why it was flagged or excluded"),
    Column("n_tiles", "integer", minimum=0, computed=True, description="In the result"),
    Column("tissue_fraction", "number", "", 0, 1, computed=True),
)

CLINICAL = (
    Column("slide_id", description="Slide the row speaks of"),
    Column("patient_id", description="Patient the row speaks of"),
    Column("age", "number", "years", 0, 125),
    Column("diagnosis", "category"),
    Column("stage", "category"),
    Column("outcome", "category"),
)

STANDARD: Mapping[str, tuple[Column, ...]] = {
    "manifest": MANIFEST,
    "clinical": CLINICAL,
}


def columns_for(
    table: str, header: Iterable[str], own: Mapping[str, Column]
) -> tuple[Column, ...]:
    """Define each column of a header: the project's own, the standard, or text."""
    standard = {column.name: column for column in STANDARD.get(table, ())}
    return tuple(own.get(name) or standard.get(name) or Column(name) for name in header)
