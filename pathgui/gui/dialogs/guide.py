"""The user guide, read in the window: contents at the left, a search, the text."""

import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QImage,
    QKeySequence,
    QShortcut,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

import pathgui
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import SearchField
from pathgui.settings import resource

_PICTURE = re.compile(r"^!\[[^\]]*\]\(([^)]+)\)\s*$", re.MULTILINE)
_CODE = QTextFormat.Property.BlockCodeFence
_WIDEST = 720
_DEEPEST = 3


def guide_file() -> Path:
    """Where the guide lies, in an installed package or in a checkout."""
    installed = resource("guide.md")
    if installed.exists():
        return installed
    return Path(pathgui.__file__).parent.parent / "docs" / "guide.md"


class _Text(QTextBrowser):
    """The text, with pictures no wider than it."""

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        path = name.toString() if isinstance(name, QUrl) else name
        made = QImage(str(Path(self.searchPaths()[0], path)))
        smooth = Qt.TransformationMode.SmoothTransformation
        wide = made.width() > _WIDEST
        return made.scaledToWidth(_WIDEST, smooth) if wide else made


class GuideDialog(Dialog):
    """Stays open beside the work; Esc puts it away."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "User guide", "", parent)
        self.setObjectName("guideDialog")
        self.setModal(False)
        file = guide_file()
        self.page = _Text()
        self.page.setOpenExternalLinks(True)
        self.page.setSearchPaths([str(file.parent)])
        self.page.setAccessibleName("Text of the user guide")
        source = file.read_text("utf-8")
        dialect = QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        self.page.document().setMarkdown(_readable(source, file.parent), dialect)
        _air(self.page.document())
        self.contents = QListWidget()
        self.contents.setAccessibleName("Contents of the user guide")
        self.contents.setFixedWidth(220)
        self.field = SearchField(theme, "Search in the guide")
        self._fill()
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.field)
        left.addWidget(self.contents, 1)
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addLayout(left)
        across.addWidget(self.page, 1)
        self.body.addLayout(across, 1)
        close = self.add_right("Close", role="primary")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        self.contents.currentItemChanged.connect(self._go)
        self.field.returnPressed.connect(self.find_next)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.field.setFocus)
        self.resize(1080, 720)
        self.field.setFocus()

    def find_next(self) -> bool:
        """Go to the next place of what is searched, from the top after the last."""
        words = self.field.text()
        if not words:
            return False
        found = self.page.find(words)
        if not found:
            self.page.moveCursor(QTextCursor.MoveOperation.Start)
            found = self.page.find(words)
        self.field.setProperty("wrong", not found)
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
        self.field.setToolTip("" if found else f"The guide does not say “{words}”")
        return found

    def _fill(self) -> None:
        block = self.page.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            if 1 < level <= _DEEPEST:
                item = QListWidgetItem("    " * (level - 2) + block.text())
                item.setData(Qt.ItemDataRole.UserRole, block.position())
                self.contents.addItem(item)
            block = block.next()

    def _go(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        cursor = QTextCursor(self.page.document())
        cursor.setPosition(int(item.data(Qt.ItemDataRole.UserRole)))
        # From the end upwards, so that the heading stands at the top.
        self.page.moveCursor(QTextCursor.MoveOperation.End)
        self.page.setTextCursor(cursor)


def _air(document: QTextDocument) -> None:
    """Set paragraphs and headings apart; lines of code and tables stay close."""
    block, coded = document.begin(), False
    while block.isValid():
        cursor, form = QTextCursor(block), QTextBlockFormat()
        code = block.blockFormat().hasProperty(_CODE)
        if block.blockFormat().headingLevel():
            form.setTopMargin(20)
            form.setBottomMargin(8)
        elif code:
            form.setTopMargin(0 if coded else 4)
        else:
            form.setTopMargin(8 if coded else 0)
            form.setBottomMargin(8)
        if cursor.currentTable() is None:
            cursor.mergeBlockFormat(form)
        coded, block = code, block.next()


def _readable(text: str, folder: Path) -> str:
    """The guide without the pictures that did not come along."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if (folder / match[1]).exists() else ""

    return _PICTURE.sub(kept, text)
