"""The main job through the window, on real workers and a real slide."""

import pytest

from pathgui.gui.dialogs.report import ReportDialog
from pathgui.gui.dialogs.run import RunChoice
from pathgui.storage import open_file

pytestmark = pytest.mark.pool


def test_that_a_run_checksums_and_verify_go_through(window, qtbot):
    session = window.session
    project = session.project
    recipe = project.recipes()[0]
    with qtbot.waitSignal(window.runs.ended, timeout=100_000):
        window.run_desk.start(RunChoice(recipe, ("synthetic", "S1"), 1))
    assert session.field("synthetic", "status") == "done"
    assert session.field("S1", "status") == "missing"
    with open_file(project.result_path("synthetic")) as file:
        assert len(file.slide(0)) == int(session.field("synthetic", "n_tiles"))
    session.select("synthetic")
    window.workspace.inspector.refresh()
    assert window.workspace.inspector.result.isVisibleTo(window)
    with qtbot.waitSignal(session.reloaded, timeout=20_000):
        window.actions_.trigger("tools.checksums")
    assert session.field("synthetic", "checksum")
    with qtbot.waitSignal(window.tools.verified, timeout=20_000):
        window.actions_.trigger("tools.verify")
    for dialog in window.findChildren(ReportDialog):
        dialog.accept()


def test_that_a_failed_slide_shows_its_reason_and_can_be_tried_again(window, qtbot):
    recipe = window.session.project.recipes()[0]
    with qtbot.waitSignal(window.runs.ended, timeout=100_000):
        window.run_desk.start(RunChoice(recipe, ("S1",), 1))
    window.workspace.bottom.runs.show_slide("S1")
    detail = window.workspace.bottom.runs.detail
    assert detail.title.text() == "S1"
    assert "S1.svs" in detail.reason.text()
    assert window.actions_.reason("run.retry_failed") == ""
    with qtbot.waitSignal(window.runs.ended, timeout=100_000):
        window.actions_.trigger("run.retry_failed")
    assert len(window.runs.all) == 2
