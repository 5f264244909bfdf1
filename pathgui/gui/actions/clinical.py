"""Actions of the Clinical menu."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import Action, Window, can_change, has_project


def _has_clinical(window: Window) -> str:
    project = window.session.project
    if project is None:
        return has_project(window)
    return "" if len(project.clinical) else "Import a clinical table first"


def _near_misses(window: Window) -> str:
    there = window.views.join_panel().ticked()
    return can_change(window) or ("" if there else "No near miss is ticked")


ACTIONS = (
    Action("clinical.join", "Join report", "ph.link", ("Ctrl+L, J",), lambda w: w.views.show_tab("clinical"), reason=has_project),
    Action("clinical.key", "Change key…", "ph.key", ("Ctrl+L, K",), lambda w: w.clinical.ask_key(), reason=can_change),
    Action("clinical.rule", "Slide to patient rule…", "ph.user", ("Ctrl+L, R",), lambda w: w.clinical.ask_rule(), reason=can_change),
    Action("clinical.accept", "Accept near misses…", "ph.check", ("Ctrl+L, A",), lambda w: w.views.join_panel().accept_near_misses(), reason=_near_misses),
    Action("clinical.export_join", "Export join report…", "ph.export", ("Ctrl+Shift+E",), lambda w: w.clinical.ask_export(), reason=_has_clinical),
    Action("clinical.deidentified", "De-identified export…", "ph.fingerprint", ("Ctrl+L, D",), lambda w: w.exports.ask(deidentified=True), reason=has_project),
    Action("clinical.schema", "Schema…", "ph.sliders-horizontal", ("Ctrl+L, S",), lambda w: w.clinical.schema(*w.tables.column()), reason=can_change),
)  # fmt: skip
