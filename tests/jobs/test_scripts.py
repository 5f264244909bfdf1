"""Scripts that people write: without a guard, with transforms of their own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

pytestmark = pytest.mark.pool

SCRIPT = """
import sys
from dataclasses import dataclass
from pathlib import Path
from pathgui.engine import Recipe, Tiling
from pathgui.jobs import Run, RunPlan, SlideTask, new_run_id
from pathgui.preprocessing import Pipeline, Transform

print("begun")

@dataclass(frozen=True)
class Invert(Transform):
    def apply(self, tile):
        tile.image = 255 - tile.image

root = Path(sys.argv[1])
recipe = Recipe("inverted", Tiling(level=0, tile_size=256), Pipeline([Invert()]))
runs, name = root / "runs", new_run_id()
tasks = tuple(
    SlideTask(p.stem, p, root / "processed" / f"{p.stem}.h5")
    for p in sorted((root / "raw").glob("*.tif"))
)
plan = RunPlan(name, "", recipe, tasks, runs / name, runs / "journal.db", workers=1)
for event in Run(plan).events():
    print(event)
"""


def test_that_a_script_may_bring_its_own_transform_and_runs_once(
    slides: Callable[..., list[Path]], tmp_path: Path
) -> None:
    slides(1)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    # A file beside the script that hides a module of Python must not reach workers
    # that the script itself would not have shown it to.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "json.py").write_text("raise SystemExit('hidden')")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        cwd=elsewhere, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "SlideDone" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("begun") == 1
    assert done.stderr == ""
    with h5py.File(tmp_path / "processed" / "s00.h5") as file:
        corner = file["slide_0/tiles/tile_0/image"][0, 0]
    assert (corner < 30).all()
