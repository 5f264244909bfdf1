"""The parts of the welcome page: large buttons, recent projects, the drop box."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout
from typing_extensions import override

from pathgui.gui.panels.nodes import ago
from pathgui.gui.style import State, Theme, fonts
from pathgui.gui.style.parts import Icon, key_cap, label, row
from pathgui.gui.style.sections import Chip

_GONE = State("Folder not found", "ph.circle-dashed", "warn")


class ActionCard(QFrame):
    """A large button: icon, title, what it does, its key."""

    picked = Signal(str)

    def __init__(
        self, theme: Theme, name: str, icon: str, words: tuple[str, str], key: str
    ) -> None:
        super().__init__()
        hero = name == "file.demo"
        self.setObjectName("heroCard" if hero else "card")
        self.setProperty("clickable", True)
        self._name = name
        title, under = words
        self.setAccessibleName(f"{title} {under}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(66)
        lines = QVBoxLayout()
        lines.setSpacing(3)
        lines.addStretch(1)
        lines.addWidget(label(title, strong=True))
        lines.addWidget(label(under, "" if hero else "second", size=fonts.SMALL))
        lines.addStretch(1)
        box = QHBoxLayout(self)
        box.setContentsMargins(18, 4, 14, 4)
        box.setSpacing(16)
        box.addWidget(Icon(theme, icon, "primary_text" if hero else "accent", 22))
        box.addLayout(lines, 1)
        box.addWidget(key_cap(key))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.picked.emit(self._name)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.picked.emit(self._name)
            return
        super().keyPressEvent(event)


class RecentRow(QFrame):
    """A project that was open lately."""

    picked = Signal(object)

    def __init__(self, theme: Theme, root: Path, last: bool) -> None:
        super().__init__()
        self._root = root
        there = (root / "pathgui.toml").exists()
        if not last:
            self.setObjectName("section")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(58)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Open {root}")
        parents = " / ".join(root.parts[-3:-1])
        lines = QVBoxLayout()
        lines.setSpacing(3)
        lines.addStretch(1)
        lines.addWidget(label(root.name, strong=True))
        lines.addWidget(label(f"{parents} / {root.name}", "quiet", size=fonts.SMALL))
        lines.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(3)
        right.addStretch(1)
        if there:
            words = label(_opened(root), "quiet", size=fonts.SMALL)
            right.addWidget(words, 0, Qt.AlignmentFlag.AlignRight)
        else:
            right.addWidget(Chip(theme, _GONE), 0, Qt.AlignmentFlag.AlignRight)
        right.addStretch(1)
        box = QHBoxLayout(self)
        box.setContentsMargins(14, 4, 14, 4)
        box.setSpacing(14)
        box.addWidget(Icon(theme, "ph.folders", "text2", 22))
        box.addLayout(lines, 1)
        box.addLayout(right)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.picked.emit(self._root)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.picked.emit(self._root)
            return
        super().keyPressEvent(event)


class DropBox(QFrame):
    """Takes slides, a folder of slides or a project from the desktop."""

    dropped = Signal(tuple)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("drop")
        self.setAcceptDrops(True)
        self.setFixedHeight(116)
        box = QVBoxLayout(self)
        box.setSpacing(5)
        box.addStretch(1)
        box.addLayout(row(None, Icon(theme, "ph.download-simple", "text2", 20), None))
        for words, strong, kind in (
            ("Drop slides, a folder of slides or a project here", True, ""),
            (
                "SVS, NDPI, MRXS, SCN, TIFF, DICOM. Files stay where they are.",
                False,
                "second",
            ),
        ):
            line = label(words, kind, size=13 if strong else 12, strong=strong)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            box.addWidget(line)
        box.addStretch(1)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            self._show_over(True)
            event.acceptProposedAction()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        urls = event.mimeData().urls()
        paths = tuple(Path(u.toLocalFile()) for u in urls if u.isLocalFile())
        if paths:
            self.dropped.emit(paths)

    def _show_over(self, over: bool) -> None:
        self.setProperty("over", over)
        self.style().unpolish(self)
        self.style().polish(self)


def _opened(root: Path) -> str:
    """When the tables of a project were last written."""
    try:
        stamp = (root / "pathgui.toml").stat().st_mtime
        for file in (root / "metadata").glob("*.csv"):
            stamp = max(stamp, file.stat().st_mtime)
    except OSError:
        return ""
    then = datetime.fromtimestamp(stamp).astimezone()
    return ago(then.isoformat(), datetime.now().astimezone())
