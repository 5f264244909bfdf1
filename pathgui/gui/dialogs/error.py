"""An error people can read: what happened, what to do, details folded."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pathgui.errors import PathguiError
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.parts import Button


class ErrorDialog(Dialog):
    """Title and hint of a `PathguiError`, with choices named by their effect.

    Attributes
    ----------
    picked : Signal(str)
        The choice that was taken; never sent for Close.
    """

    picked = Signal(str)

    def __init__(
        self,
        theme: Theme,
        error: PathguiError,
        parent: QWidget | None = None,
        *,
        choices: Sequence[str] = (),
    ) -> None:
        hint = error.hint
        super().__init__(
            theme,
            _sentence(error.message).removesuffix("."),
            _sentence(hint) if hint else "Nothing else was changed.",
            parent,
            icon="ph.warning-fill",
            tint="warn",
        )
        self.setObjectName("errorDialog")
        details = _details(error)
        if details:
            self._add_details(details)
        self.copy = self.add_left("Copy details", "ph.copy")
        self._copied = f"{error.message}\n{hint}\n{details}".strip()
        self.copy.clicked.connect(self._copy)
        close = self.add_right("Close", role="" if choices else "primary")
        close.clicked.connect(self.reject)
        for place, choice in enumerate(choices):
            last = place == len(choices) - 1
            button = self.add_right(choice, role="primary" if last else "")
            button.setProperty("choice", choice)
            button.clicked.connect(self._pick)

    def _add_details(self, details: str) -> None:
        fold = Button(self.theme, "Details", "ph.caret-right", role="ghost")
        fold.setCheckable(True)
        box = QPlainTextEdit(details)
        box.setReadOnly(True)
        box.setFont(fonts.mono(11))
        box.setFixedHeight(120)
        box.setVisible(False)
        fold.toggled.connect(box.setVisible)
        self.body.addWidget(fold)
        self.body.addWidget(box)

    def _pick(self) -> None:
        choice = str(self.sender().property("choice"))
        self.accept()
        self.picked.emit(choice)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._copied)


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _details(error: BaseException) -> str:
    cause, lines = error.__cause__, []
    while cause is not None:
        lines.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    return "\n".join(lines)
