"""Review in a real window: keys are pressed, and the files are looked at."""

import csv
import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pathgui.engine import load_recipe, process_slide
from pathgui.gui.review.agreement import AgreementDialog
from pathgui.gui.review.reasons import ReasonsDialog
from pathgui.gui.review.start import StartWish
from pathgui.project import Project
from pathgui.storage import open_file
from pathgui.workflows.given_regions import Given
from pathgui.workflows.qc import reasons
from pathgui.workflows.qc.queue import QueueChoice
from pathgui.workflows.qc.tiles import excluded_boxes, log_tiles, tiles_file
from pathgui.workflows.review import Decision, log_decision

pytestmark = [pytest.mark.gl, pytest.mark.usefixtures("display")]
Key = Qt.Key


def press(window, *keys):
    for key in keys:
        QTest.keyClick(window.workspace.viewer, key)


COLUMNS = ("slide_id", "qc_status", "qc_reason", "note", "reviewer")


def log(root):
    with (root / "metadata" / "qc_decisions.csv").open(newline="") as file:
        return [tuple(row[name] for name in COLUMNS) for row in csv.DictReader(file)]


def field(window, slide, column="qc_status"):
    return window.session.field(slide, column)


def test_that_a_review_takes_the_window_over_and_esc_gives_it_back(reviewing):
    work, room = reviewing.workspace, reviewing.review_room
    assert not work.tree.isVisible()
    assert not work.tabs.isVisible()
    assert not work.inspector.isVisible()
    assert not reviewing.toolbar.isVisible()
    assert room.head.isVisible()
    assert room.strip.isVisible()
    assert room.panel.isVisible()
    press(reviewing, Key.Key_Escape)
    assert work.tree.isVisible()
    assert work.tabs.isVisible()
    assert reviewing.toolbar.isVisible()
    assert not room.panel.isVisible()
    assert work.tab == "slides"


def test_that_overlays_are_offered_for_a_slide_that_was_on_screen(window, qtbot):
    window.show_slide("synthetic")
    viewer = window.workspace.viewer
    with qtbot.waitSignal(viewer.ready, timeout=60_000):
        pass
    window.reviews.begin(StartWish("shown", QueueChoice("table")))
    assert window.reviews.state.current == "synthetic"
    names = [button.text() for button in window.review_room.bar.buttons]
    assert "Tissue mask" in names


def test_that_keys_decide_and_log_and_undo_is_logged_too(reviewing, root):
    first, second = reviewing.reviews.state.queue[:2]
    press(reviewing, Key.Key_1, Key.Key_Right, Key.Key_W, Key.Key_3)
    assert (field(reviewing, first), field(reviewing, second)) == ("pass", "exclude")
    assert field(reviewing, second, "qc_reason") == "fold"
    press(reviewing, Key.Key_U)
    assert field(reviewing, second) == ""
    assert reviewing.reviews.state.current == second
    assert log(root) == [
        (first, "pass", "", "", "Ada"),
        (second, "exclude", "fold", "", "Ada"),
        (second, "cleared", "", "", "Ada"),
    ]
    press(reviewing, Key.Key_U)
    assert reviewing.reviews.state.current == first, "undo shows its slide"
    assert field(reviewing, first) == ""


def test_that_reasons_and_note_of_a_decision_are_saved_at_once(reviewing, root):
    slide, panel = reviewing.reviews.state.current, reviewing.review_room.panel
    press(reviewing, Key.Key_2, Key.Key_Q, Key.Key_E)
    assert field(reviewing, slide, "qc_reason") == "pen mark; out of focus"
    press(reviewing, Key.Key_Q, Key.Key_N)
    assert panel.note.hasFocus()
    QTest.keyClicks(panel.note, "1 fold, 2 pens")
    QTest.keyClick(panel.note, Key.Key_Left)
    assert reviewing.reviews.state.current == slide, "keys rest while a field has them"
    QTest.keyClick(panel.note, Key.Key_Escape)
    assert reviewing.reviews.active
    assert not panel.note.hasFocus()
    assert log(root)[-1] == (slide, "flag", "out of focus", "1 fold, 2 pens", "Ada")
    press(reviewing, Key.Key_Right, Key.Key_Left)
    assert panel.note.toPlainText() == "1 fold, 2 pens"
    assert panel.buttons["flag"].isChecked()


def test_that_auto_advance_goes_on_and_next_unreviewed_skips(reviewing):
    state = reviewing.reviews.state
    press(reviewing, Key.Key_K, Key.Key_1, Key.Key_1)
    assert state.place == 2
    press(reviewing, Key.Key_Left, Key.Key_J)
    assert state.place == 2
    assert state.reviewed == 2
    head = reviewing.review_room.head
    assert head.count.text() == "2 of 5 reviewed"


def test_that_two_reviewers_who_write_at_once_lose_nothing(reviewing, root, qtbot):
    """Another process logs decisions on the shared folder while keys are pressed."""
    code = (
        "import sys; from pathlib import Path; from pathgui.project import Project; "
        "from pathgui.workflows.review import Decision, log_decision; "
        "from pathgui.workflows.qc.tiles import log_tiles\n"
        "with Project.open(Path(sys.argv[1]), write=False) as project:\n"
        "    print('ready', flush=True)\n"
        "    for k in range(60):\n"
        "        told = Decision(f'S{k % 4 + 1}', 'flag', 'fold', f'{k}', 'Bo')\n"
        "        log_decision(project, told)\n"
        "        log_tiles(project, 'S1', [(k, 0, 9, 9)], reviewer='Bo')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"ready"
        project, mine = reviewing.session.project, 0
        while other.poll() is None:
            press(reviewing, (Key.Key_1, Key.Key_3)[mine % 2])
            log_tiles(project, "S2", [(mine, 0, 9, 9)], reviewer="Ada")
            mine += 1
        assert other.returncode == 0
    lines = log(root)
    assert [line[3] for line in lines if line[4] == "Bo"] == [str(k) for k in range(60)]
    assert sum(line[4] == "Ada" for line in lines) == mine
    boxes = excluded_boxes(tiles_file(project))
    assert (len(boxes["S1"]), len(boxes["S2"])) == (60, mine)
    reviewing.quality.listen()
    last = {line[0]: line[1] for line in lines}
    for slide, status in last.items():
        assert field(reviewing, slide) == status


def test_that_tiles_are_excluded_by_click_and_by_box_and_taken_back(
    reviewing, qtbot, root
):
    viewer, state = reviewing.workspace.viewer, reviewing.reviews.state
    state.go_to("synthetic")
    qtbot.waitUntil(lambda: viewer.stage.canvas.picture is not None, timeout=60_000)
    tiles = viewer.stage.canvas.picture.tile_map
    x, y, size, _ = tiles.box(0)
    viewer.stage.pointer.click(x + size / 2, y + size / 2)
    press(reviewing, Key.Key_X)
    assert viewer.stage.pointer.tool == "tiles"
    rubber = viewer.stage.pointer.rubber
    corner = viewer.stage.canvas.to_widget(*tiles.coords.min(axis=0) - 50.0).toPoint()
    end = viewer.stage.canvas.to_widget(*(tiles.coords.max(axis=0) + size)).toPoint()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(rubber, left, pos=corner)
    QTest.mouseMove(rubber, (corner + end) / 2)
    QTest.mouseRelease(rubber, left, pos=end + QPoint(3, 3))
    file = tiles_file(reviewing.session.project)

    def excluded():
        return excluded_boxes(file).get("synthetic", set())

    qtbot.waitUntil(lambda: len(excluded()) == len(tiles))
    told = reviewing.review_room.panel.tiles
    qtbot.waitUntil(lambda: told.text().startswith(f"{len(tiles):,}"))
    press(reviewing, Key.Key_U)
    one = {(round(x), round(y), round(size), round(size))}
    qtbot.waitUntil(lambda: excluded() == one)
    press(reviewing, Key.Key_Escape)
    assert reviewing.reviews.active, "the tool is put away first"
    viewer.stage.pointer.click(x + size / 2, y + size / 2)
    qtbot.waitUntil(lambda: excluded() == set())
    assert (root / "metadata" / "qc_tiles.csv").read_text().count("\n") > len(tiles)


def test_that_tiles_which_a_run_left_out_can_be_taken_back(window, root, qtbot):
    """A result made anew holds them no more: there is nothing left to click on."""
    project = window.session.project
    path = project.result_path("synthetic")
    with open_file(path) as file:
        x, y = file.slide(0).grid().coords[0].tolist()
    log_tiles(project, "synthetic", [(x, y, 256, 256)])
    recipe = load_recipe(project.folder("pipelines") / "small.toml")
    process_slide(
        project.slide_path("synthetic"),
        Given(project).recipe("synthetic", recipe),
        path,
        slide_id="synthetic",
    )
    window.show_slide("synthetic")
    viewer = window.workspace.viewer
    qtbot.waitUntil(lambda: viewer.tools.excluding.left_out == 1, timeout=60_000)
    window.reviews.begin(StartWish("shown", QueueChoice("table")))
    panel = window.review_room.panel
    assert panel.tiles.text().startswith("1")
    QTest.keyClick(viewer, Key.Key_X, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.tools.excluding.left_out == 0
    qtbot.waitUntil(lambda: not excluded_boxes(tiles_file(project)))
    press(window, Key.Key_U)
    qtbot.waitUntil(lambda: bool(excluded_boxes(tiles_file(project))))
    assert panel.tiles.text().startswith("1")


def test_that_what_others_log_appears_and_nothing_of_ours_is_lost(
    reviewing, root, qtbot
):
    first, second = reviewing.reviews.state.queue[:2]
    press(reviewing, Key.Key_1)
    with Project.open(root, write=False) as other:
        log_decision(other, Decision(second, "exclude", "fold", "", "Bo"))
        log_decision(other, Decision(first, "flag", "", "", "Bo"))
    with qtbot.waitSignal(reviewing.quality.heard):
        reviewing.quality.listen()
    assert field(reviewing, second) == "exclude"
    assert field(reviewing, first) == "flag"
    assert "Bo: flag" in reviewing.review_room.panel.others.text()
    assert len(log(root)) == 3


def test_that_a_second_reading_counts_only_own_decisions(window, root, qtbot):
    project = window.session.project
    for slide in ("S1", "S2"):
        log_decision(project, Decision(slide, "pass", "", "", "Bo"))
    window.quality.listen()
    window.reviews.begin(StartWish("second", QueueChoice("table")))
    state = window.reviews.state
    assert state.queue == ("S1", "S2")
    assert state.reviewed == 0
    window.reviews.decide("flag")
    window.reviews.step(1)
    window.reviews.decide("pass")
    assert log(root)[-2:] == [
        ("S1", "flag", "", "", "Ada"),
        ("S2", "pass", "", "", "Ada"),
    ]
    window.reviews.leave()
    window.reviews.show_agreement()
    dialog = window.findChild(AgreementDialog)
    assert dialog.pairs.item(0, 0).text() == "Ada and Bo"
    assert dialog.slides.item(0, 0).text() == "S1"
    dialog.show_them.click()
    assert window.session.selection == ("S1",)


def test_that_a_window_that_only_reads_logs_its_decisions_all_the_same(
    window, root, qtbot
):
    session = window.session
    session.close()
    with Project.open(root):
        session.open(root, write=False)
        window.reviews.begin(StartWish("shown", QueueChoice("table")))
        slide = window.reviews.state.current
        window.reviews.decide("exclude")
        assert window.reviews.state.status(slide) == "exclude"
        assert log(root) == [(slide, "exclude", "", "", "Ada")]
        window.reviews.undo()
        assert window.reviews.state.status(slide) == ""
        window.reviews.leave()


def test_that_reasons_come_from_the_project_and_keep_their_keys(reviewing):
    reviewing.reviews.edit_reasons()
    dialog = reviewing.findChild(ReasonsDialog)
    dialog.lines.setPlainText("Blood\nblood")
    assert not dialog.save.isEnabled()
    dialog.lines.setPlainText("Blood\nNecrosis")
    dialog.save.click()
    assert reasons.reasons(reviewing.session.project) == ("Blood", "Necrosis")
    press(reviewing, Key.Key_2, Key.Key_W)
    slide = reviewing.reviews.state.current
    assert field(reviewing, slide, "qc_reason") == "Necrosis"
    assert [b.text() for b in reviewing.review_room.panel.reasons] == [
        "Blood",
        "Necrosis",
    ]
