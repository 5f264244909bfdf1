"""Actions of the View, Tools and Help menus."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import (
    Action,
    Window,
    can_change,
    has_project,
    has_rows,
    has_slides,
    in_table,
)


def can_save_view(window: Window) -> str:
    """A filter must be in force."""
    page = window.tables.page
    filtered = page is not None and page.proxy.filtered
    free = in_table(window) or can_change(window)
    return free or ("" if filtered else "Filter the table first")


def _problems(window: Window) -> str:
    there = window.views.bottom.problems.problems
    return has_project(window) or ("" if there else "There are no problems")


ACTIONS = (
    Action("view.slides", "Slides", "ph.table", ("Ctrl+1",), lambda w: w.views.show_tab("slides"), reason=has_project, checked=lambda w: w.views.shows("slides")),
    Action("view.clinical", "Clinical", "ph.clipboard-text", ("Ctrl+2",), lambda w: w.views.show_tab("clinical"), reason=has_project, checked=lambda w: w.views.shows("clinical")),
    Action("view.gallery", "Gallery", "ph.squares-four", ("Ctrl+3",), lambda w: w.views.show_tab("gallery"), reason=has_project, checked=lambda w: w.views.shows("gallery")),
    Action("view.viewer", "Viewer", "mdi6.microscope", ("Ctrl+4",), lambda w: w.views.show_tab("viewer"), reason=has_project, checked=lambda w: w.views.shows("viewer")),
    Action("view.tree", "Project tree", "ph.tree-structure", ("Ctrl+B",), lambda w: w.views.toggle("tree"), reason=has_project, checked=lambda w: w.views.open("tree")),
    Action("view.inspector", "Inspector", "ph.info", ("Ctrl+Shift+I",), lambda w: w.views.toggle("inspector"), reason=has_project, checked=lambda w: w.views.open("inspector")),
    Action("view.bottom", "Bottom panel", "ph.rows", ("Ctrl+J",), lambda w: w.views.toggle("bottom"), reason=has_project, checked=lambda w: w.views.open("bottom")),
    Action("view.problems", "Problems", "ph.warning", ("Ctrl+Shift+M",), lambda w: w.views.show_bottom("problems"), reason=has_project),
    Action("view.runs", "Runs", "ph.play-circle", ("Ctrl+Shift+J",), lambda w: w.views.show_bottom("runs"), reason=has_project),
    Action("view.log", "Log", "ph.article", ("Ctrl+Shift+G",), lambda w: w.views.show_bottom("log"), reason=has_project),
    Action("view.history", "History", "ph.clock-counter-clockwise", ("Ctrl+Shift+H",), lambda w: w.views.show_bottom("history"), reason=has_project),
    Action("view.chart", "Chart", "ph.chart-bar", ("Ctrl+L, C",), lambda w: w.views.chart(), reason=has_rows),
    Action("view.notices", "Notices", "ph.bell", ("Ctrl+L, 6",), lambda w: w.views.show_notices()),
    Action("view.next_problem", "Next problem", "ph.caret-down", ("F8",), lambda w: w.views.step_problem(1), reason=_problems),
    Action("view.previous_problem", "Previous problem", "ph.caret-up", ("Shift+F8",), lambda w: w.views.step_problem(-1), reason=_problems),
    Action("view.fix", "Apply fix", "ph.wrench", ("Alt+Return", "Ctrl+."), lambda w: w.views.fix_problem(), reason=_problems),
    Action("view.filter_row", "Filter row", "ph.funnel", ("Ctrl+Shift+L",), lambda w: w.views.toggle_filter_row(), reason=in_table, checked=lambda w: w.views.filter_row_shown()),
    Action("view.expression", "Filter by an expression", "ph.funnel-simple", ("Ctrl+Shift+F",), lambda w: w.tables.start_expression(), reason=in_table),
    Action("view.save_view", "Save view…", "ph.bookmark-simple", ("Ctrl+Shift+S",), lambda w: w.tables.save_view(), reason=can_save_view),
    Action("view.freeze", "Freeze columns up to here", "ph.push-pin", ("Ctrl+L, .",), lambda w: w.tables.freeze(), reason=in_table),
    Action("view.columns", "Columns…", "ph.columns", ("Ctrl+Shift+X",), lambda w: w.tables.choose_columns(), reason=in_table),
    Action("view.layers", "Layers", "ph.stack", ("Ctrl+L, L",), lambda w: w.views.show_layers(), reason=has_slides),
    Action("view.theme", "Light or dark", "ph.moon", ("Ctrl+Shift+T",), lambda w: w.views.toggle_theme()),
    Action("view.theme_system", "Follow the system's theme", "ph.monitor", ("Ctrl+L, 1",), lambda w: w.views.set_theme("system"), checked=lambda w: w.session.theme.mode == "system"),
    Action("view.reset", "Reset layout", "ph.layout", ("Ctrl+L, 0",), lambda w: w.views.reset()),
    Action("view.full_screen", "Full screen", "ph.corners-out", ("F11",), lambda w: w.views.full_screen(), checked=lambda w: w.views.is_full_screen()),
    Action("view.next_panel", "Next panel", "ph.arrow-right", ("F6",), lambda w: w.views.step_focus(1)),
    Action("view.previous_panel", "Previous panel", "ph.arrow-left", ("Shift+F6",), lambda w: w.views.step_focus(-1)),
    Action("view.back", "Selection back", "ph.arrow-left", ("Alt+Left",), lambda w: w.views.step_selection(-1), reason=has_project),
    Action("view.forward", "Selection forward", "ph.arrow-right", ("Alt+Right",), lambda w: w.views.step_selection(1), reason=has_project),
    Action("tools.verify", "Verify…", "ph.shield-check", ("F9",), lambda w: w.tools.verify(), reason=has_slides),
    Action("tools.checksums", "Record checksums", "ph.fingerprint", ("Ctrl+Shift+F9",), lambda w: w.tools.record_checksums(), reason=has_slides),
    Action("tools.doctor", "Check this computer", "ph.gauge", ("Ctrl+L, Z",), lambda w: w.tools.doctor()),
    Action("help.guide", "User guide", "ph.book-open", ("F1",), lambda w: w.tools.guide()),
    Action("help.what", "What is this?", "ph.question", ("Shift+F1",), lambda w: w.tools.what_is_this()),
    Action("help.keys", "Keyboard map", "ph.question", ("Ctrl+F1",), lambda w: w.tools.keyboard_map()),
    Action("help.log", "Show log", "ph.article", ("Ctrl+L, 2",), lambda w: w.tools.show_log()),
    Action("help.about", "About pathgui", "ph.info", ("Ctrl+Shift+F1",), lambda w: w.tools.about()),
)  # fmt: skip
