"""The gallery: how its cards are shown."""

from PySide6.QtWidgets import QWidget

from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.panels.gallery import GalleryPage
from pathgui.gui.session import Session
from pathgui.gui.shell.workspace import Workspace


class GalleryDesk(Desk):
    """What the gallery's keys do.

    Attributes
    ----------
    page : GalleryPage
        The gallery.
    """

    def __init__(
        self,
        session: Session,
        widget: QWidget,
        preferences: Preferences,
        workspace: Workspace,
    ) -> None:
        super().__init__(session, widget, preferences)
        self.page: GalleryPage = workspace.gallery
