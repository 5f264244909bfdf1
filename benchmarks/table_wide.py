"""A clinical table of 5,000 columns in the whole window."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import table_acts

from pathgui.gui.shell.window import MainWindow
from pathgui.gui.tables.order import Sort
from pathgui.project import Column, Edit, Project
from pathgui.project.layout import TABLE_FILES

ROWS, COLUMNS = 1000, 5000
_KINDS = ("number", "integer", "category", "text")


def rows(app: Any, folder: Path) -> list[dict[str, Any]]:
    """Measure; `folder` is for a project that is made there."""
    root = folder / "wide"
    make_project(root)
    return table_acts.measured(app, root, f"{ROWS:,} × {COLUMNS:,} cells", _acts)


def make_project(root: Path) -> None:
    """A slide and a clinical row of 5,000 columns for each of 1,000 names."""
    rng = np.random.default_rng(3)
    with Project.create(root) as project:
        own = [Column(f"gene {k}", _KINDS[k % 4]) for k in range(COLUMNS - 6)]
        clinical = project.clinical
        changes = tuple(clinical.new_column(column) for column in own)
        project.apply(Edit("columns", columns=changes))
        project.save()
        slides = dict.fromkeys((c.name for c in project.manifest.columns), "")
        header = [c.name for c in clinical.columns]
    ids = [f"slide-{k:04d}" for k in range(ROWS)]
    files = [f"raw_slides/{name}.svs" for name in ids]
    slides |= {"slide_id": ids, "cohort": "lung", "path": files}
    pd.DataFrame(slides, dtype=object).to_csv(
        root / TABLE_FILES["manifest"], index=False
    )
    cells = dict.fromkeys(header, "") | {"slide_id": ids}
    for column in own:
        values = rng.integers(0, 1000, ROWS)
        cells[column.name] = {
            "number": lambda v: [f"{x / 7:.3f}" for x in v],
            "integer": lambda v: v.astype(str),
            "category": lambda v: [f"group {x % 5}" for x in v],
            "text": lambda v: [f"note {x}" for x in v],
        }[column.kind](values)
    pd.DataFrame(cells, dtype=object).to_csv(
        root / TABLE_FILES["clinical"], index=False
    )


def _acts(window: MainWindow) -> list[table_acts.Act]:
    session, table = window.session, window.workspace.clinical.table
    window.workspace.show_tab("clinical")
    view, proxy, moved = table.view, table.proxy, session.undo_stack.indexChanged

    def put(column: str, text: str) -> None:
        index = proxy.index(3, proxy.model.column_at("clinical", column))
        view.setCurrentIndex(index)
        proxy.setData(index, text)

    return [
        ("edit one cell", lambda: put("gene 40", "0.5"), moved),
        ("undo it", session.undo, moved),
        ("redo it", session.redo, moved),
        ("edit an id", lambda: put("slide_id", "other"), moved),
        ("undo it", session.undo, moved),
        (
            "scroll to the right end",
            lambda: view.horizontalScrollBar().setValue(
                view.horizontalScrollBar().maximum()
            ),
            view.horizontalScrollBar().valueChanged,
        ),
        (
            "sort by a number",
            lambda: proxy.set_sorts((Sort("clinical.gene 40"),)),
            proxy.reordered,
        ),
        (
            "filter by a column",
            lambda: table.search.setText("`gene 40` > 70"),
            proxy.reordered,
        ),
        ("clear the filter", table.clear_filters, proxy.reordered),
        ("find words", lambda: table.search.setText("note 77"), proxy.reordered),
        ("clear the filter", table.clear_filters, proxy.reordered),
        *table_acts.columns(window, "clinical", "gene 40"),
        ("select all", view.selectAll, view.selectionModel().selectionChanged),
        ("freeze three columns", lambda: table.freeze_to(2), moved),
        ("undo it", session.undo, moved),
        ("columns dialog", window.tables.choose_columns, window.tables.shown),
        ("schema dialog", window.clinical.schema, window.clinical.shown),
        ("export dialog", window.exports.ask, window.exports.shown),
    ]
