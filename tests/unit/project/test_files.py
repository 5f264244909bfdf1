"""Files are the old version or the new one, whatever fails in between."""

import errno
import itertools
import os
import stat

import pytest

from pathgui.project.files import FileState, append_durably, write_atomic

CALLS = ("open", "write", "fsync", "replace", "close")


class Failing:
    """Makes the k-th of the system calls that matter fail, and counts them."""

    def __init__(self, monkeypatch, at, code=errno.ENOSPC):
        self.left = at
        self.failed = False
        self.code = code
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrap(name, getattr(os, name)))

    def wrap(self, name, real):
        def call(*args, **kwargs):
            self.left -= 1
            if self.left == 0:
                self.failed = True
                if name == "close":
                    real(*args, **kwargs)  # a failed close frees the handle too
                if name == "write":
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                raise OSError(self.code, os.strerror(self.code))
            return real(*args, **kwargs)

        return call


def test_that_every_failing_system_call_leaves_the_old_or_the_new_file(tmp_path):
    file = tmp_path / "table.csv"
    outcomes = set()
    for at in itertools.count(1):
        file.write_bytes(b"old")
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(patch, at)
            try:
                write_atomic(file, b"new" * 1000)
            except OSError:
                outcomes.add("failed")
            else:
                outcomes.add("done")
        assert file.read_bytes() in (b"old", b"new" * 1000)
        if not failing.failed:
            break
    assert outcomes == {"failed", "done"}
    assert at > 6


def test_that_a_failed_write_leaves_no_part_behind(tmp_path):
    file = tmp_path / "table.csv"
    with pytest.MonkeyPatch.context() as patch:
        Failing(patch, 3)
        with pytest.raises(OSError, match="No space"):
            write_atomic(file, b"new")
    assert list(tmp_path.iterdir()) == []


def test_that_the_disk_is_told_in_the_right_order(tmp_path, monkeypatch):
    order = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(handle):
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        order.append("fsync folder" if is_folder else "fsync file")
        real_sync(handle)

    def replace(*args):
        order.append("rename")
        real_replace(*args)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    write_atomic(tmp_path / "table.csv", b"new")
    assert order == ["fsync file", "rename", "fsync folder"]


def test_that_the_file_mode_is_kept(tmp_path):
    file = tmp_path / "table.csv"
    file.write_bytes(b"old")
    file.chmod(0o640)
    write_atomic(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_that_a_symbolic_link_keeps_pointing_where_it_did(tmp_path):
    real = tmp_path / "real.csv"
    real.write_bytes(b"old")
    link = tmp_path / "link.csv"
    link.symlink_to(real)
    write_atomic(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_that_a_failed_append_adds_nothing(tmp_path):
    file = tmp_path / "journal.jsonl"
    append_durably(file, b"first\n")
    for at in range(2, 4):  # the write and the flush
        with pytest.MonkeyPatch.context() as patch:
            Failing(patch, at)
            with pytest.raises(OSError, match="No space"):
                append_durably(file, b"second line\n")
        assert file.read_bytes() == b"first\n"


def test_that_a_touched_file_counts_as_unchanged_and_an_edited_one_does_not(tmp_path):
    file = tmp_path / "table.csv"
    file.write_bytes(b"a,b\n")
    _, state = FileState.read(file)
    os.utime(file, (1, 1))
    assert not state.differs(file)
    file.write_bytes(b"a,c\n")
    os.utime(file, ns=(state.mtime_ns, state.mtime_ns))
    assert state.differs(file)
    file.unlink()
    assert state.differs(file)
