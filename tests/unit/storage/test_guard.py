"""Calls in a child: results, typed errors, and children that die, hang or gorge."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest

from pathgui.errors import FormatVersionError, StorageError
from pathgui.storage import SlideWriter, guard

_PROBE = "pathgui.storage.probe:probe"


def _answer(code: str) -> list[str]:
    """A child that takes its task, says it is ready, and then runs `code`."""
    start = "import sys; sys.stdin.readline(); print('ready', flush=True); "
    return [sys.executable, "-c", start + code]


def test_that_a_good_file_is_described(tmp_path, write):
    path = write(tmp_path / "a.h5", 3, layout="stacked")
    assert guard.call_in_child(_PROBE, str(path)) == {
        "slides": [
            {
                "name": "slide a",
                "tiles": 3,
                "stored_tiles": 3,
                "layout": "stacked",
                "images": "pixels",
                "masks": ["tissue"],
                "maps": [],
            }
        ]
    }


def test_that_problems_and_sizes_travel_as_plain_data(tmp_path, write):
    path = write(tmp_path / "a.h5", 3)
    problems = "pathgui.storage.probe:problems"
    assert guard.call_in_child(problems, str(path)) == []
    os.truncate(path, 2000)
    ((where, message),) = guard.call_in_child(problems, str(path))
    assert where == "/"
    assert "truncated" in message
    whole = write(tmp_path / "b.h5", 3)
    sizes = guard.call_in_child("pathgui.storage.probe:sizes", str(whole))
    assert sizes["size"] == whole.stat().st_size


def test_that_the_error_of_the_child_is_raised_here(tmp_path, write, data):
    with pytest.raises(StorageError, match="does not exist") as caught:
        guard.call_in_child(_PROBE, str(tmp_path / "no.h5"))
    assert caught.value.hint
    with pytest.raises(StorageError, match=r"bomb\.h5"):
        guard.call_in_child(_PROBE, str(data / "hostile" / "bomb.h5"))
    import h5py

    path = write(tmp_path / "a.h5", 1)
    with h5py.File(path, "r+") as f:
        f.attrs["format_version"] = 99
    with pytest.raises(FormatVersionError):
        guard.call_in_child(_PROBE, str(path))


def test_that_a_crash_is_an_error_that_names_the_file(monkeypatch):
    monkeypatch.setattr(guard, "_command", lambda: _answer("import os; os.abort()"))
    with pytest.raises(StorageError, match=r"evil\.h5 made its reader crash"):
        guard.call_in_child(_PROBE, "evil.h5")


def test_that_an_endless_call_is_ended(monkeypatch):
    monkeypatch.setattr(guard, "_command", lambda: _answer("\nwhile True: pass"))
    with pytest.raises(StorageError, match=r"evil\.h5 .* within 0\.3 seconds") as got:
        guard.call_in_child(_PROBE, "evil.h5", timeout=0.3)
    assert "do not trust" in got.value.hint


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("reports", ["", "print('step [1, 1, 1]', flush=True)\n" * 3])
def test_that_a_call_that_waits_for_a_disk_is_ended_by_the_clock(
    tmp_path, monkeypatch, reports
):
    stuck = tmp_path / "stuck"
    os.mkfifo(stuck)
    code = f"\n{reports}open({str(stuck)!r}).read()"
    monkeypatch.setattr(guard, "_command", lambda: _answer(code))
    with pytest.raises(StorageError, match=r"evil\.h5 .* within 0\.4 seconds") as got:
        guard.call_in_child(_PROBE, "evil.h5", timeout=0.4, progress=lambda *_: None)
    assert "disk does not answer" in got.value.hint


def test_that_the_start_of_a_child_takes_none_of_its_time(monkeypatch):
    begin = (
        "import sys, threading; sys.stdin.readline(); threading.Event().wait(0.6)\n"
        "print('ready', flush=True); print('{\"result\": 1}')"
    )
    monkeypatch.setattr(guard, "_command", lambda: [sys.executable, "-c", begin])
    assert guard.call_in_child(_PROBE, "good.h5", timeout=0.5) == 1


def test_that_a_child_that_gets_on_may_take_its_time(monkeypatch):
    code = (
        "\nimport threading\n"
        "for k in range(5):\n"
        "    threading.Event().wait(0.2); print(f'step [1, {k}, 5]', flush=True)\n"
        "print('{\"result\": 1}')"
    )
    monkeypatch.setattr(guard, "_command", lambda: _answer(code))
    seen = []
    found = guard.call_in_child(
        _PROBE, "good.h5", timeout=0.8, progress=lambda *step: seen.append(step[1])
    )
    assert (found, seen) == (1, [0, 1, 2, 3, 4])


def test_that_a_process_that_no_kill_reaches_holds_nobody_up(monkeypatch):
    class Deaf(subprocess.Popen):
        def kill(self):
            pass

    code = (
        "\nimport sys; sys.stdin.close(); import threading; threading.Event().wait(3)"
    )
    monkeypatch.setattr(guard, "_command", lambda: _answer(code))
    monkeypatch.setattr(guard, "_LAST_SECONDS", 0.1)
    monkeypatch.setattr(guard.subprocess, "Popen", Deaf)
    start = time.perf_counter()
    with pytest.raises(StorageError, match="got nowhere"):
        guard.call_in_child(_PROBE, "evil.h5", timeout=0.2)
    assert time.perf_counter() - start < 2.9


def test_that_a_child_that_never_starts_is_an_error(monkeypatch):
    monkeypatch.setattr(guard, "_command", lambda: [sys.executable, "-c", "1/0"])
    with pytest.raises(StorageError, match="crash"):
        guard.call_in_child(_PROBE, "evil.h5")


def test_that_nonsense_from_a_child_is_an_error(monkeypatch):
    monkeypatch.setattr(guard, "_command", lambda: _answer("print('[1')"))
    with pytest.raises(StorageError, match="crash"):
        guard.call_in_child(_PROBE, "evil.h5")


@pytest.mark.skipif(sys.platform != "linux", reason="limits hold on Linux")
def test_that_a_file_that_wants_too_much_memory_is_refused(tmp_path, meta):
    path = tmp_path / "big.h5"
    with SlideWriter(path, meta) as writer:
        writer.add_slide_mask("tissue", np.zeros((16_000, 16_000), bool), 2.0)
    assert path.stat().st_size < 5_000_000
    with pytest.raises(StorageError, match=r"big\.h5 needs more memory"):
        guard.call_in_child(_PROBE, str(path), memory_mb=200)


def test_that_only_functions_of_this_package_are_called():
    with pytest.raises(StorageError, match="crash"):
        guard.call_in_child("os:getcwd")


def test_that_nothing_is_imported_from_the_folder_one_stands_in(
    tmp_path, write, monkeypatch
):
    path = write(tmp_path / "a.h5", 1)
    (tmp_path / "h5py.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert guard.call_in_child(_PROBE, str(path))["slides"]


def test_that_progress_arrives_and_gives_more_time(tmp_path, write):
    path, seen = write(tmp_path / "a.h5", 30), []
    problems = "pathgui.storage.probe:problems"
    found = guard.call_in_child(
        problems, str(path), progress=lambda *step: seen.append(step)
    )
    assert found == []
    assert seen
    assert all(what == "slide a" and done < 30 for what, done, _ in seen)


@pytest.mark.skipif(sys.platform == "win32", reason="limits hold elsewhere")
def test_that_a_call_that_eats_the_processor_is_ended_by_the_system(monkeypatch):
    code = (
        "from pathgui.storage.guarded import limit_time; limit_time(1)\n"
        "while True: pass"
    )
    monkeypatch.setattr(guard, "_command", lambda: _answer("\n" + code))
    with pytest.raises(StorageError, match=r"evil\.h5 .* within 30 seconds"):
        guard.call_in_child(_PROBE, "evil.h5", timeout=30)
