"""The page of the gallery: what is shown of the table's slides, and how."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QSlider,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.errors import ExpressionError
from pathgui.gui.panels.gallery import choices
from pathgui.gui.panels.gallery.barparts import Choosing, Half, offer
from pathgui.gui.panels.gallery.cards import CardPainter
from pathgui.gui.panels.gallery.outliers import OutlierBar
from pathgui.gui.panels.gallery.sections import Section, group, group_outliers
from pathgui.gui.panels.gallery.selection import SelectionStrip
from pathgui.gui.panels.gallery.view import LARGEST, SMALLEST, CardView
from pathgui.gui.panels.metrics import MetricsPanel
from pathgui.gui.panels.metrics.panel import WIDTH
from pathgui.gui.session import Session
from pathgui.gui.session.outlines import Outlines
from pathgui.gui.session.quality import Quality
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import (
    Button,
    EmptyState,
    Icon,
    IconButton,
    SearchField,
    bar,
    label,
    tabular,
)
from pathgui.gui.tables.content import Content
from pathgui.gui.tables.order import Sort
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.project import Edit

_STEP = 20
# Widths of the page from which the bar has room for its words.
_ROOMY, _WIDE = 940, 1020


class GalleryPage(QWidget):
    """Every slide the table shows, as a card.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)

    def __init__(
        self,
        session: Session,
        proxy: OrderProxy,
        thumbnails: Thumbnails,
        quality: Quality,
    ) -> None:
        super().__init__()
        self._session, self._proxy, self._quality = session, proxy, quality
        theme = session.theme
        # Row of each slide, put together when a card is painted.
        self._rows: dict[str, int] | None = None
        self._offered: Content | None = None
        self.outlines = Outlines(session)
        self.cards = CardPainter(session, thumbnails, self.outlines)
        self.cards.beneath, self.cards.why = self._beneath, quality.why
        self.view = CardView(theme, self.cards)
        short = {choices.NONE: "none", choices.OUTLIER: "outlier"}
        self.group = Choosing(theme, "Group by", "Group", 11, short)
        self.sort = Choosing(theme, "Sort by", "Sort", 7, {choices.NONE: "table"})
        self.beneath = Choosing(theme, "Show beneath", "Beneath", 7, short)
        self.direction = IconButton(theme, "ph.sort-ascending", "Turn the order round")
        self.outline = Button(theme, "Mask outline", "ph.selection-all", role="ghost")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.search = SearchField(theme, "Filter by words or a condition", "ph.funnel")
        self.count = tabular("", "quiet", size=13)
        self.clear = Button(theme, "Clear filter", role="ghost")
        self.empty = EmptyState(theme, "ph.squares-four")
        self.no_match = EmptyState(theme, "ph.funnel")
        self.metrics = MetricsPanel(session, quality)
        # Lies under the whole window, as a table does.
        self.strip = SelectionStrip(session, proxy)
        self._build(theme)
        self.add_side(self.metrics)
        self._connect(thumbnails)
        self.refresh()

    # -- building --------------------------------------------------------------

    def _build(self, theme: Theme) -> None:
        self.outline.setCheckable(True)
        self.outline.setChecked(True)
        self.outline.setToolTip("Mask outline (O)")
        self.slider.setRange(SMALLEST, LARGEST)
        self.slider.setValue(self.view.side)
        self.slider.setFixedWidth(110)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setAccessibleName("Size of the cards")
        self.slider.setToolTip("Size of the cards (Ctrl +, Ctrl −)")
        self._words = [label(w) for w in ("Group by", "Sort by", "Show beneath")]
        self._sizes = [Icon(theme, "ph.image", "text2", 12), Icon(theme, "ph.image")]
        self.bar = bar(
            "viewBar", 43,
            self._words[0], self.group, 4, self._words[1], self.sort, self.direction,
            4, self._words[2], self.beneath, None,
            self.outline, self._sizes[0], self.slider, self._sizes[1],
        )  # fmt: skip
        self.filter_bar = bar("viewBar", 43, self.search, self.count, self.clear)
        self.filter_bar.hide()
        self.outlier_bar = OutlierBar(theme, self.view)
        way_in = Button(theme, "Add slides…", "ph.plus-circle", role="primary")
        way_in.clicked.connect(lambda: self.asked.emit("slides.add"))
        self.empty.say("No slides to show", "Add slides to see them here.")
        self.empty.offer(way_in)
        way_out = Button(theme, "Clear filter", "ph.x", role="primary")
        way_out.clicked.connect(self.clear_filter)
        self.no_match.offer(way_out)
        self.stack = QStackedWidget()
        for page in (self.view, self.empty, self.no_match):
            self.stack.addWidget(page)
        left = Half()
        left.resized.connect(self._fit_words)
        inner = QVBoxLayout(left)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        for widget in (self.bar, self.filter_bar, self.stack):
            inner.addWidget(widget, 1 if widget is self.stack else 0)
        left.setMinimumWidth(320)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.setHandleWidth(1)
        self.across.setChildrenCollapsible(False)
        self.across.addWidget(left)
        self.across.setStretchFactor(0, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.across, 1)

    def add_side(self, panel: QWidget) -> None:
        """Put a panel at the right of the cards."""
        self.across.addWidget(panel)
        self.across.setStretchFactor(1, 0)
        self.across.setSizes([900, WIDTH])

    def _connect(self, thumbnails: Thumbnails) -> None:
        session, viewport = self._session, self.view.viewport()
        thumbnails.ready.connect(self._picture_ready)
        self.outlines.ready.connect(lambda _slide: viewport.update())
        session.changed.connect(self._on_edit)
        session.selection_changed.connect(self.follow)
        self._quality.changed.connect(self.refresh)
        self._proxy.reordered.connect(self.refresh)
        self._proxy.reordered.connect(self._let_go)
        self.view.chosen.connect(session.select)
        self.view.opened.connect(lambda _s: self.asked.emit("slides.open_in_viewer"))
        self.view.laid_out.connect(self.outlier_bar.place)
        self.outlier_bar.wanted.connect(self._with_outliers)
        self.slider.valueChanged.connect(self.view.set_side)
        self.outline.toggled.connect(self._set_outlined)
        self.group.activated.connect(self._arrange)
        self.sort.activated.connect(self._sorted)
        self.direction.clicked.connect(self._turn)
        self.beneath.activated.connect(lambda _at: viewport.update())
        self.search.textEdited.connect(self._searched)
        self.search.returnPressed.connect(self.view.setFocus)
        self.clear.clicked.connect(self.clear_filter)
        self.metrics.asked.connect(self.asked)
        self.strip.asked.connect(self.asked)
        self.metrics.all_wanted.connect(self.clear_filter)
        self._proxy.reordered.connect(self.metrics.table_changed)

    # -- what keys do ------------------------------------------------------------

    def step_size(self, by: int) -> None:
        """Larger (1) or smaller (-1) cards."""
        self.slider.setValue(self.slider.value() + by * _STEP)

    def toggle_outline(self) -> None:
        """Show or hide the outlines of masks."""
        self.outline.toggle()

    def tick(self) -> None:
        """Tick the current card, or take its tick away."""
        self.view.toggle_tick()

    def start_filter(self) -> None:
        """Go to the filter field."""
        self.filter_bar.show()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def choose_group(self) -> None:
        """Bring up the list of columns to group by."""
        self.group.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.group.showPopup()

    def group_by(self, key: str) -> None:
        """Group by a column (``table.name``), by outliers, or not at all."""
        self.group.setCurrentIndex(max(self.group.findData(key), 0))
        self._arrange()

    def clear_filter(self) -> None:
        """Show every slide."""
        self.search.clear()
        self._proxy.clear_filters()
        self.view.setFocus()

    # -- following -----------------------------------------------------------------

    def follow(self) -> None:
        """Show the shared selection."""
        self.view.select(self._session.selection)
        self.outlier_bar.place()

    def _let_go(self) -> None:
        """Slides that a filter hides are chosen no longer: no decision may hit them."""
        chosen = self._session.selection
        # In other tabs a single slide stays the one that panels speak about.
        if not self._proxy.filtered or (len(chosen) < 2 and not self.isVisible()):
            return
        shown = set(self._slides())
        kept = tuple(slide for slide in chosen if slide in shown)
        if len(kept) < len(chosen):
            self._session.select(kept)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._let_go()

    def refresh(self) -> None:
        """Show the slides of the table as they are now."""
        self._fill()
        self.cards.why = self._quality.why
        count, total = self._proxy.rowCount(), self._proxy.model.rowCount()
        self.count.setText(f"{count:,} of {total:,} slides")
        filtered = self._proxy.filtered
        self.filter_bar.setVisible(filtered or self.search.hasFocus())
        self.clear.setVisible(filtered)
        if not self.search.hasFocus():
            self.search.setText(self._proxy.search)
        self.no_match.say(
            f"No slide of {total:,} matches this filter",
            "Filter and order are those of the Slides tab.",
        )
        self._arrange()
        shown = self.view if count else self.no_match if total else self.empty
        self.stack.setCurrentWidget(shown)
        self.follow()

    def _slides(self) -> list[str]:
        if not self._proxy.rowCount():
            return []
        slides = self._proxy.model.content.slides
        return [] if slides is None else slides[self._proxy.source_rows()].tolist()

    def _arrange(self) -> None:
        slides = self._slides()
        self._rows = None
        key = str(self.group.currentData() or "")
        sections: list[Section]
        if key == choices.OUTLIER:
            sections = group_outliers(slides, frozenset(self._quality.outliers))
        elif (column := choices.position(self._proxy.model, key)) >= 0:
            texts = self._proxy.model.texts(column)
            own = [texts[source] for source in self._proxy.source_rows()]
            sections = group(slides, own)
        else:
            sections = [Section("", "", tuple(slides))]
        self.view.show_sections(sections)

    def _beneath(self, slide: str) -> str:
        key = str(self.beneath.currentData() or "")
        if self._rows is None:
            rows = self._proxy.source_rows().tolist()
            self._rows = dict(zip(self._slides(), rows, strict=True))
        source = self._rows.get(slide, -1)
        return choices.label(self._proxy.model, source, key) if source >= 0 else ""

    def _on_edit(self, edit: Edit) -> None:
        key = str(self.group.currentData() or "")
        touched = {f"{table}.{column}" for table, column in edit.places}
        if key in touched:
            self._arrange()
        self.view.viewport().update()

    def renew_outline(self, slide: str) -> None:
        """The mask of a slide was reviewed, or its review taken back."""
        self.outlines.renew(slide)
        self._picture_ready(slide)

    def _picture_ready(self, slide: str) -> None:
        self.cards.forget(slide)
        self.view.viewport().update()

    # -- the bar ---------------------------------------------------------------------

    def _fill(self) -> None:
        """Offer the columns there are; what was chosen stays chosen."""
        content = self._proxy.model.content
        if content is not self._offered:
            self._offered = content
            found = choices.columns(self._proxy.model)
            none = choices.Choice(choices.NONE, "Nothing")
            outlier = choices.Choice(choices.OUTLIER, "Suggested outlier")
            table = choices.Choice(choices.NONE, "Table order")
            offer(self.group, [none, outlier, *found], choices.NONE)
            offer(self.beneath, [none, *found], "manifest.n_tiles")
            offer(self.sort, [table, *found], choices.NONE)
        sort = self._proxy.sorts[0].column if self._proxy.sorts else choices.NONE
        self.sort.choose(sort, choices.NONE)
        down = bool(self._proxy.sorts and self._proxy.sorts[0].descending)
        self.direction.set_icon("ph.sort-descending" if down else "ph.sort-ascending")
        self.direction.setEnabled(bool(self._proxy.sorts))

    def _sorted(self) -> None:
        key = str(self.sort.currentData() or "")
        self._proxy.set_sorts((Sort(key),) if key else ())
        if key.startswith("metrics."):
            self.beneath.setCurrentIndex(max(self.beneath.findData(key), 0))
        self.view.setFocus()

    def _turn(self) -> None:
        self._proxy.set_sorts(
            tuple(Sort(s.column, not s.descending) for s in self._proxy.sorts)
        )

    def _set_outlined(self, on: bool) -> None:
        self.cards.outlined = on
        self.outline.set_icon("ph.selection-all", "accent" if on else "text2")
        self.view.viewport().update()

    def _searched(self, text: str) -> None:
        problem = ""
        try:
            self._proxy.set_search(text)
        except ExpressionError as error:
            problem = f"{error.message}. {error.hint}".strip(" .")
        self.search.setToolTip(problem)
        self.search.setProperty("wrong", bool(problem))
        self.search.style().unpolish(self.search)
        self.search.style().polish(self.search)

    def _with_outliers(self, slides: tuple[str, ...], action: str) -> None:
        self._session.select(slides)
        self.asked.emit(action)

    def _fit_words(self, width: int) -> None:
        """Leave words of the bar out where there is little room."""
        roomy = width >= _ROOMY
        parts: list[QLabel | Icon] = [*self._words, *self._sizes]
        for word in parts:
            word.setVisible(roomy)
        for box in (self.group, self.sort, self.beneath):
            box.show_role(not roomy)
        self.slider.setFixedWidth(110 if roomy else 70)
        self.outline.setText("Mask outline" if width >= _WIDE else "")
        self.outline.setAccessibleName("Mask outline")
