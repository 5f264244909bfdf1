"""The inspector about many slides at once."""

from PySide6.QtWidgets import QLabel

from pathgui.gui.panels import inspector


def said(panel):
    labels = panel.decision_facts.findChildren(QLabel)
    return [label.text() for label in labels if label.isVisibleTo(panel)]


def test_that_what_many_slides_have_in_common_is_counted_in_the_background(
    window, qtbot, monkeypatch
):
    monkeypatch.setattr(inspector, "AT_ONCE", 1)
    session, panel = window.session, window.workspace.inspector
    session.select(("S1", "S2", "S3"))
    assert said(panel) == []
    qtbot.waitUntil(lambda: any(text.startswith("3 ") for text in said(panel)))


def test_that_only_what_was_chosen_last_is_told(window, qtbot, monkeypatch):
    monkeypatch.setattr(inspector, "AT_ONCE", 1)
    session, panel = window.session, window.workspace.inspector
    session.select(("S1", "S2", "S3"))
    session.select(("S1", "S2"))
    qtbot.waitUntil(lambda: any(text.startswith("2 ") for text in said(panel)))
    session.select("S1")
    with qtbot.waitSignal(session.background.idle):
        session.background.start("Nothing", lambda _progress, _asked: None)
    assert not any(text.startswith("2 ") for text in said(panel))
