"""A real SLURM: one node on loopback that the tests start and end."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pathgui.jobs.arrays import find_arrays
from pathgui.jobs.arrays.submit import is_queued
from pathgui.project import Project
from pathgui.storage import validate
from pathgui.workflows.add_slides import add
from pathgui.workflows.carry_out import carry_out
from pathgui.workflows.cluster import Queue, prepare_array, sync
from pathgui.workflows.cluster_options import run_options
from pathgui.workflows.run_recipe import RunOptions, prepare
from pathgui.workflows.status import summary

NAMES = ("plain", "with space", "$(touch HIT)", "quote'; touch HIT", "病理")


@pytest.fixture
def project(tmp_path, synthetic, recipe_text):
    raw = tmp_path / "raw"
    raw.mkdir()
    paths = [Path(shutil.copy(synthetic, raw / f"{name}.tif")) for name in NAMES]
    with Project.create(tmp_path / "study") as made:
        (made.folder("pipelines") / "small.toml").write_text(recipe_text)
        assert not add(made, paths, "c1").problems
        yield made


def wait_until_gone(array):
    """Let SLURM itself wait: a job that depends on the others and does nothing."""
    words = ["sbatch", "--wait", "--dependency=afterany:" + ":".join(array.jobs),
             "--output=/dev/null", "--wrap=true"]  # fmt: skip
    subprocess.run(words, cwd=array.folder, capture_output=True, timeout=100,
                   check=True)  # fmt: skip


def test_that_a_job_array_runs_on_a_real_queue(slurm, project, tmp_path, capsys):
    out = tmp_path / "array of runs"
    options = {"batch": 2, "cpus": 1, "mem": "500M", "time": "10m",
               "partition": "test", "max_running": 2}  # fmt: skip
    queue = Queue("slurm", out, options, submit=True)
    project.slide_path("plain").write_bytes(b"no slide any more")
    made = prepare_array(project, Path("small"), queue)
    (array,) = find_arrays(project.folder("runs"))
    assert array.jobs == made.jobs
    assert is_queued(array) is True
    wait_until_gone(array)
    report = sync(project)
    completed = (slurm / "log" / "jobcomp.txt").read_text()
    with capsys.disabled():
        sys.stdout.write(f"\nsbatch --array: job {', '.join(made.jobs)}\n{completed}")
    (run,) = report.runs
    assert (run.done, run.failed) == (4, 1), run
    assert report.waiting[made.run_id] == 0
    assert is_queued(array) is False
    assert "FAILED" in completed  # the exit status of the task with the bad slide
    assert completed.count("COMPLETED") >= 2
    assert not list(tmp_path.rglob("HIT"))
    results = sorted(project.folder("processed").rglob("*.h5"))
    assert [problem for path in results for problem in validate(path)] == []
    assert len(list((out / "logs").glob("*.log"))) == 3
    assert dict(summary(project).status) == {"failed": 1, "done": 4}


def test_that_tasks_that_never_ran_are_told_apart(slurm, project, tmp_path):
    site = {"cpus": 1, "mem": "100M", "batch": len(NAMES)}
    queue = Queue("slurm", tmp_path / "array", site)
    made = prepare_array(project, Path("small"), queue)
    (array,) = find_arrays(project.folder("runs"))
    held = subprocess.run(
        ["sbatch", "--parsable", "--hold", *array.scripts],
        cwd=array.folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    array.with_jobs([held.stdout.strip()])
    assert sync(project).waiting == {made.run_id: len(NAMES)}
    subprocess.run(["scancel", held.stdout.strip()], check=True)
    (run,) = sync(project).runs
    assert (run.skipped, run.outcome) == (len(NAMES), "cancelled")


def test_that_dask_workers_come_from_a_real_queue(slurm, project):
    """`pathgui run --scheduler slurm`: each worker is a job, none stays behind."""
    pytest.importorskip("dask_jobqueue", reason="the extra hpc is not installed")
    wishes = ["queue=test", "mem=1G", "time=10m", "interface=lo"]
    options = run_options(
        project, RunOptions(workers=1, scheduler="slurm"), cluster=wishes
    )
    outcome = carry_out(project, prepare(project, Path("small"), options=options))
    assert (outcome.done, outcome.failed) == (len(NAMES), 0)
    left = subprocess.run(
        ["squeue", "--noheader", "--states=RUNNING,PENDING", "--name=pathgui"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert left.stdout == ""
