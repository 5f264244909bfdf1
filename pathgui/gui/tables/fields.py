"""Which columns each view shows, in what order, and how rows of tables are linked."""

from collections.abc import Sequence

from pathgui.gui.tables.model import PICTURE, Field
from pathgui.project import Column, Project, Table

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
    }
)


def slides_fields(project: Project) -> list[Field]:
    """Columns of the Slides tab: the manifest with the clinical table beside it."""
    manifest = {column.name: column for column in project.manifest.columns}
    beside = [Field("clinical", c) for c in project.clinical.columns if _beside(c)]
    own = [name for name in manifest if name not in (*_FIRST, *_AFTER)]
    return [
        PICTURE,
        *_of(manifest, _FIRST),
        *(beside if len(project.clinical) else ()),
        *_of(manifest, (*_AFTER, *own)),
    ]


def clinical_fields(project: Project) -> list[Field]:
    """Columns of the Clinical tab, as the table has them."""
    table = project.clinical
    return [
        Field("clinical", column, key=column.name == table.key)
        for column in table.columns
    ]


def slide_links(manifest: Table, clinical: Table) -> dict[int, int]:
    """The clinical row of each slide, by slide id."""
    found: dict[int, int] = {}
    if not clinical.has_column("slide_id"):
        return found
    rows = zip(clinical.row_ids, clinical.texts("slide_id").tolist(), strict=True)
    by_slide: dict[str, int] = {}
    for row, slide_id in rows:
        if slide_id:
            by_slide.setdefault(slide_id, row)
    ids = zip(manifest.row_ids, manifest.texts("slide_id").tolist(), strict=True)
    return {row: by_slide[slide] for row, slide in ids if slide in by_slide}


def _beside(column: Column) -> bool:
    return column.name != "slide_id"


def _of(columns: dict[str, Column], names: Sequence[str]) -> list[Field]:
    return [
        Field("manifest", columns[name], key=name == "slide_id")
        for name in names
        if name in columns
    ]
