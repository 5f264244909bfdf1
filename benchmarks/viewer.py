"""How long the window stops while a slide is panned and zoomed, and what layers cost.

Ours and plain synchronous napari run in turn, each in its own process, with the same
camera on the same slide. The figure is the CPU time of the GUI thread between two
ticks of a 5 ms timer: software drawing makes wall times meaningless. Needs a display
with OpenGL, such as Xvfb. Besides: a state overlay of 100,000 tiles built and
switched, the same walk with 5,000 named annotations, and the memory of 200 changes
between slides.

    python benchmarks/viewer.py [--size 40000] [--seconds 30] [--slide FILE]
        [--changes 200] [--only ours|names|plain|overlay|changes]
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from measure import table
from slides_for_benchmarks import big_slide

WINDOW = (1400, 900)
TICK_MS = 5
STEP_MS = 33


class Ticks:
    """CPU time of this thread between ticks of a fast timer."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[float] = []
        self._last = time.thread_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        now = time.thread_time()
        self.gaps.append((now - self._last) * 1000)
        self._last = now

    def clear(self) -> None:
        self.gaps.clear()
        self._last = time.thread_time()

    def report(self) -> dict[str, float]:
        gaps = sorted(self.gaps)
        busy = [gap for gap in gaps if gap > 1.0] or [0.0]
        return {
            "worst ms": gaps[-1],
            "99 % ms": gaps[int(len(gaps) * 0.99)],
            "median of busy ms": statistics.median(busy),
            "median ms": statistics.median(gaps),
            "ticks": len(gaps),
        }


def pause(milliseconds: int) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def drive(camera, size: float, fit: float, seconds: float) -> None:
    """Pan in curves while zooming in and out, a step every 33 ms."""
    start = time.monotonic()
    while (spent := time.monotonic() - start) < seconds:
        turn = spent / seconds
        depth = 0.5 - 0.5 * math.cos(turn * 6 * math.pi)
        camera.zoom = fit * math.exp(depth * math.log(1.5 / fit))
        reach = size * 0.3
        camera.center = (
            0.0,
            size / 2 + reach * math.sin(spent * 0.7) * (0.3 + 0.1 * depth),
            size / 2 + reach * math.cos(spent * 0.5) * (0.3 + 0.1 * depth),
        )
        pause(STEP_MS)


def ours(slide: Path, seconds: float, names: int = 0) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from pathgui.gui.viewer import embed

    embed.preload()
    from pathgui.gui.style import Theme
    from pathgui.gui.viewer.loading import Request, load
    from pathgui.gui.viewer.results import Result
    from pathgui.gui.viewer.stage import Stage
    from pathgui.tiling import TileCache

    theme = Theme("light")
    theme.install()
    stage = Stage(theme)
    stage.resize(*WINDOW)
    stage.show()
    loaded = load(
        Request("slide", slide, Path("none")), TileCache(0.25), print, lambda: False
    )
    tiles, mask = overlays(loaded)
    result = Result(tiles, (mask,), 128)
    shown = replace(loaded, result=result)
    begin = time.monotonic()
    stage.show_slide(shown)
    done: list[float] = []
    stage.canvas.sharp.connect(lambda: done.append(time.monotonic() - begin))
    while not done:
        pause(20)
    if names:
        stage.names.use(places(loaded.size, names), ((140, 23, 32), (0, 92, 65)))
    pause(1000)
    ticks = Ticks()
    pause(500)
    ticks.clear()
    drive(
        stage.canvas.camera,
        loaded.size[0] * stage.canvas.unit,
        stage.canvas.zoom,
        seconds,
    )
    report = ticks.report() | {"first sharp s": done[0], "tiles": len(tiles)}
    report["names"] = names
    stage.shutdown()
    shown.close()
    application.processEvents()
    return report


def places(size: tuple[int, int], count: int):
    """Annotations of many sizes all over a slide, each with a name."""
    import shapely

    from pathgui.gui.viewer.draw.places import Places
    from pathgui.interop import Annotation

    random = np.random.default_rng(0)
    spots = random.uniform(0, 1, (count, 2)) * size
    sides = 10 ** random.uniform(1, 3.3, count)
    drawn = [
        Annotation(shapely.Point(x, y).buffer(side), f"region {k}", "ab"[k % 2])
        for k, ((x, y), side) in enumerate(zip(spots, sides, strict=True))
    ]
    return Places.of(drawn, ("a", "b"))


def overlays(loaded):
    """Every tile of 128 px in the tissue of a slide, and the tissue."""
    from pathgui.gui.viewer.outline import mask_field
    from pathgui.gui.viewer.tilemap import TileMap
    from pathgui.tiling import TileGrid

    spread = loaded.overview.max(axis=2).astype(int) - loaded.overview.min(axis=2)
    mask = spread > 30
    grid = TileGrid.regular(loaded.pixels.slide.frame(0), 128)
    step = loaded.size[0] / mask.shape[1]
    share = grid.mask_fraction(mask, step)
    kept = np.flatnonzero(share >= 0.2)
    tiles = TileMap.of(grid.take(kept), kept, {"tissue": share[kept]})
    return tiles, mask_field("tissue", mask, step)


def plain(slide: Path, seconds: float) -> dict[str, float]:
    """Napari as it comes: synchronous, one lazy array per level of the file."""
    os.environ["NAPARI_ASYNC"] = "0"
    os.environ["NAPARI_CONFIG"] = str(Path(tempfile.mkdtemp()) / "napari.yaml")
    import openslide
    from napari.components import ViewerModel
    from napari.qt import QtViewer, get_qapp

    get_qapp()

    class Level:
        def __init__(self, source, level):
            width, height = source.level_dimensions[level]
            self.shape, self.dtype, self.ndim = (height, width, 3), np.uint8, 3
            self._source, self._level = source, level
            self._step = source.level_downsamples[level]

        @property
        def size(self):
            return int(np.prod(self.shape))

        def __getitem__(self, index):
            rows, columns = index[0], index[1]
            y0, y1, _ = rows.indices(self.shape[0])
            x0, x1, _ = columns.indices(self.shape[1])
            corner = int(x0 * self._step), int(y0 * self._step)
            region = self._source.read_region(corner, self._level, (x1 - x0, y1 - y0))
            return np.asarray(region.convert("RGB"))

        def __array__(self, dtype=None, copy=None):
            return self[slice(None), slice(None)]

    source = openslide.OpenSlide(slide)
    model = ViewerModel()
    viewer = QtViewer(model)
    viewer.resize(*WINDOW)
    viewer.show()
    levels = [Level(source, level) for level in range(source.level_count)]
    begin = time.monotonic()
    model.add_image(levels, multiscale=True, rgb=True)
    model.fit_to_view()
    pause(50)
    first = time.monotonic() - begin
    pause(1000)
    ticks = Ticks()
    pause(500)
    ticks.clear()
    camera = model.scene.camera
    drive(camera, source.dimensions[0], camera.zoom, seconds)
    report = ticks.report() | {"first sharp s": first, "tiles": 0, "names": 0}
    model.layers.clear()
    viewer.close()
    source.close()
    return report


def frame(stage) -> float:
    """Draw once; CPU milliseconds of this thread."""
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    drawn = stage.canvas._napari.drawn  # noqa: SLF001 - the end of a frame

    def ended(_: object) -> None:
        loop.quit()

    drawn.connect(ended, position="last")
    begin = time.thread_time()
    stage.canvas.native.update()
    loop.exec()
    drawn.disconnect(ended)
    return (time.thread_time() - begin) * 1000


def overlay(slide: Path, tiles: int = 100_000) -> dict[str, float]:
    """CPU time to build, change and switch the states of very many tiles."""
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from pathgui.gui.style import Theme
    from pathgui.gui.viewer import embed

    embed.preload()
    from pathgui.gui.viewer.loading import Request, load
    from pathgui.gui.viewer.results import Result
    from pathgui.gui.viewer.stage import Stage
    from pathgui.gui.viewer.tilemap import EXCLUDED, TileMap
    from pathgui.tiling import TileCache, TileGrid

    theme = Theme("light")
    theme.install()
    stage = Stage(theme)
    stage.resize(*WINDOW)
    stage.show()
    request = Request("slide", slide, Path("none"))
    loaded = load(request, TileCache(0.1), print, bool)
    side = int(math.sqrt(loaded.size[0] * loaded.size[1] / tiles))
    grid = TileGrid.regular(loaded.pixels.slide.frame(0), side)
    values = np.linspace(0, 1, len(grid))
    stage.show_slide(replace(loaded, result=Result()))
    pause(1500)
    picture = stage.canvas.picture
    bare = statistics.median(frame(stage) for _ in range(10))
    begin = time.thread_time()
    states = TileMap.of(grid, labels={"score": values})
    node = picture.add_tiles(states, "Tiles", "grid")
    frame(stage)
    built = (time.thread_time() - begin) * 1000
    toggles = []
    for turn in range(20):
        begin = time.thread_time()
        node.visible = bool(turn % 2)
        frame(stage)
        toggles.append((time.thread_time() - begin) * 1000)
    begin = time.thread_time()
    states.mark(EXCLUDED, range(0, len(grid), 7))
    node.node.set_state(states.state)
    marked = (time.thread_time() - begin) * 1000
    begin = time.thread_time()
    for number in range(100):
        states.at(number * 97.0, number * 131.0)
    hovered = (time.thread_time() - begin) * 10
    stage.shutdown()
    loaded.close()
    application.processEvents()
    return {
        "tiles": len(grid),
        "a frame without them ms": bare,
        "built and drawn ms": built,
        "toggled and drawn, median ms": statistics.median(toggles),
        "worst ms": max(toggles),
        "states changed ms": marked,
        "tile under mouse ms": hovered,
    }


def changes(slide: Path, count: int) -> dict[str, float]:
    """Memory while slides with results come and go."""
    import psutil
    from PySide6.QtCore import QEventLoop, QObject, Signal
    from PySide6.QtWidgets import QApplication

    from pathgui.gui.style import Theme
    from pathgui.project import Edit, Project, RowChange
    from pathgui.workflows.synthetic import SlideLook, make_slide

    application = QApplication([])
    theme = Theme("light")
    theme.install()

    class Host(QObject):
        changed = Signal(object)

        def __init__(self, project: Project) -> None:
            super().__init__()
            self.theme, self.project = theme, project

        def select(self, slides: object) -> None:
            del slides

        def field(self, slide_id: str, column: str) -> str:
            row = self.project.manifest.find(slide_id)
            return "" if row is None else self.project.manifest.text(row, column)

    from pathgui.engine import parse_recipe, process_slide
    from pathgui.gui.viewer.panel import ViewerPanel

    recipe = parse_recipe(
        'name = "t"\n[tiling]\ntile_size = 64\nmin_tissue = 0.2\n'
        '[[steps]]\ntransform = "TissueDetectionHE"\n[output]\nimages = "none"\n'
    )
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "p")
        names = [f"s{k}" for k in range(4)]
        for number, name in enumerate(names):
            file = Path(folder) / f"{name}.tif"
            make_slide(file, SlideLook(2048, seed=number, pieces=2))
            row = {"slide_id": name, "path": str(file), "cohort": "c"}
            change = RowChange("manifest", number, row)
            project.apply(Edit("Add", added=(change,)))
            out = project.result_path(name)
            process_slide(file, recipe, out, slide_id=name)
        panel = ViewerPanel(Host(project))
        panel.resize(*WINDOW)
        panel.show()
        used, waits = [], []
        for turn in range(count + 40 if count else 12):
            begin = time.monotonic()
            loop = QEventLoop()
            panel.ready.connect(loop.quit)
            panel.show_slide(names[turn % len(names)])
            loop.exec()
            panel.ready.disconnect(loop.quit)
            waits.append((time.monotonic() - begin) * 1000)
            used.append(process.memory_info().rss / 1e6)
        panel.shutdown()
        application.processEvents()
        project.close()
    del slide
    # Caches fill first: the slides are all known after forty changes.
    start, end = statistics.median(used[35:45] or used), statistics.median(used[-10:])
    return {
        "changes": count,
        "MB at first": start,
        "MB at the end": end,
        "growth %": 100 * (end - start) / start,
        "median wait ms": statistics.median(waits[40:] or waits),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=40000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--slide", type=Path)
    parser.add_argument(
        "--only", choices=("ours", "names", "plain", "overlay", "changes")
    )
    options = parser.parse_args()
    slide = options.slide or big_slide(options.size)
    jobs = {
        "ours": lambda: ours(slide, options.seconds),
        "names": lambda: ours(slide, options.seconds, 5000),
        "plain": lambda: plain(slide, options.seconds),
        "overlay": lambda: overlay(slide),
        "changes": lambda: changes(slide, options.changes),
    }
    if options.only:
        print(json.dumps(jobs[options.only]()))
        return
    rows = {}
    for name in jobs:
        command = [sys.executable, __file__, "--only", name, "--slide", str(slide)]
        command += ["--seconds", str(options.seconds)]
        command += ["--changes", str(options.changes)]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        rows[name] = json.loads(out.splitlines()[-1])
    print(table([{"viewer": name} | rows[name] for name in ("ours", "names", "plain")]))
    print(table([rows["overlay"]]))
    print(table([rows["changes"]]))


if __name__ == "__main__":
    main()
