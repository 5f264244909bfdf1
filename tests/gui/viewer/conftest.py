"""A small project with results, and a viewer on it."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pathgui.engine import parse_recipe, process_slide
from pathgui.gui.style import Theme
from pathgui.gui.viewer.panel import ViewerPanel
from pathgui.gui.viewer.wishes import Wishes
from pathgui.project import Edit, Project, RowChange
from pathgui.workflows.synthetic import SlideLook, make_slide

RECIPE = """
name = "tiles"
[tiling]
level = 0
tile_size = 128
min_tissue = 0.5
[[steps]]
transform = "TissueDetectionHE"
mask_name = "tissue"
[[steps]]
transform = "LabelWhiteSpaceHE"
label_name = "white"
"""
SLIDES = ("first", "second", "bare", "gone", "broken")


class FakeSession(QObject):
    """The session as far as the viewer knows it."""

    changed = Signal(object)

    def __init__(self, theme: Theme, project: Project | None) -> None:
        super().__init__()
        self.theme, self.project = theme, project
        self.selected: list[tuple[str, ...]] = []

    def select(self, slides: tuple[str, ...]) -> None:
        self.selected.append(tuple(slides))

    def field(self, slide_id: str, column: str) -> str:
        row = self.project.manifest.find(slide_id)
        return "" if row is None else self.project.manifest.text(row, column)


@dataclass
class Look:
    """The canvas as pixels, asked by level-0 coordinates."""

    panel: ViewerPanel

    def __post_init__(self) -> None:
        image = self.panel.stage.canvas.grab_view()
        raw = np.frombuffer(image.constBits(), np.uint8)
        self.pixels = raw.reshape(image.height(), image.bytesPerLine() // 4, 4).copy()
        self.ratio = image.width() / self.panel.stage.canvas.width()

    def at(self, x: float, y: float, reach: int = 0) -> np.ndarray:
        """Pixels within `reach` of a level-0 point, ``(n, 3)``."""
        spot = self.panel.stage.canvas.to_widget(x, y) * self.ratio
        column, row = int(spot.x()), int(spot.y())
        box = self.pixels[
            row - reach : row + reach + 1, column - reach : column + reach + 1, :3
        ]
        return box.reshape(-1, 3).astype(int)


@pytest.fixture(scope="session")
def project_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("viewer") / "project"
    with Project.create(root) as project:
        folder = project.folder("raw_slides") / "demo"
        make_slide(folder / "first.tif", SlideLook(2048, seed=5, pieces=2))
        make_slide(folder / "second.tif", SlideLook(1024, seed=6, pieces=1))
        (folder / "bare.tif").write_bytes((folder / "second.tif").read_bytes())
        (folder / "broken.tif").write_bytes(b"not a slide at all")
        rows = [
            RowChange(
                "manifest",
                number,
                {
                    "slide_id": name,
                    "path": f"raw_slides/demo/{name}.tif",
                    "cohort": "demo",
                    "status": "ready" if name == "bare" else "done",
                    "qc_status": "pass",
                },
            )
            for number, name in enumerate(SLIDES)
        ]
        project.apply(Edit("Add slides", added=tuple(rows)))
        project.save()
        recipe = parse_recipe(RECIPE)
        for name in ("first", "second"):
            out = project.result_path(name)
            process_slide(folder / f"{name}.tif", recipe, out, slide_id=name)
    return root


@pytest.fixture(scope="module")
def project(project_folder: Path) -> Iterator[Project]:
    with Project.open(project_folder, write=False) as project:
        yield project


@pytest.fixture(scope="module")
def session(qapp: QApplication, project: Project) -> FakeSession:
    theme = Theme("light")
    theme.install()
    return FakeSession(theme, project)


@pytest.fixture(scope="module")
def needs_gl(qapp: QApplication) -> None:
    if QGuiApplication.platformName() == "offscreen":
        pytest.skip("the offscreen platform has no OpenGL; run under Xvfb")


@pytest.fixture(scope="module")
def only_panel(needs_gl: None, session: FakeSession) -> Iterator[ViewerPanel]:
    """One viewer for all tests of a module, because a canvas takes a second."""
    panel = ViewerPanel(session)
    panel.resize(900, 700)
    panel.show()
    yield panel
    panel.shutdown()
    panel.close()
    panel.deleteLater()
    flush()


@pytest.fixture
def panel(
    only_panel: ViewerPanel, session: FakeSession, qtbot: QtBot
) -> Iterator[ViewerPanel]:
    """A viewer without a slide, as a person finds it.

    What a test left to be written is written before the next one, whose project lies
    in the same folder.
    """
    only_panel.close_slide()
    only_panel.layers.wishes = Wishes()
    session.selected.clear()
    session.theme.set_mode("light")
    yield only_panel
    if only_panel.stage is not None and only_panel.stage.pointer.tool != "pan":
        only_panel.stage.pointer.set_tool("pan")
    written: list[bool] = []
    only_panel.tools.discard_drafts()
    only_panel.tools.save_drafts(lambda: written.append(True))
    qtbot.waitUntil(lambda: bool(written))


@pytest.fixture
def shown(panel: ViewerPanel, qtbot) -> ViewerPanel:
    """A viewer with the first slide sharp on screen."""
    with qtbot.waitSignal(panel.ready, timeout=30_000):
        panel.show_slide("first")
    return panel


@pytest.fixture
def look() -> Callable[[ViewerPanel], Look]:
    return Look


def flush() -> None:
    application = QApplication.instance()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    application.processEvents()
    gc.collect()
