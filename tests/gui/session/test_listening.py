"""Decisions that others log are noticed without holding the window up."""

import threading

from pathgui.gui.session import quality
from pathgui.project import Project
from pathgui.workflows.qc import catch_up
from pathgui.workflows.review import Decision, log_decision


def decide_elsewhere(root, slide):
    with Project.open(root, write=False) as other:
        log_decision(other, Decision(slide, "exclude", "fold", "", "Bo"))


def test_that_a_disk_that_hangs_holds_up_neither_window_nor_news(
    window, root, qtbot, monkeypatch
):
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=20_000)
    window.quality._timer.setInterval(20)
    looking, answers = threading.Event(), threading.Event()

    def hang(project):
        assert threading.current_thread() is not threading.main_thread()
        looking.set()
        assert answers.wait(30)
        return catch_up.is_news(project)

    monkeypatch.setattr(quality, "is_news", hang)
    decide_elsewhere(root, "S2")
    qtbot.waitUntil(looking.is_set, timeout=20_000)
    assert window.session.field("S2", "qc_status") == ""
    ours = [t.title for t in window.session.background.tasks()]
    assert ours.count("Looking at decisions") == 1  # however often it is time to
    with qtbot.waitSignal(window.quality.heard, timeout=20_000):
        answers.set()
    assert window.session.field("S2", "qc_status") == "exclude"
