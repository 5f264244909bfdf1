"""One child looks at many files, and what is wrong with each is known in the end."""

import os
import sys

import h5py
import numpy as np
import pytest

from pathgui.errors import FormatVersionError, StorageError
from pathgui.storage import guard
from pathgui.storage.features import FeatureMeta, consolidate, write_features
from pathgui.storage.looking import look_at

# A child in which some files kill their reader, and others never let it go.
_EVIL = """
import os
import pathgui.storage.probe as probe
good = probe.probe
def evil(path, report=None):
    if "killer" in path:
        os.abort()
    if "stuck" in path:
        open(os.environ["STUCK"]).read()
    return good(path, report)
probe.probe = evil
from pathgui.storage.guarded import main
main()
"""


@pytest.fixture
def children(monkeypatch):
    """One entry for each child that was started."""
    begun, command = [], guard._command

    def start():
        begun.append(1)
        return command()

    monkeypatch.setattr(guard, "_command", start)
    return begun


def features_of(path, name):
    coords = np.arange(8).reshape(4, 2)
    write_features(path, FeatureMeta(name, "m"), coords, np.ones((4, 3), np.float32))
    return path


def test_that_one_child_looks_at_hundreds_of_files(tmp_path, write, children):
    first = write(tmp_path / "0.h5", 2)
    files = [first]
    for k in range(1, 150):
        files.append(tmp_path / f"{k}.h5")
        os.link(first, files[-1])
    one = features_of(tmp_path / "0_features.h5", "0")
    for k in range(1, 151):
        files.append(tmp_path / f"{k}_features.h5")
        os.link(one, files[-1])
    bad, newer, gone = (tmp_path / name for name in ("bad.h5", "new.h5", "gone.h5"))
    bad.write_text("no")
    write(newer, 1)
    with h5py.File(newer, "r+") as f:
        f.attrs["format_version"] = 99
    steps = []
    found = look_at(
        [*files[:100], bad, newer, gone, *files[100:]],
        progress=lambda *step: steps.append(step),
    )
    assert len(children) == 1
    assert all(found[path] is None for path in files)
    assert "bad.h5 is not an HDF5 file" in found[bad].message
    assert isinstance(found[newer], FormatVersionError)
    assert "does not exist" in found[gone].message
    assert found[bad].hint
    assert steps[-1] == ("Looking at files", 302, 303)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_that_the_file_that_kills_or_holds_its_reader_is_named(
    tmp_path, write, monkeypatch
):
    good = [write(tmp_path / f"{k}.h5", 1) for k in range(4)]
    killer, stuck = write(tmp_path / "killer.h5", 1), write(tmp_path / "stuck.h5", 1)
    bad = tmp_path / "bad.h5"
    bad.write_text("no")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("STUCK", str(tmp_path / "pipe"))
    begun = []

    def start():
        begun.append(1)
        return [sys.executable, "-c", _EVIL]

    monkeypatch.setattr(guard, "_command", start)
    monkeypatch.setattr("pathgui.storage.looking.PATIENCE", 1.0)
    files = [good[0], bad, good[1], killer, good[2], stuck, good[3]]
    found = look_at(files)
    assert len(begun) == 3
    assert list(found) == files
    assert all(found[path] is None for path in good)
    assert "killer.h5 made its reader crash" in found[killer].message
    assert "stuck.h5 could not be read" in found[stuck].message
    assert "disk does not answer" in found[stuck].hint
    assert "bad.h5 is not an HDF5 file" in found[bad].message


def test_that_a_machine_without_processes_to_spare_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(guard, "_command", lambda: [str(tmp_path / "no-python")])
    (error,) = look_at([tmp_path / "a.h5"]).values()
    assert isinstance(error, StorageError)
    assert "a.h5 could not be looked at: No such file" in error.message


def test_that_a_database_passes_though_a_file_it_links_to_is_gone(tmp_path):
    files = [features_of(tmp_path / f"{name}_features.h5", name) for name in "ab"]
    consolidate(files, tmp_path / "all_features.h5", links=True)
    files[1].unlink()
    assert look_at([tmp_path / "all_features.h5"]) == {
        tmp_path / "all_features.h5": None
    }
