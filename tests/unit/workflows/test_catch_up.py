"""A manifest that was closed while runs went on, or was left behind by a dead one."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pathgui import jobs
from pathgui.jobs.plan_file import save_plan
from pathgui.project import Cell, Edit, Project
from pathgui.workflows.add_slides import add
from pathgui.workflows.carry_out import carry_out
from pathgui.workflows.catch_up import catch_up, edit_of, find_news
from pathgui.workflows.cluster import sync
from pathgui.workflows.run_recipe import RunOptions, plan_run, prepare


@pytest.fixture
def project(tmp_path, synthetic, recipe_text):
    raw = tmp_path / "raw"
    raw.mkdir()
    paths = [Path(shutil.copy(synthetic, raw / f"{name}.tif")) for name in "abc"]
    with Project.create(tmp_path / "study") as made:
        (made.folder("pipelines") / "small.toml").write_text(recipe_text)
        assert not add(made, paths, "c1").problems
        yield made


def plan(project, **options):
    chosen = RunOptions(workers=1, scheduler="threads", **options)
    return plan_run(project, Path("small"), options=chosen)


def texts(project, column):
    return project.manifest.texts(column).tolist()


def test_that_what_a_background_run_did_comes_into_the_manifest_once(project):
    project.slide_path("b").write_bytes(b"no slide any more")
    made = plan(project)
    save_plan(made, made.run_dir / "plan.json")
    list(jobs.Run(made).events())
    assert "done" not in texts(project, "status")
    assert catch_up(project) > 0
    assert texts(project, "status") == ["done", "failed", "done"]
    assert int(texts(project, "n_tiles")[0]) > 0
    assert not project.dirty
    assert catch_up(project) == 0
    assert find_news(project.folder("runs")).ended == ()


def test_that_slides_of_a_dead_run_are_ready_again(project):
    row = project.manifest.find("a")
    old = project.manifest.text(row, "status")
    project.apply(Edit("run", (Cell("manifest", row, "status", old, "running"),)))
    report = sync(project)
    assert texts(project, "status")[0] == "ready"
    assert "1 cell of" in report.text()


def test_that_slides_that_are_being_worked_on_stay_running(project):
    row = project.manifest.find("a")
    old = project.manifest.text(row, "status")
    project.apply(Edit("run", (Cell("manifest", row, "status", old, "running"),)))
    news = find_news(project.folder("runs"))
    assert edit_of(project, news) is not None
    assert edit_of(project, replace(news, running=frozenset({"a"}))) is None


def test_that_a_result_nobody_could_tell_of_brings_its_figures(project):
    """As after a client that died between a result and its entry in the journal."""
    carry_out(project, prepare(project, Path("small"), options=RunOptions(
        workers=1, scheduler="threads")))  # fmt: skip
    before = texts(project, "n_tiles"), texts(project, "tissue_fraction")
    assert all(before[1])
    for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
        (project.folder("runs") / name).unlink(missing_ok=True)
    rows = project.manifest.row_ids
    project.apply(Edit("forget", tuple(
        Cell("manifest", row, column, project.manifest.text(row, column), "")
        for row in rows for column in ("n_tiles", "tissue_fraction")
    )))  # fmt: skip
    outcome = carry_out(project, jobs.Run(plan(project)))
    assert (outcome.done, outcome.skipped) == (0, 3)
    assert (texts(project, "n_tiles"), texts(project, "tissue_fraction")) == before
