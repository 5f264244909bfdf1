"""A small real project, a window on it, and a look for what is left behind."""

import gc
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest

if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pathgui.gui.collecting import leave_out_modules
from pathgui.gui.session import Session
from pathgui.gui.shell.window import MainWindow
from pathgui.gui.style import Theme
from pathgui.project import Edit, Project
from pathgui.workflows.add_slides import add

PATIENCE_MS = 30_000
AGES = ("61", "430", "", "47", "58")


class PatientQtBot(QtBot):
    """Gives up on a wait only after half a minute, not after five seconds.

    How long a wait may take is no promise of the window: beside other work on two
    cores, opening a project takes longer than it does alone.
    """

    waitActive = partialmethod(QtBot.waitActive, timeout=PATIENCE_MS)  # noqa: N815
    waitExposed = partialmethod(QtBot.waitExposed, timeout=PATIENCE_MS)  # noqa: N815
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE_MS)  # noqa: N815
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE_MS)  # noqa: N815
    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE_MS)  # noqa: N815


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientQtBot(request)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme("light")
    made.install()
    yield made
    made.deleteLater()


@pytest.fixture(scope="session")
def project_template(
    tmp_path_factory: pytest.TempPathFactory, synthetic: Path, recipe_text: str
) -> Path:
    """Two cohorts, one slide file that is there, a clinical table, a recipe."""
    root = tmp_path_factory.mktemp("gui") / "project"
    with Project.create(root, "Lung pilot") as project:
        add(project, [synthetic], "real")
        manifest, clinical = project.manifest, project.clinical
        rows = [
            {
                "slide_id": f"S{number}",
                "path": f"raw_slides/lung/S{number}.svs",
                "cohort": "lung",
                "status": "ready",
                "mpp": "0.25",
            }
            for number in range(1, 5)
        ]
        project.apply(Edit("rows", added=manifest.new_rows(rows)))
        ids = manifest.texts("slide_id").tolist()
        lines = [
            {"slide_id": slide, "patient_id": f"00{k}", "age": age, "stage": "II"}
            for k, (slide, age) in enumerate(zip(ids, AGES, strict=True))
        ]
        project.apply(Edit("clinical", added=clinical.new_rows(lines)))
        project.save()
        (project.folder("pipelines") / "small.toml").write_text(recipe_text, "utf-8")
    return root


@pytest.fixture
def root(project_template: Path, tmp_path: Path) -> Path:
    """A copy of the project for one test."""
    target = tmp_path / "project"
    shutil.copytree(project_template, target)
    return target


@pytest.fixture
def session(theme: Theme, root: Path) -> Iterator[Session]:
    made = Session(theme)
    made.open(root)
    yield made
    made.shutdown()
    made.deleteLater()


@pytest.fixture
def empty_window(
    theme: Theme, qapp: QApplication, qtbot: QtBot
) -> Iterator[MainWindow]:
    """A window without project; fails if it leaves widgets or threads behind."""
    before = set(qapp.topLevelWidgets())
    leave_out_modules()
    made = MainWindow(theme)
    made.resize(1600, 1000)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    yield made
    made.shutdown()  # asks nothing, whatever still goes on
    made.close()
    made.deleteLater()
    del made
    flush(qapp)
    left = set(qapp.topLevelWidgets()) - before
    assert not [widget for widget in left if widget.isVisible()]
    names = [thread.name for thread in threading.enumerate()]
    assert not [n for n in names if n.startswith(("run-events", "background"))]


@pytest.fixture
def window(empty_window: MainWindow, root: Path) -> MainWindow:
    """A window on the project."""
    empty_window.session.open(root)
    return empty_window


def flush(app: QApplication) -> None:
    """Delete what is to be deleted."""
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
