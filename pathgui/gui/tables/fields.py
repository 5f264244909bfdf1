"""Which columns each view shows, in what order, and which rows stand side by side."""

from collections.abc import Mapping, Sequence

import numpy as np

from pathgui.gui.tables.content import DERIVED, PICTURE, Content, Field
from pathgui.gui.tables.sheet import Rows, Texts
from pathgui.project import (
    Column,
    Project,
    Table,
    patients_of_slides,
    slides_of_patients,
)
from pathgui.project.joined import pairs

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
    patients: dict[str, str] | None = None,
) -> Content:
    """The Slides tab: the manifest, clinical table and metrics beside it.

    `patients` by slide id saves working them out where they are known.
    """
    manifest, clinical = project.manifest, project.clinical
    columns = {column.name: column for column in manifest.columns}
    beside = [Field("clinical", c) for c in clinical.columns if c.name != "slide_id"]
    own = [name for name in columns if name not in (*_FIRST, *_AFTER)]
    patients = patients_of_slides(project) if patients is None else patients
    derived = []
    # The patient is told by the table beside the slide, or else by a column of its own.
    told = len(clinical) or manifest.has_column("patient_id")
    if patients and not told:
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
    rows = {"manifest": manifest.ids, "clinical": _beside(project, patients)}
    if metrics is not None:
        tables["metrics"] = metrics
        at = _first_rows(metrics, "slide_id")
        rows["metrics"] = np.array([at.get(s, -1) for s in slides.tolist()], np.int64)
    names = [patients.get(slide, "") for slide in slides.tolist()] if derived else []
    return Content(
        "manifest",
        tables,
        fields,
        rows,
        {"patient": _texts(names)} if derived else {},
        slides.copy(),
        None,
        _LINKS,
    )


def metrics_columns(metrics: Table | None) -> list[Column]:
    """Columns of the metrics that people may want to see; none without a row."""
    if metrics is None or not len(metrics):
        return []
    return [c for c in metrics.columns if c.name not in ("slide_id", "qc_result")]


def clinical_content(project: Project) -> Content:
    """The clinical table, as it is."""
    table = project.clinical
    fields = [Field("clinical", c, key=c.name == table.key) for c in table.columns]
    return Content(
        "clinical",
        {"clinical": table},
        fields,
        {"clinical": table.ids},
        owners=_owners(project),
        linked_by=_LINKS,
    )


def patients_content(project: Project) -> Content:
    """One row per patient: slides counted, the patient's clinical row beside."""
    table = project.clinical
    of_patient = slides_of_patients(project)
    rows = _first_rows(table, "patient_id")
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


def _beside(project: Project, patients: dict[str, str]) -> Rows:
    """The clinical row of each slide: its own, else the one of its patient."""
    manifest, clinical = project.manifest, project.clinical
    if not len(clinical):
        return np.full(len(manifest), -1, dtype=np.int64)
    by_slide = _first_rows(clinical, "slide_id")
    by_patient = _first_rows(clinical, "patient_id", without="slide_id")
    slides = manifest.texts("slide_id").tolist()
    if by_patient:
        found = [
            by_slide.get(slide, by_patient.get(patients.get(slide, ""), -1))
            for slide in slides
        ]
    else:
        found = [by_slide.get(slide, -1) for slide in slides]
    return np.array(found, dtype=np.int64)


def _first_rows(table: Table, column: str, without: str = "") -> dict[str, int]:
    """Id of the first row of each text; of rows only that lack another id."""
    texts, ids = table.texts(column), table.ids
    if without:
        lacking = table.texts(without) == ""
        texts, ids = texts[lacking], ids[lacking]
    found: dict[str, int] = {}
    # In the order of the file, which is the order that people see.
    for text, number in zip(texts.tolist(), ids.tolist(), strict=True):
        found.setdefault(text, number)
    found.pop("", None)
    return found


def _owners(project: Project) -> dict[int, tuple[str, ...]]:
    """Slides of each clinical row: the one it names, else those of its patient."""
    clinical = project.clinical
    slides = clinical.texts("slide_id").tolist()
    patients = clinical.texts("patient_id").tolist()
    of_patient = slides_of_patients(project) if not all(slides) else {}
    return {
        row: (slide,) if slide else tuple(of_patient.get(patient, ()))
        for row, slide, patient in zip(clinical.row_ids, slides, patients, strict=True)
    }


def _of(columns: dict[str, Column], names: Sequence[str]) -> list[Field]:
    return [
        Field("manifest", columns[name], key=name == "slide_id")
        for name in names
        if name in columns
    ]
