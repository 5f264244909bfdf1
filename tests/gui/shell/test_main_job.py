"""The main job through the window, on real workers and a real slide."""

import os
import signal

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.gui.dialogs.report import ReportDialog
from pathgui.gui.dialogs.run import RunChoice, RunDialog
from pathgui.interop import Annotation
from pathgui.jobs import FollowedRun, RunEnded, RunStarted, control, start_detached
from pathgui.slides import open_slide
from pathgui.storage import open_file
from pathgui.workflows import annotations, reviewed_masks
from pathgui.workflows.qc.tiles import log_tiles
from pathgui.workflows.run_recipe import RunOptions, plan_run

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
    window.run_desk.ask()
    (dialog,) = window.findChildren(RunDialog)
    assert dialog.recipe.currentData() == str(recipe), "the one of the latest run"
    dialog.reject()
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


def test_that_the_run_button_makes_tiles_of_what_was_drawn(window, qtbot):
    """From F5 to the file, through a process of its own."""
    session = window.session
    project = session.project
    (recipe,) = project.recipes()
    text = recipe.read_text().replace(
        "min_tissue = 0.5", 'min_tissue = 0.5\ninclude = ["Tumour"]\nmin_inside = 1'
    )
    recipe.write_text(text)
    with open_slide(project.slide_path("synthetic")) as slide:
        width, height = slide.properties.dimensions
    # All of it counts as tissue, of which a part is annotated, less one tile.
    mask = np.ones((height // 16, width // 16), bool)
    reviewed_masks.save(project, "synthetic", "tissue", mask, width / mask.shape[1])
    area = Annotation(shapely.box(256, 256, 1024, 768), "", "Tumour")
    annotations.save(project, "synthetic", [area])
    log_tiles(project, "synthetic", [(512, 512, 256, 256)])
    session.select("synthetic")
    window.actions_.trigger("run.run")
    (dialog,) = window.findChildren(RunDialog)
    with qtbot.waitSignal(window.runs.ended, timeout=100_000):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    expected = {(x, y) for x in (256, 512, 768) for y in (256, 512)} - {(512, 512)}
    with open_file(project.result_path("synthetic")) as file:
        slide = file.slide(0)
        assert {tuple(xy) for xy in slide.grid().coords.tolist()} == expected
        assert np.asarray(slide.slide_masks["tissue"][0], bool).all()
        assert "tissue_automatic" in slide.slide_masks
        assert slide.provenance["excluded_tiles"] == 1
    assert session.field("synthetic", "n_tiles") == str(len(expected))
    assert window.runs.all[0].slides["synthetic"].excluded == 1


def test_that_a_failed_slide_shows_its_reason_and_can_be_tried_again(window, qtbot):
    recipe = window.session.project.recipes()[0]
    with qtbot.waitSignal(window.runs.ended, timeout=100_000):
        window.run_desk.start(RunChoice(recipe, ("S1",), 1))
    window.workspace.bottom.runs.show_slide("S1")
    detail = window.workspace.bottom.runs.detail
    assert detail.title.text() == "S1"
    assert "S1.svs" in detail.reason.text()
    qtbot.waitUntil(lambda: "S1.svs" in detail.log.text.toPlainText())
    assert window.actions_.reason("run.retry") == ""
    assert window.actions_.reason("run.retry_failed") == ""
    with qtbot.waitSignal(window.runs.ended, timeout=100_000):
        window.actions_.trigger("run.retry_failed")
    assert len(window.runs.all) == 2


def test_that_a_run_outlives_the_window_and_is_found_again(window, qtbot):
    """Closed while a slide is under way; the next window hears of the end."""
    session, root = window.session, window.session.project.root
    recipe = session.project.recipes()[0]
    with qtbot.waitSignal(window.runs.changed, timeout=60_000):
        window.run_desk.start(RunChoice(recipe, ("synthetic", "S1"), 1))
    run_id = window.runs.live.run_id
    session.close()
    assert window.runs.all == []
    followed = FollowedRun(root / "results" / "runs" / run_id)
    assert [type(event) for event in followed.events()][-1] is RunEnded
    with qtbot.waitSignal(window.runs.listed, timeout=20_000):
        session.open(root)
    qtbot.waitUntil(lambda: bool(window.runs.all))
    (run,) = window.runs.all
    assert (run.run_id, run.state, run.number) == (run_id, "failed", 1)
    assert session.field("synthetic", "status") == "done"
    assert session.field("S1", "status") == "missing"
    assert int(session.field("synthetic", "n_tiles")) > 0
    assert not session.project.dirty


def test_that_a_run_of_somebody_else_is_followed_and_can_be_told(window, qtbot):
    session, root = window.session, window.session.project.root
    recipe = session.project.recipes()[0]
    options = RunOptions(workers=1)
    slides = ("synthetic", *session.project.cohorts()["lung"])
    plan = plan_run(session.project, recipe, slides=slides, options=options)
    session.close()
    control.tell(plan.run_dir / control.FILE, control.PAUSE)
    begun = start_detached(plan)
    for event in begun.events():
        if isinstance(event, RunStarted):
            break
    session.open(root)
    qtbot.waitUntil(lambda: window.runs.live is not None, timeout=20_000)
    assert window.runs.live.state == "paused"
    assert window.actions_.reason("run.run")
    with qtbot.waitSignal(window.runs.ended, timeout=60_000):
        window.actions_.trigger("run.pause")
    assert session.field("synthetic", "status") == "done"


def test_that_the_death_of_a_run_is_told_and_run_again_goes_on(window, qtbot):
    session = window.session
    recipe = session.project.recipes()[0]
    slides = ("synthetic", *session.project.cohorts()["lung"])
    with qtbot.waitSignal(window.runs.changed, timeout=60_000):
        window.run_desk.start(RunChoice(recipe, slides, 1))
    (bridge,) = window.runs._bridges.values()
    with qtbot.waitSignal(window.runs.ended, timeout=60_000):
        os.kill(bridge.run.pid, signal.SIGKILL)
    (run,) = window.runs.all
    assert run.state == "interrupted"
    assert set(run.slides) == set(slides)
    assert "running" not in session.project.manifest.texts("status").tolist()
    assert "broke off" in window.toasts.shown[-1].words
    with qtbot.waitSignal(window.runs.ended, timeout=60_000):
        window.actions_.trigger("run.again")
    assert session.field("synthetic", "status") == "done"
    assert len(window.runs.all[0].slides) == len(slides)
