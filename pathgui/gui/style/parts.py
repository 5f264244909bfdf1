"""Small widgets in the window's look: buttons, key caps, lines, quiet labels."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QIcon,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.theme import Theme


class Button(QPushButton):
    """A push button; its icon follows the theme.

    Parameters
    ----------
    role : str
        Empty, ``primary``, ``ghost``, ``link``, ``danger`` or ``toggle``.
    small : bool
        24 instead of 30 pixels high.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        icon: str = "",
        *,
        role: str = "",
        small: bool = False,
        tint: str = "",
    ) -> None:
        super().__init__(text)
        self._theme = theme
        self._icon = icon
        default = {"primary": "primary_text", "danger": "err", "link": "accent"}
        self._tint = tint or default.get(role, "text2")
        self.setProperty("role", role)
        self.setProperty("small", small)
        self.setAutoDefault(role == "primary")
        self.setFont(fonts.font(fonts.SMALL if small else fonts.BODY))
        self.setIconSize(QSize(14, 14) if small else QSize(16, 16))
        self.setCheckable(role == "toggle")
        theme.changed.connect(self._draw)
        self._draw()

    def set_icon(self, name: str, tint: str = "") -> None:
        """Show another icon."""
        self._icon, self._tint = name, tint or self._tint
        self._draw()

    def _draw(self) -> None:
        icons = self._theme.icons
        self.setIcon(icons.icon(self._icon, self._tint) if self._icon else QIcon())


class IconButton(QToolButton):
    """An icon without a word: its name is in the tooltip and for screen readers."""

    def __init__(
        self, theme: Theme, icon: str, name: str, *, key: str = "", size: int = 16
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icon, self._tint = icon, "text2"
        self.setIconSize(QSize(size, size))
        self.describe(name, key)
        theme.changed.connect(self._draw)
        self._draw()

    def describe(self, name: str, key: str = "") -> None:
        """Name of what the button does, and its key."""
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({shown_key(key)})" if key else name)

    def set_icon(self, name: str, tint: str = "") -> None:
        """Show another icon."""
        self._icon, self._tint = name, tint or self._tint
        self._draw()

    def _draw(self) -> None:
        self.setIcon(self._theme.icons.icon(self._icon, self._tint))


class Icon(QLabel):
    """A picture of an icon that follows the theme."""

    def __init__(
        self, theme: Theme, name: str, tint: str = "text2", size: int = 16
    ) -> None:
        super().__init__()
        self._theme, self._name, self._tint, self._size = theme, name, tint, size
        self.setFixedSize(size, size)
        theme.changed.connect(self._draw)
        self._draw()

    def show_icon(self, name: str, tint: str) -> None:
        """Show another icon."""
        self._name, self._tint = name, tint
        self._draw()

    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        icons = self._theme.icons
        self.setPixmap(icons.pixmap(self._name, self._tint, self._size, ratio))


class Tabs(QTabBar):
    """Tabs of one height; the chosen one is strong, and none changes its width.

    Attributes
    ----------
    doubled : Signal()
        Someone clicked twice.
    """

    doubled = Signal()

    def __init__(self, height: int, name: str) -> None:
        super().__init__()
        self._height = height
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setIconSize(QSize(16, 16))
        self.setAccessibleName(name)

    @override
    def tabSizeHint(self, index: int) -> QSize:
        metrics = QFontMetrics(fonts.font(strong=True))
        icon = 0 if self.tabIcon(index).isNull() else 16 + 14
        width = metrics.horizontalAdvance(self.tabText(index)) + icon + 28
        return QSize(width, self._height)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.doubled.emit()


# Icon and margins of a search field.
_SEARCH_MARGIN = 52


class SearchField(QLineEdit):
    """A field with a leading icon.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    hint : str
        What stands in it while it is empty.
    icon : str
        Before the text.
    shorter : str
        Further hints, the longest first: the first that has room is shown.
    """

    def __init__(
        self,
        theme: Theme,
        hint: str,
        icon: str = "ph.magnifying-glass",
        *shorter: str,
    ) -> None:
        super().__init__()
        self._hints = (hint, *shorter)
        self._theme, self._icon = theme, icon
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self._action = self.addAction(
            theme.icons.icon(icon, "text2"), QLineEdit.ActionPosition.LeadingPosition
        )
        self._action.setText(hint)
        theme.changed.connect(self._draw)

    def _draw(self) -> None:
        self._action.setIcon(self._theme.icons.icon(self._icon, "text2"))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - _SEARCH_MARGIN
        wide = self.fontMetrics().horizontalAdvance
        fitting = (hint for hint in self._hints if wide(hint) <= room)
        self.setPlaceholderText(next(fitting, self._hints[-1]))


def label(
    text: str = "",
    kind: str = "",
    *,
    size: int = fonts.BODY,
    strong: bool = False,
    wrap: bool = False,
) -> QLabel:
    """Words in a type and colour; `kind` is an object name of the stylesheet."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setObjectName(kind)
    result.setFont(fonts.font(size, strong=strong))
    result.setWordWrap(wrap)
    return result


def tabular(text: str, kind: str = "", *, size: int = fonts.SMALL) -> QLabel:
    """Numbers in figures of one width."""
    result = label(text, kind)
    result.setFont(fonts.numbers(size))
    return result


def key_cap(key: str) -> QLabel:
    """A key as it is printed on a keyboard."""
    return cap_of(shown_key(key))


def cap_of(words: str) -> QLabel:
    """A cap with a word or a sign on it, as high as the other caps."""
    cap = label(words, "key", size=fonts.TINY)
    cap.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return cap


def shown_key(key: str) -> str:
    """A shortcut as people of this system write it."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return native.replace("+", " ") if len(native) > 1 else native


def spin_box(
    name: str, value: int, maximum: int, *, zero: str = "", suffix: str = ""
) -> QSpinBox:
    """A field for a whole number; `zero` is what 0 is called."""
    box = QSpinBox()
    box.setRange(0, maximum)
    box.setSpecialValueText(zero)
    box.setSuffix(suffix)
    box.setValue(value)
    box.setAccessibleName(name)
    # The stylesheet's padding does not reach the field inside.
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return box


def vline(height: int = 20) -> QFrame:
    """A line between two groups of a bar."""
    line = QFrame()
    line.setObjectName("vline")
    line.setFixedSize(1, height)
    return line


def row(*widgets: QWidget | int | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; an int is a gap, None takes the room that is left."""
    box = QHBoxLayout()
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            box.addStretch(1)
        elif isinstance(widget, int):
            box.addSpacing(widget)
        else:
            box.addWidget(widget)
    return box


def bar(name: str, height: int, *widgets: QWidget | int | None) -> QFrame:
    """A bar of fixed height with widgets side by side."""
    frame = QFrame()
    frame.setObjectName(name)
    frame.setFixedHeight(height)
    box = row(*widgets)
    box.setContentsMargins(12, 0, 12, 0)
    frame.setLayout(box)
    return frame


class EmptyState(QWidget):
    """What is so, why, and one way out."""

    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self.title = label("", strong=True, size=fonts.TITLE)
        self.why = label("", "second", wrap=True)
        self.buttons = row(None, None)
        for words in (self.title, self.why):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box = QVBoxLayout(self)
        box.setSpacing(8)
        box.addStretch(2)
        box.addLayout(row(None, Icon(theme, icon, "text3", 40), None))
        box.addSpacing(4)
        box.addWidget(self.title)
        box.addWidget(self.why)
        box.addSpacing(4)
        box.addLayout(self.buttons)
        box.addStretch(3)

    def say(self, title: str, why: str) -> None:
        """Name what is so and why."""
        self.title.setText(title)
        self.why.setText(why)

    def offer(self, button: QPushButton) -> None:
        """Add a way out."""
        self.buttons.insertWidget(self.buttons.count() - 1, button)


def end_with(window: QWidget, *buttons: QWidget) -> None:
    """Let Tab come to these buttons last, whatever was made after them."""
    for button in buttons:
        last = window.previousInFocusChain()
        if last is not None and last is not button:
            QWidget.setTabOrder(last, button)


def set_weight(widget: QWidget, *, strong: bool) -> None:
    """Make a widget's words strong or plain."""
    font = widget.font()
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    widget.setFont(font)
