"""All actions by key."""

from pathgui.gui.actions import (
    clinical,
    gallery,
    project,
    review,
    runs,
    slides,
    view,
    viewer,
)
from pathgui.gui.actions.action import Action

_PARTS = (project, slides, clinical, gallery, runs, review, view, viewer)
ACTIONS: dict[str, Action] = {
    action.key: action for part in _PARTS for action in part.ACTIONS
}
