"""Pictures of dialogs and panels for the guide, from a copy of a demo cohort.

    tools/with-display python docs/make_dialog_images.py DEMO_FOLDER light|dark

`make_images.py` calls it for both themes. The cohort that is named is not changed.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).parent / "images"
SIZE = (1600, 1000)
TABLE = """slide_name,label,hospital,grade,survival,recorded
demo-A1.tif,1,0.0,2,"12.5",2026-03-01
demo-A2.tif,0,1.0,1,"30.1",2026-03-04
demo-B1.tif,1,0.0,3,"4.2",2026-04-11
demo-B2.tif,0,1.0,2,"51",2026-05-30
demo-C1.tif,0,0.0,1,"unknown",2026-06-02
demo-C2.tif,1,1.0,2,"18.9",2026-06-15
demo-C3.tif,0,0.0,2,"22",2026-06-21
demo-C4.tif,1,1.0,3,"9.7",2026-07-08
"""


def pictures(demo: Path, colours: str) -> None:
    from PySide6.QtWidgets import QApplication

    from pathgui.gui.app import application
    from pathgui.gui.shell.window import MainWindow
    from pathgui.gui.style import Theme

    app = application()
    theme = Theme(colours, app)
    theme.install()
    window = MainWindow(theme)
    window.resize(*SIZE)
    window.show()
    window.session.open(demo)

    def take(name: str, widget: Any = None) -> None:
        _wait(500)
        target = IMAGES / f"{name}{'-dark' if colours == 'dark' else ''}.png"
        shown = widget or QApplication.activeModalWidget()
        shown.grab().save(str(target))
        print(target.name)
        if widget is None:
            shown.reject()

    _import(window, demo.parent / "labels.csv", take)
    _tables(window, take)
    window.views.chart("age")
    window.session.select(window.session.slides[:2])
    take("chart", window)
    window.session.close()
    window.shutdown()


def _import(window: Any, file: Path, take: Callable[..., None]) -> None:
    file.write_text(TABLE, "utf-8")
    shown: list[Any] = []
    window.imports.shown.connect(shown.append)
    window.imports.import_table(file)
    wizard = shown[-1]
    while wizard.place < 3:
        _until(lambda: wizard.decisions.plan is not None)
        wizard.go_on()
    take("import")


def _tables(window: Any, take: Callable[..., None]) -> None:
    from pathgui.project import Edit

    project = window.session.project
    manifest, clinical = project.manifest, project.clinical
    first, second = manifest.row_ids[:2]
    for text in ("IHC", "PAS"):
        cells = tuple(manifest.cell(row, "staining", text) for row in (first, second))
        window.session.edit(Edit("Set staining", cells))
        window.session.save()
    window.actions_.trigger("file.restore")
    take("versions")
    window.clinical.schema("clinical", "age")
    take("schema")
    window.actions_.trigger("file.export")
    take("export")
    key = clinical.key
    ids = clinical.texts(key).tolist()
    cells = tuple(
        clinical.cell(row, key, new)
        for row, new in zip(clinical.row_ids, _nearly(ids), strict=True)
    )
    window.session.edit(Edit("Spell ids otherwise", tuple(c for c in cells if c.old)))
    window.views.show_tab("clinical")
    _wait(600)
    window.workspace.clinical.join.show_list("near")
    take("join", window)
    window.session.undo_stack.undo()
    window.views.show_tab("slides")


def _nearly(ids: list[str]) -> list[str]:
    """Ids as people write them by mistake."""
    return [[text, text.lstrip("0"), f"{text} "][k % 3] for k, text in enumerate(ids)]


def _wait(milliseconds: int) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _until(good: Callable[[], bool]) -> None:
    for _ in range(200):
        if good():
            return
        _wait(50)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATHGUI_CONFIG"] = str(Path(folder) / "settings")
        copy = Path(folder) / "demo"
        shutil.copytree(sys.argv[1], copy)
        pictures(copy, sys.argv[2])
