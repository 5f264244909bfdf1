"""All actions by key."""

from pathgui.gui.actions import clinical, gallery, project, slides, view
from pathgui.gui.actions.action import Action

ACTIONS: dict[str, Action] = {
    action.key: action
    for action in (
        *project.ACTIONS,
        *slides.ACTIONS,
        *clinical.ACTIONS,
        *gallery.ACTIONS,
        *view.ACTIONS,
    )
}
