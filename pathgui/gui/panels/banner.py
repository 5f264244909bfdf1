"""A line above the work: this window only reads the project."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from pathgui.gui.session import Session
from pathgui.gui.style.parts import Button, Icon, label, row


class ReadingBanner(QFrame):
    """Shown while another window or command has the right to change the project.

    Attributes
    ----------
    asked : Signal()
        Someone wants to change the project here.
    """

    asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setFixedHeight(40)
        self._session = session
        words = label(
            "Read only: another window or command is changing this project, or its "
            "folder cannot be written to. What was saved is shown when you try again."
        )
        self.again = Button(session.theme, "Try to change it here", small=True)
        inner = row(Icon(session.theme, "ph.lock-simple", "warn"), words, None)
        inner.addWidget(self.again)
        inner.setContentsMargins(14, 0, 12, 0)
        self.setLayout(inner)
        self.again.clicked.connect(self.asked)
        session.project_opened.connect(self.refresh)
        session.project_closed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show or hide the line, as the open project is."""
        project = self._session.project
        self.setVisible(project is not None and not project.writable)
