"""F6 goes round the window, from the toolbar by way of the view to the status."""

from PySide6.QtWidgets import QPushButton, QToolButton

from pathgui.project import Edit


def place(window):
    """Which panel has the keyboard."""
    work, focus = window.workspace, window.focusWidget()
    page = work.slides
    parts = {
        "toolbar": window.toolbar,
        "tree": work.side,
        "view bar": page.bar,
        "view": page.view,
        "inspector": work.inspector,
        "bottom": work.bottom,
        "status": window.status,
    }
    within = (n for n, p in parts.items() if p is focus or p.isAncestorOf(focus))
    return next(within, "")


def test_that_f6_reaches_every_panel_in_order_and_back(window):
    window.workspace.show_tab("slides")
    window.views.show_bottom("problems")
    window.session.select("S1")
    window.session.edit(_edit(window))
    window.workspace.slides.view.setFocus()
    order = ["inspector", "bottom", "status", "toolbar", "tree", "view bar", "view"]
    seen = []
    for _ in order:
        window.views.step_focus(1)
        seen.append(place(window))
    assert seen == order
    back = []
    for _ in order:
        window.views.step_focus(-1)
        back.append(place(window))
    assert back == [*order[-2::-1], "view"]


def test_that_every_button_in_sight_has_a_name(window):
    window.views.show_bottom("problems")
    for button in (
        *window.findChildren(QPushButton),
        *window.findChildren(QToolButton),
    ):
        named = button.text() or button.accessibleName() or button.toolTip()
        own = not button.objectName().startswith("qt_")
        assert named or not own or not button.isVisible(), button


def _edit(window):
    manifest = window.session.project.manifest
    cell = manifest.cell(manifest.find("S1"), "staining", "H&E")
    return Edit("Edit staining", (cell,))
