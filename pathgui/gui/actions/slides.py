"""Actions of the Slides and Review menus."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import (
    Action,
    can_change,
    can_change_selection,
    has_selection,
    has_slides,
)

ACTIONS = (
    Action("slides.add", "Add slides…", "ph.plus-circle", ("Ctrl+Shift+A",), lambda w: w.slides.ask_add(), reason=can_change),
    Action("slides.open_in_viewer", "Open in viewer", "mdi6.microscope", ("Ctrl+Shift+O",), lambda w: w.slides.open_in_viewer(), reason=has_selection),
    Action("slides.show_file", "Show file", "ph.folder-simple", ("Ctrl+L, O",), lambda w: w.slides.show_file(), reason=has_selection),
    Action("slides.rescan", "Rescan folders", "ph.arrows-clockwise", ("Ctrl+Shift+R",), lambda w: w.files.rescan(), reason=can_change),
    Action("slides.relink", "Relink missing…", "ph.link", ("Ctrl+Shift+K",), lambda w: w.files.ask_relink(), reason=can_change),
    Action("slides.fill", "Fill from files", "ph.magic-wand", ("Ctrl+L, 3",), lambda w: w.files.fill(), reason=can_change),
    Action("slides.overrides", "Edit overrides…", "ph.sliders", ("Ctrl+L, E",), lambda w: w.files.ask_overrides(), reason=can_change_selection),
    Action("slides.new_cohort", "New cohort…", "ph.stack-simple", ("Ctrl+L, N",), lambda w: w.files.ask_cohort(new=True), reason=can_change_selection),
    Action("slides.move", "Move to cohort…", "ph.stack", ("Ctrl+L, M",), lambda w: w.files.ask_cohort(), reason=can_change_selection),
    Action("review.start", "Review…", "ph.eye", ("F7",), lambda w: w.reviews.start(), reason=has_slides),
    Action("review.pass", "Pass", "ph.check-bold", ("1",), lambda w: w.reviews.decide("pass"), "review", has_selection),
    Action("review.flag", "Flag", "ph.flag-fill", ("2",), lambda w: w.reviews.decide("flag"), "review", has_selection),
    Action("review.exclude", "Exclude", "ph.prohibit-bold", ("3",), lambda w: w.reviews.decide("exclude"), "review", has_selection),
    Action("review.clear", "Clear decision", "ph.minus", ("4",), lambda w: w.reviews.decide(""), "review", has_selection),
    Action("review.note", "Reason and note…", "ph.note", ("N",), lambda w: w.reviews.ask_note(), "review", has_selection),
    Action("review.next", "Next unreviewed", "ph.arrow-right", ("J",), lambda w: w.reviews.next_unreviewed(), "review", has_slides),
)  # fmt: skip
