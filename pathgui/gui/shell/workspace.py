"""The body of the window: tree, tabs with pages, inspector, bottom panel."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.panels.bottom import BottomPanel
from pathgui.gui.panels.clinical import ClinicalPage
from pathgui.gui.panels.gallery import GalleryPage
from pathgui.gui.panels.gallery.selection import HEIGHT
from pathgui.gui.panels.inspector import Inspector
from pathgui.gui.panels.inspectorside import InspectorSide
from pathgui.gui.panels.slides import SlidesPage
from pathgui.gui.panels.tablepage import TablePage
from pathgui.gui.panels.tree import TreePanel
from pathgui.gui.panels.treeside import RAIL, TreeSide
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.gui.session.runs import Runs
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.style.parts import Tabs

TABS = {
    "slides": ("Slides", "ph.table"),
    "clinical": ("Clinical", "ph.clipboard-text"),
    "gallery": ("Gallery", "ph.squares-four"),
    "viewer": ("Viewer", "mdi6.microscope"),
}
PANELS = ("tree", "inspector", "bottom")
_TREE, _INSPECTOR, _BOTTOM = 229, 301, 223
_ROOMY = 0.45
_LEAST_SIDE, _VIEWER_SIDE = 260, 337
MakeViewer = Callable[[], QWidget]


class Workspace(QSplitter):
    """Everything between toolbar and status bar while a project is open.

    Parameters
    ----------
    make_viewer : callable
        Makes the viewer, the first time it is wanted.

    Attributes
    ----------
    tab_shown : Signal(str)
        Another page came up.
    """

    tab_shown = Signal(str)

    def __init__(
        self,
        session: Session,
        runs: Runs,
        thumbnails: Thumbnails,
        quality: Quality,
        make_viewer: MakeViewer,
    ) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("body")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._session = session
        self._make_viewer = make_viewer
        self.viewer: QWidget | None = None
        self.tree = TreePanel(session, runs)
        self.side = TreeSide(self.tree, session.theme)
        self.slides = SlidesPage(session, thumbnails, quality)
        self.clinical = ClinicalPage(session)
        self.gallery = GalleryPage(session, self.slides.proxy, thumbnails, quality)
        self.inspector = Inspector(session, runs, thumbnails)
        self.beside = InspectorSide(self.inspector)
        self.bottom = BottomPanel(session, runs)
        self.tabs = Tabs(37, "Pages")
        self.pages = QStackedWidget()
        # What the person wants open; some pages have the bottom panel to themselves.
        self._wanted = {"tree": True, "inspector": True, "bottom": True}
        # The gallery has panels of its own, at the right and below, and the clinical
        # page stands on two tables.
        self._bottom_in = {"clinical": False, "viewer": False, "gallery": False}
        self._inspector_in_gallery = False
        self._lent = False
        self._compact = False
        self._tree_width = _TREE
        self._strip_height, self._bottom_height = HEIGHT, _BOTTOM
        self._before_review: list[int] = []
        self._review: tuple[QWidget, ...] = ()
        self.reviewing = False
        self._build()
        session.theme.changed.connect(self._draw_tabs)

    def _build(self) -> None:
        for title, _ in TABS.values():
            self.tabs.addTab(title)
        self._draw_tabs()
        for page in (self.slides, self.clinical, self.gallery):
            self.pages.addWidget(page)
        head = self._tab_bar = QFrame()
        head.setObjectName("tabs")
        head.setFixedHeight(38)
        line = QHBoxLayout(head)
        line.setContentsMargins(6, 0, 6, 0)
        line.addWidget(self.tabs)
        line.addStretch(1)
        centre = QWidget()
        centre.setMinimumWidth(480)
        box = self._centre = QVBoxLayout(centre)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(head)
        box.addWidget(self.pages, 1)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.setHandleWidth(0)
        self.across.setChildrenCollapsible(False)
        for widget in (self.side, centre, self.beside):
            self.across.addWidget(widget)
        self.across.setStretchFactor(1, 1)
        self.beside.setMaximumWidth(480)
        self.addWidget(self.across)
        self.addWidget(self.bottom)
        self.addWidget(self.gallery.strip)
        self.setStretchFactor(0, 1)
        self.bottom.closed.connect(lambda: self.set_open("bottom", False))
        self.bottom.folded.connect(self._fold_bottom)
        self.bottom.tabs.doubled.connect(self._grow_bottom)
        self.tabs.currentChanged.connect(self._changed)
        self._chart_page()
        self.reset()

    def add_review(self, bar: QWidget, strip: QWidget, panel: QWidget) -> None:
        """Take in the parts of a review: over, below and beside the viewer."""
        self._centre.insertWidget(0, bar)
        self._centre.addWidget(strip)
        self.across.addWidget(panel)
        self._review = (bar, strip, panel)
        for part in self._review:
            part.hide()

    def set_reviewing(self, on: bool) -> None:
        """Leave nothing but the viewer and the review, or bring all back."""
        if on:
            self.show_tab("viewer")
        if on:
            self._before_review = self.across.sizes()
        self.reviewing = on
        self._apply()
        for part in self._review:
            part.setVisible(on)
        if not on and self._before_review:
            self.across.setSizes(self._before_review)

    def reset(self) -> None:
        """Put all panels back where they began."""
        self._wanted = dict.fromkeys(PANELS, True)
        self._wanted["inspector"] = not self._compact
        self._bottom_in = dict.fromkeys(self._bottom_in, False)
        self._inspector_in_gallery = False
        self._apply()
        width = max(self.width(), 1280)
        tree = 205 if self._compact else _TREE
        bottom = 185 if self._compact else _BOTTOM
        self.across.setSizes([tree, width - tree - _INSPECTOR, _INSPECTOR])
        self._set_down(bottom)

    def set_compact(self, compact: bool) -> None:
        """Fold the inspector away where there is little room."""
        if compact == self._compact:
            return
        self._compact = compact
        self._wanted["inspector"] = not compact
        self._apply()
        width = self.width()
        tree = self._tree_width = 205 if compact else _TREE
        bottom = 185 if compact else _BOTTOM
        self.across.setSizes([tree, width - tree - _INSPECTOR, _INSPECTOR])
        self._set_down(bottom)

    def set_narrow(self, narrow: bool) -> None:
        """Fold the tree to a rail where there is less room still."""
        if narrow == self.side.narrow:
            return
        sizes = self.across.sizes()
        if narrow:
            self._tree_width = sizes[0] or self._tree_width
        self.side.set_narrow(narrow)
        side = RAIL if narrow else self._tree_width
        self.across.setSizes([side, sizes[1] + sizes[0] - side, *sizes[2:]])

    def widths(self) -> list[int]:
        """Widths of tree, page and inspector, as they are where there is room."""
        sizes = self.across.sizes()
        return [self._tree_width, *sizes[1:]] if self.side.narrow else sizes

    def panels_wanted(self) -> dict[str, bool]:
        """Which panels the person wants open."""
        return dict(self._wanted)

    def restore(
        self, panels: dict[str, bool], across: list[int], down: list[int]
    ) -> None:
        """Open panels and give them sizes as they were."""
        for name in PANELS:
            self._wanted[name] = panels.get(name, True)
        if self._compact:
            self._wanted["inspector"] = False
        self._apply()
        if len(across) == self.across.count() and sum(across) > 0:
            # What was hidden when the widths were kept had none.
            side, page, inspector, *rest = across
            inspector = inspector or _INSPECTOR
            self.across.setSizes([side or _TREE, page, inspector, *rest])
        if len(down) == self.count() and sum(down) > 0:
            self._bottom_height = down[1] or _BOTTOM
            self._strip_height = down[2] or HEIGHT
            self._set_down(self._bottom_height)

    @property
    def tab(self) -> str:
        """Name of the page that is up."""
        return list(TABS)[self.tabs.currentIndex()]

    def show_tab(self, name: str) -> None:
        """Bring a page up; a review keeps the viewer."""
        if self.reviewing:
            return
        self.tabs.setCurrentIndex(list(TABS).index(name))

    def go_to_tab(self, name: str) -> None:
        """Bring a page up from the bottom panel, which stays open if it is."""
        if self.is_open("bottom") and name in self._bottom_in and name != self.tab:
            self._bottom_in[name] = True
        self.show_tab(name)

    def table_page(self) -> TablePage | None:
        """The page with a table that is up."""
        return {"slides": self.slides, "clinical": self.clinical.table}.get(self.tab)

    def is_open(self, panel: str) -> bool:
        """Whether a panel is shown."""
        if self.reviewing:
            return False
        if panel == "tree" and self.side.narrow:
            return self._wanted["tree"] and not self.side.folded
        if panel == "bottom" and self.tab in self._bottom_in:
            return self._bottom_in[self.tab]
        if panel == "inspector" and self.tab == "gallery":
            return self._inspector_in_gallery
        return self._wanted[panel]

    def set_open(self, panel: str, on: bool) -> None:
        """Show or hide a panel."""
        if panel == "tree" and self.side.narrow:
            self._wanted["tree"] = True
            if on:
                self.side.unfold()
            else:
                self.side.fold()
        elif panel == "bottom" and self.tab in self._bottom_in:
            self._bottom_in[self.tab] = on
        elif panel == "inspector" and self.tab == "gallery":
            self._inspector_in_gallery = on
        else:
            self._wanted[panel] = on
        self._apply()

    def lend_inspector(self, on: bool) -> None:
        """Open the inspector while a recipe is tried out: its settings stand there."""
        if on and not self.is_open("inspector"):
            self._lent = True
            self.set_open("inspector", True)
        elif not on and self._lent:
            self._lent = False
            self.set_open("inspector", False)

    def show_bottom(self, name: str) -> None:
        """Bring up a panel at the bottom."""
        self.set_open("bottom", True)
        self.bottom.show_tab(name)

    def give_room(self) -> None:
        """Let the bottom panel be as high as a run and its log need."""
        height = self.height()
        bottom = round(_ROOMY * height)
        if self.bottom.height() < bottom:
            self._set_down(bottom)

    def _apply(self) -> None:
        self._tab_bar.setVisible(not self.reviewing)
        self.side.setVisible(not self.reviewing and self._wanted["tree"])
        viewing = self.tab == "viewer"
        # The layers of the viewer are used with the picture, not over it.
        over = self._compact and not viewing
        page = self.table_page()
        head = self._tab_bar.height() + (page.bar.height() if page else 0)
        self.beside.show_as(shown=self.is_open("inspector"), over=over, below=head)
        self.inspector.show_layers(viewing)
        self.beside.setMinimumWidth(_VIEWER_SIDE if viewing else _LEAST_SIDE)
        self.bottom.setVisible(self.is_open("bottom"))
        choosing = self.tab == "gallery" and not self.reviewing
        self.gallery.strip.setVisible(choosing)

    def _changed(self) -> None:
        name = self.tab
        self._note_heights()
        if not self.bottom.isHidden() and self.bottom.tab == "chart":
            # The chart goes along: it is of the table in view.
            self._bottom_in["clinical"] = True
        if name == "viewer" and self.viewer is None:
            self.viewer = self._make_viewer()
            self.pages.addWidget(self.viewer)
        pages = {
            "slides": self.slides,
            "clinical": self.clinical,
            "gallery": self.gallery,
            "viewer": self.viewer,
        }
        page = pages[name]
        assert page is not None
        self.pages.setCurrentWidget(page)
        self._draw_tabs()
        self._apply()
        self._chart_page()
        if name == "gallery":
            self._set_down(self.bottom.height())
        self.tab_shown.emit(name)

    def _chart_page(self) -> None:
        """Let charts count the rows of the table that was looked at last."""
        page = self.table_page()
        if page is not None:
            self.bottom.chart.follow(page.proxy, page.noun)

    def _draw_tabs(self) -> None:
        icons = self._session.theme.icons
        for place, (_, icon) in enumerate(TABS.values()):
            chosen = place == self.tabs.currentIndex()
            self.tabs.setTabIcon(
                place, icons.icon(icon, "accent" if chosen else "text2")
            )

    def heights(self) -> list[int]:
        """Heights of page, bottom panel and strip, hidden ones as they were."""
        self._note_heights()
        bottom, strip = self._bottom_height, self._strip_height
        return [max(self.height() - bottom, 0), bottom, strip]

    def _note_heights(self) -> None:
        strip = self.gallery.strip
        if strip.isVisible() and not strip.folded:
            self._strip_height = strip.height()
        if self.bottom.isVisible() and not self.bottom.is_folded:
            self._bottom_height = self.bottom.height()

    def _set_down(self, bottom: int) -> None:
        """Give the bottom panel this height, and the gallery's strip its own."""
        strip = self._strip_height if self.gallery.strip.isVisible() else 0
        height = max(self.height(), 700)
        if not self.bottom.isVisible():
            self.setSizes([height - strip, bottom, self._strip_height])
            return
        self.setSizes([height - bottom - strip, bottom, self._strip_height])

    def _fold_bottom(self, on: bool) -> None:
        """Give the room of the bottom panel to the page, or take it back."""
        self._bottom_height = self.bottom.height_before or self._bottom_height
        self._set_down(self.bottom.minimumHeight() if on else self._bottom_height)

    def _grow_bottom(self) -> None:
        height = self.height()
        wide = self.bottom.height() > 0.4 * height
        bottom = _BOTTOM if wide else round(0.45 * height)
        self._set_down(bottom)
