"""The small parts a run is made of: locks, wishes, the line of slides, stamps."""

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.errors import RunError
from pathgui.jobs import (
    Run,
    RunPlan,
    SlideDone,
    SlideTask,
    Tls,
    control,
    forecast,
    locks,
    new_run_id,
)
from pathgui.jobs.item import Item, Line
from pathgui.jobs.parts import lock_of, part_of, remove_stale
from pathgui.jobs.plan_file import load_plan, save_plan
from pathgui.jobs.pool import epitaph
from pathgui.jobs.process import OUT_OF_MEMORY
from pathgui.jobs.schema import is_network
from pathgui.jobs.stamp import Stamp, stamp_if_there, stamp_slide

HOLDER = """
import sys
from pathlib import Path
from pathgui.jobs import locks
with locks.hold(Path(sys.argv[1]), "the child"):
    print("held", flush=True)
    sys.stdin.read()
"""


def item(name: str) -> Item:
    return Item(SlideTask(name, Path(name), Path(f"{name}.h5")))


def test_that_a_lock_is_held_by_one_and_remembers_who_had_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "lock"
    with locks.hold(path, "first") as before:
        assert before == ""
        assert locks.is_held(path)
        with locks.hold(path, "second") as other:
            assert other is None
    assert not locks.is_held(path)
    assert locks.read_note(path) == "first"
    with locks.hold(path, "third") as before:
        assert before == "first"


def test_that_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert locks.is_held(path)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert not locks.is_held(path)
    assert locks.read_note(path) == "the child"


def test_that_a_lock_that_is_not_there_is_free_or_unknown(tmp_path: Path) -> None:
    assert not locks.is_held(tmp_path / "none")
    assert locks.is_held(tmp_path / "none", unknown=True)
    assert locks.read_note(tmp_path / "none") == ""


def test_that_a_file_system_without_locks_lets_everybody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(handle: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(locks, "_take", unsupported)
    path = tmp_path / "lock"
    with locks.hold(path, "first") as before:
        assert before == ""
        assert not locks.is_held(path)
        assert locks.is_held(path, unknown=True)


def test_that_wishes_are_heard_once_each_and_in_order(tmp_path: Path) -> None:
    file = tmp_path / "run" / "control.jsonl"
    wishes = control.Wishes(file)
    assert not wishes.look()
    control.tell(file, control.PAUSE)
    control.tell(file, control.FIRST, "a")
    assert wishes.look()
    assert wishes.paused
    assert wishes.first == ["a"]
    assert not wishes.look()
    control.tell(file, control.RESUME)
    control.tell(file, control.CANCEL_SLIDE, "b\nc")
    control.tell(file, control.CANCEL)
    wishes.look()
    assert not wishes.paused
    assert wishes.cancelled
    assert wishes.cancelled_slides == {"b\nc"}


def test_that_half_a_line_and_nonsense_are_no_wish(tmp_path: Path) -> None:
    file = tmp_path / "control.jsonl"
    file.write_text('nonsense\n[1]\n{"wish": "dance"}\n{"wish": "can')
    wishes = control.Wishes(file)
    wishes.look()
    assert not wishes.cancelled
    with file.open("a") as out:
        out.write('cel"}\n')
    wishes.look()
    assert wishes.cancelled


def test_that_a_wish_to_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(RunError, match="cannot be told to cancel"):
        control.tell(tmp_path / "run" / "control.jsonl", control.CANCEL)


@given(st.lists(st.sampled_from("abcdef"), max_size=8))
def test_that_slides_put_first_go_first_and_none_is_lost(first: list[str]) -> None:
    line = Line()
    for name in "abcdef":
        line.add(item(name))
    for name in first:
        line.first(name)
    order = []
    while (taken := line.take()) is not None:
        order.append(taken.slide_id)
    assert sorted(order) == list("abcdef")
    latest = list(dict.fromkeys(reversed(first)))
    assert order[: len(latest)] == latest


def test_that_a_slide_that_has_to_wait_lets_others_pass() -> None:
    line = Line()
    waiting = item("a")
    waiting.wait_until = float("inf")
    line.add(waiting)
    line.add(item("b"))
    first = line.take()
    assert first is not None
    assert first.slide_id == "b"
    assert line.take() is None
    assert len(line) == 1


def test_that_a_run_id_is_never_given_twice() -> None:
    assert len({new_run_id() for _ in range(50)}) > 45
    assert new_run_id()[:2] == "20"


def test_that_a_stale_part_goes_and_one_being_written_stays(tmp_path: Path) -> None:
    runs, folder = tmp_path / "runs", tmp_path / "processed"
    folder.mkdir()
    live, dead = folder / "live.h5", folder / "dead.h5"
    part_of(live).write_bytes(b"x")
    part_of(dead).write_bytes(b"x")
    with locks.hold(lock_of(live, runs), "a worker"):
        assert remove_stale([live, dead], runs) == [part_of(dead)]
    assert part_of(live).exists()


def test_that_a_slide_of_many_files_has_one_stamp(data: Path) -> None:
    mirax = data / "slides" / "derived" / "cmu1_mirax.mrxs"
    stamp = stamp_slide(mirax)
    inside = list((mirax.with_suffix("")).iterdir())
    assert stamp.files == 1 + len(inside)
    assert stamp.size == sum(f.stat().st_size for f in [mirax, *inside])


def test_that_no_file_has_the_empty_stamp(tmp_path: Path) -> None:
    assert stamp_if_there(tmp_path / "none") == Stamp()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-signal.SIGKILL, "lack of memory"),
        (-signal.SIGSEGV, "crash inside"),
        (-signal.SIGTERM, "SIGTERM"),
        (OUT_OF_MEMORY, "more than 2.0 GB of memory"),
        (3, "exit status 3"),
        (None, ""),
    ],
)
def test_that_the_end_of_a_worker_is_told_in_words(
    code: int | None, words: str
) -> None:
    assert words in epitaph(code, 2 * 2**30)


def test_that_network_disks_are_told_from_local_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mount:
        def __init__(self, mountpoint: str, fstype: str) -> None:
            self.mountpoint, self.fstype = mountpoint, fstype

    mounts = [Mount("/", "ext4"), Mount("/data", "nfs4"), Mount("/data/ssd", "xfs")]
    monkeypatch.setattr("psutil.disk_partitions", lambda **_: mounts)
    assert is_network(Path("/data/project/journal.db"))
    assert not is_network(Path("/data/ssd/project/journal.db"))
    assert not is_network(Path("/database/journal.db"))


def test_that_a_forecast_learns_from_earlier_results(
    slides: Callable[..., list[Path]],
    start: Callable[..., Run],
    plan: Callable[..., RunPlan],
) -> None:
    paths = slides(3)
    guess = forecast(plan(paths))
    assert not guess.measured
    assert guess.needed > 0
    assert guess.fits
    done = [e for e in start(paths[:1]).events() if isinstance(e, SlideDone)]
    learnt = forecast(plan(paths))
    assert learnt.measured
    size = Path(done[0].output).stat().st_size
    assert 1.5 * size < learnt.needed < 2.5 * size
    assert forecast(plan(paths, force=True)).needed > learnt.needed


def test_that_each_slide_may_have_a_recipe_of_its_own(
    slides: Callable[..., list[Path]], plan: Callable[..., RunPlan], tmp_path: Path
) -> None:
    made = plan(slides(2))
    fine = replace(made.recipe, tiling=replace(made.recipe.tiling, tile_size=128))
    tasks = (replace(made.tasks[0], recipe=fine), made.tasks[1])
    mixed = replace(made, tasks=tasks, tls=Tls(tmp_path, tmp_path, tmp_path))
    save_plan(mixed, tmp_path / "plan.json")
    assert load_plan(tmp_path / "plan.json") == mixed
    events = list(Run(replace(mixed, tls=None)).events())
    tiles = {e.slide_id: e.tiles for e in events if isinstance(e, SlideDone)}
    assert tiles == {"s00": 64, "s01": 16}


@pytest.mark.parametrize(("workers", "threads"), [(-1, 1), (1, 0)])
def test_that_a_plan_without_hands_is_refused(
    plan: Callable[..., RunPlan], workers: int, threads: int
) -> None:
    with pytest.raises(RunError, match="cannot have"):
        plan([], workers=workers, threads=threads)


def test_that_every_public_name_is_there() -> None:
    import pathgui.jobs as room

    for name in room.__all__:
        assert getattr(room, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        room.nonsense  # noqa: B018 - asking is the point


def test_that_the_process_of_the_scheduler_loads_no_engine() -> None:
    code = "import sys, pathgui.jobs.process; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"h5py", "openslide", "numpy", "pathgui.engine", "distributed", "pandas"}
    assert not heavy & set(out)


def test_that_the_search_path_of_workers_never_holds_an_empty_entry() -> None:
    from pathgui.jobs.process import command

    found = command("worker", "{}")
    assert found[0] == sys.executable
    assert '""' not in found[4]
    assert Path(found[0]).is_absolute()
