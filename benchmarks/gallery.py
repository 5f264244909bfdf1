"""The gallery with 10,000 slides, and the next slide of a review.

    tools/with-display python benchmarks/gallery.py [--slides 10000] [--json]

The gap is CPU time of the GUI thread between two ticks of a 5 ms timer while the
gallery scrolls from end to end, for drawing in software and a busy machine add wall
time of their own. The next slide is timed from the key to its first sharp frame, once
it was opened ahead and once cold.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

COUNT, SLIDES = 10_000, 6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--slides", type=int, default=COUNT)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATHGUI_CONFIG"] = str(Path(folder) / "settings")
        root = make_project(Path(folder), options.slides)
        rows = measure(root)
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for name, (value, unit, limit) in rows.items():
        print(f"{name:<52}{value:>9.1f} {unit:<4} (limit {limit:g})")


def make_project(folder: Path, count: int) -> Path:
    """A project of `count` rows with metrics, decisions and pictures in the cache."""
    import numpy as np

    from pathgui.project import Edit, Project
    from pathgui.workflows import thumbnails
    from pathgui.workflows.add_slides import add
    from pathgui.workflows.qc.metrics import write_metrics
    from pathgui.workflows.synthetic import SlideLook, make_slide

    root, real = folder / "project", []
    for seed in range(SLIDES):
        look = SlideLook(8192, seed=seed, pieces=2)
        real.append(make_slide(folder / f"real_{seed}.tif", look))
    rng = np.random.default_rng(1)
    with Project.create(root, "Gallery") as project:
        add(project, real, "real")
        rows = [
            {
                "slide_id": f"slide_{k:05}",
                "path": f"raw/slide_{k:05}.svs",
                "cohort": f"cohort_{k % 7}",
                "status": "done",
                "qc_status": ("", "pass", "flag", "exclude")[k % 4],
                "n_tiles": str(1000 + k),
            }
            for k in range(count - SLIDES)
        ]
        project.apply(Edit("rows", added=project.manifest.new_rows(rows)))
        project.save()
        ids = project.manifest.texts("slide_id").tolist()
        focus, area = rng.lognormal(6, 0.3, len(ids)), rng.lognormal(4, 0.5, len(ids))
        write_metrics(
            project,
            {
                s: {"focus": f"{f:.4g}", "tissue_mm2": f"{a:.4g}"}
                for s, f, a in zip(ids, focus, area, strict=True)
            },
        )
        pictures = [thumbnails.ensure(project, s) for s in ids[:SLIDES]]
        for at, slide in enumerate(ids[SLIDES:]):
            target = thumbnails.cached(project, slide)
            shutil.copyfile(pictures[at % SLIDES], target)
    return root


def measure(root: Path) -> dict[str, tuple[float, str, float]]:
    from PySide6.QtCore import QEventLoop, QTimer

    from pathgui.gui.app import application
    from pathgui.gui.shell.window import MainWindow
    from pathgui.gui.style import Theme

    app = application()
    theme = Theme("light", app)
    theme.install()
    window = MainWindow(theme, quiet=True)
    window.resize(1600, 1000)
    window.show()

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    window.session.open(root)
    clock = time.process_time()
    window.workspace.show_tab("gallery")
    app.processEvents()
    shown = time.process_time() - clock
    wait(3000)
    found: dict[str, tuple[float, str, float]] = {}
    found["gallery of 10,000 shown (CPU)"] = (1000 * shown, "ms", 500)
    for name, group in (("in one group", ""), ("in seven groups", "manifest.cohort")):
        window.workspace.gallery.group_by(group)
        wait(300)
        worst, median, steps = scroll(window)
        found[f"scrolling {name}: worst gap"] = (worst, "ms", 50)
        found[f"scrolling {name}: median gap"] = (median, "ms", 16)
        found[f"scrolling {name}: steps"] = (steps, "", 0)
    found |= next_slides(window, wait)
    window.session.close()
    window.shutdown()
    return found


def scroll(window) -> tuple[float, float, int]:
    """Scroll from top to bottom; gaps in ms of CPU time of the GUI thread."""
    from PySide6.QtCore import QEventLoop, QTimer

    bar = window.workspace.gallery.view.verticalScrollBar()
    bar.setValue(0)
    gaps: list[float] = []
    last = [time.thread_time()]
    ticker, mover, loop = QTimer(), QTimer(), QEventLoop()
    ticker.setInterval(5)
    mover.setInterval(16)
    step = max(bar.maximum() // 400, 1)

    def tick() -> None:
        now = time.thread_time()
        gaps.append(1000 * (now - last[0]))
        last[0] = now

    def move() -> None:
        if bar.value() >= bar.maximum():
            loop.quit()
        bar.setValue(bar.value() + step)

    ticker.timeout.connect(tick)
    mover.timeout.connect(move)
    ticker.start()
    mover.start()
    loop.exec()
    ticker.stop()
    mover.stop()
    return max(gaps), statistics.median(gaps), len(gaps)


def next_slides(window, wait) -> dict[str, tuple[float, str, float]]:
    """From the key to the first sharp frame, opened ahead and cold."""
    from PySide6.QtCore import QEventLoop, QTimer

    from pathgui.gui.review.start import StartWish
    from pathgui.workflows.qc.queue import QueueChoice

    window.session.select([s for s in window.session.slides if s.startswith("real")])
    window.reviews.begin(StartWish("ticked", QueueChoice("table")))
    viewer = window.workspace.viewer
    ready(viewer, lambda: None)
    ahead, cold, busy = [], [], []
    for _ in range(SLIDES - 1):
        loop = QEventLoop()
        viewer.prefetched.connect(loop.quit)
        QTimer.singleShot(3000, loop.quit)
        loop.exec()
        wait(200)
        clock = time.thread_time()
        ahead.append(ready(viewer, lambda: window.reviews.step(1)))
        busy.append(1000 * (time.thread_time() - clock))
    state = window.reviews.state
    for _ in range(SLIDES - 1):
        # Two back: nothing was opened ahead there.
        place = (state.place + 3) % SLIDES
        cold.append(ready(viewer, lambda at=place: state.go(at)))
    window.reviews.leave()
    return {
        "next slide of a review, opened ahead: worst": (max(ahead), "ms", 500),
        "next slide of a review, opened ahead: median": (
            statistics.median(ahead),
            "ms",
            500,
        ),
        "next slide, CPU of the GUI thread: median": (
            statistics.median(busy),
            "ms",
            0,
        ),
        "another slide, cold: median": (statistics.median(cold), "ms", 0),
    }


def ready(viewer, go) -> float:
    """Milliseconds of wall time until the viewer says that its slide is sharp."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    viewer.ready.connect(loop.quit)
    guard = QTimer()
    guard.setSingleShot(True)
    guard.timeout.connect(loop.quit)
    guard.start(30_000)
    start = time.perf_counter()
    go()
    loop.exec()
    viewer.ready.disconnect(loop.quit)
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
