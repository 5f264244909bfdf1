"""Values of single slides: their mpp, and what differs from a run's recipe."""

import math
import re
from collections.abc import Iterable
from dataclasses import replace

from pathgui.errors import TableError
from pathgui.project import Cell, Column, ColumnChange, Edit, Project
from pathgui.workflows.slide_recipes import PREFIX

_SETTING = re.compile(r"(?:\w+\.)?[A-Za-z]\w*\.[A-Za-z]\w*")

USER = "user"


def completed(project: Project, edit: Edit) -> Edit:
    """The edit, with `mpp_source` set to ``user`` where a person set `mpp`.

    Parameters
    ----------
    project : Project
        The project that is edited.
    edit : Edit
        What the person did.
    """
    manifest = project.manifest
    named = {cell.row for cell in edit.cells if cell.column == "mpp_source"}
    cells = []
    for cell in edit.cells:
        mine = cell.table == "manifest" and cell.column == "mpp"
        if not mine or cell.row in named or cell.old == cell.new:
            continue
        before = manifest.text(cell.row, "mpp_source")
        after = USER if cell.new else ""
        if before != after:
            cells.append(Cell("manifest", cell.row, "mpp_source", before, after))
    return replace(edit, cells=(*edit.cells, *cells)) if cells else edit


def set_mpp(project: Project, slides: Iterable[str], mpp: float | None) -> Edit:
    """The edit that gives slides an mpp of their own.

    Parameters
    ----------
    project : Project
        The project.
    slides : iterable of str
        Slide ids.
    mpp : float or None
        Micrometres per level-0 pixel; None empties the cell (`autofill` then brings
        back what the file says).

    Raises
    ------
    TableError
        No such slide, or a value that no slide has.
    """
    if mpp is not None and not (math.isfinite(mpp) and 0.01 <= mpp <= 100):
        raise TableError(f"{mpp} µm per pixel is no mpp.", "Slides have 0.1 to 10.")
    text = "" if mpp is None else repr(float(mpp)).removesuffix(".0")
    cells = _cells(project, slides, "mpp", text)
    label = f"Set mpp of {_count(cells)}" if text else f"Clear mpp of {_count(cells)}"
    return completed(project, Edit(label, cells)) if cells else Edit("")


def set_parameter(
    project: Project, slides: Iterable[str], name: str, text: str
) -> Edit:
    """The edit that gives slides a recipe parameter of their own.

    The column ``recipe.<name>`` is added where the manifest has none.

    Parameters
    ----------
    project : Project
        The project.
    slides : iterable of str
        Slide ids.
    name : str
        ``tiling.KEY``, ``output.KEY`` or ``TRANSFORM.KEY``; with the name of a recipe
        before it for that recipe only, as in ``tissue_tiles.tiling.min_tissue``.
    text : str
        The value as it would stand in the recipe; empty takes it back.

    Raises
    ------
    TableError
        No such slide, or a name that is none.
    """
    if not _SETTING.fullmatch(name) or name.endswith("output.name"):
        raise TableError(
            f"{name!r} is no parameter that a slide can have for itself.",
            "Such are tiling.min_tissue, output.compression, "
            "TissueDetectionHE.threshold.",
        )
    column = f"{PREFIX}{name}"
    cells = _cells(project, slides, column, text.strip())
    if not cells:
        return Edit("")
    columns: tuple[ColumnChange, ...] = ()
    if not project.manifest.has_column(column):
        told = f"{name} of single slides, in place of the recipe's"
        change = project.manifest.new_column(Column(column, description=told))
        columns = (change,)
    word = f"Set {name}" if text.strip() else f"Clear {name}"
    return Edit(f"{word} of {_count(cells)}", cells, columns=columns)


def set_objective(project: Project, slides: Iterable[str], text: str) -> Edit:
    """The edit that gives slides an objective power; an empty text takes it back.

    Raises
    ------
    TableError
        No such slide, or a power that no objective has.
    """
    try:
        power = float(text) if text else 1.0
    except ValueError:
        power = math.nan
    if not 0.1 <= power <= 200:
        raise TableError(f"{text} is no objective power.", "Slides have 2.5 to 100.")
    cells = _cells(project, slides, "magnification", text)
    return Edit(f"Set objective of {_count(cells)}", cells) if cells else Edit("")


def shared_overrides(project: Project, slides: Iterable[str]) -> dict[str, str | None]:
    """What slides have for themselves, by parameter; None where they differ.

    ``mpp`` and ``magnification`` are there in any case, as they count now; an empty
    text is that of a slide without the parameter. TableError if a slide is not there.
    """
    found: list[dict[str, str]] = []
    for slide_id in slides:
        row = project.manifest.row(slide_row(project, slide_id))
        own = {
            name.removeprefix(PREFIX): text.strip()
            for name, text in row.items()
            if name.startswith(PREFIX)
        }
        found.append({k: row[k] for k in ("mpp", "magnification")} | own)
    texts = {name: {row[name] for row in found} for name in (found[0] if found else ())}
    shared = {n: t.pop() if len(t) == 1 else None for n, t in texts.items()}
    kept = ("mpp", "magnification")
    return {n: text for n, text in shared.items() if text != "" or n in kept}


def _cells(
    project: Project, slides: Iterable[str], column: str, text: str
) -> tuple[Cell, ...]:
    manifest = project.manifest
    has = manifest.has_column(column)
    cells = []
    for slide_id in slides:
        row = slide_row(project, slide_id)
        old = manifest.text(row, column) if has else ""
        if old != text:
            cells.append(Cell("manifest", row, column, old, text))
    return tuple(cells)


def slide_row(project: Project, slide_id: str) -> int:
    """Row of a slide in the manifest; TableError if there is none."""
    row = project.manifest.find(slide_id)
    if row is None:
        raise TableError(f"There is no slide {slide_id} in the manifest.")
    return row


def _count(cells: tuple[Cell, ...]) -> str:
    return "1 slide" if len(cells) == 1 else f"{len(cells):,} slides"
