"""An action is data: its key, words, icon, shortcut, scope and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pathgui.gui.desks.clinical import ClinicalDesk
from pathgui.gui.desks.clusters import ClusterDesk
from pathgui.gui.desks.desk import Preferences
from pathgui.gui.desks.exports import ExportDesk
from pathgui.gui.desks.files import FileDesk
from pathgui.gui.desks.gallery import GalleryDesk
from pathgui.gui.desks.imports import ImportDesk
from pathgui.gui.desks.projects import ProjectDesk
from pathgui.gui.desks.reviews import ReviewDesk
from pathgui.gui.desks.runs import RunDesk
from pathgui.gui.desks.safety import SafetyDesk
from pathgui.gui.desks.slides import SlideDesk
from pathgui.gui.desks.tables import TableDesk
from pathgui.gui.desks.tools import ToolDesk
from pathgui.gui.desks.views import ViewDesk
from pathgui.gui.review.room import ReviewRoom
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs


class Window(Protocol):
    """What actions may reach: the session and the desks that do the work."""

    session: Session
    preferences: Preferences
    runs: Runs
    projects: ProjectDesk
    slides: SlideDesk
    tables: TableDesk
    reviews: ReviewDesk
    run_desk: RunDesk
    clusters: ClusterDesk
    views: ViewDesk
    tools: ToolDesk
    gallery: GalleryDesk
    review_room: ReviewRoom
    safety: SafetyDesk
    files: FileDesk
    exports: ExportDesk
    imports: ImportDesk
    clinical: ClinicalDesk

    def quit(self) -> None:
        """Close the window, and the program with it."""
        ...


Run = Callable[[Window], None]
Reason = Callable[[Window], str]
Checked = Callable[[Window], bool]


def always(_window: Window) -> str:
    """Nothing is in the way."""
    return ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the window can do.

    Attributes
    ----------
    key : str
        Name for menus, buttons and tests, such as ``slides.add``.
    text : str
        Verb first; ends in ``…`` if a question follows.
    icon : str
        Name of the icon.
    shortcut : tuple of str
        Keys; the first is shown. Never two actions of a scope on one key.
    run : callable
        Does it.
    scope : str
        ``window`` (always), ``reviewing`` (while a review is on), or ``table``,
        ``gallery``, ``review``, ``runs`` and ``viewer`` (while one of their panels has
        the focus).
    reason : callable
        Why it cannot be done now; empty if it can.
    checked : callable, optional
        For actions that are on or off.
    """

    key: str
    text: str
    icon: str
    shortcut: tuple[str, ...]
    run: Run
    scope: str = "window"
    reason: Reason = always
    checked: Checked | None = None


def has_project(window: Window) -> str:
    """A project must be open."""
    return "" if window.session.project is not None else "Open a project first"


def can_change(window: Window) -> str:
    """A project must be open for writing."""
    project = window.session.project
    if project is None:
        return has_project(window)
    if not project.writable:
        return "This window only reads the project"
    return window.session.bulk.reason


def can_import(window: Window) -> str:
    """No project (one is made then), or one that can be changed."""
    return "" if window.session.project is None else can_change(window)


def has_slides(window: Window) -> str:
    """The project must hold slides."""
    project = window.session.project
    if project is None:
        return has_project(window)
    return "" if len(project.manifest) else "Add slides first"


def has_rows(window: Window) -> str:
    """The project must hold slides or clinical rows."""
    project = window.session.project
    if project is not None and len(project.clinical):
        return ""
    return has_slides(window)


def has_selection(window: Window) -> str:
    """Slides must be selected."""
    chosen = window.session.selection
    return "" if chosen else has_project(window) or "Choose a slide first"


def can_change_selection(window: Window) -> str:
    """Slides must be selected in a project that can be changed."""
    return can_change(window) or has_selection(window)


def one_slide(window: Window) -> str:
    """At least one slide must be selected; the first one counts."""
    return has_selection(window)


def in_table(window: Window) -> str:
    """A table must be on screen."""
    shown = window.tables.view is not None
    return has_project(window) or ("" if shown else "Show a table first")


def in_open_table(window: Window) -> str:
    """A table must be on screen, in a project that can be changed."""
    return in_table(window) or can_change(window)


def own_column(window: Window) -> str:
    """A column that people added must be current, and open to changes."""
    return in_open_table(window) or window.tables.why_it_stays()


def in_cell(window: Window) -> str:
    """A cell of a table must be current."""
    there = window.tables.place() is not None
    return in_table(window) or ("" if there else "Choose a cell first")


def run_live(window: Window) -> str:
    """A run must be under way."""
    return "" if window.runs.live is not None else "No run is under way"


def can_run(window: Window) -> str:
    """There must be slides, and no run under way."""
    if window.runs.live is not None:
        return "A run is under way; one goes at a time"
    return has_slides(window) or can_change(window)


def has_runs(window: Window) -> str:
    """There must be a run to speak of."""
    return has_project(window) or ("" if window.runs.all else "There is no run yet")


def can_undo(window: Window) -> str:
    """There must be an edit to undo."""
    there = window.session.undo_stack.canUndo()
    return window.session.bulk.reason or ("" if there else "There is nothing to undo")


def can_redo(window: Window) -> str:
    """There must be an undone edit."""
    there = window.session.undo_stack.canRedo()
    return window.session.bulk.reason or ("" if there else "There is nothing to redo")
