"""Actions of the Slides, Run and Review menus."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import (
    Action,
    Window,
    can_run,
    has_project,
    has_runs,
    has_selection,
    has_slides,
    run_live,
)


def _failed(window: Window) -> str:
    run = window.run_desk.chosen()
    if run is None or not run.failed:
        return can_run(window) or "No slide of this run failed"
    return can_run(window)


ACTIONS = (
    Action("slides.add", "Add slides…", "ph.plus-circle", ("Ctrl+Shift+A",), lambda w: w.slides.ask_add(), reason=has_project),
    Action("slides.open_in_viewer", "Open in viewer", "mdi6.microscope", ("Ctrl+Shift+O",), lambda w: w.slides.open_in_viewer(), reason=has_selection),
    Action("slides.show_file", "Show file", "ph.folder-simple", ("Ctrl+L, O",), lambda w: w.slides.show_file(), reason=has_selection),
    Action("slides.move", "Move to cohort…", "ph.stack", ("Ctrl+L, M",), lambda w: w.slides.ask_cohort(), reason=has_selection),
    Action("run.run", "Run…", "ph.play-fill", ("F5",), lambda w: w.run_desk.ask(), reason=can_run),
    Action("run.again", "Run again", "ph.repeat", ("Shift+F5",), lambda w: w.run_desk.again(), reason=lambda w: has_runs(w) or can_run(w)),
    Action("run.pause", "Pause or resume", "ph.pause", ("P",), lambda w: w.run_desk.pause(), "runs", run_live),
    Action("run.cancel", "Cancel run…", "ph.stop-circle", ("Del",), lambda w: w.run_desk.ask_cancel(), "runs", run_live),
    Action("run.retry_failed", "Retry failed", "ph.arrow-clockwise", ("R",), lambda w: w.run_desk.retry_failed(), "runs", _failed),
    Action("run.show_output", "Show output", "ph.folder-simple", ("O",), lambda w: w.run_desk.show_output(), "runs", has_runs),
    Action("run.copy_command", "Copy command", "ph.terminal", ("Ctrl+Shift+C",), lambda w: w.run_desk.copy_command(), "runs", has_runs),
    Action("review.start", "Review…", "ph.eye", ("F7",), lambda w: w.reviews.start(), reason=has_slides),
    Action("review.pass", "Pass", "ph.check-bold", ("1",), lambda w: w.reviews.decide("pass"), "review", has_selection),
    Action("review.flag", "Flag", "ph.flag-fill", ("2",), lambda w: w.reviews.decide("flag"), "review", has_selection),
    Action("review.exclude", "Exclude", "ph.prohibit-bold", ("3",), lambda w: w.reviews.decide("exclude"), "review", has_selection),
    Action("review.clear", "Clear decision", "ph.minus", ("4",), lambda w: w.reviews.decide(""), "review", has_selection),
    Action("review.note", "Reason and note…", "ph.note", ("N",), lambda w: w.reviews.ask_note(), "review", has_selection),
    Action("review.next", "Next unreviewed", "ph.arrow-right", ("J",), lambda w: w.reviews.next_unreviewed(), "review", has_slides),
)  # fmt: skip
