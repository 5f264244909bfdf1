"""Actions of the Run menu; most have their keys in the Runs panel."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import (
    Action,
    Window,
    can_change,
    can_run,
    has_runs,
    has_slides,
    run_live,
)


def _failed(window: Window) -> str:
    run = window.run_desk.chosen()
    if run is None or not run.failed:
        return can_run(window) or "No slide of this run failed"
    return can_run(window)


def _bad_slide(window: Window) -> str:
    slide = window.run_desk.chosen_slide()
    bad = slide is not None and slide.state in ("failed", "quarantined")
    return can_run(window) or ("" if bad else "Choose a slide that failed")


def _waiting(window: Window) -> str:
    slide = window.run_desk.slide_meant()
    reason = run_live(window) or ("" if slide else "Choose a slide first")
    return reason or ("" if window.runs.waits(slide) else "This slide does not wait")


def _unfinished(window: Window) -> str:
    slide = window.run_desk.slide_meant()
    reason = run_live(window) or ("" if slide else "Choose a slide first")
    live = window.runs.live
    if reason or live is None:
        return reason
    running = slide in live.slides and live.slides[slide].state == "running"
    waits = running or window.runs.waits(slide)
    return "" if waits else "This slide is through"


def _page(window: Window) -> str:
    there = bool(window.runs.dashboard)
    return run_live(window) or ("" if there else "The workers are not up yet")


def _over(window: Window) -> str:
    run = window.run_desk.chosen()
    reason = has_runs(window)
    return reason or ("" if run and not run.live else "Once the run is over")


ACTIONS = (
    Action("run.run", "Run…", "ph.play-fill", ("F5",), lambda w: w.run_desk.ask(), reason=can_run),
    Action("run.again", "Run again", "ph.repeat", ("Shift+F5",), lambda w: w.run_desk.again(), reason=lambda w: has_runs(w) or can_run(w)),
    Action("run.preview", "Preview recipe", "ph.lightning", ("Ctrl+F5",), lambda w: w.views.preview_recipe(), reason=has_slides),
    Action("run.pause", "Pause or resume", "ph.pause", ("P",), lambda w: w.run_desk.pause(), "runs", run_live),
    Action("run.cancel", "Cancel run…", "ph.stop-circle", ("Del",), lambda w: w.run_desk.ask_cancel(), "runs", run_live),
    Action("run.cancel_slide", "Cancel slide", "ph.x", ("Shift+Del",), lambda w: w.run_desk.cancel_slide(), "runs", _unfinished),
    Action("run.retry_failed", "Retry failed", "ph.arrow-clockwise", ("R",), lambda w: w.run_desk.retry_failed(), "runs", _failed),
    Action("run.retry", "Retry slide", "ph.arrow-clockwise", ("Shift+R",), lambda w: w.run_desk.retry_slide(), "runs", _bad_slide),
    Action("run.first", "Prioritise slide", "ph.arrow-up", ("Ctrl+Up",), lambda w: w.run_desk.put_first(), "runs", _waiting),
    Action("run.log", "Log of the run", "ph.article", ("L",), lambda w: w.views.show_run_log(), "runs", has_runs),
    Action("run.status_page", "Status of the workers", "ph.users-three", ("W",), lambda w: w.run_desk.show_status_page(), "runs", _page),
    Action("run.array", "Write job array…", "ph.stack", ("Ctrl+L, W",), lambda w: w.clusters.ask_array(), reason=has_slides),
    Action("run.sync", "Sync", "ph.arrows-clockwise", ("Ctrl+L, Y",), lambda w: w.clusters.sync(), reason=can_change),
    Action("run.report", "Report of the run", "ph.file-text", ("Shift+O",), lambda w: w.run_desk.show_report(), "runs", _over),
    Action("run.show_output", "Show output", "ph.folder-simple", ("O",), lambda w: w.run_desk.show_output(), "runs", has_runs),
    Action("run.copy_command", "Copy command", "ph.terminal", ("Ctrl+Shift+C",), lambda w: w.run_desk.copy_command(), "runs", has_runs),
)  # fmt: skip
