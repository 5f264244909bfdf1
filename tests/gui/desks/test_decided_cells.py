"""Decisions made in the table are decisions: logged, undone, and of the known kinds."""

import pytest

from pathgui.gui.tables.view import TableView

FILE = "metadata/qc_decisions.csv"


@pytest.fixture
def view(window) -> TableView:
    window.workspace.show_tab("slides")
    return window.workspace.slides.view


def go(view, slide):
    model = view.proxy.model
    row = view.proxy.shown_row(model.rows_of([slide])[0])
    view.go_to(view.proxy.index(row, model.column_at("manifest", "qc_status")))


def logged(root):
    file = root / FILE
    lines = file.read_text().splitlines()[1:] if file.exists() else []
    return [tuple(line.split(",")[1:3]) for line in lines]


def test_that_a_decision_set_in_the_table_is_logged_and_undone(window, view, root):
    go(view, "S2")
    view.set_value("exclude")
    assert window.session.field("S2", "qc_status") == "exclude"
    assert logged(root) == [("S2", "exclude")]
    window.session.undo()
    assert window.session.field("S2", "qc_status") == ""
    assert logged(root) == [("S2", "exclude"), ("S2", "cleared")]


def test_that_what_is_no_decision_is_refused(window, view, root, qtbot):
    window.session.trouble.disconnect(window.say_trouble)
    go(view, "S2")
    with qtbot.waitSignal(window.session.trouble) as trouble:
        view.set_value("rubbish")
    assert "rubbish is no quality decision" in trouble.args[0].message
    assert window.session.field("S2", "qc_status") == ""
    assert logged(root) == []
