"""The welcome page: the empty state of the whole application."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pathgui.gui.panels.welcomecards import ActionCard, DropBox, RecentRow
from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.parts import Button, label, row
from pathgui.settings import resource

_SHOWN = 5
_STEPS = (
    ("Add slides", "point at a folder, nothing is copied"),
    ("Join the clinical table", "near misses are shown and mended"),
    ("Run a recipe", "tiles and masks, on all slides, in the background"),
    ("Review", "pass, flag or exclude with one key each"),
    ("Use the result", "HDF5, features and proof that nothing changed"),
)


class WelcomePage(QWidget):
    """What to begin with, what was open lately, and how a cohort goes through.

    Attributes
    ----------
    asked : Signal(str)
        An action by its key.
    opened : Signal(Path)
        A recent project.
    dropped : Signal(tuple of Path)
        Files or folders from the desktop.
    cleared : Signal()
        The list of recent projects is to be emptied.
    """

    asked = Signal(str)
    opened = Signal(object)
    dropped = Signal(tuple)
    cleared = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        left, right = QVBoxLayout(), QVBoxLayout()
        self._fill_left(left)
        self._recent_box = QVBoxLayout()
        self._fill_right(right)
        columns = QHBoxLayout()
        columns.setSpacing(64)
        for column, width in ((left, 540), (right, 660)):
            holder = QWidget()
            holder.setMaximumWidth(width)
            holder.setLayout(column)
            column.setContentsMargins(0, 0, 0, 0)
            columns.addWidget(holder, width)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(columns, 30)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.addStretch(2)
        outer.addLayout(middle)
        outer.addStretch(4)

    def _fill_left(self, box: QVBoxLayout) -> None:
        logo = QSvgWidget(str(resource("icons/pathgui.svg")))
        logo.setFixedSize(52, 52)
        name = QVBoxLayout()
        name.setSpacing(1)
        name.addWidget(label("pathgui", strong=True, size=fonts.WELCOME))
        under = "Cohorts of whole-slide images, from scanner to features"
        name.addWidget(label(under, "second"))
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(logo)
        head.addLayout(name, 1)
        box.setSpacing(11)
        box.addLayout(head)
        box.addSpacing(18)
        cards = (
            ("file.demo", "ph.rocket-launch", "Ctrl+Shift+D",
             ("Try the demo cohort", "Slides, clinical table and a run, made here")),
            ("file.new", "ph.folder-plus", "Ctrl+N",
             ("New project…", "An empty folder becomes a tidy project")),
            ("file.open", "ph.folder-open", "Ctrl+O",
             ("Open project…", "Any folder with a pathgui.toml")),
            ("file.import", "ph.file-text", "Ctrl+I",
             ("Start from a spreadsheet…", "Clinical table first, slides later")),
        )  # fmt: skip
        for key, icon, cap, words in cards:
            card = ActionCard(self._theme, key, icon, words, cap)
            card.picked.connect(self.asked)
            box.addWidget(card)
        drop = DropBox(self._theme)
        drop.dropped.connect(self.dropped)
        box.addSpacing(4)
        box.addWidget(drop)
        box.addStretch(1)

    def _fill_right(self, box: QVBoxLayout) -> None:
        clear = Button(self._theme, "Clear list…", role="link")
        clear.clicked.connect(self.cleared)
        self._clear = clear
        self._recent = QFrame()
        self._recent.setObjectName("card")
        self._recent.setLayout(self._recent_box)
        self._recent_box.setContentsMargins(1, 1, 1, 1)
        self._recent_box.setSpacing(0)
        title = label("Recent projects", strong=True, size=15)
        box.setSpacing(8)
        box.addLayout(row(title, None, clear))
        box.addWidget(self._recent)
        box.addSpacing(18)
        box.addWidget(label("How a cohort goes through", strong=True, size=15))
        box.addWidget(self._steps())
        box.addSpacing(4)
        links = QHBoxLayout()
        links.setSpacing(6)
        for words, icon, key in (
            ("User guide", "ph.book-open", "help.guide"),
            ("Keyboard map", "ph.keyboard", "help.keys"),
            ("Check this computer", "ph.gauge", "tools.doctor"),
            ("Settings", "ph.gear-six", "edit.settings"),
        ):
            button = Button(self._theme, words, icon, role="ghost")
            button.setProperty("key", key)
            button.clicked.connect(self._link)
            if key == "edit.settings":
                links.addStretch(1)
            links.addWidget(button)
        box.addLayout(links)
        box.addStretch(1)

    def _steps(self) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        box = QVBoxLayout(card)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(10)
        for number, (title, words) in enumerate(_STEPS, 1):
            mark = label(str(number), "stepMark", size=12, strong=True)
            mark.setFixedSize(22, 22)
            mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
            line = row(mark, label(title, strong=True), label(words, "second"), None)
            box.addLayout(line)
        return card

    def show_recent(self, roots: tuple[str, ...]) -> None:
        """List projects, newest first."""
        while self._recent_box.count():
            item = self._recent_box.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        shown = [Path(root) for root in roots[:_SHOWN]]
        self._clear.setVisible(bool(shown))
        for place, root in enumerate(shown):
            line = RecentRow(self._theme, root, place == len(shown) - 1)
            line.picked.connect(self.opened)
            self._recent_box.addWidget(line)
        if not shown:
            words = label("Projects you open are listed here.", "quiet")
            words.setContentsMargins(14, 18, 14, 18)
            self._recent_box.addWidget(words)

    def _link(self) -> None:
        self.asked.emit(str(self.sender().property("key")))
