"""Charts of columns: what they count, and how they share the selection."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.gui.panels.chart import ChartPanel
from pathgui.project import (
    Edit,
    Project,
    apply_import,
    plan_import,
    table_from_text,
)


@pytest.fixture
def panel(session, qtbot):
    made = ChartPanel(session)
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    made.show_column("stage")
    counted(made, qtbot, "stage")
    return made


def counted(panel, qtbot, title):
    qtbot.waitUntil(
        lambda: panel._chart is not None and panel._chart.title.startswith(title),
        timeout=10_000,
    )


def choose(panel, shape):
    place = panel.shape.findData(shape)
    panel.shape.setCurrentIndex(place)
    panel.shape.activated.emit(place)


def test_that_a_category_is_shown_as_bars_and_a_number_as_histogram(panel, qtbot):
    assert (panel._chart.shape, panel._chart.labels) == ("bars", ("II",))
    panel.show_column("age")
    counted(panel, qtbot, "age (years)")
    assert panel._chart.shape == "histogram"
    # 430 does not fit and one is missing; both are told and not drawn.
    assert int(panel._chart.counts.sum()) == 3
    assert panel.note.text() == (
        "5 rows of both tables, filtered or not · 1 missing · 1 do not fit"
    )


def test_that_a_click_on_a_bar_selects_its_slides(panel, session, qtbot):
    panel.show_column("cohort")
    counted(panel, qtbot, "cohort")
    mark = panel._chart.labels.index("lung")
    place = panel.view.area(mark).center()
    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=place)
    assert session.selection == ("S1", "S2", "S3", "S4")
    other = panel._chart.labels.index("real")
    place = panel.view.area(other).center()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, control, place)
    assert len(session.selection) == 5


def test_that_the_selection_is_shown_in_the_bars(panel, session, qtbot):
    panel.show_column("cohort")
    counted(panel, qtbot, "cohort")
    session.select(("S1", "S2"))
    mark = panel._chart.labels.index("lung")
    assert "2 selected" in panel.view.words(mark)
    assert panel.legend.text().startswith("2 slides")


def test_that_keys_go_through_the_marks_and_choose(panel, session, qtbot):
    panel.show_column("cohort")
    counted(panel, qtbot, "cohort")
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert session.selection == panel._chart.slides_of(0)


def test_that_a_cross_table_counts_pairs(panel, session, qtbot):
    panel.across.setCurrentText("cohort")
    choose(panel, "cross")
    counted(panel, qtbot, "stage by cohort")
    chart = panel._chart
    assert chart.labels == ("II",)
    counts = dict(zip(chart.across, chart.counts.tolist(), strict=True))
    assert counts == {"lung": 4, "real": 1}
    panel.view.picked.emit(chart.across.index("real"), False)
    assert session.selection == ("synthetic",)


def test_that_missing_values_are_shown_by_column_and_lead_to_slides(
    panel, session, qtbot
):
    choose(panel, "missing")
    counted(panel, qtbot, "Missing")
    mark = panel._chart.labels.index("age")
    assert panel._chart.counts[mark] == 1
    panel.view.picked.emit(mark, False)
    assert len(session.selection) == 1


def test_that_the_numbers_are_there_as_a_table(panel, qtbot):
    panel.as_table.click()
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


def test_that_a_project_of_clinical_rows_alone_has_charts(empty_window, tmp_path):
    root = tmp_path / "own"
    with Project.create(root) as project:
        table = table_from_text("patient_id,stage\np1,II\np2,III\n")
        apply_import(project, plan_import(project, table))
        project.save()
    empty_window.session.open(root)
    assert empty_window.actions_.reason("view.chart") == ""
    assert empty_window.actions_.reason("tools.verify") == "Add slides first"
