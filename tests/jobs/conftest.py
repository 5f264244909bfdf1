"""Small real slides, plans over them, and a way to run them to the end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from pathgui.engine import Recipe, Tiling
from pathgui.jobs import Run, RunPlan, SlideTask, new_run_id
from pathgui.jobs.worker import PROCESS_SLIDE
from pathgui.preprocessing import Pipeline, TissueDetectionHE

PARTS = Path(__file__).parent / "parts"


def make_slide(path: Path, side: int = 1024, seed: int = 0) -> Path:
    """A tiled JPEG pyramid with a blob of tissue on white."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side]
    image = np.full((side, side, 3), 243, np.uint8)
    inside = (x - side / 2) ** 2 + (y - side / 2) ** 2 < (side * 0.4) ** 2
    pink = np.array([200, 110, 170]) + random.integers(-30, 30, (side, side, 1))
    image[inside] = pink[inside].clip(0, 255)
    options: dict[str, Any] = {
        "tile": (256, 256),
        "photometric": "rgb",
        "compression": "jpeg",
        "metadata": None,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with tifffile.TiffWriter(path) as tif:
        tif.write(image, resolution=(20000, 20000), resolutionunit=3, **options)
        tif.write(image[::4, ::4].copy(), subfiletype=1, **options)
    return path


@pytest.fixture
def slides(tmp_path: Path) -> Callable[..., list[Path]]:
    """Makes so many slides of a side in pixels."""

    def make(count: int, side: int = 1024) -> list[Path]:
        return [
            make_slide(tmp_path / "raw" / f"s{k:02d}.tif", side, k)
            for k in range(count)
        ]

    return make


@pytest.fixture
def recipe() -> Recipe:
    """Tiles of 256 px with a tissue mask."""
    pipeline = Pipeline([TissueDetectionHE(mask_name="tissue")])
    return Recipe("tissue tiles", Tiling(level=0, tile_size=256), pipeline)


@pytest.fixture
def plan(tmp_path: Path, recipe: Recipe) -> Callable[..., RunPlan]:
    """Plans a run over slides in the test's folder, on threads unless told."""

    def make(paths: list[Path], **options: Any) -> RunPlan:
        runs = tmp_path / "results" / "runs"
        run_id = options.pop("run_id", None) or new_run_id()
        chosen = options.pop("recipe", recipe)
        source = options.pop("recipe_path", "")
        tasks = tuple(
            SlideTask(p.stem, p, tmp_path / "processed" / chosen.output_name(p.stem))
            for p in paths
        )
        given = {"scheduler": "threads", "workers": 1, **options}
        return RunPlan(
            run_id, source, chosen, tasks, runs / run_id, runs / "journal.db", **given
        )

    return make


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Names a function of `parts/stand_ins.py` so that workers can import it."""
    monkeypatch.syspath_prepend(str(PARTS))
    return lambda name: f"stand_ins:{name}"


@pytest.fixture
def start(plan: Callable[..., RunPlan]) -> Callable[..., Run]:
    """Makes a run over slides, not yet begun."""

    def make(
        paths: list[Path],
        *,
        call: str = PROCESS_SLIDE,
        client: Any = None,
        **options: Any,
    ) -> Run:
        return Run(plan(paths, **options), client, call=call)

    return make
