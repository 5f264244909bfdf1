"""Disks that fill up, processes that are killed: a file is whole or absent."""

import errno
import io
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pathgui.errors import StorageError
from pathgui.storage import SlideWriter, open_file, remove_stale_parts, stream


class _Disk(io.FileIO):
    """A disk on which the write number `fails_at`, and all later ones, fail."""

    count = 0
    fails_at = 0
    number = errno.ENOSPC

    def write(self, data):
        _Disk.count += 1
        if _Disk.fails_at and _Disk.count >= _Disk.fails_at:
            raise OSError(_Disk.number, os.strerror(_Disk.number))
        return super().write(data)


@pytest.fixture
def disk(monkeypatch):
    monkeypatch.setattr(stream.io, "FileIO", _Disk)
    _Disk.count = _Disk.fails_at = 0
    _Disk.number = errno.ENOSPC
    return _Disk


@pytest.mark.parametrize("threads", [1, 2])
def test_that_a_disk_full_at_any_write_is_said_and_leaves_nothing(
    tmp_path, write, disk, names, threads, slow
):
    path = write(tmp_path / "whole.h5", 12, threads=threads)
    total, step = disk.count, 1 if slow else 7
    assert total > 30
    for number in range(1, total + 1, step):
        disk.count, disk.fails_at = 0, number
        with pytest.raises(StorageError, match="the disk is full") as caught:
            write(tmp_path / "a.h5", 12, threads=threads)
        assert "a.h5" in caught.value.message
        assert names(tmp_path) == ["whole.h5"]
    disk.count, disk.fails_at = 0, 0
    assert write(tmp_path / "a.h5", 12).read_bytes() == path.read_bytes()


def test_that_a_failing_disk_is_told_from_a_full_one(tmp_path, write, disk):
    disk.fails_at, disk.number = 20, errno.EIO
    with pytest.raises(StorageError, match="Input/output error"):
        write(tmp_path / "a.h5", 12)


def test_that_an_old_file_survives_a_full_disk(tmp_path, write, disk):
    before = write(tmp_path / "a.h5", 3).read_bytes()
    disk.count, disk.fails_at = 0, 25
    with pytest.raises(StorageError):
        write(tmp_path / "a.h5", 12)
    assert (tmp_path / "a.h5").read_bytes() == before


_LIMITED = """
import os, resource, signal, sys
import numpy as np
from pathgui.errors import StorageError
from pathgui.storage import SlideMeta, SlideWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
image = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
try:
    with SlideWriter(sys.argv[1], SlideMeta("s", tile_size=64, stride=64)) as writer:
        for k in range(100):
            writer.add(k, image, (k, 0), (k, 0), {}, {"n": k})
except StorageError as error:
    print(error.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits there")
@pytest.mark.parametrize("limit", [100, 3_000, 20_000, 900_000])
def test_that_a_real_limit_of_the_system_ends_in_one_sentence(tmp_path, names, limit):
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path / "a.h5"), str(limit)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "the limit on file size is reached" in done.stdout
    assert names(tmp_path) == []


_ENDLESS = """
import sys
import numpy as np
from pathgui.storage import SlideMeta, SlideWriter
image = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
meta = SlideMeta("s", tile_size=64, stride=64)
print("go", flush=True)
for number in range(100000):
    path = f"{sys.argv[1]}/{number % 3}.h5"
    with SlideWriter(path, meta, threads=2) as writer:
        for k in range(20):
            writer.add(k, image, (k, 0), (k, 0), {}, {"n": number})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.timeout(600)
def test_that_a_killed_writer_leaves_whole_files_or_none(tmp_path, slow):
    chance = random.Random(5)
    for _ in range(60 if slow else 6):
        with subprocess.Popen(
            [sys.executable, "-c", _ENDLESS, str(tmp_path)], stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(chance.uniform(0.0, 0.6))
            child.send_signal(signal.SIGKILL)
            child.wait(30)
        for path in tmp_path.glob("*.h5"):
            _check_whole(path)
        remove_stale_parts(tmp_path)
        assert not list(tmp_path.glob("*.part"))


def _check_whole(path: Path) -> None:
    with open_file(path) as file:
        slide = file.slide(0)
        assert len(slide) == 20
        assert len(set(slide.index["n"].tolist())) == 1
        assert all(slide.image(k).any() for k in range(20))


_FORGOTTEN = """
import sys
import numpy as np
from pathgui.storage import SlideMeta, SlideWriter
writer = SlideWriter(sys.argv[1], SlideMeta("s", tile_size=8, stride=8))
for k in range(100):
    writer.add(k, np.zeros((8, 8, 3), np.uint8), (k, 0), (k, 0), {}, {})
"""


def test_that_a_forgotten_writer_ends_with_its_process(tmp_path, names):
    subprocess.run(
        [sys.executable, "-c", _FORGOTTEN, str(tmp_path / "a.h5")],
        check=True,
        timeout=60,
    )
    assert names(tmp_path) == []


def test_that_a_closed_writer_takes_no_more_tiles(tmp_path, meta, tile):
    with SlideWriter(tmp_path / "a.h5", meta) as writer:
        writer.add(**tile(0))
    with pytest.raises(StorageError, match="has been closed"):
        writer.add(**tile(1))
    with open_file(tmp_path / "a.h5") as file:
        assert np.array_equal(file.slide(0).image(0), tile(0)["image"])
