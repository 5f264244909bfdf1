"""What all desks share: the session, the window for dialogs, and the settings."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from pathgui import settings
from pathgui.gui.session import Session
from pathgui.settings import Settings


class Preferences(QObject):
    """The personal settings; each change is written at once."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.values: Settings = settings.load()

    def change(self, **changes: Any) -> None:
        """Put other values in force and write them."""
        self.values = replace(self.values, **changes)
        try:
            settings.save(self.values)
        except OSError as error:
            self._session.told.emit(f"Settings cannot be written: {error}", "warning")


class Desk(QObject):
    """Does what actions ask for.

    Parameters
    ----------
    session : Session
        The open project.
    widget : QWidget
        The window, for dialogs.
    preferences : Preferences
        The personal settings.

    Attributes
    ----------
    shown : Signal(QDialog)
        A dialog came up.
    """

    shown = Signal(object)

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(widget)
        self.session = session
        self.widget = widget
        self.preferences = preferences

    def show_dialog(self, dialog: QDialog) -> None:
        """Bring up a dialog; its signals tell what was chosen."""
        dialog.open()
        self.shown.emit(dialog)

    def work(
        self,
        title: str,
        function: Callable[..., Any],
        done: Callable[[Any], None],
        *,
        lasting: bool = False,
    ) -> None:
        """Call ``function(progress, asked)`` in the background, then `done`.

        Unless it is `lasting`, `done` is not called where the project is closed
        meanwhile.
        """
        task = self.session.background.start(title, function, lasting=lasting)
        task.done.connect(done)
        task.failed.connect(self.session.trouble)
