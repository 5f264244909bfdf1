"""Pictures of the window for README and guide, from a demo cohort.

    tools/with-display python docs/make_images.py [DEMO_FOLDER]

The demo cohort is made in a temporary folder unless one is named. Personal settings
are left alone.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).parent / "images"
SIZE = (1600, 1000)


def main(demo: Path) -> None:
    from pathgui.workflows.demo import run_demo

    run_demo(demo)
    measure(demo)
    for colours in ("light", "dark"):
        # A process for each theme, as each person starts one.
        command = [sys.executable, __file__, str(demo), colours]
        subprocess.run(command, check=True)
        dialogs = Path(__file__).with_name("make_dialog_images.py")
        command = [sys.executable, str(dialogs), str(demo), colours]
        subprocess.run(command, check=True)


def measure(demo: Path) -> None:
    """Quality metrics of the demo cohort, and some decisions."""
    from pathgui.project import Project
    from pathgui.workflows.carry_out import carry_out
    from pathgui.workflows.review import Decision, decide, log_decision
    from pathgui.workflows.run_recipe import prepare

    with Project.open(demo) as project:
        carry_out(project, prepare(project, Path("qc_metrics")))
        slides = project.manifest.texts("slide_id").tolist()
        for slide, status, why in zip(
            slides,
            ("pass", "pass", "flag", "exclude"),
            ("", "", "pen mark", "out of focus"),
            strict=False,
        ):
            edit = decide(project, slide, status, why)
            if edit is not None:
                project.apply(edit)
                log_decision(project, Decision(slide, status, why, "", "reviewer 1"))
        project.save()


def pictures(demo: Path, colours: str) -> None:
    from PySide6.QtCore import QEventLoop

    from pathgui.gui.app import application
    from pathgui.gui.shell.shot import Shot
    from pathgui.gui.shell.window import MainWindow
    from pathgui.gui.style import Theme

    app = application()
    theme = Theme(colours, app)
    theme.install()
    window = MainWindow(theme, quiet=True)
    window.resize(*SIZE)
    window.show()

    def take(name: str) -> None:
        loop = QEventLoop()
        target = IMAGES / f"{name}{'-dark' if colours == 'dark' else ''}.png"
        shot = Shot(window, target)
        shot.done.connect(loop.quit)
        shot.start()
        loop.exec()
        print(target.name)

    take("welcome")
    window.session.open(demo)
    window.session.select(window.session.slides[0])
    window.workspace.show_bottom("runs")
    for name in ("slides", "clinical"):
        window.workspace.show_tab(name)
        take(name)
    gallery(window)
    take("gallery")
    window.show_slide(window.session.slides[0])
    take("viewer")
    of_tools(window, take)
    review(window)
    take("review")
    window.reviews.leave()
    window.session.close()
    window.shutdown()


def gallery(window: Any) -> None:
    """Outliers first, and the plot beside them."""
    from pathgui.gui.tables.order import Sort

    window.workspace.show_tab("gallery")
    window.workspace.set_open("bottom", False)
    window.workspace.slides.proxy.set_sorts((Sort("metrics.focus"),))
    page = window.workspace.gallery
    page.group_by("outlier")
    page.beneath.setCurrentIndex(page.beneath.findData("metrics.focus"))
    out = [s for s in window.session.slides if s in window.quality.outliers]
    window.session.select(out or window.session.slides[:2])


def review(window: Any) -> None:
    """A review with a decision on screen."""
    from pathgui.gui.review.start import StartWish
    from pathgui.workflows.qc.queue import QueueChoice

    window.workspace.slides.proxy.set_sorts(())
    window.reviews.begin(StartWish("shown", QueueChoice("table")))
    window.reviews.step(2)


def of_tools(window: Any, take: Callable[[str], None]) -> None:
    """Live preview and mask editing on the slide that is shown."""
    from PySide6.QtCore import QEventLoop

    viewer = window.workspace.viewer
    loop = QEventLoop()
    viewer.preview.measured.connect(loop.quit)
    viewer.do("preview")
    loop.exec()
    take("preview")
    viewer.do("preview")
    viewer.do("edit")
    take("mask")
    viewer.do("edit")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATHGUI_CONFIG"] = str(Path(folder) / "settings")
        named = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "demo"
        if len(sys.argv) > 2:
            pictures(named, sys.argv[2])
        else:
            main(named)
