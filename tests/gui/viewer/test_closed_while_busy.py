"""What is read and written in the background when the viewer closes."""

import threading

import pytest
from PySide6.QtWidgets import QApplication

from pathgui.errors import ProjectError
from pathgui.gui.viewer.associated import AssociatedReader
from pathgui.gui.viewer.draw.errand import Errands


@pytest.fixture
def begun():
    return threading.Event()


def test_that_an_errand_is_carried_out_but_told_to_nobody(
    qapp: QApplication, begun, tmp_path
):
    file, told = tmp_path / "kept", []
    errands = Errands()

    def write() -> None:
        begun.set()
        file.write_text("kept", "utf-8")

    errands.run(write, told.append)
    errands.run(begun.wait, told.append)
    errands.shutdown()
    errands.run(lambda: file.unlink(), told.append)
    qapp.processEvents()
    assert file.read_text("utf-8") == "kept"
    assert told == []


def test_that_an_errand_that_failed_at_the_end_is_in_the_log(
    qapp: QApplication, caplog
):
    def fail() -> None:
        raise ProjectError("The disk is full.", "Make room.")

    errands, told = Errands(), []
    errands.failed.connect(told.append)
    errands.run(fail, told.append)
    errands.shutdown()
    qapp.processEvents()
    assert told == []
    assert "The disk is full." in caplog.text


class Pictures:
    """Pixels whose label is read when the test says so."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def associated(self, _names):
        self.begun.set()
        self.go.wait(60)
        return {}


def test_that_a_label_read_too_late_is_shown_by_nobody(qapp: QApplication):
    reader, pixels, seen = AssociatedReader(), Pictures(), []
    reader.read.connect(lambda *found: seen.append(found))
    reader.ask(pixels)
    assert pixels.begun.wait(60)
    pixels.go.set()
    reader.shutdown()
    reader.ask(pixels)
    qapp.processEvents()
    assert seen == []
