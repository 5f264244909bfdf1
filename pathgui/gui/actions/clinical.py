"""Actions of the Clinical menu."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import Action, can_change, has_project

ACTIONS = (
    Action("clinical.join", "Join report", "ph.link", ("Ctrl+L, J",), lambda w: w.views.show_tab("clinical"), reason=has_project),
    Action("clinical.schema", "Schema…", "ph.sliders-horizontal", ("Ctrl+L, S",), lambda w: w.clinical.schema(*w.tables.column()), reason=can_change),
)  # fmt: skip
