"""Disks that are full, read-only, or lose a slide while a run goes on."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pathgui.errors import RunError
from pathgui.jobs import Run, RunEvent, RunPlan, SlideDone, SlideFailed, SlideSkipped
from pathgui.storage import validate

Slides = Callable[..., list[Path]]
Start = Callable[..., Run]
Plan = Callable[..., RunPlan]


def of(events: list[RunEvent], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.name != "posix" or os.geteuid() != 0 or mount is None:
        pytest.skip("mounting a small disk needs root")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if done.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def move_results(plan: RunPlan, folder: Path) -> RunPlan:
    tasks = tuple(replace(t, output=folder / t.output.name) for t in plan.tasks)
    return replace(plan, tasks=tasks)


def test_that_a_disk_that_fills_up_stops_the_run_and_leaves_no_part(
    slides: Slides, plan: Plan, small_disk: Path
) -> None:
    made = move_results(plan(slides(8), reserve=0), small_disk / "processed")
    events = list(Run(made).events())
    done, failed = of(events, SlideDone), of(events, SlideFailed)
    assert done
    assert len(failed) == 1
    assert "the disk is full" in failed[0].reason
    assert {e.reason for e in of(events, SlideSkipped)} == {"the disk is full"}
    names = sorted(path.name for path in (small_disk / "processed").iterdir())
    assert names == [Path(event.output).name for event in done]
    # With room again, the run goes on where it stopped.
    (small_disk / "processed" / names[0]).unlink()
    again = list(
        Run(replace(made, run_id="next", run_dir=made.run_dir.parent / "next")).events()
    )
    assert of(again, SlideDone)


def test_that_a_run_stops_before_the_disk_is_full(
    slides: Slides, plan: Plan, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pathgui.jobs.disk._SHARE", 2)
    monkeypatch.setattr("pathgui.jobs.driver._DISK_SECONDS", 0.0)
    made = move_results(plan(slides(8)), small_disk / "processed")
    events = list(Run(made).events())
    assert of(events, SlideDone)
    assert not of(events, SlideFailed)
    assert {e.reason for e in of(events, SlideSkipped)} == {"the disk is almost full"}
    assert not list((small_disk / "processed").glob("*.part"))


def test_that_a_project_on_a_full_disk_says_so(
    slides: Slides, plan: Plan, small_disk: Path
) -> None:
    (small_disk / "ballast").write_bytes(b"x" * (3 * 2**20 - 8192))
    made = plan(slides(1), reserve=0)
    runs = small_disk / "runs"
    there = replace(made, run_dir=runs / made.run_id, journal=runs / "journal.db")
    with pytest.raises(RunError, match=r"journal|cannot be written"):
        list(Run(there).events())


@pytest.mark.parametrize("scheduler", ["threads", None])
def test_that_a_disk_that_fills_up_under_everything_costs_no_finished_slide(
    slides: Slides, plan: Plan, small_disk: Path, scheduler: str | None
) -> None:
    """Results, journal and log on one disk, which somebody else fills as well."""
    made = move_results(
        plan(slides(8), reserve=0, scheduler=scheduler), small_disk / "processed"
    )
    runs = small_disk / "runs"
    first = replace(made, run_dir=runs / made.run_id, journal=runs / "journal.db")
    reasons = []
    try:
        for event in Run(first).events():
            if isinstance(event, SlideDone) and not (small_disk / "ballast").exists():
                fill(small_disk / "ballast")
            if isinstance(event, SlideFailed):
                reasons.append(event.reason)
    except RunError as error:
        reasons.append(error.message)
    assert not psutil.Process().children(recursive=True)
    assert reasons
    assert all("full" in why or "cannot be written" in why for why in reasons)
    processed = small_disk / "processed"
    assert not list(processed.glob("*.part"))
    kept = {path.stem: path.stat().st_mtime_ns for path in processed.iterdir()}
    assert kept
    assert [problem for path in processed.iterdir() for problem in validate(path)] == []
    (small_disk / "ballast").unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    again = replace(first, run_id="next", run_dir=runs / "next")
    events = list(Run(again).events())
    assert {event.slide_id for event in of(events, SlideSkipped)} == set(kept)
    assert len(of(events, SlideDone)) == 8 - len(kept)
    assert (
        kept.items()
        <= {path.stem: path.stat().st_mtime_ns for path in processed.iterdir()}.items()
    )


def fill(ballast: Path) -> None:
    """Write until the disk is full."""
    with ballast.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(bytes(4096))


def test_that_results_that_cannot_be_written_fail_one_by_one(
    slides: Slides, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "processed").write_text("a file where the folder should be")
    events = list(start(slides(2)).events())
    failed = of(events, SlideFailed)
    assert len(failed) == 2
    assert "processed" in failed[0].reason
    assert "\n" not in failed[0].reason
    assert events[-1].outcome == "failed"


def test_that_a_read_only_disk_fails_slides_and_keeps_what_is_there(
    slides: Slides, plan: Plan, small_disk: Path
) -> None:
    paths = slides(2)
    made = move_results(plan(paths[:1]), small_disk / "processed")
    assert of(list(Run(made).events()), SlideDone)
    before = made.tasks[0].output.stat().st_mtime_ns
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    again = move_results(plan(paths, force=True), small_disk / "processed")
    failed = of(list(Run(again).events()), SlideFailed)
    assert [event.slide_id for event in failed] == ["s00", "s01"]
    assert all("cannot be written" in event.reason for event in failed)
    assert made.tasks[0].output.stat().st_mtime_ns == before
    there = replace(again, run_id="other", run_dir=small_disk / "runs" / "other")
    with pytest.raises(RunError, match="cannot be written"):
        list(Run(there).events())


def test_that_a_slide_that_vanishes_during_the_run_fails_alone(
    slides: Slides, start: Start
) -> None:
    paths = slides(3)
    events = []
    for event in start(paths).events():
        events.append(event)
        if isinstance(event, SlideDone) and len(of(events, SlideDone)) == 1:
            paths[2].unlink()
    failed = of(events, SlideFailed)
    assert [event.slide_id for event in failed] == ["s02"]
    assert "s02.tif" in failed[0].reason
    assert len(of(events, SlideDone)) == 2


def test_that_a_clock_that_jumps_back_confuses_nothing(
    slides: Slides, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = slides(2)
    list(start(paths).events())
    long_ago = "1999-12-31T23:59:59.000+00:00"
    for module in ("journal", "recorder", "run_file"):
        monkeypatch.setattr(f"pathgui.jobs.{module}.now", lambda: long_ago)
    run = start(paths, force=True)
    assert len(of(list(run.events()), SlideDone)) == 2
    events = list(start(paths).events())
    assert {e.reason for e in of(events, SlideSkipped)} == {"up to date"}


def test_that_a_recipe_file_edited_during_the_run_changes_nothing(
    slides: Slides, start: Start, tmp_path: Path
) -> None:
    from pathgui.engine import load_recipe, save_recipe

    file = tmp_path / "recipe.toml"
    paths = slides(2)
    first = start(paths)
    save_recipe(first.plan.recipe, file)
    run = start(paths, recipe=load_recipe(file), recipe_path=str(file))
    events = []
    for event in run.events():
        events.append(event)
        file.write_text("[tiling]\ntile_size = 64\n")
    assert [event.tiles for event in of(events, SlideDone)] == [16, 16]
    assert run.plan.recipe.text in (run.plan.run_dir / "run.json").read_text(
        "utf-8"
    ).replace("\\n", "\n").replace('\\"', '"')


def test_that_verify_finds_a_flipped_bit_that_size_and_time_do_not_show(
    slides: Slides, start: Start
) -> None:
    paths = slides(1)
    run = start(paths)
    list(run.events())
    output = run.plan.tasks[0].output
    stat, content = output.stat(), bytearray(output.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    output.write_bytes(content)
    os.utime(output, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert of(list(start(paths).events()), SlideSkipped)
    assert of(list(start(paths, verify=True).events()), SlideDone)
