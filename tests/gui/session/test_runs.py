"""Runs as the window sees them: a list of events in, rows and cells out."""

import threading
from collections.abc import Iterator

import pytest

from pathgui.gui.bridge import THREAD, RunBridge
from pathgui.gui.panels.runrows import rows
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs
from pathgui.gui.session.runstate import RunState, clock, fold, span
from pathgui.jobs.events import (
    RunEnded,
    RunEvent,
    RunStarted,
    SlideDone,
    SlideFailed,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
)
from pathgui.workflows import run_recipe

STORY: tuple[RunEvent, ...] = (
    RunStarted("r1", "small", 4, 2),
    SlideStarted("r1", "S1", 1),
    SlideProgress("r1", "S1", 5, 20, 300.0),
    SlideStarted("r1", "S2", 1),
    SlideDone("r1", "S1", "out.h5", 20, 0.5, 3.0),
    SlideFailed("r1", "S2", "a tile is damaged", "copy it again", "Traceback …"),
    SlideSkipped("r1", "S3", "up to date"),
    SlideSkipped("r1", "S4", "up to date"),
    RunEnded("r1", "failed", 1, 1, 2, 5.0),
)


class FakeRun:
    """Yields events; waits at a gate where it is told to."""

    age = 0.0
    dashboard = ""

    def __init__(self, *events: RunEvent, hold_after: int = -1) -> None:
        self._events, self._hold = events, hold_after
        self.gate = threading.Event()
        self.wishes: list[str] = []

    def events(self) -> Iterator[RunEvent]:
        for place, event in enumerate(self._events):
            yield event
            if place == self._hold:
                self.gate.wait(10)
                if "leave" in self.wishes:
                    return
                if "cancel" in self.wishes:
                    yield RunEnded("r1", "cancelled", 0, 0, 0, 1.0)
                    return

    def cancel(self) -> None:
        self.wishes.append("cancel")
        self.gate.set()

    def leave(self) -> None:
        self.wishes.append("leave")
        self.gate.set()

    def cancel_slide(self, slide_id: str) -> None:
        self.wishes.append(f"cancel {slide_id}")

    def prioritise(self, slide_id: str) -> None:
        self.wishes.append(f"first {slide_id}")

    def pause(self) -> None:
        self.wishes.append("pause")

    def resume(self) -> None:
        self.wishes.append("resume")


@pytest.fixture
def runs(session: Session) -> Iterator[Runs]:
    made = Runs(session, run_recipe.record)
    yield made
    made.shutdown()


def test_that_events_arrive_in_order_on_the_thread_of_the_window(qtbot):
    bridge = RunBridge(FakeRun(*STORY))
    heard: list[tuple[RunEvent, str]] = []

    class Ear:
        def take(self, event: RunEvent) -> None:
            heard.append((event, threading.current_thread().name))

    ear = Ear()
    bridge.received.connect(ear.take)
    with qtbot.waitSignal(bridge.finished):
        bridge.start()
    bridge.shutdown()
    assert [event for event, _ in heard] == list(STORY)
    assert {name for _, name in heard} == {"MainThread"}


def test_that_shutting_down_leaves_the_run_and_ends_the_thread(qtbot):
    run = FakeRun(*STORY, hold_after=1)
    bridge = RunBridge(run)
    with qtbot.waitSignals([bridge.received] * 2):
        bridge.start()
    bridge.shutdown()
    assert run.wishes == ["leave"]
    assert THREAD not in [thread.name for thread in threading.enumerate()]


def test_that_an_error_of_the_run_itself_is_told(qtbot):
    class Bad(FakeRun):
        def events(self) -> Iterator[RunEvent]:
            raise OSError("the disk is gone")

    bridge = RunBridge(Bad())
    with qtbot.waitSignal(bridge.failed) as caught:
        bridge.start()
    bridge.shutdown()
    assert isinstance(caught.args[0], OSError)


def test_that_a_run_is_folded_from_its_events():
    run = RunState("r1")
    for event in STORY[:4]:
        fold(run, event, now=10.0)
    assert (run.total, run.finished, run.count("running")) == (4, 0, 2)
    assert 0 < run.share < 0.1
    for event in STORY[4:]:
        fold(run, event, now=12.0)
    assert (run.finished, run.failed, run.state) == (4, 1, "failed")
    assert run.slides["S2"].reason == "a tile is damaged"
    assert run.share == 1.0


def test_that_rows_tell_states_progress_and_what_is_queued():
    run = RunState("r1", number=1)
    for event in STORY[:3]:
        fold(run, event, now=10.0)
    shown = rows([run], {"r1"}, "", now=20.0)
    assert [row.key for row in shown] == ["r1", "r1/S1", "r1/*"]
    assert shown[0].parts[0].text == "Run 1 · small"
    assert shown[1].parts[2].text == "25 %"
    assert shown[2].parts[0].text == "3 queued"


@pytest.mark.parametrize(
    ("seconds", "words"), [(33, "33 s"), (2760, "46 min"), (7800, "2 h 10 min")]
)
def test_that_spans_are_said_as_people_say_them(seconds, words):
    assert span(seconds) == words
    assert clock(6730) == "1:52:10"


def test_that_a_run_writes_status_columns_and_can_fail_for_one_slide(
    session, runs, qtbot
):
    with qtbot.waitSignals([runs.ended, runs.slide_failed]):
        runs.start(FakeRun(*STORY), "r1", "small", "small.toml")
    assert session.field("S1", "status") == "done"
    assert session.field("S1", "n_tiles") == "20"
    assert session.field("S2", "status") == "missing"  # its file is not there
    assert session.field("S3", "status") == "done"
    assert not session.undo_stack.canUndo()
    assert not session.project.dirty


def test_that_a_run_does_not_save_the_edits_of_a_person(session, runs, qtbot):
    manifest = session.project.manifest
    from pathgui.project import Edit

    cell = manifest.cell(manifest.find("S1"), "staining", "H&E")
    session.edit(Edit("Edit staining", (cell,)))
    with qtbot.waitSignal(runs.ended):
        runs.start(FakeRun(*STORY), "r1", "small", "small.toml")
    assert session.unsaved == 1
    assert session.project.dirty


def test_that_pause_and_resume_reach_the_run(runs, qtbot):
    run = FakeRun(*STORY, hold_after=1)
    with qtbot.waitSignal(runs.changed):
        runs.start(run, "r1", "small", "small.toml")
    runs.pause()
    assert runs.live.state == "paused"
    runs.resume()
    assert run.wishes == ["pause", "resume"]
    with qtbot.waitSignal(runs.ended):
        runs.cancel()
    assert runs.all[0].state == "cancelled"


def test_that_finishing_waits_for_the_slides_under_way(runs, qtbot):
    run = FakeRun(*STORY, hold_after=1)
    with qtbot.waitSignal(runs.changed):
        runs.start(run, "r1", "small", "small.toml")
    runs.finish()
    assert run.wishes == ["pause"]
    runs.receive(SlideDone("r1", "S1", "out.h5", 20, 0.5, 3.0))
    assert run.wishes == ["pause", "cancel"]
