"""What stands on the status bar and in toasts while several things go on."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.errors import Cancelled
from pathgui.project import Edit


@pytest.fixture
def work(window):
    """Starts tasks that go on until they are let go, or asked to stop."""
    gates = []

    def start(title, *, quick=False):
        gate = threading.Event()
        gates.append(gate)

        def go_on(progress, asked):
            progress(title, 1, 9)
            while not gate.wait(0.01):
                if asked():
                    raise Cancelled("stopped")

        return window.session.background.start(title, go_on, quick=quick), gate

    yield start
    for gate in gates:
        gate.set()


def test_that_the_cross_stays_while_another_task_ends(window, work, qtbot):
    status = window.status
    task, _ = work("Verifying")
    qtbot.waitUntil(lambda: status.busy.words.text() == "Verifying 1 of 9")
    other, gate = work("Sorting", quick=True)
    qtbot.waitUntil(lambda: status.busy.words.text() == "Verifying 1 of 9 · 1 more")
    assert "Sorting" in status.busy.toolTip()
    with qtbot.waitSignal(other.finished):
        gate.set()
    assert status.busy.words.text() == "Verifying 1 of 9"
    assert status.stop.isVisible()
    with qtbot.waitSignal(task.cancelled):
        QTest.mouseClick(status.stop, Qt.MouseButton.LeftButton)
        assert status.busy.words.text() == "Stopping: Verifying"
        assert not status.stop.isVisible()
    qtbot.waitUntil(lambda: not status.busy.isVisible())


def test_that_the_cross_stops_the_task_it_stands_beside(window, work, qtbot):
    status = window.status
    first, gate = work("Verifying")
    qtbot.waitUntil(lambda: "Verifying" in status.busy.words.text())
    second, _ = work("Sorting", quick=True)
    qtbot.waitUntil(lambda: "1 more" in status.busy.words.text())
    with qtbot.waitSignal(first.finished):
        gate.set()
    assert status.busy.words.text() == "Sorting 1 of 9"
    with qtbot.waitSignal(second.cancelled):
        QTest.mouseClick(status.stop, Qt.MouseButton.LeftButton)


def test_that_toasts_of_a_project_go_with_it(window):
    window.session.told.emit("Exported 4 slides", "note")
    assert [toast.words for toast in window.toasts.shown] == ["Exported 4 slides"]
    window.session.close()
    assert window.toasts.shown == []


def test_that_missing_slides_and_wrong_cells_are_counted_and_lead_to_the_list(
    window, qtbot
):
    trouble = window.status.trouble
    qtbot.waitUntil(lambda: "invalid cell" in trouble.words.text())
    manifest = window.session.project.manifest
    cells = [manifest.cell(row, "status", "missing") for row in manifest.row_ids[:2]]
    window.session.edit(Edit("Gone", tuple(cells)))
    count = int((manifest.texts("status") == "missing").sum())
    qtbot.waitUntil(lambda: f"{count} missing · " in trouble.words.text())
    QTest.mouseClick(trouble, Qt.MouseButton.LeftButton)
    assert window.workspace.bottom.problems.isVisible()
