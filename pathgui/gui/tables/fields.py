"""Which columns each view shows, in what order, and which rows stand side by side."""

from collections.abc import Mapping, Sequence

import numpy as np

from pathgui.gui.tables.content import DERIVED, PICTURE, Content, Field
from pathgui.gui.tables.sheet import Rows, Texts
from pathgui.project import (
    Column,
    Project,
    Table,
    slides_of_patients,
)
from pathgui.project.joined import pairs
from pathgui.project.linked import Linked, first_rows

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
_IDS = ("slide_id", "patient_id")
Near = Mapping[tuple[str, str], Mapping[str, str]]
_LINKS = frozenset((table, name) for table in ("manifest", "clinical") for name in _IDS)
PATIENT = Column("patient", computed=True, description="By table or by slide name")
SLIDES = Column("slides", "integer", computed=True, description="Slides of the patient")
JOIN = Column("join", "category", computed=True, description="How the row was joined")


def hidden_at_first(name: str) -> bool:
    """Whether a column is hidden until someone asks for it."""
    return name in HIDDEN or name.startswith("histoqc_")


def slides_content(
    project: Project,
    metrics: Table | None = None,
    linked: Linked | None = None,
) -> Content:
    """The Slides tab: the manifest, clinical table and metrics beside it.

    `linked` saves working out which rows belong together.
    """
    manifest, clinical = project.manifest, project.clinical
    columns = {column.name: column for column in manifest.columns}
    beside = [Field("clinical", c) for c in clinical.columns if c.name != "slide_id"]
    own = [name for name in columns if name not in (*_FIRST, *_AFTER)]
    linked = linked or _linked(project)
    derived = []
    # The patient is told by the table beside the slide, or else by a column of its own.
    told = len(clinical) or manifest.has_column("patient_id")
    if linked.patients and not told:
        derived = [Field(DERIVED, PATIENT)]
    fields = [
        PICTURE,
        *_of(columns, _FIRST),
        *derived,
        *(beside if len(clinical) else ()),
        *_of(columns, (*_AFTER, *own)),
        *(Field("metrics", column) for column in metrics_columns(metrics)),
    ]
    slides = manifest.texts("slide_id")
    tables = {"manifest": manifest, "clinical": clinical}
    rows = {"manifest": manifest.ids, "clinical": linked.beside}
    if metrics is not None:
        tables["metrics"] = metrics
        rows["metrics"] = _rows_by_slide(metrics, slides)
    return Content(
        "manifest",
        tables,
        fields,
        rows,
        {"patient": linked.named} if derived else {},
        slides.copy(),
        None,
        _LINKS,
    )


def _rows_by_slide(metrics: Table, slides: Texts) -> Rows:
    if not len(metrics):
        return np.full(len(slides), -1, np.int64)
    at = first_rows(metrics, "slide_id")
    return np.array([at.get(slide, -1) for slide in slides.tolist()], np.int64)


def metrics_columns(metrics: Table | None) -> list[Column]:
    """Columns of the metrics that people may want to see; none without a row."""
    if metrics is None or not len(metrics):
        return []
    return [c for c in metrics.columns if c.name not in ("slide_id", "qc_result")]


def clinical_content(project: Project, linked: Linked | None = None) -> Content:
    """The clinical table, its key first; `linked` as for `slides_content`."""
    table = project.clinical
    columns = sorted(table.columns, key=lambda column: column.name != table.key)
    fields = [Field("clinical", c, key=c.name == table.key) for c in columns]
    return Content(
        "clinical",
        {"clinical": table},
        fields,
        {"clinical": table.ids},
        owners=(linked or _linked(project)).owners,
        linked_by=_LINKS,
    )


def patients_content(project: Project) -> Content:
    """One row per patient: slides counted, the patient's clinical row beside."""
    table = project.clinical
    of_patient = slides_of_patients(project)
    rows = first_rows(table, "patient_id")
    names = list(dict.fromkeys((*rows, *of_patient)))
    counts = [str(len(of_patient.get(name, ()))) for name in names]
    fields = [
        Field(DERIVED, PATIENT, key=True),
        Field(DERIVED, SLIDES),
        *(Field("clinical", c) for c in table.columns if c.name not in _IDS),
    ]
    ids = np.array([rows.get(name, -1) for name in names], dtype=np.int64)
    return Content(
        "",
        {"clinical": table},
        fields,
        {"clinical": ids},
        {"patient": _texts(names), "slides": _texts(counts)},
        groups=tuple(tuple(of_patient.get(name, ())) for name in names),
        linked_by=_LINKS,
    )


def joined_content(project: Project, near: Near | None = None) -> Content:
    """All slides and all clinical rows, each beside what it belongs to.

    `near` names the ids of the clinical table that almost fit, by table and column.
    """
    manifest, clinical = project.manifest, project.clinical
    left, right, _ = pairs(project)
    join = np.full(len(left), "matched", dtype=object)
    join[right < 0] = "no clinical row"
    join[left < 0] = "no slide"
    for (_, column), reasons in (near or {}).items():
        ids = _taken(clinical.texts(column), right)
        join[(left < 0) & np.isin(ids, list(reasons))] = "near"
    ours = {column.name: column for column in manifest.columns}
    fields = [
        Field("clinical", clinical.column("patient_id")),
        Field("manifest", ours["slide_id"], key=True),
        Field(DERIVED, JOIN),
        *(Field("clinical", c) for c in clinical.columns if c.name != "patient_id"),
        *_of(ours, tuple(name for name in ours if name != "slide_id")),
    ]
    slides = _taken(manifest.texts("slide_id"), left)
    named = _taken(clinical.texts("slide_id"), right)
    slides[left < 0] = named[left < 0]
    return Content(
        "",
        {"manifest": manifest, "clinical": clinical},
        fields,
        {"manifest": _ids(manifest, left), "clinical": _ids(clinical, right)},
        {"join": join},
        slides,
        None,
        _LINKS,
    )


def _linked(project: Project) -> Linked:
    rule = project.config.patient_rule
    return Linked.of(project.manifest, project.clinical, rule)


def _ids(table: Table, places: Rows) -> Rows:
    """Row ids at positions, -1 for none."""
    if not len(table):
        return np.full(len(places), -1, dtype=np.int64)
    return np.where(places < 0, -1, table.ids[places])


def _taken(texts: Texts, places: Rows) -> Texts:
    if not len(texts):
        return np.full(len(places), "", dtype=object)
    found = texts[places]
    found[places < 0] = ""
    return found


def _texts(values: Sequence[str]) -> Texts:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _of(columns: dict[str, Column], names: Sequence[str]) -> list[Field]:
    return [
        Field("manifest", columns[name], key=name == "slide_id")
        for name in names
        if name in columns
    ]
