"""Columns that come and go leave rows, other columns and links as they are."""

import pytest

from pathgui.gui.tables.order import Sort
from pathgui.project import (
    Column,
    add_column,
    define_column,
    delete_column,
    rename_column,
)
from pathgui.project.linked import Linked


@pytest.fixture
def table(window):
    """The clinical table, in sight."""
    window.workspace.show_tab("clinical")
    return window.workspace.clinical.table


def at(table, name):
    return table.proxy.model.column_at("clinical", name)


def test_that_no_table_is_read_anew_where_only_columns_change(
    window, table, monkeypatch, qtbot
):
    session, resets = window.session, []
    for page in (table, window.workspace.slides):
        page.proxy.model.modelReset.connect(lambda: resets.append("table"))
    session.linked()
    monkeypatch.setattr(Linked, "of", lambda *_: resets.append("links"))
    qtbot.waitUntil(lambda: not window.workspace.clinical.compares_soon)
    clinical, others = session.project.clinical, at(table, "stage")
    session.edit(add_column(clinical, Column("dose", "number"), 2))
    session.edit(rename_column(clinical, "dose", "dose in Gy"))
    session.edit(define_column(clinical, Column("dose in Gy", "integer")))
    session.edit(delete_column(clinical, "dose in Gy"))
    for _ in range(4):
        session.undo()
    assert at(table, "stage") == others
    assert table.view.header.count() == table.proxy.columnCount()
    assert not window.workspace.clinical.compares_soon
    assert not resets


def test_that_a_column_that_comes_back_looks_as_it_did(window, table):
    session, view = window.session, table.view
    session.edit(add_column(session.project.clinical, Column("dose"), 2))
    header = view.header
    header.moveSection(header.visualIndex(at(table, "dose")), 0)
    view.setColumnWidth(at(table, "dose"), 211)
    session.edit(delete_column(session.project.clinical, "dose"))
    session.undo()
    assert view.columnWidth(at(table, "dose")) == 211
    assert header.visualIndex(at(table, "dose")) == 0


def test_that_a_filter_field_goes_with_its_column(window, table):
    session, header = window.session, table.view.header
    field = header.field(at(table, "stage"))
    session.edit(add_column(session.project.clinical, Column("dose"), 1))
    assert header.field(at(table, "stage")) is field
    assert field.column == at(table, "stage")


def test_that_a_filter_of_a_column_that_goes_is_gone(window, table):
    session, proxy = window.session, table.proxy
    session.edit(add_column(session.project.clinical, Column("dose", "number")))
    proxy.set_sorts((Sort("clinical.dose"),))
    proxy.set_search("dose > 3")
    assert not proxy.rowCount()
    session.edit(delete_column(session.project.clinical, "dose"))
    assert proxy.rowCount() == len(session.project.clinical)
    assert not proxy.filtered
