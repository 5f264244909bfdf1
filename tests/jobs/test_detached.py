"""Runs in a process of their own: followed, told, outliving who began them."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pathgui.errors import RunError
from pathgui.jobs import (
    DetachedRun,
    FollowedRun,
    Run,
    RunEnded,
    RunPlan,
    RunStarted,
    SlideDone,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
    follow,
    start_detached,
)
from pathgui.jobs.plan_file import load_plan, save_plan

pytestmark = pytest.mark.pool

Slides = Callable[..., list[Path]]
Plan = Callable[..., RunPlan]


def wait_gone(pid: int) -> None:
    gone, _ = psutil.wait_procs([psutil.Process(pid)], timeout=5)
    assert gone


def test_that_a_plan_comes_back_from_its_file_as_it_was(
    slides: Slides, plan: Plan, tmp_path: Path
) -> None:
    made = plan(slides(2), workers=3, force=True, memory_limit=5 * 2**30)
    save_plan(made, tmp_path / "plan.json")
    assert load_plan(tmp_path / "plan.json") == made


def test_that_a_file_that_is_no_plan_is_named(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text("{}")
    with pytest.raises(RunError, match=r"plan\.json"):
        load_plan(file)


def test_that_a_detached_run_is_no_child_of_ours_and_its_events_are_heard(
    slides: Slides, plan: Plan
) -> None:
    run = start_detached(plan(slides(3)))
    mine = {child.pid for child in psutil.Process().children(recursive=True)}
    assert run.pid not in mine
    events = list(run.events())
    assert isinstance(events[0], RunStarted)
    assert sum(isinstance(event, SlideDone) for event in events) == 3
    assert isinstance(events[-1], RunEnded)
    assert events[-1].outcome == "done"


def test_that_following_may_begin_late_and_end_early(
    slides: Slides, plan: Plan, stand_in: Callable[[str], str]
) -> None:
    made = plan(slides(2))
    run = start_detached(made, call=stand_in("slow"))
    first = run.events()
    for event in first:
        if isinstance(event, SlideProgress):
            break
    first.close()
    events = list(follow(made.run_dir))
    assert isinstance(events[0], RunStarted)
    assert events[-1].done == 2


def test_that_a_follower_may_leave_and_come_back_where_it_was(
    slides: Slides, plan: Plan, stand_in: Callable[[str], str]
) -> None:
    made = plan(slides(2), scheduler=None, workers=1)
    run = DetachedRun(made, call=stand_in("slow"))
    seen, page = [], ""
    for event in run.events():
        seen.append(event)
        if isinstance(event, SlideProgress):
            page = run.dashboard
            run.leave()
    assert isinstance(seen[0], RunStarted)
    assert not any(isinstance(event, RunEnded) for event in seen)
    assert page.startswith("http://127.0.0.1:")
    back = FollowedRun(made.run_dir, last=run.last)
    back.prioritise("s01")
    rest = list(back.events())
    assert not any(isinstance(event, RunStarted) for event in rest)
    assert (rest[-1].outcome, rest[-1].done) == ("done", 2)
    assert 0 <= back.age < 60
    assert back.dashboard == ""
    assert back.wishes.first == ["s01"]


def test_that_a_journal_that_is_busy_for_a_moment_ends_no_following(
    slides: Slides, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathgui.jobs import detached, history

    made = plan(slides(1))
    list(Run(made).events())
    tries = []

    def busy(*words: object) -> list[history.Told]:
        tries.append(1)
        if len(tries) < 3:
            raise RunError("the run journal cannot be read: it is locked")
        return history.told_after(*words)

    monkeypatch.setattr(detached, "told_after", busy)
    events = list(follow(made.run_dir))
    assert isinstance(events[-1], RunEnded)
    assert events[-1].outcome == "done"
    tries.clear()
    monkeypatch.setattr(detached, "_UNREAD", 1)
    with pytest.raises(RunError, match="locked"):
        list(follow(made.run_dir))


def test_that_a_detached_run_can_be_cancelled_by_whoever_finds_it(
    slides: Slides, plan: Plan, stand_in: Callable[[str], str]
) -> None:
    made = plan(slides(3))
    start_detached(made, call=stand_in("slow"))
    found = FollowedRun(made.run_dir)
    events = []
    for event in found.events():
        events.append(event)
        if isinstance(event, SlideStarted):
            found.cancel()
    assert events[-1].outcome == "cancelled"
    assert sum(isinstance(event, SlideSkipped) for event in events) == 3


def test_that_the_end_of_a_killed_run_is_noticed(
    slides: Slides, plan: Plan, stand_in: Callable[[str], str]
) -> None:
    made = plan(slides(2), scheduler=None)
    run = start_detached(made, call=stand_in("slow"))
    events = []
    for event in run.events():
        events.append(event)
        if isinstance(event, SlideProgress):
            family = psutil.Process(run.pid).children(recursive=True)
            psutil.Process(run.pid).send_signal(signal.SIGKILL)
            _, alive = psutil.wait_procs(family, timeout=5)
            assert not alive
    assert events[-1].outcome == "interrupted"


def test_that_a_run_outlives_the_program_that_began_it(
    slides: Slides, plan: Plan, tmp_path: Path
) -> None:
    made = plan(slides(2))
    save_plan(made, tmp_path / "asked.json")
    script = (
        "import sys; from pathlib import Path\n"
        "from pathgui.jobs import start_detached\n"
        "from pathgui.jobs.plan_file import load_plan\n"
        "start_detached(load_plan(Path(sys.argv[1])))\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "asked.json")], check=True
    )
    assert list(follow(made.run_dir))[-1].done == 2


def test_that_a_run_that_cannot_begin_says_why(
    slides: Slides, plan: Plan, tmp_path: Path
) -> None:
    made = plan(slides(1), scheduler="tcp://127.0.0.1:1")
    object.__setattr__(made, "scheduler", "magic")
    with pytest.raises(RunError, match="no scheduler"):
        list(start_detached(made).events())


def test_that_a_terminated_run_ends_in_order(
    slides: Slides, plan: Plan, stand_in: Callable[[str], str]
) -> None:
    made = plan(slides(2))
    run = start_detached(made, call=stand_in("slow"))
    events = []
    for event in run.events():
        events.append(event)
        if isinstance(event, SlideStarted):
            psutil.Process(run.pid).terminate()
    assert events[-1].outcome == "cancelled"


def test_that_a_plan_can_be_run_by_name_and_ends_with_a_status(
    slides: Slides, plan: Plan, tmp_path: Path
) -> None:
    paths = slides(2)
    good = tmp_path / "good.tif"
    good.write_bytes(paths[0].read_bytes())
    save_plan(plan([good]), tmp_path / "good.json")
    paths[1].write_bytes(b"no slide")
    save_plan(plan(paths), tmp_path / "one_bad.json")
    (tmp_path / "no_plan.json").write_text("[]")
    found = {}
    for name in ("good", "one_bad", "no_plan"):
        done = subprocess.run(
            [sys.executable, "-m", "pathgui.jobs", str(tmp_path / f"{name}.json")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        found[name] = done.returncode
        assert "Traceback" not in done.stderr
    assert found == {"good": 0, "one_bad": 1, "no_plan": 2}
