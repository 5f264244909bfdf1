"""A result that nobody here made is seen by a child before the window opens it."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from pathgui.engine import load_recipe, process_slide
from pathgui.errors import StorageError
from pathgui.jobs.journal import Journal
from pathgui.storage.guard import call_in_child

pytestmark = pytest.mark.gl
CALL = "pathgui.storage.looking.call_in_child"
SLIDE = "synthetic"
# Far more than it takes, far less than a hang.
MOST_MS = 60_000


@pytest.fixture
def opened(window: Any, root: Path) -> Path:
    """The window on a project, and where the result of its slide is to lie."""
    if QGuiApplication.platformName() == "offscreen":
        pytest.skip("the offscreen platform has no OpenGL; run under Xvfb")
    out = window.session.project.result_path(SLIDE)
    out.parent.mkdir(parents=True, exist_ok=True)
    return out


def show(window: Any, qtbot: Any) -> Any:
    """The viewer with the slide sharp on screen."""
    window.session.select(SLIDE)
    window.actions_.trigger("view.viewer")
    viewer = window.workspace.viewer
    shown = viewer.slide_id == SLIDE and viewer.stage is not None
    with qtbot.waitSignal(viewer.ready, timeout=MOST_MS):
        if not shown:
            viewer.show_slide(SLIDE)
    return viewer


def outline(window: Any, qtbot: Any) -> Any:
    """What the gallery knows of the slide's tissue."""
    window.actions_.trigger("view.gallery")
    outlines = window.workspace.gallery.outlines
    outlines.get(SLIDE)
    qtbot.waitUntil(lambda: not outlines.busy, timeout=MOST_MS)
    return outlines.get(SLIDE)


def make_result(window: Any, out: Path) -> None:
    project = window.session.project
    recipe = load_recipe(project.folder("pipelines") / "small.toml")
    process_slide(project.slide_path(SLIDE), recipe, out, slide_id=SLIDE)


@pytest.mark.parametrize(
    ("name", "words"),
    [("hostile/bomb.h5", "not one of pathgui"), ("broken/truncated.h5path", "trunc")],
)
def test_that_a_hostile_or_damaged_result_is_told_and_the_window_lives(
    window: Any, opened: Path, qtbot: Any, data: Path, name: str, words: str
) -> None:
    shutil.copyfile(data / name, opened)
    viewer = show(window, qtbot)
    assert viewer.stage.banner.isVisible()
    assert words in viewer.stage.banner.text
    assert outline(window, qtbot).isEmpty()
    window.session.select("S1")
    assert window.session.current == "S1"


def test_that_a_result_that_kills_its_reader_is_told_too(
    window: Any, opened: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_result(window, opened)
    threads = []

    def crash(_name: str, *paths: str, **_options: Any) -> None:
        threads.append(threading.current_thread())
        raise StorageError(f"{paths[0]} made its reader crash (status -11)")

    monkeypatch.setattr(CALL, crash)
    viewer = show(window, qtbot)
    assert "made its reader crash" in viewer.stage.banner.text
    assert viewer.stage.canvas.picture.tile_map is None, "it was not opened here"
    assert outline(window, qtbot).isEmpty()
    assert threads
    assert threading.main_thread() not in threads


def test_that_a_recorded_result_is_shown_without_a_child(
    window: Any, opened: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_result(window, opened)
    stat = opened.stat()
    journal = window.session.project.folder("runs") / "journal.db"
    with Journal(journal, "earlier") as made:
        made.attempt(
            slide_id=SLIDE, output=str(opened), status="done",
            output_size=stat.st_size, output_mtime_ns=stat.st_mtime_ns,
        )  # fmt: skip
    begun = []
    monkeypatch.setattr(CALL, lambda *paths, **_options: begun.append(paths))
    viewer = show(window, qtbot)
    assert viewer.stage.canvas.picture.tile_map is not None
    assert not outline(window, qtbot).isEmpty()
    assert begun == []


def test_that_an_unrecorded_result_is_looked_at_once_for_all_panels(
    window: Any, opened: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_result(window, opened)
    begun = []

    def call(name: str, *paths: str, **options: Any) -> Any:
        begun.append(paths)
        return call_in_child(name, *paths, **options)

    monkeypatch.setattr(CALL, call)
    viewer = show(window, qtbot)
    assert viewer.stage.canvas.picture.tile_map is not None
    assert not outline(window, qtbot).isEmpty()
    assert begun == [(str(opened),)]
