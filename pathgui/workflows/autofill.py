"""Fill columns of the manifest from what the slide files say."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pathgui.errors import PathguiError, TableError
from pathgui.project import Cell, Edit, Project
from pathgui.slides import member_files, open_slide
from pathgui.workflows.add_slides import manifest_row, size_text
from pathgui.workflows.cohort_rules import cohort_mpp
from pathgui.workflows.overrides import slide_row
from pathgui.workflows.progress import Progress, Stop, check, never, silent

FILLED = (
    *("scanner", "magnification", "mpp", "mpp_source", "width", "height"),
    *("levels", "vendor", "size_mb", "quickhash"),
)


@dataclass(frozen=True, slots=True)
class Autofill:
    """What slides say of themselves.

    Attributes
    ----------
    edit : Edit
        To be applied; may be empty.
    problems : dict of str to str
        Slides that could not be read, and why.
    """

    edit: Edit
    problems: dict[str, str] = field(default_factory=dict)


def autofill(
    project: Project,
    slides: Iterable[str] | None = None,
    columns: Collection[str] = FILLED,
    *,
    overwrite: bool = False,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> Autofill:
    """Read slides again and fill their rows; nothing is changed yet.

    Parameters
    ----------
    project : Project
        May be opened for reading.
    slides : iterable of str, optional
        Ids; all by default.
    columns : collection of str
        Some of `FILLED`.
    overwrite : bool
        Also where a cell holds something else; this takes back what people set.
    progress, cancelled : callable
        Told of each slide and asked before each.

    Raises
    ------
    TableError
        A column is none that slides fill, or there is no such slide.
    Cancelled
        On request.
    """
    for name in columns:
        if name not in FILLED:
            raise TableError(f"Slides do not fill {name}.", f"{', '.join(FILLED)}.")
    manifest = project.manifest
    wanted = manifest.texts("slide_id").tolist() if slides is None else list(slides)
    cells: list[Cell] = []
    problems: dict[str, str] = {}
    for number, slide_id in enumerate(wanted):
        check(cancelled)
        progress("Reading slides", number, len(wanted))
        row = slide_row(project, slide_id)
        if not overwrite and all(manifest.text(row, name) for name in columns):
            continue
        try:
            cohort = manifest.text(row, "cohort")
            told = slide_says(project, project.row_path(row), cohort)
        except (PathguiError, OSError) as error:
            problems[slide_id] = getattr(error, "message", str(error))
            continue
        cells += filling(project, row, told, columns, overwrite=overwrite)
    count = len({cell.row for cell in cells})
    word = "1 slide" if count == 1 else f"{count:,} slides"
    edit = Edit(f"Fill {word} from their files", tuple(cells)) if cells else Edit("")
    return Autofill(edit, problems)


def slide_says(project: Project, path: Path, cohort: str) -> dict[str, str]:
    """Cells of the manifest that a slide file fills; SlideError, OSError."""
    with open_slide(path) as slide:
        properties = slide.properties
    rule = cohort_mpp(project, cohort)
    size = size_text(member_files(path))
    return {**manifest_row(properties, None, rule), "size_mb": size}


def filling(
    project: Project,
    row: int,
    told: dict[str, str],
    columns: Collection[str] = FILLED,
    *,
    overwrite: bool = False,
) -> list[Cell]:
    """The cells of a row that what its slide says would change."""
    manifest = project.manifest
    names = [n for n in columns if overwrite or not manifest.text(row, n)]
    if "mpp_source" in names and "mpp" not in names:
        names.remove("mpp_source")  # it tells of an mpp that stays
    cells = [manifest.cell(row, name, told[name]) for name in names]
    return [cell for cell in cells if cell.old != cell.new and (cell.new or overwrite)]
