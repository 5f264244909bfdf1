"""The program from start to end, as the command line calls it."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from pathgui.errors import ProjectError
from pathgui.gui.app import Crashes, run
from pathgui.gui.dialogs.crash import CrashDialog, details


def test_that_a_picture_of_the_window_is_written_and_the_program_leaves(
    qapp, root, tmp_path
):
    target = tmp_path / "pictures" / "window.png"
    assert run(root, None, target) == 0
    picture = QImage(str(target))
    assert picture.width() >= 1280
    assert picture.height() >= 700
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 7)
        for y in range(0, picture.height(), 7)
    }
    assert len(colours) > 30


def test_that_a_picture_of_the_welcome_page_needs_no_project(qapp, tmp_path):
    assert run(None, None, tmp_path / "welcome.png") == 0
    assert (tmp_path / "welcome.png").exists()


@pytest.mark.parametrize("slide", ["S9", ""])
def test_that_a_picture_of_what_is_not_there_is_an_error(qapp, root, tmp_path, slide):
    project = root if slide else tmp_path / "nowhere"
    with pytest.raises(ProjectError):
        run(project, slide or None, tmp_path / "x.png")
    assert not (tmp_path / "x.png").exists()


def test_that_the_window_does_not_load_napari_before_the_viewer_is_wanted(window):
    assert window.workspace.viewer is None


def test_that_an_unexpected_error_ends_in_one_dialog(window, qtbot):
    crashes = Crashes(window, quiet=False)
    try:
        raise_in_slot()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        crashes.remove()
    dialogs = window.findChildren(CrashDialog)
    assert len(dialogs) == 1
    assert "tables are safe" in dialogs[0].text.text()
    dialogs[0].reject()


def test_that_copied_details_name_no_patient_and_no_folder():
    try:
        raise_in_slot()
    except ValueError as error:
        text = details(type(error), error.__traceback__, packages=False)
    assert "ValueError" in text
    assert "raise_in_slot" in text
    assert "Doe" not in text
    assert str(Path(__file__).parents[3]) not in text


def test_that_the_window_stays_until_it_is_closed(qapp, root):
    looking = QTimer()

    def look() -> None:
        shown = [w for w in qapp.topLevelWidgets() if w.isVisible()]
        for window in shown:
            if window.windowTitle().startswith("Lung pilot"):
                looking.stop()
                window.close()

    # However long it takes to open: a look that came too early would be the last.
    looking.timeout.connect(look)
    looking.start(50)
    assert run(root, None, None) == 0
    assert not looking.isActive()


def raise_in_slot() -> None:
    raise ValueError("patient Doe, John is not in /home/doctor/secret")
