"""The quality report from the window."""

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from pathgui.gui.review import pdf, reportfile
from pathgui.gui.review.pdf import write_pdf
from pathgui.project import Edit


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


def test_that_no_block_of_the_pdf_is_torn_apart(window, tmp_path):
    """Sixty cards and a table: each block lies wholly above the foot of its page."""
    laid = []
    project, out = window.session.project, tmp_path / "long.pdf"
    rows = [
        {
            "slide_id": f"L{k:03d}",
            "path": "no.svs",
            "cohort": "long",
            "qc_status": "exclude" if k % 2 else "flag",
            "qc_reason": "fold",
        }
        for k in range(120)
    ]
    project.apply(Edit("Add", added=project.manifest.new_rows(rows)))
    paint = pdf._paint

    def look(blocks, writer, title):
        laid.extend((y, y + d.size().height(), page) for d, y, page in blocks)
        laid.append(writer.height())
        paint(blocks, writer, title)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_paint", look)
        write_pdf(project, out)
    height = laid.pop()
    assert laid[-1][2] >= 2
    assert all(bottom < height for _, bottom, _ in laid)
    assert out.read_bytes().startswith(b"%PDF-")


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
