"""What a run made is known; anything else is first looked at in a child."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pathgui.errors import StorageError
from pathgui.jobs import Run
from pathgui.jobs.known_files import KnownFiles
from pathgui.storage.guard import call_in_child

CALL = "pathgui.storage.looking.call_in_child"


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The files that children looked at, one entry per child."""
    begun: list[tuple[str, ...]] = []

    def call(name: str, *paths: str, **options: Any) -> Any:
        begun.append(paths)
        return call_in_child(name, *paths, **options)

    monkeypatch.setattr(CALL, call)
    return begun


@pytest.fixture
def run(
    slides: Callable[..., list[Path]], start: Callable[..., Run]
) -> tuple[Path, Path]:
    """A journal and a result that it recorded."""
    made = start(slides(1))
    list(made.events())
    return made.plan.journal, made.plan.tasks[0].output


def test_that_the_result_of_a_run_needs_no_child(
    run: tuple[Path, Path], children: list[tuple[str, ...]]
) -> None:
    journal, result = run
    known = KnownFiles(journal)
    known.prepare([result])
    known.look(result)
    assert children == []


def test_that_a_changed_or_copied_result_is_looked_at_once(
    run: tuple[Path, Path], children: list[tuple[str, ...]], tmp_path: Path
) -> None:
    journal, result = run
    copy = tmp_path / "copy.h5"
    shutil.copy2(result, copy)
    known = KnownFiles(journal)
    os.utime(result, ns=(1, 1))
    for _ in range(2):
        known.look(copy)
        known.look(result)
    assert children == [(str(copy),), (str(result),)]


def test_that_several_unknown_files_share_a_child_and_the_bad_one_is_found(
    run: tuple[Path, Path], children: list[tuple[str, ...]], tmp_path: Path
) -> None:
    _, good = run
    bad = tmp_path / "bad.h5"
    bad.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    known = KnownFiles(None)
    found = known.prepare([good, bad, tmp_path / "absent.h5"])
    assert [path for path, error in found.items() if error is not None] == [bad]
    assert children == [(str(good), str(bad))]
    known.look(good)
    known.look(tmp_path / "absent.h5")
    for _ in range(2):
        with pytest.raises(StorageError, match=r"bad\.h5"):
            known.look(bad)
    assert len(children) == 1
    shutil.copy(good, bad)
    known.look(bad)


def test_that_a_journal_that_is_none_vouches_for_nothing(
    run: tuple[Path, Path], children: list[tuple[str, ...]]
) -> None:
    journal, result = run
    journal.write_bytes(b"no database at all, but long enough to be read as one" * 9)
    KnownFiles(journal).look(result)
    assert len(children) == 1
