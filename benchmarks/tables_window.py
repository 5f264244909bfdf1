"""The table of the window: 100,000 × 60 cells, and a table of 5,000 columns.

    tools/with-display python benchmarks/tables_window.py table|acts|wide|memory

Each part in a process of its own, as a window is; `tables.py --window` runs all.
"""

import gc
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import measure
import numpy as np
import pandas as pd
import table_acts
import table_wide
from eventloop import Loop
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QTableView

from pathgui.gui.collecting import leave_out_modules
from pathgui.gui.session import Session
from pathgui.gui.style import Theme
from pathgui.gui.tables import changes
from pathgui.gui.tables.fields import slides_content
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.order import Sort
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.wordstore import WordStore
from pathgui.project import Column, Edit, Project
from pathgui.project.layout import TABLE_FILES

ROWS, COLUMNS = 100_000, 60
PASTED = (10_000, 5)


def make_project(root: Path) -> None:
    """A manifest of 100,000 slides, with columns of their own up to 60."""
    rng = np.random.default_rng(2)
    with Project.create(root) as project:
        names = [column.name for column in project.manifest.columns]
        own = [
            Column(f"marker {k}", ("number", "category", "text")[k % 3])
            for k in range(COLUMNS - len(names))
        ]
        changed = tuple(project.manifest.new_column(column) for column in own)
        project.apply(Edit("columns", columns=changed))
        project.save()
    ids = np.char.add("slide-", np.arange(ROWS).astype(str))
    cells: dict[str, Any] = dict.fromkeys(names, "")
    cells |= {"slide_id": rng.permutation(ids), "cohort": "lung", "status": "ready"}
    cells |= {"path": np.char.add(np.char.add("raw_slides/", ids), ".svs")}
    for column in own:
        values = rng.random(ROWS)
        cells[column.name] = {
            "number": lambda v: [f"{x:.5f}" for x in v],
            "category": lambda v: np.char.add(
                "group ", (v * 9).astype(int).astype(str)
            ),
            "text": lambda v: [f"note {int(x * 1e6)}" for x in v],
        }[column.kind](values)
    frame = pd.DataFrame(cells, dtype=object)
    frame.to_csv(root / TABLE_FILES["manifest"], index=False)


def main() -> None:
    """Measure one part in this process, and print its figures."""
    app = QApplication.instance() or QApplication([])
    leave_out_modules()  # as the program does at its start
    with tempfile.TemporaryDirectory(prefix="pathgui-window-") as name:
        folder = Path(name)
        root = folder / "window"
        part = sys.argv[1]
        if part != "wide":
            make_project(root)
        found = {
            "table": lambda: _table(app, root),
            "acts": lambda: table_acts.rows(app, root),
            "wide": lambda: table_wide.rows(app, folder),
            "memory": lambda: [_memory(root)],
        }[part]()
    print(f"\n{measure.table(found)}", flush=True)


def _table(app: Any, root: Path) -> list[dict[str, Any]]:
    """Sort, filter and paste in the table alone."""
    theme = Theme("light")
    theme.install()
    session = Session(theme)
    try:
        session.open(root)
        model = TableModel(session, slides_content)
        model.reload()
        proxy = OrderProxy(model)
        view = QTableView()
        view.setModel(proxy)
        view.resize(1400, 800)
        view.show()
        app.processEvents()
        _settle(session)
        _read_words(session, proxy)
        found = [*_ordering(proxy), *_pasting(session, proxy)]
        view.close()
        return found
    finally:
        session.shutdown()
        session.close()
        theme.deleteLater()


def _settle(session: Session) -> None:
    """Wait until the tables are checked, as they are a moment after opening."""
    loop = QEventLoop()
    session.checks.changed.connect(loop.quit)
    if not session.checks.settled:
        loop.exec()
    session.checks.changed.disconnect(loop.quit)


def _read_words(session: Session, proxy: OrderProxy) -> None:
    """Read the columns for words, as the window does when a table has come to rest."""
    WordStore(proxy).read()
    loop = QEventLoop()
    session.background.idle.connect(loop.quit)
    loop.exec()
    session.background.idle.disconnect(loop.quit)


def _ordering(proxy: OrderProxy) -> list[dict[str, Any]]:
    loop = Loop()
    jobs: dict[str, Callable[[], None]] = {
        "sort by a number": lambda: proxy.set_sorts((Sort("manifest.marker 0"),)),
        "sort by a name": lambda: proxy.set_sorts((Sort("manifest.slide_id"),)),
        "sort by two": lambda: proxy.set_sorts(
            (Sort("manifest.marker 1"), Sort("manifest.marker 3", descending=True))
        ),
        "filter by a number": lambda: proxy.set_search("`marker 0` > 0.5"),
        "filter by two columns": lambda: proxy.set_search(
            '`marker 1` == "group 3" and `marker 6` < 0.2'
        ),
        "filter by words": lambda: proxy.set_search("note 77"),
    }
    found = []
    for name, job in jobs.items():
        times = [loop.run(job, proxy.reordered)]
        proxy.clear_filters()
        loop.run(lambda: proxy.set_sorts(()), proxy.reordered)
        times.append(loop.run(job, proxy.reordered))
        found.append(
            {
                "what": f"{name}, {ROWS:,} rows",
                "first ms": times[0][0],
                "again ms": times[1][0],
                "longest block ms": max(block for _, block, _ in times),
                "first CPU ms": times[0][2],
                "again CPU ms": times[1][2],
            }
        )
    proxy.clear_filters()
    loop.run(lambda: proxy.set_sorts(()), proxy.reordered)
    return found


def _pasting(session: Session, proxy: OrderProxy) -> list[dict[str, Any]]:
    high, wide = PASTED
    first = proxy.model.column_at("manifest", "marker 0")
    columns = list(range(first, first + wide))
    text = "\n".join("\t".join(f"0.{k}{c}" for c in columns) for k in range(high))
    chosen = {first: np.array([0])}
    shown = changes.Shown.of(proxy)
    before, moved = session.undo_stack.count(), session.undo_stack.indexChanged
    loop, found = Loop(), []
    jobs: dict[str, Callable[[], None]] = {
        f"paste {high:,} × {wide} cells": lambda: session.change(
            "Paste", lambda: changes.paste(shown, chosen, columns, text).edit
        ),
        "undo it": session.undo,
    }
    for what, job in jobs.items():
        taken, block, spent = loop.run(job, moved)
        found.append(
            {
                "what": what,
                "first ms": taken,
                "longest block ms": block,
                "longest block CPU ms": loop.longest_cpu * 1000,
                "first CPU ms": spent,
            }
        )
    assert session.undo_stack.count() == before + 1
    return found


def _memory(root: Path) -> dict[str, Any]:
    """What the window holds for a table, checked and read for words.

    Beside a DataFrame of its texts.
    """

    def held(make: Callable[[], Any]) -> float:
        gc.collect()
        tracemalloc.start()
        kept = make()
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del kept
        return size / 1e6

    def ours() -> Any:
        session = Session(Theme("light"))
        session.open(root, write=False)
        model = TableModel(session, slides_content)
        model.reload()
        proxy = OrderProxy(model)
        _settle(session)
        _read_words(session, proxy)
        return session, model, proxy

    file = root / TABLE_FILES["manifest"]
    frame = held(lambda: pd.read_csv(file, dtype=object, na_filter=False))
    window = held(ours)
    return {
        "what": f"memory of {ROWS:,} × {COLUMNS} cells",
        "window MB": window,
        "DataFrame MB": frame,
        "ratio": window / frame,
    }


if __name__ == "__main__":
    main()
