"""How the columns of an older state of a table were defined."""

import contextlib
from pathlib import Path

from pathgui.errors import ProjectError
from pathgui.project.config import ProjectConfig
from pathgui.project.schema import Column
from pathgui.project.table import Table
from pathgui.project.versions import Version, columns_gone_since


def defined_at(
    config: ProjectConfig, table: Table, path: Path, version: Version
) -> ProjectConfig:
    """Settings with the definitions of columns that have gone since a version."""
    defined = dict(config.columns.get(table.name, {}))
    for told in columns_gone_since(path, version):
        with contextlib.suppress(ProjectError):  # of another program
            column = Column.from_dict(told)
            if not table.has_column(column.name):
                defined.setdefault(column.name, column)
    return config.with_columns(table.name, defined)
