"""Layout of the window, remembered per project: panels, widths, hidden columns."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from pathgui import log
from pathgui.gui.panels.tablepage import TablePage
from pathgui.gui.shell.workspace import TABS, Workspace
from pathgui.replacing import replacing

_log = log.get(__name__)
FILE = "layout.json"


def save(workspace: Workspace, folder: Path) -> None:
    """Write how the workspace looks now; a disk that refuses is only noted."""
    state = {
        "version": 1,
        "tab": workspace.tab,
        "panels": workspace.panels_wanted(),
        "across": workspace.widths(),
        "down": workspace.heights(),
        "columns": {name: _columns(page) for name, page in _pages(workspace).items()},
        "strip": {
            "folded": workspace.gallery.strip.folded,
            **workspace.gallery.strip.wanted_columns(),
        },
        "frozen": {n: page.view.frozen.count for n, page in _pages(workspace).items()},
    }
    try:
        with replacing(folder / FILE) as part:
            part.write_text(json.dumps(state), "utf-8")
    except OSError as error:
        _log.info("the layout cannot be kept: %s", error)


def restore(workspace: Workspace, folder: Path) -> None:
    """Make the workspace look as it did; what makes no sense is left out."""
    try:
        state = json.loads((folder / FILE).read_text("utf-8"))
        columns = dict(state.get("columns", {}))
        frozen = {str(n): int(k) for n, k in dict(state.get("frozen", {})).items()}
        panels = {str(name): bool(on) for name, on in state["panels"].items()}
        across = [int(size) for size in state["across"]]
        down = [int(size) for size in state["down"]]
        tab = str(state["tab"])
        strip = dict(state.get("strip", {}))
        added = [str(name) for name in list(strip.get("added", []))]
        dropped = [str(name) for name in list(strip.get("dropped", []))]
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.info("the kept layout cannot be read: %s", error)
        return
    workspace.restore(panels, across, down)
    for name, page in _pages(workspace).items():
        kept, count = columns.get(name, {}), min(frozen.get(name, 0), 20)
        page.when_fitted(partial(_set_columns, page, kept, count))
    workspace.gallery.strip.want_columns(added, dropped)
    workspace.gallery.strip.set_folded(bool(strip.get("folded", False)))
    # The viewer loads napari: that waits until someone asks for it.
    if tab in TABS and tab != "viewer":
        workspace.show_tab(tab)


def _pages(workspace: Workspace) -> dict[str, TablePage]:
    return {"slides": workspace.slides, "clinical": workspace.clinical.table}


def _columns(page: TablePage) -> dict[str, list[Any]]:
    page.fit_columns()
    view, proxy = page.view, page.proxy
    return {
        proxy.name(column): [
            view.header.visualIndex(column),
            view.header.sectionSize(column),
            view.isColumnHidden(column),
        ]
        for column in range(proxy.columnCount())
    }


def _set_columns(page: TablePage, kept: dict[str, Any], frozen: int) -> None:
    """Give columns the places and widths they had, and keep the first in place."""
    view, proxy = page.view, page.proxy
    places: list[tuple[int, int]] = []
    with view.header.held():
        for column in range(proxy.columnCount()):
            entry = kept.get(proxy.name(column))
            if not (isinstance(entry, list) and len(entry) == 3):
                continue
            place, width, hidden = entry
            if isinstance(width, int) and 24 <= width <= 2000:
                view.setColumnWidth(column, width)
            if view.isColumnHidden(column) != bool(hidden):
                view.setColumnHidden(column, bool(hidden))
            if isinstance(place, int):
                places.append((place, column))
        for place, column in sorted(places):
            if 0 <= place < view.header.count():
                view.header.moveSection(view.header.visualIndex(column), place)
    view.frozen.freeze(frozen)
