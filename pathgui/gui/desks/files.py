"""Slide files and rows: rescan, relink, fill, values of single slides, cohorts."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QWidget

from pathgui.errors import PathguiError, SlideError
from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.cohort import CohortDialog
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.dialogs.overrides import OverridesDialog
from pathgui.gui.dialogs.preview import PreviewDialog
from pathgui.gui.dialogs.relink import RelinkDialog
from pathgui.gui.dialogs.rescan import RescanChoice, RescanDialog
from pathgui.gui.session import Session
from pathgui.project import Edit, Project
from pathgui.workflows.autofill import Autofill, autofill
from pathgui.workflows.overrides import (
    set_mpp,
    set_objective,
    set_parameter,
    shared_overrides,
)
from pathgui.workflows.recipe_parameters import recipe_parameters
from pathgui.workflows.relink import relink, rescan_edit
from pathgui.workflows.rescan import Rescan, rescan

ANYWAY = "Link it anyway"


class FileDesk(Desk):
    """What the Slides menu does to where slides are and what they say.

    Attributes
    ----------
    add, move : callable
        Asks to add these files; puts the selected slides into a cohort.
    """

    add: Callable[[tuple[Path, ...]], None]
    move: Callable[[str], None]

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(session, widget, preferences)
        self.add = lambda _paths: None
        self.move = lambda _cohort: None

    def rescan(self) -> None:
        """Look through the folders of the slides, in the background."""
        project = self.session.project
        if project is None:
            return
        self.work(
            "Looking for slides",
            lambda progress, asked: rescan(project, None, progress, asked),
            self._scanned,
        )

    def _scanned(self, found: Rescan) -> None:
        bad = found.problems or {}
        counts = (found.new, found.missing, found.moved, found.back, found.changed)
        if not any(counts) and not bad:
            self.session.told.emit("Every slide is where it was", "ok")
            return
        dialog = RescanDialog(self.session.theme, found, self.widget)
        dialog.chosen.connect(lambda choice: self._accept(found, choice))
        self.show_dialog(dialog)

    def _accept(self, found: Rescan, choice: RescanChoice) -> None:
        project = self.session.project
        if project is None:
            return
        try:
            edit = rescan_edit(
                project, found, moved=choice.moved, mark_missing=choice.mark_missing
            )
        except PathguiError as error:  # a slide that is gone since
            self.session.trouble.emit(error)
            return
        if edit:
            self.session.edit(edit)
        if choice.new:
            self.add(choice.new)

    def ask_relink(self) -> None:
        """Show slides whose files are not there, and find them."""
        project = self.session.project
        if project is None:
            return
        self.work(
            "Looking for slides",
            lambda _progress, _asked: _lost(project),
            self._ask_relink,
        )

    def _ask_relink(self, lost: list[str]) -> None:
        project = self.session.project
        if project is None:
            return
        if not lost:
            self.session.told.emit("Every slide is where the manifest says", "ok")
            return
        dialog = RelinkDialog(
            self.session.theme, project, self.session.background, lost, self.widget
        )
        dialog.chosen.connect(self.relink)
        self.show_dialog(dialog)

    def relink(self, moves: Mapping[str, Path], *, anyway: bool = False) -> None:
        """Point slides at other files once their content is known to be theirs."""
        project = self.session.project
        if project is None:
            return
        task = self.session.background.start(
            "Comparing content",
            lambda _progress, _asked: relink(project, moves, anyway=anyway),
        )
        task.done.connect(self._edit)
        task.failed.connect(lambda error: self._not_the_same(error, moves))

    def _not_the_same(self, error: Exception, moves: Mapping[str, Path]) -> None:
        if not isinstance(error, SlideError):
            self.session.trouble.emit(error)
            return
        dialog = ErrorDialog(self.session.theme, error, self.widget, choices=(ANYWAY,))
        dialog.picked.connect(lambda _choice: self.relink(moves, anyway=True))
        self.show_dialog(dialog)

    def _edit(self, edit: Edit) -> None:
        if edit and self.session.project is not None:
            self.session.edit(edit)

    def fill(self) -> None:
        """Fill empty cells of the manifest from what the files say."""
        project, chosen = self.session.project, self.session.selection
        if project is None:
            return
        self.work(
            "Reading slides",
            lambda progress, asked: autofill(
                project, chosen or None, progress=progress, cancelled=asked
            ),
            self._filled,
        )

    def _filled(self, found: Autofill) -> None:
        project = self.session.project
        if project is None:
            return
        for slide, why in list(found.problems.items())[:3]:
            self.session.told.emit(f"{slide}: {why}", "warning")
        if not found.edit:
            self.session.told.emit("Nothing is left to fill from the files", "note")
            return
        dialog = PreviewDialog(
            self.session.theme,
            found.edit,
            project.manifest,
            found.edit.label,
            self.widget,
        )
        dialog.chosen.connect(self.session.edit)
        self.show_dialog(dialog)

    def ask_overrides(self) -> None:
        """Ask for values that the selected slides have for themselves."""
        project, chosen = self.session.project, self.session.selection
        if project is None or not chosen:
            return
        dialog = OverridesDialog(
            self.session.theme,
            chosen,
            shared_overrides(project, chosen),
            recipe_parameters(project),
            self.widget,
        )
        dialog.chosen.connect(self.override)
        self.show_dialog(dialog)

    def override(self, changes: Mapping[str, str]) -> None:
        """Give the selected slides values of their own, as one undo step."""
        project, chosen = self.session.project, self.session.selection
        if project is None:
            return
        try:
            edits = [_override(project, chosen, *item) for item in changes.items()]
        except PathguiError as error:
            self.session.trouble.emit(error)
            return
        edits = [edit for edit in edits if edit]
        if edits:
            self.session.edit(_together(edits, chosen))

    def ask_cohort(self, *, new: bool = False) -> None:
        """Ask which cohort the selected slides move to."""
        project, chosen = self.session.project, self.session.selection
        if project is None or not chosen:
            return
        dialog = CohortDialog(self.session.theme, project, chosen, self.widget, new=new)
        dialog.chosen.connect(self.move)
        self.show_dialog(dialog)


def _lost(project: Project) -> list[str]:
    """Slides whose files are not there."""
    manifest, found = project.manifest, []
    for row in manifest.row_ids:
        try:
            there = project.row_path(row).exists()
        except PathguiError:
            there = False
        if not there:
            found.append(manifest.text(row, "slide_id"))
    return found


def _override(project: Project, slides: tuple[str, ...], name: str, text: str) -> Edit:
    plain = text.replace(",", ".")
    if name == "mpp":
        return set_mpp(project, slides, float(plain) if plain else None)
    if name == "magnification":
        return set_objective(project, slides, plain)
    return set_parameter(project, slides, name, text)


def _together(edits: list[Edit], slides: tuple[str, ...]) -> Edit:
    if len(edits) == 1:
        return edits[0]
    what = slides[0] if len(slides) == 1 else f"{len(slides):,} slides"
    return Edit(
        f"Edit overrides of {what}",
        tuple(cell for edit in edits for cell in edit.cells),
        columns=tuple(change for edit in edits for change in edit.columns),
    )
