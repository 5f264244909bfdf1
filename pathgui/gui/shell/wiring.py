"""Who listens to whom: all connections of the window in one place."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from pathgui.gui.actions.menus import TREE_MENU
from pathgui.gui.dialogs.palette import Entry
from pathgui.gui.panels.nodes import Node
from pathgui.gui.shell import layout
from pathgui.integrity import VerifyReport
from pathgui.project.cellhistory import CellPlace

PRIVATE = ".pathgui"

if TYPE_CHECKING:
    from pathgui.gui.shell.window import MainWindow


def connect(window: "MainWindow") -> None:
    """Connect session, desks, actions and panels of a window."""
    _session(window)
    _panels(window)
    _scopes(window)
    _review(window)
    _welcome(window)
    window.views.actions = lambda: palette_entries(window)


def _session(window: "MainWindow") -> None:
    session, actions = window.session, window.actions_
    session.project_opened.connect(window.show_project)
    session.project_opened.connect(lambda: _restore_layout(window))
    session.closing.connect(lambda: _keep_layout(window))
    session.project_closed.connect(window.show_project)
    session.project_closed.connect(window.toasts.clear)
    session.trouble.connect(window.say_trouble)
    session.told.connect(lambda words, kind: _toast(window, words, kind))
    session.project_closed.connect(window.notices.clear)
    window.notice_list.veil = window.reviews.state.veil
    bell, notices = window.toolbar.bell, window.notices
    notices.changed.connect(lambda: bell.say(notices.unread))
    bell.say(0)
    for signal in (
        session.selection_changed,
        session.reloaded,
        session.saved,
        session.undo_stack.indexChanged,
        session.bulk.changed,
        window.runs.listed,
        window.runs.changed,
        window.runs.ended,
        window.workspace.bottom.runs.list.selectionModel().currentRowChanged,
    ):
        signal.connect(actions.refresh)
    window.slides.viewer_wanted.connect(window.show_slide)
    window.workspace.clinical.join.bulk.connect(window.clinical.confirm)
    window.workspace.bottom.history.wanted.connect(window.safety.show_change)
    window.safety.go_to = window.views.show_cell
    window.views.relink = window.files.ask_relink
    window.views.notices = window.show_notices
    window.views.bars = lambda: ((window.toolbar,), (window.status,))
    window.projects.clashed.connect(window.safety.compare_with_disk)
    window.leaving.clashed.connect(window.safety.compare_with_disk)
    window.banner.asked.connect(window.projects.take_over)
    window.imports.imported.connect(
        lambda report: window.views.show_tab(
            "slides" if report.into == "manifest" else "clinical"
        )
    )

    def verified(report: VerifyReport) -> None:
        bad = len(report.changed) + len(report.missing) + len(report.errors)
        if bad:
            files = "file" if bad == 1 else "files"
            window.status.say_integrity(
                f"Integrity: {bad:,} {files} to look at", "error"
            )
        else:
            words = f"Integrity: {report.files:,} files as recorded"
            window.status.say_integrity(words, "ok")

    window.tools.verified.connect(verified)
    session.project_closed.connect(lambda: window.status.say_integrity(""))


def _restore_layout(window: "MainWindow") -> None:
    project = window.session.project
    if project is not None:
        layout.restore(window.workspace, project.root / PRIVATE)


def _keep_layout(window: "MainWindow") -> None:
    project = window.session.project
    if project is not None and project.writable:
        layout.save(window.workspace, project.root / PRIVATE)


def _panels(window: "MainWindow") -> None:
    work, trigger = window.workspace, window.actions_.trigger
    panels: tuple[Any, ...] = (
        work.tree,
        work.slides,
        work.clinical,
        work.gallery,
        work.inspector,
        work.bottom,
    )
    for panel in panels:
        panel.asked.connect(trigger)
    for page in (work.slides, work.clinical.table):
        page.column_asked.connect(window.tables.on_column)
        page.proxy.reordered.connect(window.actions_.refresh_filtered)
    window.tables.define_wanted.connect(window.clinical.schema)
    work.tree.opened.connect(lambda node: open_node(window, node))
    work.tree.more_wanted.connect(lambda place: _tree_menu(window, place))
    window.status.workers_clicked.connect(lambda: trigger("run.status_page"))
    window.status.trouble_clicked.connect(lambda: window.views.show_bottom("problems"))
    work.tab_shown.connect(lambda name: tab_shown(window, name))
    window.runs.listed.connect(lambda: _show_runs(window))
    for widget in (work.slides.view, work.gallery.view, work.tree.tree):
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        widget.customContextMenuRequested.connect(_menu_of(window, widget))
    _clinical_cell(window)
    tab_shown(window, work.tab)


def _show_runs(window: "MainWindow") -> None:
    """A run that goes on is shown, with room for its log."""
    if window.runs.live is not None:
        window.workspace.show_bottom("runs")
        window.workspace.give_room()


def _clinical_cell(window: "MainWindow") -> None:
    """Let the inspector speak about the current cell of the clinical table."""
    work, cell = window.workspace, window.workspace.inspector.cell
    view = work.clinical.table.view

    def place() -> CellPlace | None:
        # A cell that is only current was not chosen: the inspector speaks of slides.
        chosen = work.tab == "clinical" and view.selectionModel().hasSelection()
        return window.tables.place() if chosen else None

    cell.place = place
    cell.asked.connect(window.actions_.trigger)
    work.clinical.reported.connect(cell.take_report)
    work.tab_shown.connect(cell.look)
    view.selectionModel().currentChanged.connect(cell.look)
    view.selectionModel().selectionChanged.connect(cell.look)
    view.proxy.modelReset.connect(cell.look)


def _menu_of(window: "MainWindow", widget: QWidget) -> Any:
    def show(place: QPoint) -> None:
        tree = window.workspace.tree
        node = tree.node_at(place) if widget is tree.tree else None
        if node is not None and node.kind == "view":
            _view_menu(window, node).popup(widget.mapToGlobal(place))
        elif window.session.selection:
            window.slide_menu(widget.mapToGlobal(place))

    return show


def _tree_menu(window: "MainWindow", place: QPoint) -> QMenu:
    """What can be done with the project tree, and from it."""
    menu, tree = QMenu(window), window.workspace.tree
    menu.setObjectName("treeMenu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction("Unfold all").triggered.connect(tree.unfold_all)
    menu.addAction("Fold all").triggered.connect(tree.fold_all)
    menu.addSeparator()
    window.actions_.refresh()
    window.actions_.fill(menu, TREE_MENU)
    menu.popup(place)
    return menu


def _view_menu(window: "MainWindow", node: Node) -> QMenu:
    """What can be done with a saved view."""
    menu, tables, name = QMenu(window), window.tables, node.key
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction("Show").triggered.connect(lambda: open_node(window, node))
    menu.addAction("Rename…").triggered.connect(lambda: tables.ask_view_name(name))
    menu.addAction("Delete…").triggered.connect(lambda: tables.ask_remove_view(name))
    return menu


def _scopes(window: "MainWindow") -> None:
    """Put the actions of a scope on the panels they are for."""
    work, actions = window.workspace, window.actions_
    for view in (work.slides.view, work.clinical.table.view):
        view.addActions(actions.scope("table"))
    reviewing: tuple[QWidget, ...] = (
        work.slides.view,
        work.gallery.view,
        work.tree.tree,
        work.inspector,
    )
    for widget in reviewing:
        widget.addActions(actions.scope("review"))
    work.gallery.view.addActions(actions.scope("gallery"))
    work.bottom.runs.addActions(actions.scope("runs"))


def _toast(window: "MainWindow", words: str, kind: str) -> None:
    window.toasts.say(window.reviews.state.veil(words), kind)
    window.notices.add(words, kind)


def _review(window: "MainWindow") -> None:
    """Let a review take the window over, and give it back."""
    desk, room, actions = window.reviews, window.review_room, window.actions_
    own = [*actions.scope("review"), *actions.scope("reviewing")]

    def begin() -> None:
        window.toolbar.hide()
        room.enter()
        window.workspace.addActions(own)
        window.status.hint("Press ? for all review keys")
        window.status.set_reviewing(True)
        actions.refresh()

    def leave() -> None:
        for action in own:
            window.workspace.removeAction(action)
        room.leave()
        window.status.hint("")
        window.status.set_reviewing(False)
        window.toolbar.setVisible(window.session.project is not None)
        actions.refresh()

    desk.begun.connect(begin)
    desk.left.connect(leave)
    desk.note_wanted.connect(room.write_note)
    desk.state.changed.connect(actions.refresh)
    desk.state.hid.connect(window.toasts.clear)
    room.asked.connect(actions.trigger)
    window.runs.ended.connect(lambda _run: window.quality.refresh(gather=True))


def _welcome(window: "MainWindow") -> None:
    welcome = window.welcome
    welcome.asked.connect(window.actions_.trigger)
    welcome.opened.connect(window.projects.open)
    welcome.dropped.connect(window.open_paths)

    def forget() -> None:
        window.projects.forget_recent()
        window.show_project()

    welcome.cleared.connect(forget)
    menu = window.toolbar.menu

    def fill() -> None:
        menu.clear()
        window.actions_.fill(menu, ("file.new", "file.open", "", "file.close", ""))
        for recent in window.preferences.values.recent[1:9]:
            entry = menu.addAction(recent)
            entry.triggered.connect(_opener(window, recent))

    menu.aboutToShow.connect(fill)


def _opener(window: "MainWindow", recent: str) -> Any:
    from pathlib import Path

    return lambda: window.projects.open(Path(recent))


def connect_viewer(window: "MainWindow", viewer: Any) -> None:
    """Let the viewer follow the selection and take review keys."""
    session = window.session

    def follow(_chosen: tuple[str, ...]) -> None:
        # A review may have put another selection in the place of what was chosen.
        shown, chosen = window.workspace.tab == "viewer", session.current
        if shown and chosen and viewer.slide_id != chosen:
            viewer.show_slide(chosen)

    from pathgui.gui.viewer.layers_panel import LayersPanel

    panel = LayersPanel(window.theme, viewer.layers, viewer.tools)
    window.workspace.inspector.set_layers(panel)
    viewer.profile = window.preferences.values.colour_profile

    def profiled(known: bool, on: bool) -> None:
        panel.show_profile(known, on)
        if on != window.preferences.values.colour_profile:
            window.preferences.change(colour_profile=on)
        window.actions_.refresh()

    panel.profile_wanted.connect(viewer.switch_profile)
    viewer.profiled.connect(profiled)
    viewer.preview.opened.connect(window.workspace.lend_inspector)
    viewer.preview.opened.connect(window.workspace.inspector.give_way)
    viewer.tools.run_wanted.connect(window.run_desk.ask_recipe)
    viewer.tools.edit_wanted.connect(session.edit)
    viewer.tools.troubled.connect(window.say_trouble)
    viewer.tools.kept.connect(session.keep)
    viewer.tools.kept.connect(window.reviews.note_step)
    viewer.tiles_selected.connect(window.status.say_tiles)
    viewer.tools.masks.saved.connect(window.workspace.gallery.renew_outline)
    viewer.tools.tiles_wanted.connect(window.run_desk.make_anew)
    session.selection_changed.connect(follow)
    session.project_closed.connect(viewer.close_slide)
    session.project_closed.connect(viewer.tools.forget)
    window.leaving.drawing = viewer.tools
    viewer.addActions(beside_digits(window))
    wanted = {"run": "run.run", "tiles": "run.run", "relink": "slides.relink"}
    viewer.action_wanted.connect(
        lambda name: window.actions_.trigger(wanted[name]) if name in wanted else None
    )


def beside_digits(window: "MainWindow") -> list[QAction]:
    """What the viewer takes of a review's keys outside one: digits are its layers."""
    actions = window.actions_.scope("review")
    return [a for a in actions if not a.shortcut().toString().isdecimal()]


def tab_shown(window: "MainWindow", name: str) -> None:
    """Point the table desk at the page that is up; show the slide in the viewer."""
    window.tables.page = window.workspace.table_page()
    if not window.workspace.tabs.hasFocus():
        window.views.focus_page()
    viewer: Any = window.workspace.viewer
    if name == "viewer" and viewer is not None:
        session = window.session
        if not session.current and session.slides:
            session.select(session.slides[0])
        if session.current and viewer.slide_id != session.current:
            viewer.show_slide(session.current)
    window.actions_.refresh()


def open_node(window: "MainWindow", node: Node) -> None:
    """Go where a line of the project tree leads."""
    if node.kind == "slide":
        window.show_slide(node.key)
    elif node.kind == "run":
        window.views.show_bottom("runs")
        window.workspace.bottom.runs.list.choose(node.key)
    elif node.kind == "recipe":
        window.actions_.trigger("run.run")
    elif node.kind == "view":
        window.views.show_tab("slides")
        window.tables.show_view(node.key)
    elif node.kind == "patient":
        window.views.show_tab("slides")
        page = window.workspace.slides
        names = ("derived.patient", "clinical.patient_id", "manifest.patient_id")
        columns = [page.proxy.model.column_at(*name.split(".")) for name in names]
        column = max(columns)
        if column >= 0:
            page.proxy.set_condition(column, f"= {node.key}")
    elif node.kind in ("cohort", "more"):
        window.views.show_tab("slides")
        proxy = window.workspace.slides.proxy
        column = proxy.model.column_at("manifest", "cohort")
        if column >= 0:
            proxy.set_condition(column, node.key)


def palette_entries(window: "MainWindow") -> list[Entry]:
    """All actions as lines of the palette."""
    from pathgui.gui.actions.table import ACTIONS

    window.actions_.refresh()

    def trigger(key: str) -> Any:
        return lambda: window.actions_.trigger(key)

    return [
        Entry(
            "Actions",
            window.actions_[key].text().rstrip("…"),
            key=action.shortcut[0] if action.shortcut else "",
            icon=action.icon,
            run=trigger(key),
            reason=window.actions_.reason(key),
        )
        for key, action in ACTIONS.items()
        if key != "edit.palette"
    ]
