"""Runs on worker processes: what they load, where they listen, how they end."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import h5py
import psutil
import pytest

from pathgui.errors import RunError
from pathgui.jobs import (
    Run,
    RunEvent,
    SlideDone,
    SlideFailed,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
)
from pathgui.jobs.dask_hands import PoolHands
from pathgui.jobs.pool import LocalPool, PoolSize, usable_cores

pytestmark = pytest.mark.pool

Slides = Callable[..., list[Path]]
Start = Callable[..., Run]
StandIn = Callable[[str], str]


def of(events: list[RunEvent], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def children() -> list[psutil.Process]:
    """Living processes that this one has started."""
    found = psutil.Process().children(recursive=True)
    return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]


def on_pool(start: Start, paths: list[Path], **options: object) -> Run:
    return start(paths, scheduler=None, **{"workers": 2, **options})


@pytest.fixture
def no_orphans() -> object:
    before = {child.pid for child in children()}
    yield
    _, alive = psutil.wait_procs(
        [child for child in children() if child.pid not in before], timeout=5
    )
    assert not alive


def test_that_workers_share_the_slides_and_leave_no_process(
    slides: Slides, start: Start, no_orphans: None
) -> None:
    events = list(on_pool(start, slides(6)).events())
    assert len(of(events, SlideDone)) == 6
    assert events[0].workers == 2
    assert not children()


def test_that_every_port_is_on_loopback(
    slides: Slides, start: Start, stand_in: StandIn, no_orphans: None
) -> None:
    run = on_pool(start, slides(2), call=stand_in("slow"))
    listening = set()
    for event in run.events():
        if isinstance(event, SlideProgress):
            for process in [psutil.Process(), *children()]:
                for connection in process.net_connections("inet"):
                    if connection.status == psutil.CONN_LISTEN:
                        listening.add(connection.laddr.ip)
            run.cancel()
    assert listening == {"127.0.0.1"}


def test_that_workers_load_no_qt(
    slides: Slides, start: Start, stand_in: StandIn, tmp_path: Path
) -> None:
    list(on_pool(start, slides(1), workers=1, call=stand_in("modules")).events())
    loaded = (tmp_path / "modules-s00").read_text().split("\n")
    assert "pathgui.engine" in loaded
    banned = ("PySide6", "napari", "vispy", "qtpy")
    assert [name for name in loaded if name.startswith(banned)] == []


def test_that_a_slide_that_kills_its_worker_is_quarantined_and_the_rest_is_done(
    slides: Slides, start: Start, stand_in: StandIn, no_orphans: None
) -> None:
    run = on_pool(start, slides(5), call=stand_in("poison"))
    events = list(run.events())
    failed = of(events, SlideFailed)
    assert [(event.slide_id, event.quarantined) for event in failed] == [("s01", True)]
    assert "s01" in failed[0].reason
    assert "SIGKILL" in failed[0].reason
    assert {event.slide_id for event in of(events, SlideDone)} == {
        "s00", "s02", "s03", "s04",
    }  # fmt: skip
    attempts = [e.attempt for e in of(events, SlideStarted) if e.slide_id == "s01"]
    assert attempts == [1, 2]


def test_that_the_next_run_tries_a_quarantined_slide_again(
    slides: Slides, start: Start, stand_in: StandIn
) -> None:
    paths = slides(2)
    list(on_pool(start, paths, workers=1, call=stand_in("poison")).events())
    events = list(start(paths, retry_failed=True).events())
    assert [event.slide_id for event in of(events, SlideDone)] == ["s01"]


def test_that_a_worker_that_died_once_costs_one_more_attempt(
    slides: Slides, start: Start, stand_in: StandIn
) -> None:
    run = on_pool(start, slides(3), call=stand_in("poison_once"))
    events = list(run.events())
    assert len(of(events, SlideDone)) == 3
    counts = [e.attempt for e in of(events, SlideStarted) if e.slide_id == "s01"]
    assert counts == [1, 2]
    assert not list(run.plan.tasks[0].output.parent.glob("*.part"))


def test_that_a_native_crash_is_named_and_its_stack_is_kept(
    slides: Slides, start: Start, stand_in: StandIn
) -> None:
    run = on_pool(start, slides(2), workers=1, call=stand_in("crash"))
    failed = of(list(run.events()), SlideFailed)
    assert failed[0].quarantined
    assert "SIGSEGV" in failed[0].reason
    assert "stand_ins.py" in (run.plan.run_dir / "workers.log").read_text()


def test_that_a_slide_that_takes_too_much_memory_ends_alone(
    slides: Slides, start: Start, stand_in: StandIn
) -> None:
    run = on_pool(start, slides(3), call=stand_in("greedy"), memory_limit=600 * 2**20)
    events = list(run.events())
    assert len(of(events, SlideDone)) == 2
    assert "GB of memory" in of(events, SlideFailed)[0].reason


def test_that_a_slide_that_hangs_is_given_up(
    slides: Slides, start: Start, stand_in: StandIn, no_orphans: None
) -> None:
    run = on_pool(start, slides(3), call=stand_in("hang"), hang_seconds=6)
    events = list(run.events())
    failed = of(events, SlideFailed)
    assert [event.slide_id for event in failed] == ["s01"]
    assert "no tile was finished for 6 s" in failed[0].reason
    assert not failed[0].quarantined
    assert len(of(events, SlideDone)) == 2


def test_that_a_finished_slide_is_kept_when_its_worker_dies_before_it_says_so(
    slides: Slides, start: Start, stand_in: StandIn, tmp_path: Path
) -> None:
    paths = slides(3)
    call = stand_in("finished_then_killed")
    events = list(on_pool(start, paths, call=call).events())
    assert len(of(events, SlideDone)) == 3
    assert (tmp_path / "calls-s01").read_text() == "x"
    again = list(on_pool(start, paths).events())
    assert len(of(again, SlideSkipped)) == 3


def test_that_a_run_goes_on_after_all_workers_are_killed(
    slides: Slides, start: Start, stand_in: StandIn, no_orphans: None
) -> None:
    run = on_pool(start, slides(4), call=stand_in("slow"))
    events, killed = [], False
    for event in run.events():
        events.append(event)
        if not killed and len(of(events, SlideProgress)) > 3:
            killed = True
            for child in children():
                child.send_signal(signal.SIGKILL)
    assert len(of(events, SlideDone)) == 4
    assert not of(events, SlideFailed)


def test_that_cancel_takes_effect_within_two_seconds(
    slides: Slides, start: Start, stand_in: StandIn, no_orphans: None
) -> None:
    run = on_pool(start, slides(4), call=stand_in("slow"))
    events = []
    for event in run.events():
        events.append(event)
        if isinstance(event, SlideProgress) and not of(events, SlideDone):
            run.cancel()
            clock = threading.Timer(2.0, lambda: None)
            clock.start()
    assert clock.is_alive()
    clock.cancel()
    assert events[-1].outcome == "cancelled"
    assert not list(run.plan.tasks[0].output.parent.glob("*"))


def test_that_cancel_ends_a_worker_that_does_not_listen(
    slides: Slides, start: Start, stand_in: StandIn, no_orphans: None
) -> None:
    run = on_pool(start, slides(2), call=stand_in("hang"))
    events = []
    for event in run.events():
        events.append(event)
        if isinstance(event, SlideDone):
            run.cancel()
    skipped = of(events, SlideSkipped)
    assert [(e.slide_id, e.reason) for e in skipped] == [("s01", "cancelled")]


def test_that_closing_the_events_early_leaves_no_process_and_no_part(
    slides: Slides, start: Start, stand_in: StandIn, no_orphans: None
) -> None:
    run = on_pool(start, slides(3), call=stand_in("slow"))
    events = run.events()
    for event in events:
        if isinstance(event, SlideProgress):
            break
    events.close()
    assert not children()
    assert not list(run.plan.tasks[0].output.parent.glob("*.part"))


def test_that_two_runs_on_the_same_slides_do_each_slide_once(
    slides: Slides, start: Start, stand_in: StandIn, tmp_path: Path
) -> None:
    paths = slides(4)
    runs = [
        on_pool(start, paths, workers=1, call=stand_in("counted")) for _ in range(2)
    ]
    heard: list[list[RunEvent]] = [[], []]
    threads = [
        threading.Thread(target=lambda k=k: heard[k].extend(runs[k].events()))
        for k in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    calls = (tmp_path / "calls.txt").read_text().split()
    assert sorted(calls) == ["s00", "s01", "s02", "s03"]
    assert all(not of(events, SlideFailed) for events in heard)
    for task in runs[0].plan.tasks:
        with h5py.File(task.output) as file:
            assert file.attrs["complete"]


def test_that_a_real_slide_gives_the_same_pixels_on_a_pool_as_in_a_loop(
    data: Path, start: Start, recipe: object, tmp_path: Path
) -> None:
    from pathgui.engine import process_slide

    path = data / "slides" / "CMU-1-Small-Region.svs"
    run = on_pool(start, [path], workers=1)
    assert len(of(list(run.events()), SlideDone)) == 1
    alone = tmp_path / "alone.h5"
    process_slide(path, recipe, alone, slide_id=path.stem)
    with h5py.File(alone) as a, h5py.File(run.plan.tasks[0].output) as b:
        tiles = list(a["slide_0/tiles"])
        assert tiles == list(b["slide_0/tiles"])
        for name in tiles:
            image = f"slide_0/tiles/{name}/image"
            assert (a[image][:] == b[image][:]).all()


def test_that_the_pool_fits_the_machine() -> None:
    size = PoolSize(usable_cores())
    assert size.workers <= len(os.sched_getaffinity(0))
    total = psutil.virtual_memory().total
    assert 0 < size.workers * size.memory_limit < 0.9 * total


def test_that_workers_that_cannot_start_end_the_run_with_the_reason(
    slides: Slides, start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "openslide.py").write_text("raise SystemExit('openslide is broken')")
    monkeypatch.syspath_prepend(str(broken))
    run = on_pool(start, slides(1), workers=1)
    with pytest.raises(RunError, match="end as soon as they start"):
        list(run.events())
    assert "is broken" in (run.plan.run_dir / "workers.log").read_text()


def test_that_the_status_page_is_on_loopback(
    slides: Slides, start: Start, stand_in: StandIn
) -> None:
    run = on_pool(start, slides(1), call=stand_in("slow"))
    assert run.dashboard == ""
    found = ""
    for event in run.events():
        if isinstance(event, SlideProgress):
            found = run.dashboard
            run.cancel()
    assert found.startswith("http://127.0.0.1:")


def test_that_a_dead_worker_is_replaced(tmp_path: Path, no_orphans: None) -> None:
    pool = LocalPool(PoolSize(2, 0), tmp_path / "workers.log")
    pool.start()
    try:
        pool.connect()
        first = pool.pids()
        assert pool.kill(first[0])
        assert pool.exit_code(first[0]) == -signal.SIGKILL
        assert pool.mend()
        assert first[0] not in pool.pids()
        assert len(pool.pids()) == 2
        assert not pool.kill(first[0])
    finally:
        pool.close()


def test_that_a_worker_that_neither_works_nor_dies_is_ended(
    tmp_path: Path, no_orphans: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that was stopped: the scheduler gives it up, and the pool ends it."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", "3s")
    pool = LocalPool(PoolSize(2, 0), tmp_path / "workers.log")
    hands = PoolHands("r1", lambda _message: None, pool)
    hands.start()
    try:
        hands._connect()
        client = hands._client
        client.wait_for_workers(2, timeout=60)
        stopped, other = pool.pids()
        process = psutil.Process(stopped)
        os.kill(stopped, signal.SIGSTOP)
        clock = threading.Event()
        while len(client.scheduler_info(-1)["workers"]) > 1:
            clock.wait(0.1)
        hands.mend()
        assert process.is_running(), "it may be on its way up still"
        monkeypatch.setattr("pathgui.jobs.pool._LATE_SECONDS", 0.0)
        hands._weed_at = 0.0
        hands.mend()
        assert pool.exit_code(stopped) == -signal.SIGKILL
        assert other in pool.pids()
    finally:
        hands.close()
