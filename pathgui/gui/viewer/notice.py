"""What the canvas says when there is no slide to show, and what can be done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.theme import Theme
from pathgui.gui.style.tips import plain
from pathgui.gui.viewer.floats import Float
from pathgui.gui.viewer.messages import NOTHING, Message

_WIDEST = 460
_NO_LIMIT = (1 << 24) - 1


class NoticePage(QWidget):
    """An icon, a sentence, the reason and one way out."""

    acted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.message = NOTHING
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(3)
        self._icon, self._title, self._text = QLabel(), QLabel(), QLabel()
        self._title.setFont(fonts.font(fonts.TITLE, strong=True))
        self._text.setObjectName("second")
        for words, width in ((self._title, 560), (self._text, 460)):
            words.setWordWrap(True)
            words.setFixedWidth(width)
            words.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        self.button.clicked.connect(self._act)
        for widget in (self._icon, self._title, self._text, self.button):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)
        self.show_message(NOTHING)

    def show_message(self, message: Message) -> None:
        """Say something else."""
        self.message = message
        self._title.setText(message.title)
        self._text.setText(message.text)
        for words in (self._title, self._text):
            # A wrapped label in the middle of a column does not ask for its height.
            words.setFixedHeight(words.heightForWidth(words.width()))
        self._text.setVisible(bool(message.text))
        self.button.setText(message.label)
        self.button.setVisible(bool(message.action))
        self.restyle()

    def _act(self) -> None:
        self.acted.emit(self.message.action)

    @property
    def words(self) -> str:
        """Title and text, as they are read."""
        return f"{self.message.title}\n{self.message.text}".strip()

    def restyle(self) -> None:
        """Take on the colours in force."""
        ratio = self.devicePixelRatioF()
        pixmap = self._theme.icons.pixmap(self.message.icon, "text3", 40, ratio)
        self._icon.setPixmap(pixmap)


class Banner(Float):
    """A sentence over the slide with a way out, that can be put away."""

    acted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._action, self._look = "", ("ph.info", "text3")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 5, 3)
        row.setSpacing(8)
        self._icon, self._text = QLabel(), QLabel()
        self._text.setObjectName("second")
        self.button = QPushButton()
        self.button.setProperty("small", True)
        self.button.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.setToolTip("Put away (Esc)")
        self._close.setAccessibleName("Put away")
        self._close.clicked.connect(self.hide)
        for widget in (self._icon, self._text, self.button, self._close):
            row.addWidget(widget)
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def say(
        self, text: str, action: str = "", label: str = "", *, bad: bool = False
    ) -> None:
        """Show a sentence, and a button if there is an action."""
        self._action = action
        self._look = ("ph.warning-fill", "warn") if bad else ("ph.info", "text3")
        self._write(text)
        self.button.setText(label)
        self.button.setVisible(bool(action))
        self.restyle()
        self.show()
        self.adjustSize()

    def _write(self, text: str) -> None:
        """One line, or a column of lines where one would reach over the slide."""
        words = self._text
        words.setText(text)
        words.setToolTip(plain(text))
        words.setWordWrap(False)
        words.setMinimumSize(0, 0)
        words.setMaximumSize(_NO_LIMIT, _NO_LIMIT)
        if words.sizeHint().width() > _WIDEST:
            words.setWordWrap(True)
            words.setFixedSize(_WIDEST, words.heightForWidth(_WIDEST))

    @override
    def restyle(self) -> None:
        name, token = self._look
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self.theme.icons.pixmap(name, token, 16, ratio))
        self._close.setIcon(self.theme.icons.icon("ph.x", "text2"))
        self.update()

    def _act(self) -> None:
        self.acted.emit(self._action)
