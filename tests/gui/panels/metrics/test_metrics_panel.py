"""Plots of metrics: linked to gallery and table both ways."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPolygonF
from PySide6.QtTest import QTest

from pathgui.gui.panels.metrics.nothing import ADD, RUN, SHOW_ALL, reason_for
from pathgui.workflows.qc.metrics import write_metrics

VALUES = {
    "S1": ("100", "10"),
    "S2": ("200", "20"),
    "S3": ("300", "30"),
    "S4": ("400", ""),
}


@pytest.fixture
def panel(window, qtbot):
    rows = {
        slide: {"focus": focus, "tissue_mm2": area, "folds": "0.01"}
        for slide, (focus, area) in VALUES.items()
    }
    write_metrics(window.session.project, rows)
    with qtbot.waitSignal(window.quality.changed):
        window.quality.refresh()
    window.actions_.trigger("view.gallery")
    panel = window.workspace.gallery.metrics
    qtbot.waitUntil(lambda: panel.scatter is not None)
    return panel


def box_round(scatter, *points, margin=12):
    spots = [scatter.to_widget(*point) for point in points]
    left, right = min(s.x() for s in spots) - margin, max(s.x() for s in spots) + margin
    top, low = min(s.y() for s in spots) - margin, max(s.y() for s in spots) + margin
    return [
        QPointF(left, top),
        QPointF(right, top),
        QPointF(right, low),
        QPointF(left, low),
    ]


def test_that_a_lasso_selects_slides_everywhere(window, panel):
    scatter = panel.scatter
    corners = box_round(scatter, (10, 100), (20, 200))
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(scatter.lasso, left, pos=corners[0].toPoint())
    for corner in corners[1:]:
        QTest.mouseMove(scatter.lasso, corner.toPoint())
    QTest.mouseRelease(scatter.lasso, left, pos=corners[-1].toPoint())
    assert window.session.selection == ("S1", "S2")
    assert window.workspace.gallery.view.ticked == {"S1", "S2"}
    assert panel.title.text() == "2 slides selected"
    assert "100 to 200" in panel._common(("S1", "S2"))[0][1]


def test_that_a_click_selects_the_mark_and_beside_it_nothing(window, panel):
    scatter = panel.scatter
    spot = scatter.to_widget(30, 300)
    QTest.mouseClick(scatter.lasso, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert window.session.selection == ("S3",)
    scatter.lasso.drawn.emit(QPolygonF([QPointF(0, 0), QPointF(1, 0), QPointF(1, 1)]))
    assert window.session.selection == ()


def test_that_axes_tell_units_and_shares_are_read_as_per_cent(panel):
    scatter = panel.scatter
    scatter.show_data(panel._data, "tissue_mm2", "folds")
    across, up = (scatter.plot.getAxis(side) for side in ("bottom", "left"))
    assert (across.labelText, across.scale) == ("Tissue area (mm²)", 1.0)
    assert (up.labelText, up.scale) == ("Fold share (%)", 100.0)


def ringed(scatter):
    xs, ys = scatter._rings.getData()
    return sorted(zip(xs.tolist(), ys.tolist(), strict=True))


def test_that_slides_selected_elsewhere_are_marked_in_both_plots(window, panel, qtbot):
    window.session.select(("S1", "S3"))
    assert ringed(panel.scatter) == [(10, 100), (30, 300)]
    assert panel.parallel._selected == ("S1", "S3")
    window.workspace.show_tab("slides")
    window.session.select(("S2",))
    window.workspace.show_tab("gallery")
    qtbot.waitUntil(lambda: ringed(panel.scatter) == [(20, 200)])
    assert panel.title.text() == "1 slide selected"


def drawn(scatter):
    xs, ys = scatter._marks.getData()
    return sorted(zip(xs.tolist(), ys.tolist(), strict=True))


def test_that_the_filter_of_the_table_holds_for_the_plot(window, panel, qtbot):
    window.workspace.slides.proxy.set_search("S2")
    qtbot.waitUntil(lambda: panel._data.slides == ("S2",))
    # Points that are drawn, not just what the plot was given.
    assert drawn(panel.scatter) == [(20, 200)]
    window.workspace.slides.proxy.clear_filters()
    qtbot.waitUntil(lambda: len(panel._data.slides) == 5)
    assert len(drawn(panel.scatter)) > 1


def test_that_ranges_on_parallel_axes_choose_slides(window, panel, qtbot):
    panel.parallel_button.setChecked(True)
    plot = panel.parallel
    qtbot.waitUntil(plot.isVisible)
    names = [metric.name for metric in plot.axes]
    assert names == ["focus", "tissue_mm2", "folds"]
    x = round(plot.x_of(0))
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(plot, left, pos=QPointF(x, plot.y_of(1)).toPoint())
    QTest.mouseMove(plot, QPointF(x, plot.y_of(0.4)).toPoint())
    QTest.mouseRelease(plot, left, pos=QPointF(x, plot.y_of(0.4)).toPoint())
    assert window.session.selection == ("S3", "S4")
    QTest.mouseClick(plot, left, pos=QPointF(x, plot.y_of(0.5)).toPoint())
    assert plot.ranges == {}
    assert not plot.slanted, "three names have room side by side"
    plot.grab()


def test_that_names_of_many_parallel_axes_are_slanted_and_told_in_full(
    window, panel, qtbot
):
    names = ("focus", "tissue_mm2", "folds", "pen_share", "blank", "brightness")
    rows = {
        slide: {name: str(0.1 * at) for name in names}
        for at, slide in enumerate(VALUES, 1)
    }
    write_metrics(window.session.project, rows)
    panel.parallel_button.setChecked(True)
    plot = panel.parallel
    with qtbot.waitSignal(window.quality.changed):
        window.quality.refresh()
    qtbot.waitUntil(lambda: len(plot.axes) == len(names))
    assert plot.slanted
    last = plot.x_of(len(names) - 1)
    assert last + 60 < plot.width(), "the last name has room, too"
    assert plot.told(last).startswith("Brightness\nMean grey of the tissue")
    assert plot.told((plot.x_of(0) + plot.x_of(1)) / 2) == ""
    assert plot.y_of(1) > 60
    plot.grab()


def test_that_without_metrics_the_panel_says_how_to_get_them(window, qtbot):
    window.actions_.trigger("view.gallery")
    panel = window.workspace.gallery.metrics
    qtbot.waitUntil(lambda: panel._data is not None)
    assert panel.stack.currentWidget() is panel.empty
    assert not panel.legend.isVisible()


def test_that_a_filter_that_matches_nothing_is_no_want_of_metrics(window, panel, qtbot):
    proxy, empty = window.workspace.slides.proxy, panel.empty
    proxy.set_search("nowhere to be found")
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is empty)
    assert empty.title.text() == "The filter matches no slide"
    shown = [way for way, button in empty.ways.items() if button.isVisible()]
    assert shown == [SHOW_ALL]
    QTest.mouseClick(empty.ways[SHOW_ALL], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.scatter)
    assert not proxy.filtered


def test_that_slides_without_metrics_are_told_from_a_project_without(
    window, panel, qtbot
):
    window.workspace.slides.proxy.set_search("synthetic")
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.empty)
    assert panel.empty.title.text() == "Not measured: the 1 slide shown"
    assert "4 slides" in panel.empty.why.text()
    window.workspace.slides.proxy.clear_filters()


def test_that_a_project_without_metrics_is_offered_the_recipe(window, qtbot):
    window.actions_.trigger("view.gallery")
    panel = window.workspace.gallery.metrics
    qtbot.waitUntil(lambda: panel._data is not None)
    assert panel.empty.title.text() == "Nothing measured yet"
    with qtbot.waitSignal(panel.asked) as told:
        QTest.mouseClick(panel.empty.ways[RUN], Qt.MouseButton.LeftButton)
    assert told.args == ["run.run"]
    assert reason_for(0, 0, 0).way_out == ADD
