"""The client dies, at any moment; the next run picks up what is left."""

import json
import os
import random
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

pytestmark = pytest.mark.pool

Slides = Callable[..., list[Path]]
Start = Callable[..., Run]

SCRIPT = """
import sys
from pathlib import Path
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
        _, alive = psutil.wait_procs(family, timeout=3)
    assert not alive


def test_that_an_interrupt_ends_a_script_in_order(
    slides: Slides, client: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    slides(4)
    with client("slow") as script:
        wait_for(script, "SlideProgress")
        family = psutil.Process(script.pid).children(recursive=True)
        script.send_signal(signal.SIGINT)
        script.communicate(timeout=10)
    _, alive = psutil.wait_procs(family, timeout=3)
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


def test_that_random_deaths_cost_at_most_the_slides_in_hand(
    slides: Slides,
    client: Callable[..., subprocess.Popen[str]],
    recipe: Recipe,
    tmp_path: Path,
    slow: bool,
) -> None:
    """Client, a worker or all are killed, at random moments, again and again."""
    chance = random.Random(7)
    paths = slides(12)
    rounds = 20 if slow else 4
    for _ in range(rounds):
        kill_at_random(client("counted"), chance)
    with client("counted") as script:
        out, _ = script.communicate(timeout=100)
    assert script.returncode == 0
    assert "SlideFailed" not in out
    for path in paths:
        disturbed = tmp_path / "processed" / f"{path.stem}.h5"
        undisturbed = tmp_path / "calm" / f"{path.stem}.h5"
        process_slide(path, recipe, undisturbed, slide_id=path.stem)
        assert content(disturbed) == content(undisturbed)
    calls = (tmp_path / "calls.txt").read_text().split()
    assert len(calls) == len(set(calls)), "a finished slide was done again"
    assert not list((tmp_path / "processed").glob("*.part"))


def kill_at_random(script: subprocess.Popen[str], chance: random.Random) -> None:
    with script:
        try:
            script.wait(0.8 + chance.random() * 1.5)
        except subprocess.TimeoutExpired:
            family = psutil.Process(script.pid).children(recursive=True)
            match chance.choice(["client", "worker", "all"]):
                case "client":
                    script.send_signal(signal.SIGKILL)
                case "worker" if family:
                    chance.choice(family).kill()
                    try:
                        script.wait(1)
                    except subprocess.TimeoutExpired:
                        script.send_signal(signal.SIGKILL)
                case _:
                    for process in [script, *family]:
                        process.send_signal(signal.SIGKILL)
            assert script.stdout is not None
            script.stdout.read()


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
