"""How much of what people changed is not on disk yet."""

from pathgui.project import Project


def unsaved_changes(project: Project) -> int:
    """Cells, rows and settings that are not saved; computed cells do not count."""
    count = project.unsaved_settings
    for table in (project.manifest, project.clinical):
        computed = {column.name for column in table.columns if column.computed}
        own = sum(name not in computed for _, name in table.store.base_cells)
        count += own + len(table.store.base_added) + len(table.store.base_removed)
    return count
