"""The log of a run, told apart by level and slide."""

import pytest

from pathgui.gui.panels.runlog import RunLog
from pathgui.gui.session.runlog import MOST_BYTES, chosen, read_log

LOG = """\
2026-11-12 11:04:18,001 INFO    run r1 of small on 2 slides with 2 workers
2026-11-12 11:04:18,123 INFO    A-1: begun, attempt 1
2026-11-12 11:04:18,124 INFO    A-10: begun, attempt 1
2026-11-12 11:04:19,001 WARNING A-1: no mpp is known
2026-11-12 11:05:20,900 ERROR   A-1: A-1.svs is damaged
Traceback (most recent call last):
  File "x.py", line 1
2026-11-12 11:05:21,000 INFO    removed A-1.h5.part, which a dead run had left
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run.log").write_text(LOG, "utf-8")
    return tmp_path


def test_that_an_entry_keeps_its_traceback(folder):
    entries = read_log(folder)
    assert len(entries) == 6
    assert entries[4].text.endswith('File "x.py", line 1')
    assert entries[4].line("A-1").startswith("11:05:20  error  A-1.svs is damaged")


def test_that_a_slide_has_its_own_entries_and_not_those_of_a_longer_name(folder):
    entries = read_log(folder)
    texts = [entry.text for entry in chosen(entries, "A-1", "all")]
    assert [text.split(":")[0] for text in texts[:3]] == ["A-1"] * 3
    assert texts[3].startswith("removed A-1.h5.part")
    assert len(texts) == 4
    assert len(chosen(entries, "", "trouble")) == 2
    assert len(chosen(entries, "A-10", "trouble")) == 0


def test_that_of_a_long_log_the_end_is_read_and_no_half_line(tmp_path):
    line = "2026-11-12 11:04:18,123 INFO    A-1: begun, attempt 1\n"
    (tmp_path / "run.log").write_text(line * (MOST_BYTES // len(line) * 2))
    entries = read_log(tmp_path)
    assert {entry.text for entry in entries} == {"A-1: begun, attempt 1"}
    assert read_log(tmp_path / "nowhere") == []


def test_that_the_filter_and_the_slide_choose_what_is_shown(session, folder, qtbot):
    log = RunLog(session)
    qtbot.addWidget(log)
    log.show_log(folder)
    qtbot.waitUntil(lambda: "11:04:18  A-10: begun" in log.text.toPlainText())
    log.show_log(folder, "A-1")
    assert "A-10" not in log.text.toPlainText()
    log.filter.setCurrentIndex(1)
    lines = log.text.toPlainText().splitlines()
    assert lines[0] == "11:04:19  warning  no mpp is known"
    assert len(lines) == 4
