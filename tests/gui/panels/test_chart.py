"""Charts of columns: which rows they count, and how they share the selection."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.gui.panels.chart import ChartPanel
from pathgui.gui.tables.fields import slides_content
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.project import (
    Edit,
    Project,
    apply_import,
    plan_import,
    table_from_text,
)


@pytest.fixture
def proxy(session):
    model = TableModel(session, slides_content, session)
    model.reload()
    return OrderProxy(model, session)


@pytest.fixture
def panel(session, proxy, qtbot):
    made = ChartPanel(session)
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.follow(proxy, "slides")
    made.show()
    made.show_column("stage")
    counted(made, qtbot, "stage")
    return made


def counted(panel, qtbot, title):
    qtbot.waitUntil(
        lambda: panel._chart is not None and panel._chart.title.startswith(title),
        timeout=10_000,
    )


def noted(panel, qtbot, words):
    qtbot.waitUntil(lambda: panel.side.note.text() == words, timeout=10_000)


def choose(panel, shape):
    place = panel.side.shape.findData(shape)
    panel.side.shape.setCurrentIndex(place)
    panel.side.shape.activated.emit(place)


def click(panel, label, *keys, twice=False):
    mark = panel._chart.labels.index(label)
    place = panel.view.area(mark).center()
    press = QTest.mouseDClick if twice else QTest.mouseClick
    press(panel.view, Qt.MouseButton.LeftButton, *keys, pos=place)


def test_that_a_category_is_shown_as_bars_and_a_number_as_histogram(panel, qtbot):
    assert (panel._chart.shape, panel._chart.labels) == ("bars", ("II",))
    panel.show_column("age")
    counted(panel, qtbot, "age (years)")
    assert panel._chart.shape == "histogram"
    # 430 does not fit and one is missing; both are told and not drawn.
    assert int(panel._chart.counts.sum()) == 3
    assert panel.side.note.text() == ("5 of 5 slides shown · 1 missing · 1 do not fit")


def test_that_a_click_on_a_bar_selects_its_slides(panel, session, qtbot):
    panel.show_column("cohort")
    counted(panel, qtbot, "cohort")
    click(panel, "lung")
    assert session.selection == ("S1", "S2", "S3", "S4")
    click(panel, "real", Qt.KeyboardModifier.ControlModifier)
    assert len(session.selection) == 5


def test_that_the_selection_is_shown_in_the_bars(panel, session, qtbot):
    panel.show_column("cohort")
    counted(panel, qtbot, "cohort")
    session.select(("S1", "S2"))
    mark = panel._chart.labels.index("lung")
    assert "2 selected" in panel.view.words(mark)
    assert panel.side.legend.text().startswith("2 slides")


def test_that_keys_go_through_the_marks_and_choose(panel, session, qtbot):
    panel.show_column("cohort")
    counted(panel, qtbot, "cohort")
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert session.selection == panel._chart.slides_of(0)


def test_that_the_rows_that_the_filter_shows_are_counted(panel, proxy, qtbot):
    proxy.set_search('cohort == "real"')
    noted(panel, qtbot, "1 of 5 slides shown")
    assert panel._chart.counts.tolist() == [1]
    panel.side.rows["all"].click()
    noted(panel, qtbot, "5 of 5 slides")
    assert panel._chart.counts.tolist() == [5]
    panel.side.rows["shown"].click()
    proxy.clear_filters()
    noted(panel, qtbot, "5 of 5 slides shown")


def test_that_the_selected_rows_can_be_counted_alone(panel, session, qtbot):
    panel.side.rows["selected"].click()
    noted(panel, qtbot, "0 of 5 slides selected")
    assert panel.stack.currentWidget() is panel.empty
    session.select(("S1", "S3"))
    noted(panel, qtbot, "2 of 5 slides selected")
    assert panel._chart.counts.tolist() == [2]
    assert "selected" not in panel.view.words(0)
    assert not panel.side.only.isEnabled()


def test_that_a_bar_filters_the_table_and_the_chart_with_it(panel, proxy, qtbot):
    proxy.set_search("age < 100")
    panel.show_column("cohort")
    noted(panel, qtbot, "3 of 5 slides shown")
    counted(panel, qtbot, "cohort")
    click(panel, "lung", twice=True)
    assert proxy.expression() == 'age < 100 and cohort == "lung"'
    noted(panel, qtbot, f"{proxy.rowCount()} of 5 slides shown")
    assert panel._chart.labels == ("lung",)


def test_that_a_bar_of_all_rows_replaces_the_filter(panel, proxy, qtbot):
    proxy.set_search("age < 100")
    panel.side.rows["all"].click()
    panel.show_column("cohort")
    counted(panel, qtbot, "cohort")
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert panel.side.only.isEnabled()
    panel.side.only.click()
    assert proxy.expression() == 'cohort == "lung"'
    assert proxy.rowCount() == 4


def test_that_a_cross_table_counts_pairs(panel, session, qtbot):
    panel.side.across.setCurrentText("cohort")
    choose(panel, "cross")
    counted(panel, qtbot, "stage by cohort")
    chart = panel._chart
    assert chart.labels == ("II",)
    counts = dict(zip(chart.across, chart.counts.tolist(), strict=True))
    assert counts == {"lung": 4, "real": 1}
    panel.view.picked.emit(chart.across.index("real"), False)
    assert session.selection == ("synthetic",)


def test_that_missing_values_are_shown_by_column_and_lead_to_slides(
    panel, session, proxy, qtbot
):
    choose(panel, "missing")
    counted(panel, qtbot, "Missing")
    mark = panel._chart.labels.index("age")
    assert panel._chart.counts[mark] == 1
    panel.view.picked.emit(mark, False)
    assert len(session.selection) == 1
    assert panel.condition(mark) == ""  # for a filter, 430 is missing as well
    panel.show_only(panel._chart.labels.index("n_tiles"))
    assert proxy.expression() == "n_tiles == missing"


def test_that_the_numbers_are_there_as_a_table(panel, qtbot):
    panel.side.as_table.click()
    assert panel.stack.currentWidget() is panel.table
    assert [p.text for p in panel.table.rows.rows[0].parts][:3] == [
        "II",
        "5",
        "100.0 %",
    ]


def test_that_an_edit_changes_the_chart(panel, session, qtbot):
    clinical = session.project.clinical
    cell = clinical.cell(clinical.row_ids[0], "stage", "IV")
    session.edit(Edit("Edit stage", (cell,)))
    qtbot.waitUntil(lambda: "IV" in panel._chart.labels, timeout=10_000)
    chart = panel._chart
    assert dict(zip(chart.labels, chart.counts, strict=True)) == {"II": 4, "IV": 1}


def test_that_the_chart_is_of_the_table_in_view(window, qtbot):
    window.views.chart("stage")
    panel = window.workspace.bottom.chart
    noted(panel, qtbot, "5 of 5 slides shown")
    window.views.show_tab("clinical")
    table = window.workspace.clinical.table
    table.proxy.set_search("age > 50")
    noted(panel, qtbot, "3 of 5 rows shown")
    table.show_as("Patients")
    window.views.show_tab("gallery")
    window.views.show_tab("slides")
    noted(panel, qtbot, "5 of 5 slides shown")


def test_that_a_project_of_clinical_rows_alone_has_charts(
    empty_window, tmp_path, qtbot
):
    root = tmp_path / "own"
    with Project.create(root) as project:
        table = table_from_text("patient_id,stage\np1,II\np2,III\n")
        apply_import(project, plan_import(project, table))
        project.save()
    empty_window.session.open(root)
    assert empty_window.actions_.reason("view.chart") == ""
    assert empty_window.actions_.reason("tools.verify") == "Add slides first"
    empty_window.views.show_tab("clinical")
    empty_window.views.chart("stage")
    noted(empty_window.workspace.bottom.chart, qtbot, "2 of 2 rows shown")
