"""Parts: recognised as stale, removed, never those of a living writer."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from pathgui.errors import StorageError
from pathgui.storage import SlideMeta, SlideWriter, remove_stale_parts, stale_parts

_WRITER = """
import sys
import numpy as np
from pathgui.storage import SlideMeta, SlideWriter
with SlideWriter(sys.argv[1], SlideMeta("s", tile_size=8, stride=8)) as writer:
    image = np.zeros((8, 8, 3), np.uint8)
    writer.add(0, image, (0, 0), (0, 0), {}, {})
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no locks on parts there")
def test_that_a_part_is_stale_only_when_its_writer_is_dead(tmp_path, names):
    path = tmp_path / "sub" / "a.h5"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        part = path.with_name("a.h5.part")
        assert part.exists()
        assert remove_stale_parts(tmp_path) == []
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    assert not path.exists()
    assert list(stale_parts(tmp_path)) == [part]
    assert remove_stale_parts(tmp_path) == [part]
    assert names(path.parent) == []


def test_that_a_leftover_part_is_simply_written_over(tmp_path, write, names):
    (tmp_path / "a.h5.part").write_bytes(b"left over" * 1000)
    write(tmp_path / "a.h5", 2)
    assert names(tmp_path) == ["a.h5"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write")
def test_that_a_folder_without_rights_is_named(tmp_path, meta):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="permission denied"):
        SlideWriter(tmp_path / "a.h5", meta)


def test_that_a_file_in_the_way_of_a_folder_is_named(tmp_path, meta):
    (tmp_path / "f").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        SlideWriter(tmp_path / "f" / "a.h5", meta)


@pytest.mark.parametrize("name", ["slide.svs", "slide.tif", "notes"])
def test_that_no_result_takes_the_place_of_another_kind_of_file(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"II*\0 a slide")
    with pytest.raises(StorageError, match="of another kind; it stays"):
        SlideWriter(path, SlideMeta("s", tile_size=8, stride=8))
    assert path.read_bytes() == b"II*\0 a slide"
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_that_a_damaged_result_is_written_anew(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(b"torn")
    with SlideWriter(path, SlideMeta("s", tile_size=8, stride=8)) as writer:
        writer.add(0, np.zeros((8, 8, 3), np.uint8), (0, 0), (0, 0), {}, {})
    assert path.read_bytes().startswith(b"\x89HDF")
