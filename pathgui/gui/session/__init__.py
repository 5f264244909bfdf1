"""The session: the open project, its changes, its runs and the selection."""

from pathgui.gui.session.session import Session

__all__ = ["Session"]
