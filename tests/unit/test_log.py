"""The log: where it goes, and what a command says of it."""

import pytest

from pathgui import log


@pytest.fixture(autouse=True)
def _as_before():
    yield
    log.setup()


def test_that_a_command_says_each_warning_once_whatever_ran_before_in_the_process():
    log.setup()  # as the window does
    first, second = [], []
    log.speak(first.append)
    log.speak(second.append)
    log.get("pathgui.project").warning("2 edits came back.")
    log.get("pathgui.project").info("Opened.")
    assert (first, second) == ([], ["2 edits came back."])


def test_that_a_log_file_takes_the_place_of_what_a_command_says(tmp_path):
    said = []
    log.speak(said.append)
    log.setup(file=tmp_path / "logs" / "pathgui.log")
    log.get("pathgui.project").warning("2 edits came back.")
    assert not said
    assert "2 edits came back." in (tmp_path / "logs" / "pathgui.log").read_text()
