"""What is this?: a click on any part of the window says what it is and does."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QWhatsThis, QWidget
from typing_extensions import override


class WhatIsThis(QObject):
    """Answers the clicks of Qt's own mode, from the hints that parts have anyway.

    Listens to the application only while the mode is on.
    """

    def begin(self) -> None:
        """Wait for a click; Esc ends it."""
        application = QApplication.instance()
        if application is not None and not QWhatsThis.inWhatsThisMode():
            application.installEventFilter(self)
            QWhatsThis.enterWhatsThisMode()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.LeaveWhatsThisMode:
            application = QApplication.instance()
            if application is not None:
                application.removeEventFilter(self)
            return False
        asking = kind in (QEvent.Type.WhatsThis, QEvent.Type.QueryWhatsThis)
        if not asking or not isinstance(watched, QWidget):
            return False
        words, part = told(watched)
        if kind == QEvent.Type.WhatsThis and words and isinstance(event, QHelpEvent):
            QWhatsThis.showText(event.globalPos(), words, part)
        event.setAccepted(bool(words))
        return True


def told(widget: QWidget) -> tuple[str, QWidget]:
    """What a part of the window, or what it lies in, says about itself."""
    part: QWidget | None = widget
    while part is not None:
        name, more = part.accessibleName(), part.accessibleDescription()
        words = part.whatsThis() or part.toolTip()
        if not words and name:
            words = f"{name}: {more}" if more else name
        if words:
            return words, part
        part = part.parentWidget()
    return "", widget
