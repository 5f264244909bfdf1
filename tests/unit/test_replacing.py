"""Files that are replaced whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pathgui.replacing import replacing


def test_that_a_file_takes_its_name_when_it_is_whole(tmp_path):
    file = tmp_path / "new" / "a.txt"
    with replacing(file, durable=True) as part:
        part.write_text("whole", "utf-8")
        assert not file.exists()
    assert file.read_text("utf-8") == "whole"
    assert list(file.parent.iterdir()) == [file]


def test_that_what_was_there_stays_when_the_new_one_fails(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("old", "utf-8")

    def break_off() -> None:
        with replacing(file) as part:
            part.write_text("ne", "utf-8")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        break_off()
    assert file.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_that_two_threads_replacing_one_file_leave_one_of_their_files(tmp_path):
    file, both = tmp_path / "a.txt", Barrier(2, timeout=30)

    def write(text: str) -> None:
        with replacing(file) as part:
            part.write_text(text, "utf-8")
            both.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("one", "two")))
    assert file.read_text("utf-8") in {"one", "two"}
    assert list(tmp_path.iterdir()) == [file]


def test_that_the_longest_of_names_can_be_replaced(tmp_path):
    file = tmp_path / ("n" * 255)
    with replacing(file) as part:
        part.write_text("x", "utf-8")
    assert file.read_text("utf-8") == "x"
