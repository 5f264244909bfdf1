"""Views: tabs, panels, theme, problems, palette, and where the focus is."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.palette import Entry, PaletteDialog
from pathgui.gui.later import soon
from pathgui.gui.panels.bottom import BottomPanel
from pathgui.gui.panels.joinpanel import JoinPanel
from pathgui.gui.session import Session
from pathgui.gui.session.problems import RELINK, Problem
from pathgui.gui.shell.stops import Stop, step
from pathgui.gui.shell.workspace import Workspace

_SLIDES_IN_PALETTE = 20_000

# What mends them is not the cell.
_ELSEWHERE = ("Show run", RELINK, "Join report")


class ViewDesk(Desk):
    """What the View menu does.

    Attributes
    ----------
    actions : callable
        Gives the palette's entries for all actions.
    relink : callable
        Shows the slides whose files are not there.
    notices : callable
        Folds out what was told in this session.
    bars : callable
        What stands above and below the pages, for the keyboard to go through.
    """

    actions: Callable[[], list[Entry]]
    relink: Callable[[], None]
    notices: Callable[[], None]
    bars: Callable[[], tuple[Sequence[QWidget], Sequence[QWidget]]]

    def __init__(
        self,
        session: Session,
        widget: QWidget,
        preferences: Preferences,
        workspace: Workspace,
    ) -> None:
        super().__init__(session, widget, preferences)
        self._workspace = workspace
        self.actions = list
        self.relink = lambda: None
        self.notices = lambda: None
        self.bars = lambda: ((), ())
        self._past: list[tuple[str, ...]] = []
        self._place = -1
        self._stepping = False
        session.selection_changed.connect(self._note_selection)
        session.project_closed.connect(self._forget)
        session.project_opened.connect(self._begin)
        problems = workspace.bottom.problems
        problems.wanted.connect(self.go_to)
        problems.mending.connect(self.mend)
        problems.shown = self._in_sight

    def _begin(self) -> None:
        """Begin at the page that is up, once the other panels are ready."""
        soon(self, self.focus_page)

    @property
    def bottom(self) -> BottomPanel:
        """The panel at the bottom."""
        return self._workspace.bottom

    def join_panel(self) -> JoinPanel:
        """The join report of the Clinical tab."""
        return self._workspace.clinical.join

    def show_tab(self, name: str) -> None:
        """Bring a page up."""
        self._workspace.show_tab(name)

    def shows(self, name: str) -> bool:
        """Whether a page is up."""
        return self._workspace.tab == name

    def viewer_shows(self) -> bool:
        """Whether a slide is on the viewer's canvas, and the viewer is up."""
        viewer: Any = self._workspace.viewer
        there = self._workspace.tab == "viewer" and viewer is not None
        return there and viewer.stage is not None and bool(viewer.slide_id)

    def viewer_profiled(self) -> bool:
        """Whether the slide on the viewer's canvas has a colour profile."""
        viewer: Any = self._workspace.viewer
        return viewer is not None and viewer.has_profile

    def in_viewer(self, deed: str) -> None:
        """Do something on the slide that the viewer shows."""
        viewer: Any = self._workspace.viewer
        if viewer is not None:
            viewer.do(deed)

    def preview_recipe(self) -> None:
        """Try a recipe out on the slide that is chosen."""
        self.show_tab("viewer")
        viewer: Any = self._workspace.viewer
        if viewer is not None and not viewer.preview.on:
            viewer.do_when_shown("preview")

    def show_layers(self) -> None:
        """Go to the layers of the slide in the viewer."""
        self.show_tab("viewer")
        self._workspace.set_open("inspector", True)
        self._workspace.inspector.take_layers()

    def toggle(self, panel: str) -> None:
        """Show or hide a panel."""
        self._workspace.set_open(panel, not self._workspace.is_open(panel))

    def open(self, panel: str) -> bool:
        """Whether a panel is shown."""
        return self._workspace.is_open(panel)

    def show_bottom(self, name: str) -> None:
        """Bring up a panel at the bottom."""
        self._workspace.show_bottom(name)

    def show_run_log(self) -> None:
        """Go to the log of the chosen run."""
        self.show_bottom("runs")
        self.bottom.runs.show_log()

    def chart(self, column: str = "") -> None:
        """Show the chart of a column: the current one of the table by default."""
        page = self._workspace.table_page()
        at = page.view.currentIndex().column() if page is not None else -1
        if not column and page is not None and at >= 0:
            column = page.proxy.shown_name(at)
        self.show_bottom("chart")
        self.bottom.chart.show_column(column)

    def show_notices(self) -> None:
        """Fold out what was told in this session."""
        self.notices()

    def step_problem(self, by: int) -> None:
        """Go to the next or previous problem."""
        self.show_bottom("problems")
        self.bottom.problems.step(by)

    def fix_problem(self) -> None:
        """Mend the chosen problem if that is safe, else go where it can be."""
        self.bottom.problems.apply()

    def go_to(self, problem: Problem) -> None:
        """Show the cell, or the run, a problem is about."""
        if problem.fix == "Show run":
            self.show_bottom("runs")
            self.bottom.runs.show_slide(problem.slide_id)
            return
        if problem.fix == RELINK:
            self.relink()
            return
        if problem.fix == "Join report":
            self._workspace.go_to_tab("clinical")
            self.join_panel().show_list("near")
            return
        if problem.row >= 0:
            self.show_cell(problem.table, problem.row, problem.column)

    def mend(self, problem: Problem) -> None:
        """Go to a problem, and open its cell where it is one that takes a text."""
        self.go_to(problem)
        page = self._workspace.table_page()
        if page is None or problem.row < 0 or problem.fix in _ELSEWHERE:
            return
        found = page.view.place()
        if found == (problem.table, problem.row, problem.column):
            page.view.begin_editing()

    def _in_sight(self, problem: Problem) -> bool:
        """Whether the row of a problem is shown; yes for what is no row."""
        pages = self._workspace
        page = pages.slides if problem.table == "manifest" else pages.clinical.table
        row = page.proxy.model.row_at(problem.row, problem.table or "manifest")
        return row < 0 or page.proxy.shown_row(row) >= 0

    def show_cell(self, table: str, row_id: int, name: str) -> None:
        """Show a cell by table, row and column."""
        self._workspace.go_to_tab("slides" if table == "manifest" else "clinical")
        page = self._workspace.table_page()
        if page is None:
            return
        model = page.proxy.model
        column = model.column_at(table, name)
        row = model.row_at(row_id, table)
        if column >= 0 and row >= 0:
            page.view.setColumnHidden(column, False)
            page.view.show_cell(row, column)
            page.view.setFocus()

    def toggle_filter_row(self) -> None:
        """Show or fold away the filter fields."""
        page = self._workspace.table_page()
        if page is not None:
            page.filter_row.toggle()

    def filter_row_shown(self) -> bool:
        """Whether the filter fields are shown."""
        page = self._workspace.table_page()
        return page is not None and page.view.header.filters_shown

    def toggle_theme(self) -> None:
        """From light to dark, or back."""
        self.set_theme("light" if self.session.theme.dark else "dark")

    def set_theme(self, mode: str) -> None:
        """Put a theme in force and remember it."""
        self.preferences.change(theme=mode)
        self.session.theme.set_mode(mode)

    def reset(self) -> None:
        """Put all panels back where they began."""
        self._workspace.reset()

    def full_screen(self) -> None:
        """Use the whole screen, or come back."""
        window = self.widget
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def is_full_screen(self) -> bool:
        """Whether the whole screen is used."""
        return self.widget.isFullScreen()

    def step_focus(self, by: int) -> None:
        """Go to the next panel, from the toolbar on to the status bar."""
        step(self._stops(), self.widget.focusWidget(), by)

    def _stops(self) -> list[Stop]:
        work, page = self._workspace, self._workspace.table_page()
        view, above, below = self._page(), *self.bars()
        return [
            *(Stop(bar) for bar in above),
            Stop(work.side.panel, work.side.stop),
            *([] if page is None else [Stop(page.bar, page.search)]),
            Stop(view, view),
            Stop(work.inspector),
            Stop(work.bottom, work.bottom.tabs),
            *(Stop(bar) for bar in below),
        ]

    def focus_page(self) -> None:
        """Give the keyboard to the page that is up."""
        if self.session.project is not None:
            self._page().setFocus(Qt.FocusReason.OtherFocusReason)

    def _page(self) -> QWidget:
        page = self._workspace.table_page()
        if page is not None:
            return page.view
        if self._workspace.tab == "gallery":
            return self._workspace.gallery.view
        viewer = self._workspace.viewer
        if self._workspace.tab == "viewer" and viewer is not None:
            return viewer
        return self._workspace.pages

    def step_selection(self, by: int) -> None:
        """Select what was selected before, or after that."""
        place = self._place + by
        if 0 <= place < len(self._past):
            self._place = place
            self._stepping = True
            self.session.select(self._past[place])
            self._stepping = False

    def _note_selection(self, chosen: tuple[str, ...]) -> None:
        if self._stepping or not chosen:
            return
        self._past = [*self._past[: self._place + 1][-99:], chosen]
        self._place = len(self._past) - 1

    def _forget(self) -> None:
        self._past, self._place = [], -1

    def palette(self) -> None:
        """Search actions, slides and columns."""
        entries, hidden = self.actions(), ""
        if self._workspace.reviewing:
            # A review goes its own way, and a blinded one names no slide.
            hidden = "Slides and columns are not searched while a review is on"
        else:
            entries = [*entries, *self._slides(), *self._columns()]
        dialog = PaletteDialog(self.session.theme, entries, self.widget, hidden)
        self.show_dialog(dialog)

    def _slides(self) -> list[Entry]:
        project = self.session.project
        if project is None:
            return []
        manifest = project.manifest
        pairs = zip(
            manifest.texts("slide_id").tolist(),
            manifest.texts("cohort").tolist(),
            strict=True,
        )
        return [
            Entry(
                "Slides", slide, cohort, icon="ph.image-square", run=self._goer(slide)
            )
            for slide, cohort in list(pairs)[:_SLIDES_IN_PALETTE]
        ]

    def _goer(self, slide_id: str) -> Callable[[], None]:
        return lambda: self.session.select(slide_id)

    def _columns(self) -> list[Entry]:
        if self.session.project is None:
            return []
        work = self._workspace
        found = []
        for tab, page in (("slides", work.slides), ("clinical", work.clinical.table)):
            for column, field in enumerate(page.proxy.model.fields):
                if not field.picture:
                    found.append(
                        Entry(
                            "Columns",
                            field.column.name,
                            f"{tab.capitalize()} table",
                            icon="ph.columns",
                            run=self._shower(tab, column),
                        )
                    )
        return found

    def _shower(self, tab: str, column: int) -> Callable[[], None]:
        def show() -> None:
            self.show_tab(tab)
            page = self._workspace.table_page()
            if page is not None:
                page.view.setColumnHidden(column, False)
                row = max(page.view.currentIndex().row(), 0)
                index = page.proxy.index(row, column)
                page.view.setCurrentIndex(index)
                page.view.scrollTo(index)
                page.view.setFocus()

        return show
