"""Which columns each view shows, in what order, and how rows of tables are linked."""

from collections.abc import Sequence

from pathgui.gui.tables.model import PICTURE, Field
from pathgui.project import (
    Column,
    Project,
    Table,
    patients_of_slides,
    slides_of_patients,
)

_FIRST = ("slide_id", "status", "qc_status", "cohort")
_AFTER = (
    "mpp",
    "n_tiles",
    "tissue_fraction",
    "staining",
    "tissue_type",
    "scanner",
    "magnification",
    "qc_reason",
)
HIDDEN = frozenset(
    {
        "path",
        "mpp_source",
        "width",
        "height",
        "levels",
        "vendor",
        "checksum",
        "quickhash",
        "qc_reason",
        "measured",
        "blank",
        "brightness",
        "saturation",
        "stain_shift",
        "stain_angle",
        "h_strength",
        "e_strength",
        "glass",
        "tissue_share",
        "pieces",
        "qc_tiles",
        *(f"{s}_{c}" for s in "he" for c in ("red", "green", "blue")),
    }
)


def slides_fields(project: Project, metrics: Table | None = None) -> list[Field]:
    """Columns of the Slides tab: the manifest, clinical table and metrics beside it."""
    manifest = {column.name: column for column in project.manifest.columns}
    beside = [Field("clinical", c) for c in project.clinical.columns if _beside(c)]
    own = [name for name in manifest if name not in (*_FIRST, *_AFTER)]
    return [
        PICTURE,
        *_of(manifest, _FIRST),
        *(beside if len(project.clinical) else ()),
        *_of(manifest, (*_AFTER, *own)),
        *(Field("metrics", c) for c in metrics_columns(metrics)),
    ]


def metrics_columns(metrics: Table | None) -> list[Column]:
    """Columns of the metrics that people may want to see; none without a row."""
    if metrics is None or not len(metrics):
        return []
    return [c for c in metrics.columns if c.name not in ("slide_id", "qc_result")]


def metrics_links(project: Project, metrics: Table | None) -> dict[int, int]:
    """The row of metrics of each slide."""
    if metrics is None:
        return {}
    at = dict(zip(_texts(metrics, "slide_id"), metrics.row_ids, strict=True))
    manifest = project.manifest
    pairs = zip(manifest.row_ids, _texts(manifest, "slide_id"), strict=True)
    return {row: at[slide] for row, slide in pairs if slide in at}


def hidden_at_first(name: str) -> bool:
    """Whether a column is hidden until someone asks for it."""
    return name in HIDDEN or name.startswith("histoqc_")


def clinical_fields(project: Project) -> list[Field]:
    """Columns of the Clinical tab, as the table has them."""
    table = project.clinical
    return [
        Field("clinical", column, key=column.name == table.key)
        for column in table.columns
    ]


def slide_links(project: Project) -> dict[int, int]:
    """The clinical row of each slide: its own, else the one of its patient."""
    manifest, clinical = project.manifest, project.clinical
    by_slide: dict[str, int] = {}
    by_patient: dict[str, int] = {}
    triples = zip(
        clinical.row_ids, _texts(clinical, "slide_id"), _texts(clinical, "patient_id"),
        strict=True,
    )  # fmt: skip
    for row, slide, patient in triples:
        if slide:
            by_slide.setdefault(slide, row)
        elif patient:
            by_patient.setdefault(patient, row)
    patients = patients_of_slides(project) if by_patient else {}
    found: dict[int, int] = {}
    for row, slide in zip(manifest.row_ids, _texts(manifest, "slide_id"), strict=True):
        link = by_slide.get(slide, by_patient.get(patients.get(slide, "")))
        if link is not None:
            found[row] = link
    return found


def clinical_owners(project: Project) -> dict[int, tuple[str, ...]]:
    """Slides of each clinical row: the one it names, else those of its patient."""
    clinical = project.clinical
    slides, patients = _texts(clinical, "slide_id"), _texts(clinical, "patient_id")
    of_patient = slides_of_patients(project) if any(patients) else {}
    found: dict[int, tuple[str, ...]] = {}
    for row, slide, patient in zip(clinical.row_ids, slides, patients, strict=True):
        found[row] = (slide,) if slide else tuple(of_patient.get(patient, ()))
    return found


def _texts(table: Table, column: str) -> list[str]:
    if not table.has_column(column):
        return [""] * len(table)
    found: list[str] = table.texts(column).tolist()
    return found


def _beside(column: Column) -> bool:
    return column.name != "slide_id"


def _of(columns: dict[str, Column], names: Sequence[str]) -> list[Field]:
    return [
        Field("manifest", columns[name], key=name == "slide_id")
        for name in names
        if name in columns
    ]
