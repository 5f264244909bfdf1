"""What people drew reaches the workers of a real run, and decides the files."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from pathgui.interop import Annotation
from pathgui.project import Project
from pathgui.storage import open_file
from pathgui.workflows import annotations, reviewed_masks
from pathgui.workflows.add_slides import add
from pathgui.workflows.carry_out import Outcome, carry_out
from pathgui.workflows.qc.tiles import log_tiles
from pathgui.workflows.run_recipe import RunOptions, prepare

pytestmark = pytest.mark.pool
SIDE, TILE = 1024, 128
RECIPE = f"""
name = "drawn"
[tiling]
tile_size = {TILE}
min_tissue = 0.5
exclude = ["Fold"]
min_inside = 1
[[steps]]
transform = "TissueDetectionHE"
"""


@pytest.fixture
def project(tmp_path, slides):
    with Project.create(tmp_path / "study") as made:
        (made.folder("pipelines") / "drawn.toml").write_text(RECIPE)
        assert not add(made, slides(4, SIDE), "c").problems
        yield made


def run(project: Project) -> Outcome:
    return carry_out(
        project, prepare(project, Path("drawn"), options=RunOptions(workers=2))
    )


def made(project: Project, slide_id: str) -> set[tuple[int, int]]:
    with open_file(project.result_path(slide_id)) as file:
        return {tuple(xy) for xy in file.slide(0).grid().coords.tolist()}


def test_that_two_workers_make_of_each_slide_what_was_drawn_on_it(project):
    first = run(project)
    assert (first.done, first.failed) == (4, 0)
    names = ("s00", "s01", "s02", "s03")
    before = {name: made(project, name) for name in names}
    assert len(set(map(frozenset, before.values()))) == 1
    whole = before["s00"]

    mask = np.zeros((256, 256), bool)
    mask[:, 128:] = True
    reviewed_masks.save(project, "s00", "tissue", mask, 4.0)
    fold = Annotation(shapely.box(0, 0, SIDE, 300), "", "Fold")
    annotations.save(project, "s01", [fold])
    spot = min(whole)
    log_tiles(project, "s02", [(*spot, TILE, TILE)])

    again = run(project)
    assert (again.done, again.skipped, again.failed) == (3, 1, 0)
    with open_file(project.result_path("s00")) as file:
        masks = file.slide(0).slide_masks
        kept = np.asarray(masks["tissue"][0], bool)
        assert (kept == mask).all()
        assert "tissue_automatic" in masks
    right = {(x, y) for x in range(512, SIDE, TILE) for y in range(0, SIDE, TILE)}
    assert made(project, "s00") == right
    assert made(project, "s01") == {(x, y) for x, y in whole if y >= 300}
    assert made(project, "s02") == whole - {spot}
    assert made(project, "s03") == whole
    counts = [
        project.manifest.value(project.manifest.find(n), "n_tiles") for n in names
    ]
    assert counts == [len(made(project, name)) for name in names]
    told = json.loads((project.folder("runs") / again.run_id / "run.json").read_text())
    hosts = {row["slide_id"]: row for row in told["slides"]}
    assert hosts["s02"]["excluded_tiles"] == 1
    assert "recipe" not in hosts["s03"]
    assert all("recipe" in hosts[name] for name in names[:3])
    assert run(project).skipped == 4
