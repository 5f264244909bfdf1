"""What the journal tells of runs: those that ended, go on, or broke off."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from pathgui.errors import RunError
from pathgui.jobs import (
    INTERRUPTED,
    Run,
    RunPlan,
    SlideDone,
    SlideFailed,
    SlideProgress,
    events_after,
    slides_of,
    status,
    trace_of,
)

Slides = Callable[..., list[Path]]
Start = Callable[..., Run]


def test_that_there_are_no_runs_before_the_first(tmp_path: Path) -> None:
    assert status(tmp_path / "journal.db").runs == ()


def test_that_runs_are_told_newest_first_with_their_counts(
    slides: Slides, start: Start
) -> None:
    paths = slides(3)
    paths[1].write_bytes(b"no slide")
    first = start(paths)
    list(first.events())
    second = start(paths[:1])
    list(second.events())
    found = status(first.plan.journal)
    assert [run.run_id for run in found.runs] == [
        second.plan.run_id,
        first.plan.run_id,
    ]
    older = found.runs[1]
    assert older.counts == {"done": 2, "failed": 1}
    assert (older.outcome, older.slides, older.live) == ("failed", 3, False)
    assert older.ended > older.started
    assert older.folder == first.plan.run_dir
    assert found.live == ()


def test_that_a_run_that_goes_on_is_live_and_shows_its_slides(
    slides: Slides, start: Start, stand_in: Callable[[str], str]
) -> None:
    run = start(slides(2), call=stand_in("slow"))
    looked = False
    for event in run.events():
        if isinstance(event, SlideProgress) and event.done > 20 and not looked:
            looked = True
            assert [r.run_id for r in status(run.plan.journal).live] == [
                run.plan.run_id
            ]
            state = slides_of(run.plan.journal, run.plan.run_id)[0]
            assert state.status == "running"
            assert (state.total, state.attempts) == (60, 1)
            assert state.memory_mb > 10
            run.cancel()
    assert looked
    assert status(run.plan.journal).runs[0].outcome == "cancelled"


def test_that_a_run_whose_client_died_is_interrupted(
    slides: Slides, start: Start, plan: Callable[..., RunPlan]
) -> None:
    paths = slides(2)
    run = start(paths)
    list(run.events())
    with sqlite3.connect(run.plan.journal) as base:
        base.execute("UPDATE runs SET outcome='running', ended=NULL")
        base.execute("UPDATE slides SET status='running' WHERE slide_id='s01'")
    base.close()
    assert status(run.plan.journal).runs[0].outcome == INTERRUPTED
    states = slides_of(run.plan.journal, run.plan.run_id)
    assert [state.status for state in states] == ["done", INTERRUPTED]


def test_that_the_journal_keeps_every_event_but_progress(
    slides: Slides, start: Start
) -> None:
    run = start(slides(2))
    heard = [e for e in run.events() if not isinstance(e, SlideProgress)]
    kept, last = events_after(run.plan.journal, run.plan.run_id)
    assert kept == heard
    assert events_after(run.plan.journal, run.plan.run_id, last) == ([], last)


def test_that_a_failed_slide_keeps_its_traceback(
    slides: Slides, start: Start, stand_in: Callable[[str], str]
) -> None:
    run = start(slides(2), call=stand_in("wrong"))
    failed = [e for e in run.events() if isinstance(e, SlideFailed)]
    trace = trace_of(run.plan.journal, run.plan.run_id, "s01")
    assert trace == failed[0].trace
    assert "ZeroDivisionError" in trace
    assert trace_of(run.plan.journal, run.plan.run_id, "s00") == ""


def test_that_each_attempt_is_kept_with_the_fingerprint_of_slide_and_result(
    slides: Slides, start: Start
) -> None:
    paths = slides(1)
    run = start(paths)
    done = [e for e in run.events() if isinstance(e, SlideDone)]
    base = sqlite3.connect(run.plan.journal)
    base.row_factory = sqlite3.Row
    row = base.execute("SELECT * FROM attempts").fetchone()
    base.close()
    assert row["recipe_hash"] == run.plan.recipe.hash
    assert row["source_size"] == paths[0].stat().st_size
    assert row["source_mtime_ns"] == paths[0].stat().st_mtime_ns
    assert row["output_size"] == Path(done[0].output).stat().st_size
    assert row["source_quickhash"]
    assert row["host"]
    assert row["pid"] > 0


def test_that_a_journal_of_a_newer_version_is_refused(
    slides: Slides, start: Start
) -> None:
    run = start(slides(1))
    list(run.events())
    base = sqlite3.connect(run.plan.journal)
    base.execute("PRAGMA user_version=99")
    base.close()
    with pytest.raises(RunError, match="newer version"):
        status(run.plan.journal)


def test_that_a_project_that_was_moved_still_tells_its_runs(
    slides: Slides, start: Start, tmp_path: Path
) -> None:
    run = start(slides(1))
    list(run.events())
    moved = tmp_path / "elsewhere"
    shutil.move(tmp_path / "results", moved)
    found = status(moved / "runs" / "journal.db").runs[0]
    assert (found.folder / "run.json").exists()
