"""Make an empty project."""

from pathlib import Path

from pathgui.project import Project
from pathgui.settings import resource


def new_project(root: Path, name: str = "") -> Path:
    """Make a project folder with empty tables and the bundled recipes.

    Parameters
    ----------
    root : Path
        Folder to make; may exist if it is empty.
    name : str
        Name for people; that of the folder if empty.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    ProjectError
        If there is a project already, or files that are none of ours.
    """
    with Project.create(root, name) as project:
        add_recipes(project)
        return project.root


def add_recipes(project: Project) -> list[Path]:
    """Copy the bundled recipes that the project does not have yet."""
    added = []
    for source in sorted(resource("pipelines").glob("*.toml")):
        target = project.folder("pipelines") / source.name
        if not target.exists():
            target.write_bytes(source.read_bytes())
            added.append(target)
    return added
