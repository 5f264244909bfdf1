"""Logs in CSV grow by whole lines."""

import csv
import errno
import os

import pytest

from pathgui.errors import TableError
from pathgui.project import append_row
from pathgui.project.tableio import read_table_texts


def read(file):
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.reader(opened))


def test_that_rows_are_added_below_one_header(tmp_path):
    file = tmp_path / "log.csv"
    append_row(file, ("when", "what"), ("now", 'said "yes", twice\nor more'))
    append_row(file, ("when", "what"), ("later", ""))
    assert read(file) == [
        ["when", "what"],
        ["now", 'said "yes", twice\nor more'],
        ["later", ""],
    ]


def test_that_a_line_cut_by_others_is_not_glued_to(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("when,what\nnow,x")
    append_row(file, ("when", "what"), ("later", "y"))
    assert read(file)[-1] == ["later", "y"]


def test_that_a_full_disk_is_told_and_leaves_the_log(tmp_path, monkeypatch):
    file = tmp_path / "log.csv"
    append_row(file, ("when",), ("now",))

    def fail(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", fail)
    with pytest.raises(TableError, match="No space"):
        append_row(file, ("when",), ("later",))
    assert read(file) == [["when"], ["now"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_that_a_log_that_a_spreadsheet_saved_its_own_way_goes_on_so(tmp_path, encoding):
    file = tmp_path / "log.csv"
    append_row(file, ("when", "what"), ("now", "größer"))
    file.write_bytes(file.read_text("utf-8").replace(",", ";").encode(encoding))
    append_row(file, ("when", "what"), ("later", "a,b;c"))
    append_row(file, ("when", "what"), ("last", "1 → 2"))
    assert read_table_texts(file) == {
        "when": ["now", "later", "last"],
        "what": ["größer", "a,b;c", "1 → 2"],
    }
