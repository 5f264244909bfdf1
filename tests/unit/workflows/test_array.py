"""Job arrays: hostile names, starting anew, being told to end, reading back."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pathgui.engine import parse_recipe
from pathgui.errors import RunError
from pathgui.jobs import RunPlan, SlideDone, SlideTask
from pathgui.jobs.arrays import (
    collect,
    find_arrays,
    load_array,
    make_array,
    make_site,
    register,
)
from pathgui.jobs.arrays.submit import is_queued
from pathgui.project import Project
from pathgui.storage import open_file, validate
from pathgui.workflows.add_slides import add
from pathgui.workflows.cluster import Queue, prepare_array, sync
from pathgui.workflows.qc.tiles import log_tiles
from pathgui.workflows.run_recipe import RunOptions

HOSTILE = (
    "plain",
    "with space",
    "semi;touch HIT;",
    "$(touch HIT)",
    "`touch HIT`",
    "quote'touch HIT'",
    'double"quote',
    "star*",
    "-leading",
    "größe-病理",
)


@pytest.fixture
def slide(tmp_path_factory):
    """A slide of a few tiles: the smallest that is fast to process many times."""
    from pathgui.workflows.synthetic import SlideLook, make_slide

    return make_slide(
        tmp_path_factory.mktemp("slide") / "s.tif", SlideLook(1024, seed=3, pieces=1)
    )


@pytest.fixture
def cohort(tmp_path, slide, recipe_text):
    """Makes a project over copies of the slide under given names."""

    def make(names, folder="study"):
        raw = tmp_path / "raw slides"
        raw.mkdir(exist_ok=True)
        paths = [Path(shutil.copy(slide, raw / f"{name}.tif")) for name in names]
        project = Project.create(tmp_path / folder)
        (project.folder("pipelines") / "small.toml").write_text(recipe_text)
        report = add(project, paths, "c1")
        assert not report.problems
        return project

    return make


def array(project, out, *, system="slurm", force=False, **site):
    options = RunOptions(force=force)
    queue = Queue(system, out, site)
    return prepare_array(project, Path("small"), queue, options=options)


def task(script, index, variable="SLURM_ARRAY_TASK_ID", **extra):
    """Run a job script as a node would: another folder, the number in a variable."""
    elsewhere = script.parent.parent / "node"
    elsewhere.mkdir(exist_ok=True)
    return subprocess.run(
        ["bash", str(script)],
        env={**os.environ, variable: str(index), **extra},
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )


def test_that_no_name_reaches_the_shell_and_each_slide_is_done_once(cohort, tmp_path):
    project = cohort(HOSTILE)
    out = tmp_path / "array of $(touch HIT) 'x'"
    made = array(project, out, batch=4)
    assert (made.slides, made.tasks, made.scripts) == (10, 3, ("job_1.sh",))
    for name in made.scripts:
        text = (out / name).read_text("utf-8")
        assert "leading" not in text
        assert "病理" not in text
    for index in (1, 2, 3):
        done = task(out / "job_1.sh", index)
        assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("HIT"))
    results = sorted(project.folder("processed").rglob("*.h5"))
    assert len(results) == 10
    assert [problem for path in results for problem in validate(path)] == []
    with project:
        report = sync(project)
        assert (report.runs[0].done, report.waiting[made.run_id]) == (10, 0)
        manifest = project.manifest
        assert set(manifest.texts("status")) == {"done"}
        assert all(int(text) > 0 for text in manifest.texts("n_tiles"))
        again = sync(project)
        assert (again.runs[0].done, again.runs[0].outcome) == (0, "")


def test_that_a_newline_in_a_name_is_data(tmp_path, slide, recipe_text):
    """A project refuses such a path; a plan made by a script may hold one."""
    odd = Path(shutil.copy(slide, tmp_path / "new\nline; touch HIT\n.tif"))
    runs = tmp_path / "runs"
    output = tmp_path / "out" / "new\nline.h5"
    slide_task = SlideTask("new\nline", odd, output)
    recipe = parse_recipe(recipe_text)
    plan = RunPlan("r1", "", recipe, (slide_task,), runs / "r1", runs / "journal.db")
    folder = tmp_path / "array\nfolder"
    made = make_array(plan, folder, "slurm", make_site({}))
    register(made)
    done = task(folder / "job_1.sh", 1)
    assert done.returncode == 0, done.stderr
    assert validate(output) == []
    assert [e.tiles > 0 for e in collect(made) if isinstance(e, SlideDone)] == [True]
    assert not list(tmp_path.rglob("HIT"))


def test_that_a_task_started_anew_leaves_what_is_done(cohort, tmp_path):
    project = cohort(["a", "b"])
    out = tmp_path / "array"
    array(project, out, batch=2)
    assert task(out / "job_1.sh", 1).returncode == 0
    times = {p: p.stat().st_mtime_ns for p in project.root.rglob("*.h5")}
    assert len(times) == 2
    again = task(out / "job_1.sh", 1)
    assert again.returncode == 0
    assert {p: p.stat().st_mtime_ns for p in project.root.rglob("*.h5")} == times
    project.close()


def test_that_a_forced_array_makes_each_result_anew_but_once(cohort, tmp_path):
    project = cohort(["a"])
    array(project, tmp_path / "first")
    assert task(tmp_path / "first" / "job_1.sh", 1).returncode == 0
    (result,) = project.root.rglob("*.h5")
    made = array(project, tmp_path / "second", force=True)
    assert task(tmp_path / "second" / "job_1.sh", 1).returncode == 0
    with open_file(result) as file:
        assert file.slide(0).provenance["run_id"] == made.run_id
    time = result.stat().st_mtime_ns
    assert task(tmp_path / "second" / "job_1.sh", 1).returncode == 0
    assert result.stat().st_mtime_ns == time
    project.close()


def test_that_a_recipe_edited_under_a_waiting_array_is_refused(cohort, tmp_path):
    project = cohort(["a", "b"])
    out = tmp_path / "array"
    array(project, out)
    assert task(out / "job_1.sh", 1).returncode == 0
    text = (out / "recipe.toml").read_text()
    (out / "recipe.toml").write_text(text.replace("256", "128"))
    second = task(out / "job_1.sh", 2)
    assert second.returncode == 2
    assert "was edited after the job array was made" in second.stderr
    assert len(list(project.folder("processed").rglob("*.h5"))) == 1
    (out / "recipe.toml").write_text(text)
    assert task(out / "job_1.sh", 2).returncode == 0
    project.close()


def test_that_what_is_done_is_left_out_of_an_array(cohort, tmp_path):
    project = cohort(["a", "b"])
    array(project, tmp_path / "one")
    assert task(tmp_path / "one" / "job_1.sh", 1).returncode == 0
    made = array(project, tmp_path / "two")
    assert made.slides == 1
    assert made.up_to_date == ("a",)
    assert task(tmp_path / "two" / "job_1.sh", 1).returncode == 0
    assert "up to date" in array(project, tmp_path / "three").text()
    assert not (tmp_path / "three").exists()
    with open_file(project.result_path("b")) as file:
        x, y = file.slide(0).grid().coords[0].tolist()
    log_tiles(project, "b", [(x, y, 256, 256)])
    made = array(project, tmp_path / "four")
    assert (made.slides, made.up_to_date, made.refused) == (1, ("a",), {})
    assert task(tmp_path / "four" / "job_1.sh", 1).returncode == 0
    with open_file(project.result_path("b")) as file:
        assert file.slide(0).provenance["excluded_tiles"] == 1
    project.close()


def test_that_a_failed_slide_fails_its_task_and_is_named_by_sync(cohort, tmp_path):
    project = cohort(["bad", "good"])
    out = tmp_path / "array"
    made = array(project, out, batch=2)
    project.slide_path("bad").write_bytes(b"no slide")
    done = task(out / "job_1.sh", 1)
    assert done.returncode == 1
    assert "bad" in done.stderr
    with project:
        report = sync(project)
        assert (report.runs[0].done, report.runs[0].failed) == (1, 1)
        assert report.runs[0].outcome == "failed"
        row = project.manifest.find("bad")
        assert row is not None
        assert project.manifest.text(row, "status") == "failed"
    data = json.loads((project.root / "results/runs" / made.run_id / "run.json")
                      .read_text("utf-8"))  # fmt: skip
    states = {row["slide_id"]: row["status"] for row in data["slides"]}
    assert states == {"bad": "failed", "good": "done"}
    assert data["outcome"] == "failed"


def test_that_a_repaired_slide_comes_in_with_the_next_sync(cohort, tmp_path, slide):
    project = cohort(["a"])
    out = tmp_path / "array"
    array(project, out)
    project.slide_path("a").write_bytes(b"no slide")
    assert task(out / "job_1.sh", 1).returncode == 1
    with project:
        assert sync(project).failed == 1
        shutil.copy(slide, project.slide_path("a"))
        assert task(out / "job_1.sh", 1).returncode == 0
        report = sync(project)
        assert (report.runs[0].done, report.runs[0].outcome) == (1, "done")


def test_that_a_result_without_its_message_is_found(cohort, tmp_path):
    project = cohort(["a", "b"])
    out = tmp_path / "array"
    made = array(project, out)
    assert task(out / "job_1.sh", 1).returncode == 0
    (out / "results" / "1.json").unlink()
    with project:
        report = sync(project)
        assert report.runs[0].done == 1
        assert report.waiting[made.run_id] == 1
        assert project.manifest.texts("status").tolist() == ["done", "ready"]


def test_that_a_task_told_to_end_removes_its_part(cohort, tmp_path):
    """The script becomes the program, so the queue's signal arrives in it."""
    from pathgui.workflows.synthetic import SlideLook, make_slide

    project = cohort(["a"])
    make_slide(project.slide_path("a"), SlideLook(8192, seed=1, pieces=1))
    out = tmp_path / "array"
    made = array(project, out, cpus=1)
    process = subprocess.Popen(
        ["bash", str(out / "job_1.sh")],
        env={**os.environ, "SLURM_ARRAY_TASK_ID": "1"},
        stderr=subprocess.DEVNULL,
    )
    part = project.result_path("a").with_name("a.h5.part")
    try:
        for _ in range(3000):
            if part.exists() or process.poll() is not None:
                break
            process_wait(process, 0.01)
        assert process.poll() is None, "it was done before it could be stopped"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 130
    finally:
        process.kill()
    assert not list(project.root.rglob("*.part"))
    assert not list(project.root.rglob("*.h5"))
    with project:
        report = sync(project)
        assert report.waiting[made.run_id] == 1
        assert task(out / "job_1.sh", 1).returncode == 0
        assert sync(project).runs[0].done == 1


def process_wait(process, seconds):
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def test_that_long_arrays_are_split(cohort, tmp_path):
    project = cohort(["a", "b", "c", "d", "e"])
    out = tmp_path / "array"
    made = array(project, out, max_array=2, max_running=1)
    assert made.scripts == ("job_1.sh", "job_2.sh", "job_3.sh")
    assert "--array=1-2%1\n" in (out / "job_1.sh").read_text()
    assert "--array=1-1%1\n" in (out / "job_3.sh").read_text()
    assert task(out / "job_3.sh", 1).returncode == 0
    assert project.result_path("e").exists()
    assert task(out / "job_3.sh", 2).returncode == 2
    project.close()


@pytest.mark.parametrize("system", ["slurm", "pbs"])
def test_that_the_whole_script_is_as_expected_and_bash_reads_it(
    cohort, tmp_path, system
):
    project = cohort(["a", "b"])
    site = {
        "queue": "long", "account": "lab_1", "time": "1-02:00:00", "mem": "16g",
        "cpus": 4, "modules": "apptainer/1.2,x", "container": "/img/pathgui.sif",
        "bind": "/data", "max_running": 3,
    }  # fmt: skip
    out = tmp_path / "array"
    array(project, out, system=system, **site)
    script = out / "job_1.sh"
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    text = script.read_text()
    wanted = {
        "slurm": ("--array=1-2%3", "--cpus-per-task=4", "--mem=16G",
                  "--time=26:00:00", "--partition=long", "--account=lab_1",
                  f"--output={out}/logs/%A_%a.log"),
        "pbs": ("#PBS -J 1-2%3", "select=1:ncpus=4:mem=16gb", "walltime=26:00:00",
                "#PBS -q long", "#PBS -A lab_1", f"#PBS -o {out}/logs/"),
    }[system]  # fmt: skip
    for piece in (*wanted, "set -euo pipefail", "module load apptainer/1.2"):
        assert piece in text
    assert f'"$runtime" exec --bind /data --bind {out}' in text
    assert "/img/pathgui.sif pathgui array-task" in text
    assert (out / "logs").is_dir()
    project.close()


QSUB = """#!{python}
import os, re, subprocess, sys
script = sys.argv[-1]
text = open(script).read()
found = re.search(r"^#PBS -J 1-(\\d+)", text, re.M)
numbers = range(1, int(found[1]) + 1) if found else [None]
for number in numbers:
    env = dict(os.environ)
    if number is not None:
        env["PBS_ARRAY_INDEX"] = str(number)
    env["PBS_JOBID"] = "77[%s].server" % number
    subprocess.run(["bash", script], env=env, cwd="/")
print("77[].server" if found else "77.server")
"""


def test_that_a_pbs_array_runs_through_a_stand_in_for_qsub(
    cohort, tmp_path, monkeypatch
):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "qsub").write_text(
        QSUB.format(python=sys.executable).replace(
            'bash", script', 'bash", os.path.abspath(script)'
        )
    )
    (tools / "qsub").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    project = cohort(["a b", "$(c)", "d"])
    queue = Queue("pbs", tmp_path / "array", {"max_array": 2}, submit=True)
    made = prepare_array(project, Path("small"), queue)
    assert made.jobs == ("77[].server", "77.server")
    with project:
        report = sync(project)
        assert (report.runs[0].done, report.waiting[made.run_id]) == (3, 0)


def test_that_a_refusal_of_the_queue_is_told(cohort, tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "sbatch").write_text("#!/bin/sh\necho 'error: no such partition' >&2\n"
                                  "exit 1\n")  # fmt: skip
    (tools / "sbatch").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    project = cohort(["a"])
    queue = Queue("slurm", tmp_path / "array", submit=True)
    with pytest.raises(RunError, match="no such partition"):
        prepare_array(project, Path("small"), queue)
    (kept,) = find_arrays(project.folder("runs"))
    assert kept.jobs == ()
    assert is_queued(kept) is None
    project.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("partition", "a b"),
        ("partition", "x\n#SBATCH --uid=0"),
        ("account", "$(id)"),
        ("time", "12:00"),
        ("time", "0:00:00"),
        ("memory", "lots"),
        ("memory", "1٣G"),
        ("cpus", "2; rm"),
        ("cpus", True),
        ("modules", "a,b;c"),
        ("container", "-x"),
        ("binds", "/a:/etc"),
        ("batch", 0),
        ("reservation", "x"),
    ],
)
def test_that_what_cannot_stand_in_a_script_is_refused(name, value):
    with pytest.raises(RunError):
        make_site({name: value})


def test_that_the_project_names_usual_options(cohort, tmp_path):
    project = cohort(["a"])
    project.configure(defaults={"cluster": {"queue": "lab", "mem": "8G"}})
    out = tmp_path / "array"
    queue = Queue("slurm", out, {"memory": None, "time": "90m"})
    prepare_array(project, Path("small"), queue)
    text = (out / "job_1.sh").read_text()
    for piece in ("--partition=lab", "--mem=8G", "--time=01:30:00"):
        assert piece in text
    # A flag wins, whichever of its names an option has in pathgui.toml.
    flags = {"memory": "16G", "partition": "long"}
    prepare_array(project, Path("small"), Queue("slurm", tmp_path / "b", flags))
    text = (tmp_path / "b" / "job_1.sh").read_text()
    assert "--partition=long" in text
    assert "--mem=16G" in text
    project.close()


def test_that_a_folder_in_use_is_not_written_into(cohort, tmp_path):
    project = cohort(["a"])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    with pytest.raises(RunError, match="not empty"):
        array(project, tmp_path / "full")
    with pytest.raises(RunError, match="no job array"):
        load_array(tmp_path / "full")
    assert not list(project.folder("runs").glob("*/array.json"))
    project.close()
