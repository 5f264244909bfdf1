"""The quality report from the window."""

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from pathgui.gui.review import reportfile


@pytest.fixture
def opened(monkeypatch):
    found = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: found.append(url))
    return found


@pytest.mark.parametrize("suffix", ["html", "pdf"])
def test_that_a_report_is_written_and_shown(window, qtbot, tmp_path, opened, suffix):
    window.session.select(("synthetic", "S1"))
    window.reviews.decide("exclude", "fold", "right side")
    out = tmp_path / "deep" / f"report.{suffix}"
    reportfile.write(window.reviews, window.session.project, out)
    qtbot.waitUntil(lambda: bool(opened), timeout=30_000)
    assert opened[0].toLocalFile() == str(out)
    data = out.read_bytes()
    assert data.startswith(b"%PDF-" if suffix == "pdf" else b"<!DOCTYPE html>")
    if suffix == "html":
        assert data.count(b"data:image/jpeg;base64,") == 1
        assert b"right side" in data


def test_that_a_full_disk_or_a_folder_in_the_way_is_told(
    window, qtbot, tmp_path, opened
):
    out = tmp_path / "taken.html"
    out.mkdir()
    (out / "x").touch()
    with qtbot.waitSignal(window.session.trouble) as told:
        reportfile.write(window.reviews, window.session.project, out)
    assert "cannot be written" in told.args[0].message
    assert opened == []


def test_that_the_action_asks_for_a_file(window):
    window.actions_.trigger("review.report")
    dialog = window.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("quality.html")
    dialog.reject()
