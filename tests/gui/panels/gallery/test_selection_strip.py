"""The selected slides as rows of the table, under the gallery."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.gui.shell import layout
from pathgui.gui.tables.looks import LOOK_ROLE
from pathgui.gui.tables.order import Sort
from pathgui.workflows.qc.metrics import write_metrics


@pytest.fixture
def strip(window, qtbot):
    rows = {f"S{n}": {"focus": str(100 * n), "folds": "0.02"} for n in range(1, 5)}
    write_metrics(window.session.project, rows)
    with qtbot.waitSignal(window.quality.changed):
        window.quality.refresh()
    window.actions_.trigger("view.gallery")
    return window.workspace.gallery.strip


def shown(strip) -> list[str]:
    return [strip.model.slide_id(row) for row in range(strip.model.rowCount())]


def heads(strip) -> list[str]:
    horizontal = Qt.Orientation.Horizontal
    count = strip.model.columnCount()
    return [strip.model.headerData(k, horizontal) for k in range(count)]


def test_that_selected_cards_are_rows_beneath(window, strip, qtbot):
    assert strip.isVisible()
    assert "Choose cards" in strip.note.text()
    window.session.select(("S3", "S1"))
    qtbot.waitUntil(lambda: shown(strip) == ["S1", "S3"])
    assert strip.note.text() == "2 rows, same filter and sort as the Slides tab"
    names = heads(strip)
    assert names[:2] == ["slide_id", "qc_status"]
    assert {"focus", "folds"} <= set(names)
    assert names[-2:] == ["scanner", "qc_reason"]
    cell = strip.model.index(1, names.index("focus")).data(LOOK_ROLE)
    assert float(cell.text) == 300
    strip.view.grab()


def test_that_the_strip_has_order_and_filter_of_the_table(window, strip, qtbot):
    proxy = window.workspace.slides.proxy
    window.session.select(("S1", "S2", "S4"))
    proxy.set_sorts((Sort("metrics.focus", descending=True),))
    qtbot.waitUntil(lambda: shown(strip) == ["S4", "S2", "S1"])
    assert "focus  ↓" in heads(strip)
    proxy.set_search("S2")
    qtbot.waitUntil(lambda: shown(strip) == ["S2"])
    assert window.session.selection == ("S2",), "what the filter hides is let go"
    window.session.select(("S1", "S2", "S4"))
    words = "2 of the selection left out by the filter"
    qtbot.waitUntil(lambda: words in strip.note.text())


def test_that_a_decision_shows_in_the_strip(window, strip, qtbot):
    window.session.select(("S2",))
    qtbot.waitUntil(lambda: shown(strip) == ["S2"])
    with qtbot.waitSignal(strip.model.dataChanged):
        window.reviews.decide("flag")
    look = strip.model.index(0, 1).data(LOOK_ROLE)
    assert look.state.word == "Flag"


def test_that_the_strip_belongs_to_the_gallery_and_folds(window, strip, qtbot):
    work = window.workspace
    assert not work.bottom.isVisible()
    QTest.mouseClick(strip.fold, Qt.MouseButton.LeftButton)
    assert not strip.view.isVisible()
    qtbot.waitUntil(lambda: strip.height() <= 40)
    layout.save(work, window.session.project.root / ".pathgui")
    strip.set_folded(False)
    layout.restore(work, window.session.project.root / ".pathgui")
    assert strip.folded
    window.actions_.trigger("view.bottom")
    assert work.bottom.isVisible()
    window.actions_.trigger("view.slides")
    assert not strip.isVisible()


def test_that_columns_of_the_strip_can_be_chosen(window, strip, qtbot):
    window.session.select(("S1",))
    qtbot.waitUntil(lambda: shown(strip) == ["S1"])
    strip.want_columns(["manifest.cohort"], ["metrics.folds"])
    qtbot.waitUntil(lambda: "cohort" in heads(strip))
    assert "folds" not in heads(strip)


def test_that_a_double_click_opens_the_slide(window, strip, qtbot):
    window.session.select(("S1", "S2"))
    qtbot.waitUntil(lambda: shown(strip) == ["S1", "S2"])
    with qtbot.waitSignal(strip.asked) as told:
        strip.view.doubleClicked.emit(strip.model.index(1, 0))
    assert told.args == ["slides.open_in_viewer"]
    assert window.session.selection == ("S2",)
