"""The client dies, at any moment; the next run picks up what is left."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import psutil
import pytest

from pathgui.engine import Recipe, process_slide
from pathgui.jobs import Run, RunEvent, SlideDone, SlideSkipped
from pathgui.storage import validate

pytestmark = pytest.mark.pool

Slides = Callable[..., list[Path]]
Start = Callable[..., Run]

# A shell that starts the tests in the background has them ignore interrupts, and
# their children with them.
SCRIPT = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathgui.engine import Recipe, Tiling
from pathgui.jobs import Run, RunPlan, SlideTask, new_run_id
from pathgui.preprocessing import Pipeline, TissueDetectionHE

root = Path(sys.argv[1])
pipeline = Pipeline([TissueDetectionHE(mask_name="tissue")])
recipe = Recipe("tissue tiles", Tiling(level=0, tile_size=256), pipeline)
runs, name = root / "results" / "runs", new_run_id()
tasks = tuple(
    SlideTask(p.stem, p, root / "processed" / f"{p.stem}.h5")
    for p in sorted((root / "raw").glob("*.tif"))
)
plan = RunPlan(name, "", recipe, tasks, runs / name, runs / "journal.db", workers=2)
for event in Run(plan, call=sys.argv[2]).events():
    print(type(event).__name__, getattr(event, "slide_id", ""), flush=True)
"""


@pytest.fixture
def client(tmp_path: Path, stand_in: Callable[[str], str]) -> Callable[..., object]:
    """Starts an unguarded script that runs all slides, in a process of its own."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    parts = str(Path(__file__).parent / "parts")

    def begin(call: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(script), str(tmp_path), stand_in(call)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": parts},
        )

    return begin


def wait_for(client: subprocess.Popen[str], word: str) -> None:
    assert client.stdout is not None
    for line in client.stdout:
        if line.startswith(word):
            return
    pytest.fail(f"the script ended before it said {word}")


def content(path: Path) -> dict[str, bytes]:
    """Every dataset of a result but its provenance."""
    found = {}

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and "provenance" not in name:
            found[name] = np.asarray(item[()]).tobytes()

    with h5py.File(path) as file:
        assert file.attrs["complete"]
        file.visititems(visit)
    return found


def assert_whole(path: Path) -> None:
    with h5py.File(path) as file:
        assert file.attrs["complete"]
        tiles = file["slide_0/tiles"]
        assert len(tiles) == 16
        for name in tiles:
            assert tiles[name]["image"][:].shape == (256, 256, 3)


def test_that_an_unguarded_script_runs_once(
    slides: Slides, client: Callable[..., subprocess.Popen[str]]
) -> None:
    slides(3)
    with client("counted") as script:
        out, _ = script.communicate(timeout=60)
    assert script.returncode == 0
    assert out.count("RunStarted") == 1
    assert out.count("SlideDone") == 3
    assert out.strip().endswith("RunEnded")


def test_that_nothing_survives_a_killed_client(
    slides: Slides, client: Callable[..., subprocess.Popen[str]]
) -> None:
    slides(4)
    with client("slow") as script:
        wait_for(script, "SlideProgress")
        family = psutil.Process(script.pid).children(recursive=True)
        assert len(family) == 3
        script.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=15)
    assert not alive


def test_that_an_interrupt_ends_a_script_in_order(
    slides: Slides, client: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    slides(4)
    with client("slow") as script:
        wait_for(script, "SlideProgress")
        family = psutil.Process(script.pid).children(recursive=True)
        script.send_signal(signal.SIGINT)
        script.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=15)
    assert not alive
    found = next((tmp_path / "results" / "runs").glob("*/run.json"))
    told = json.loads(found.read_text("utf-8"))
    assert told["outcome"] == "cancelled"
    assert {slide["reason"] for slide in told["slides"]} == {"cancelled"}
    assert not list((tmp_path / "processed").glob("*"))


def test_that_a_killed_run_is_continued(
    slides: Slides,
    start: Start,
    client: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    paths = slides(6)
    with client("counted") as script:
        wait_for(script, "SlideDone")
        script.send_signal(signal.SIGKILL)
    run = start(paths)
    events = list(run.events())
    done = {e.slide_id for e in events if isinstance(e, SlideDone)}
    kept = {e.slide_id for e in events if isinstance(e, SlideSkipped)}
    assert kept
    assert done | kept == {path.stem for path in paths}
    assert not done & kept
    for task in run.plan.tasks:
        assert_whole(task.output)
    assert not list((tmp_path / "processed").glob("*.part"))


@pytest.mark.timeout(900)  # for twenty deaths on a busy machine
def test_that_random_deaths_cost_at_most_the_slides_in_hand(
    slides: Slides,
    client: Callable[..., subprocess.Popen[str]],
    recipe: Recipe,
    tmp_path: Path,
    slow: bool,
) -> None:
    """Client, a worker or all are killed, at random moments, again and again.

    A moment is a word of the run and a little after, so that slides are under way
    however busy the machine is. What is finished too early is made anew elsewhere.
    """
    chance = random.Random(7)
    paths = slides(12)
    calm = {path.stem: tmp_path / "calm" / f"{path.stem}.h5" for path in paths}
    for path in paths:
        process_slide(path, recipe, calm[path.stem], slide_id=path.stem)
    kills = 0
    while kills < (20 if slow else 4):
        begun = client("counted")
        killed = kill_at_random(begun, chance)
        kills += killed
        if not killed:  # it came to its end: check it, and begin anew
            check_cohort(tmp_path, calm)
            forget(tmp_path)
    with client("counted") as script:
        out, _ = script.communicate(timeout=100)
    assert script.returncode == 0
    assert "SlideFailed" not in out
    check_cohort(tmp_path, calm)


def check_cohort(root: Path, calm: dict[str, Path]) -> None:
    """All there, equal to what an undisturbed loop makes, none done twice."""
    for name, undisturbed in calm.items():
        disturbed = root / "processed" / f"{name}.h5"
        assert validate(disturbed) == []
        assert content(disturbed) == content(undisturbed)
    calls = (root / "calls.txt").read_text().split()
    assert len(calls) == len(set(calls)), "a finished slide was done again"
    assert not list((root / "processed").glob("*.part"))


def forget(root: Path) -> None:
    shutil.rmtree(root / "processed")
    shutil.rmtree(root / "results")
    (root / "calls.txt").unlink()


def kill_at_random(script: subprocess.Popen[str], chance: random.Random) -> bool:
    """Kill after so many words of the run and a moment; False if it ended before."""
    words = chance.randint(1, 14)
    with script:
        assert script.stdout is not None
        for _ in range(words):
            if not script.stdout.readline():
                return False
        try:
            script.wait(chance.random() * 0.3)
        except subprocess.TimeoutExpired:
            end(script, chance.choice(["client", "worker", "all"]), chance)
            return True
        return False


def end(script: subprocess.Popen[str], what: str, chance: random.Random) -> None:
    """Kill the client, one of its processes and then the client, or all at once."""
    family = psutil.Process(script.pid).children(recursive=True)
    if what == "worker" and family:
        chance.choice(family).kill()
        try:
            script.wait(chance.random())
        except subprocess.TimeoutExpired:
            pass
        else:
            return
    dead = [script, *family] if what == "all" else [script]
    for process in dead:
        process.send_signal(signal.SIGKILL)
    assert script.stdout is not None
    script.stdout.read()
    psutil.wait_procs(family, timeout=10)


def test_that_the_journal_is_readable_after_a_kill(
    slides: Slides,
    start: Start,
    client: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    slides(4)
    with client("slow") as script:
        wait_for(script, "SlideProgress")
        script.send_signal(signal.SIGKILL)
    found = list((tmp_path / "results" / "runs").glob("*/run.json"))
    assert len(found) == 1
    assert json.loads(found[0].read_text("utf-8"))["outcome"] == "running"
    events: list[RunEvent] = list(start(sorted((tmp_path / "raw").glob("*"))).events())
    assert sum(isinstance(event, SlideDone) for event in events) == 4
