"""What all dialogs share: title, text, a body, and buttons named by their effect."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, Icon, end_with, label


class Dialog(QDialog):
    """A dialog: Enter is the primary button, Esc cancels.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    title : str
        Says what it is about, or what happened.
    text : str
        What it means.
    icon : str
        An icon before the title, in the colour of `tint`.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str = "",
        parent: QWidget | None = None,
        *,
        icon: str = "",
        tint: str = "text2",
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.title = label(title, strong=True, size=16, wrap=True)
        self.text = label(text, "second", wrap=True)
        self.text.setVisible(bool(text))
        head = QVBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.title)
        head.addWidget(self.text)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        head.addLayout(self.body)
        inner = QHBoxLayout()
        inner.setContentsMargins(22, 20, 22, 16)
        inner.setSpacing(14)
        if icon:
            inner.addWidget(Icon(theme, icon, tint, 22), 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(head, 1)
        self._footer = QFrame()
        self._footer.setObjectName("footer")
        self.buttons = QHBoxLayout(self._footer)
        self.buttons.setContentsMargins(22, 12, 22, 12)
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(inner, 1)
        outer.addWidget(self._footer)
        self.setMinimumWidth(460)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        end_with(self, *self._footer.findChildren(QPushButton))
        self._fit_height()

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            end_with(self, *self._footer.findChildren(QPushButton))
            self._fit_height(growing=True)
        return done

    def _fit_height(self, *, growing: bool = False) -> None:
        """As high as the words need, unless someone gave it a size.

        Qt reckons with lines as short as possible, and not with words that come
        later.
        """
        layout = self.layout()
        if layout is None or self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            return
        wanted = layout.totalHeightForWidth(self.width())
        if wanted > self.height() or (0 < wanted < self.height() and not growing):
            self.resize(self.width(), wanted)
            self.setAttribute(Qt.WidgetAttribute.WA_Resized, False)

    def add_left(self, text: str, icon: str = "") -> Button:
        """A quiet button at the left of the footer."""
        button = Button(self.theme, text, icon, role="ghost")
        self.buttons.insertWidget(self.buttons.count() - 1, button)
        # What stretches stays right of all left buttons.
        return button

    def add_right(self, text: str, icon: str = "", role: str = "") -> Button:
        """A button at the right of the footer; the last one is the primary."""
        button = Button(self.theme, text, icon, role=role)
        self.buttons.addWidget(button)
        if role == "primary":
            button.setDefault(True)
        return button

    def add_cancel(self, text: str = "Cancel") -> QPushButton:
        """The button that changes nothing."""
        button = self.add_right(text)
        button.clicked.connect(self.reject)
        return button
