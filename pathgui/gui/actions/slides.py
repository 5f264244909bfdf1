"""Actions of the Slides menu."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import (
    Action,
    can_change,
    can_change_selection,
    can_import,
    has_project,
    has_selection,
)

ACTIONS = (
    Action("slides.add", "Add slides…", "ph.plus-circle", ("Ctrl+Shift+A",), lambda w: w.slides.ask_add(), reason=can_change),
    Action("slides.import", "Import manifest…", "ph.download-simple", ("Ctrl+L, 5",), lambda w: w.imports.import_table(into="manifest"), reason=can_import),
    Action("slides.open_in_viewer", "Open in viewer", "mdi6.microscope", ("Ctrl+Shift+O",), lambda w: w.slides.open_in_viewer(), reason=has_selection),
    Action("slides.show_file", "Show file", "ph.folder-simple", ("Ctrl+L, O",), lambda w: w.slides.show_file(), reason=has_selection),
    Action("slides.rescan", "Rescan folders", "ph.arrows-clockwise", ("Ctrl+Shift+R",), lambda w: w.files.rescan(), reason=can_change),
    Action("slides.relink", "Relink missing…", "ph.link", ("Ctrl+Shift+K",), lambda w: w.files.ask_relink(), reason=can_change),
    Action("slides.fill", "Fill from files", "ph.magic-wand", ("Ctrl+L, 3",), lambda w: w.files.fill(), reason=can_change),
    Action("slides.overrides", "Edit overrides…", "ph.sliders", ("Ctrl+L, E",), lambda w: w.files.ask_overrides(), reason=can_change_selection),
    Action("slides.export_annotations", "Export annotations for QuPath…", "ph.export", ("Ctrl+L, 4",), lambda w: w.exports.ask_annotations(), reason=has_project),
    Action("slides.new_cohort", "New cohort…", "ph.stack-simple", ("Ctrl+L, N",), lambda w: w.files.ask_cohort(new=True), reason=can_change_selection),
    Action("slides.move", "Move to cohort…", "ph.stack", ("Ctrl+L, M",), lambda w: w.files.ask_cohort(), reason=can_change_selection),
)  # fmt: skip
