"""What a person's edit of the manifest brings with it."""

from dataclasses import replace

from pathgui.project import Cell, Edit, Project

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
