"""How much of what people changed is not on disk yet."""

from collections import Counter
from operator import itemgetter

from pathgui.project import Project


def unsaved_changes(project: Project) -> int:
    """Cells, rows and settings that are not saved; computed cells do not count."""
    count = project.unsaved_settings
    for table in (project.manifest, project.clinical):
        computed = {column.name for column in table.columns if column.computed}
        names = Counter(map(itemgetter(1), table.store.base_cells))
        own = sum(cells for name, cells in names.items() if name not in computed)
        count += own + len(table.store.base_added) + len(table.store.base_removed)
    return count
