"""What the viewer needs from the window it lives in, and nothing more."""

from collections.abc import Iterable
from typing import Any, Protocol

from pathgui.gui.style.theme import Theme
from pathgui.project import Project


class ViewerHost(Protocol):
    """The session as far as the viewer uses it."""

    theme: Theme
    project: Project | None
    changed: Any

    def select(self, slide_ids: Iterable[str]) -> None:
        """Make slides the ones that all panels speak about."""
        ...

    def field(self, slide_id: str, column: str) -> str:
        """Text of a manifest cell; empty where there is none."""
        ...


def slide_order(project: Project | None) -> list[str]:
    """Slides as the manifest lists them."""
    if project is None:
        return []
    table = project.manifest
    return [table.text(row, "slide_id") for row in table.row_ids]
