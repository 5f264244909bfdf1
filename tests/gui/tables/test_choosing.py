"""Thousands of scattered rows are selected at once, and edited as any others."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.gui.tables.fields import slides_content
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.view import TableView
from pathgui.project import Edit

COUNT = 4000


@pytest.fixture
def view(session, qtbot):
    manifest = session.project.manifest
    rows = [
        {"slide_id": f"N{n:04d}", "path": f"raw_slides/{n}.svs", "cohort": "lung"}
        for n in range(COUNT)
    ]
    session.project.apply(Edit("rows", added=manifest.new_rows(rows)))
    model = TableModel(session, slides_content, session)
    model.reload()
    made = TableView(session, OrderProxy(model, session))
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def every_other(session):
    slides = tuple(f"N{n:04d}" for n in range(0, COUNT, 2))
    session.select(slides)
    return slides


def test_that_scattered_rows_are_selected_and_painted_soon(view, session):
    start = time.process_time()
    slides = every_other(session)
    view.grab()
    assert time.process_time() - start < 1
    rows = view.chosen_rows()
    found = [view.proxy.model.slide_id(view.proxy.source_row(row)) for row in rows]
    assert found == list(slides)
    assert len(view.chosen_parts()) == len(slides)


def test_that_scattered_rows_stay_selected_when_the_order_changes(view, session):
    every_other(session)
    view.proxy.set_search('slide_id != "N0000"')
    assert len(view.chosen_rows()) == COUNT // 2 - 1


def test_that_the_cells_of_scattered_rows_are_edited(view, session):
    slides = every_other(session)
    column = view.proxy.model.column_at("manifest", "staining")
    place = view.proxy.index(view.currentIndex().row(), column)
    view.selectionModel().setCurrentIndex(
        place, view.selectionModel().SelectionFlag.NoUpdate
    )
    assert list(view.chosen_cells()) == [column]
    assert len(view.chosen_cells()[column]) == len(slides)


def test_that_a_click_selects_its_row_alone(view, session):
    every_other(session)
    place = view.visualRect(view.currentIndex()).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.selection == ("N0000",)
    assert view.chosen_rows().tolist() == [view.currentIndex().row()]
