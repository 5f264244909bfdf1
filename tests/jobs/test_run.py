"""A run on threads: events, journal, run.json, what counts as done."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import pytest

from pathgui.engine import Recipe, process_slide
from pathgui.errors import RunError
from pathgui.jobs import (
    Run,
    RunEnded,
    RunEvent,
    RunPlan,
    RunStarted,
    SlideDone,
    SlideFailed,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
)

Slides = Callable[..., list[Path]]
Start = Callable[..., Run]


def of(events: list[RunEvent], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def reasons(events: list[RunEvent]) -> dict[str, str]:
    return {event.slide_id: event.reason for event in of(events, SlideSkipped)}


def test_that_a_run_speaks_of_its_start_each_slide_and_its_end(
    slides: Slides, start: Start
) -> None:
    events = list(start(slides(3)).events())
    assert isinstance(events[0], RunStarted)
    assert events[0].slides == 3
    assert isinstance(events[-1], RunEnded)
    assert (events[-1].outcome, events[-1].done) == ("done", 3)
    for name in ("s00", "s01", "s02"):
        mine = [e for e in events if getattr(e, "slide_id", "") == name]
        assert isinstance(mine[0], SlideStarted)
        assert isinstance(mine[-1], SlideDone)
        assert mine[-1].tiles == 16
        assert 0.2 < mine[-1].tissue_fraction < 0.8
        assert all(isinstance(e, SlideProgress) for e in mine[1:-1])


def test_that_results_open_in_plain_h5py(slides: Slides, start: Start) -> None:
    run = start(slides(1))
    list(run.events())
    with h5py.File(run.plan.tasks[0].output) as file:
        assert file["slide_0/tiles/tile_0/image"].shape == (256, 256, 3)


def test_that_finished_slides_are_skipped(slides: Slides, start: Start) -> None:
    paths = slides(3)
    list(start(paths).events())
    events = list(start(paths).events())
    assert reasons(events) == dict.fromkeys(("s00", "s01", "s02"), "up to date")
    assert not of(events, SlideStarted)
    assert events[-1].outcome == "done"


def test_that_force_makes_everything_again(slides: Slides, start: Start) -> None:
    paths = slides(2)
    list(start(paths).events())
    events = list(start(paths, force=True).events())
    assert len(of(events, SlideDone)) == 2


def test_that_a_result_of_another_recipe_is_not_replaced(
    slides: Slides, start: Start, recipe: Recipe
) -> None:
    paths = slides(2)
    first = start(paths)
    list(first.events())
    before = first.plan.tasks[0].output.read_bytes()
    other = replace(recipe, tiling=replace(recipe.tiling, tile_size=128))
    events = list(start(paths, recipe=other).events())
    failed = of(events, SlideFailed)
    assert len(failed) == 2
    assert "another recipe" in failed[0].reason
    assert "--force" in failed[0].hint
    assert first.plan.tasks[0].output.read_bytes() == before
    forced = list(start(paths, recipe=other, force=True).events())
    assert [event.tiles for event in of(forced, SlideDone)] == [64, 64]


def test_that_a_foreign_file_in_the_way_is_not_replaced(
    slides: Slides, start: Start
) -> None:
    run = start(slides(1))
    output = run.plan.tasks[0].output
    output.parent.mkdir(parents=True)
    output.write_text("my notes")
    events = list(run.events())
    assert "no finished result" in of(events, SlideFailed)[0].reason
    assert output.read_text() == "my notes"


def test_that_a_damaged_result_is_made_again(slides: Slides, start: Start) -> None:
    paths = slides(2)
    run = start(paths)
    list(run.events())
    output = run.plan.tasks[1].output
    output.write_bytes(output.read_bytes()[:5000])
    events = list(start(paths).events())
    assert [event.slide_id for event in of(events, SlideDone)] == ["s01"]
    with h5py.File(output) as file:
        assert file.attrs["complete"]


def test_that_a_slide_that_changed_is_processed_again(
    slides: Slides, start: Start
) -> None:
    paths = slides(2)
    list(start(paths).events())
    paths[0].write_bytes(paths[1].read_bytes())
    events = list(start(paths).events())
    assert [event.slide_id for event in of(events, SlideDone)] == ["s00"]


def test_that_a_slide_that_was_only_touched_is_up_to_date(
    slides: Slides, start: Start
) -> None:
    paths = slides(1)
    list(start(paths).events())
    os.utime(paths[0])
    assert reasons(list(start(paths).events())) == {"s00": "up to date"}


def test_that_a_result_changed_by_others_is_made_again(
    slides: Slides, start: Start
) -> None:
    paths = slides(1)
    run = start(paths)
    list(run.events())
    os.utime(run.plan.tasks[0].output)
    assert len(of(list(start(paths).events()), SlideDone)) == 1


def test_that_a_result_made_without_a_run_counts(
    slides: Slides, start: Start, recipe: Recipe
) -> None:
    paths = slides(1)
    run = start(paths)
    process_slide(paths[0], recipe, run.plan.tasks[0].output, slide_id="s00")
    assert reasons(list(run.events())) == {"s00": "up to date"}


def test_that_a_lost_journal_costs_no_work(slides: Slides, start: Start) -> None:
    paths = slides(2)
    run = start(paths)
    list(run.events())
    run.plan.journal.unlink()
    events = list(start(paths).events())
    assert set(reasons(events).values()) == {"up to date"}
    assert set(reasons(list(start(paths).events())).values()) == {"up to date"}


def test_that_a_damaged_journal_is_kept_aside(slides: Slides, start: Start) -> None:
    paths = slides(1)
    run = start(paths)
    list(run.events())
    run.plan.journal.write_bytes(b"nonsense" * 1000)
    for suffix in ("-wal", "-shm"):
        run.plan.journal.with_name(run.plan.journal.name + suffix).unlink(
            missing_ok=True
        )
    assert reasons(list(start(paths).events())) == {"s00": "up to date"}
    assert run.plan.journal.with_name("journal.db.damaged-1").exists()


def test_that_one_bad_slide_fails_alone(
    slides: Slides, start: Start, tmp_path: Path
) -> None:
    paths = slides(3)
    paths[1].write_bytes(b"II*\0 this is no slide")
    events = list(start(paths).events())
    failed = of(events, SlideFailed)
    assert [event.slide_id for event in failed] == ["s01"]
    assert "s01.tif" in failed[0].reason
    assert "\n" not in failed[0].reason
    assert failed[0].trace
    assert events[-1].outcome == "failed"
    assert (events[-1].done, events[-1].failed) == (2, 1)


def test_that_a_missing_slide_fails_with_its_name(slides: Slides, start: Start) -> None:
    paths = slides(2)
    paths[0].unlink()
    failed = of(list(start(paths).events()), SlideFailed)
    assert len(failed) == 1
    assert "s00.tif" in failed[0].reason


def test_that_an_unforeseen_error_fails_one_slide_and_is_logged(
    slides: Slides, start: Start, stand_in: Callable[[str], str]
) -> None:
    run = start(slides(3), call=stand_in("wrong"))
    events = list(run.events())
    failed = of(events, SlideFailed)
    assert "ZeroDivisionError" in failed[0].reason
    assert len(of(events, SlideDone)) == 2
    assert "Traceback" in (run.plan.run_dir / "run.log").read_text()


def test_that_retry_runs_just_the_failed_slides(
    slides: Slides, start: Start, stand_in: Callable[[str], str]
) -> None:
    paths = slides(3)
    list(start(paths, call=stand_in("wrong")).events())
    late = [*paths, shutil.copy(paths[0], paths[0].with_name("s09.tif"))]
    events = list(start(late, retry_failed=True).events())
    assert [event.slide_id for event in of(events, SlideDone)] == ["s01"]
    assert reasons(events)["s09"] == "it has not failed before"


def test_that_a_full_disk_stops_the_run_in_order(
    slides: Slides, start: Start, stand_in: Callable[[str], str]
) -> None:
    events = list(start(slides(5), call=stand_in("full_disk")).events())
    assert "the disk is full" in of(events, SlideFailed)[0].reason
    assert len(of(events, SlideFailed)) == 1
    assert set(reasons(events)) == {"s02", "s03", "s04"}
    assert set(reasons(events).values()) == {"the disk is full"}
    assert events[-1].outcome == "failed"


def test_that_a_disk_that_is_almost_full_is_left_alone(
    slides: Slides, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pathgui.jobs.disk.free_bytes", lambda _: (10, 10**12))
    events = list(start(slides(2)).events())
    assert set(reasons(events).values()) == {"the disk is almost full"}
    assert events[-1].outcome == "failed"


def test_that_stale_parts_are_removed_even_when_there_is_nothing_to_do(
    slides: Slides, start: Start
) -> None:
    paths = slides(1)
    run = start(paths)
    list(run.events())
    part = run.plan.tasks[0].output.with_name("gone.h5.part")
    part.write_bytes(b"half")
    other = part.with_name("download.zip.part")
    other.write_bytes(b"not ours")
    list(start(paths).events())
    assert not part.exists()
    assert other.exists()


def test_that_run_json_says_what_was_done(slides: Slides, start: Start) -> None:
    paths = slides(2)
    paths[1].write_bytes(b"no slide")
    run = start(paths, recipe_path="pipelines/tissue.toml")
    list(run.events())
    found = json.loads((run.plan.run_dir / "run.json").read_text("utf-8"))
    assert found["run_id"] == run.plan.run_id
    assert found["recipe"]["path"] == "pipelines/tissue.toml"
    assert found["recipe"]["hash"] == run.plan.recipe.hash
    assert found["recipe"]["text"] == run.plan.recipe.text
    assert found["started"]
    assert found["ended"]
    assert found["outcome"] == "failed"
    assert "numpy" in found["versions"]
    first, second = found["slides"]
    assert (first["slide_id"], first["status"], first["attempts"]) == ("s00", "done", 1)
    assert first["seconds"] > 0
    assert first["output"].endswith("s00.h5")
    assert second["status"] == "failed"
    assert "s01" in second["reason"]


def test_that_a_run_closed_early_leaves_no_part_and_says_so(
    slides: Slides, start: Start, stand_in: Callable[[str], str]
) -> None:
    run = start(slides(3), call=stand_in("slow"))
    events = run.events()
    for event in events:
        if isinstance(event, SlideProgress):
            break
    events.close()
    found = json.loads((run.plan.run_dir / "run.json").read_text("utf-8"))
    assert found["outcome"] == "cancelled"
    assert found["ended"]
    assert not list(run.plan.tasks[0].output.parent.glob("*"))


def test_that_cancel_ends_a_run_and_names_the_slides_left(
    slides: Slides, start: Start, stand_in: Callable[[str], str]
) -> None:
    run = start(slides(3), call=stand_in("slow"))
    events = []
    for event in run.events():
        events.append(event)
        if isinstance(event, SlideProgress):
            run.cancel()
    assert events[-1].outcome == "cancelled"
    assert events[-1].seconds < 2
    assert set(reasons(events).values()) == {"cancelled"}


def test_that_one_slide_can_be_cancelled(
    slides: Slides, start: Start, stand_in: Callable[[str], str]
) -> None:
    run = start(slides(3), call=stand_in("slow"), workers=3)
    run.cancel_slide("s02")
    events = list(run.events())
    assert reasons(events) == {"s02": "cancelled"}
    assert len(of(events, SlideDone)) == 2
    assert events[-1].outcome == "done"


def test_that_a_pause_hands_out_no_more_slides(slides: Slides, start: Start) -> None:
    run = start(slides(4))
    seen = []
    for event in run.events():
        seen.append(event)
        if isinstance(event, SlideStarted) and len(of(seen, SlideStarted)) == 1:
            run.pause()
        if isinstance(event, SlideDone) and len(of(seen, SlideDone)) == 1:
            assert len(of(seen, SlideStarted)) == 1
            run.resume()
    assert len(of(seen, SlideDone)) == 4


def test_that_a_slide_can_be_put_first(slides: Slides, start: Start) -> None:
    run = start(slides(4))
    run.prioritise("s03")
    order = [event.slide_id for event in of(list(run.events()), SlideStarted)]
    assert order[0] == "s03"


def test_that_a_run_cannot_be_begun_twice(slides: Slides, start: Start) -> None:
    run = start(slides(1))
    list(run.events())
    with pytest.raises(RunError, match="started before"):
        next(iter(run.events()))


def test_that_a_plan_names_each_slide_once(
    slides: Slides, plan: Callable[..., RunPlan]
) -> None:
    paths = slides(1)
    with pytest.raises(RunError, match="twice"):
        plan([*paths, *paths])


def test_that_an_unknown_scheduler_is_refused(slides: Slides, start: Start) -> None:
    with pytest.raises(RunError, match="no scheduler"):
        list(start(slides(1), scheduler="magic").events())


def test_that_a_folder_that_cannot_be_written_is_named(
    slides: Slides, start: Start, tmp_path: Path
) -> None:
    run = start(slides(1))
    (tmp_path / "results").write_text("a file is in the way")
    with pytest.raises(RunError, match="runs"):
        list(run.events())
