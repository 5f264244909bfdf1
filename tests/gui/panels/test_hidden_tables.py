"""A table page that is not on screen does no work, and is right when it comes up."""

from collections import Counter

import pytest

from pathgui.gui.dialogs.columns import ColumnChoice
from pathgui.project import Column, Edit, add_column, delete_column, rename_column


@pytest.fixture
def table(window):
    """The clinical table with three columns of its own, behind the slides."""
    for name in ("dose", "arm", "doubt"):
        clinical = window.session.project.clinical
        window.session.edit(add_column(clinical, Column(name)))
    window.workspace.show_tab("slides")
    return window.workspace.clinical.table


@pytest.fixture
def work_done(table, monkeypatch):
    """How often the clinical table fits a column and chooses rows."""
    counts = Counter()

    def watch(owner, name):
        real = getattr(owner, name)

        def counted(*args):
            counts[name] += 1
            return real(*args)

        monkeypatch.setattr(owner, name, counted)

    watch(table, "_fit")
    watch(table.view, "choose_rows")
    return counts


def at(table, name):
    return table.proxy.model.column_at("clinical", name)


def chosen_slides(table):
    rows = table.proxy.source_rows()[table.view.chosen_rows()]
    return table.proxy.model.slides_at(rows)


def names_on_screen(table):
    names = table.proxy.model.names
    return [names[column] for column in table.view.shown_columns()]


def test_that_a_hidden_table_follows_the_selection_when_it_is_shown(
    window, table, work_done
):
    session, work = window.session, window.workspace
    work.show_tab("clinical")
    work.show_tab("slides")
    for slide in ("S1", "S4", "S3"):
        session.select(slide)
    session.select(["S2", "S3"])
    assert not work_done["choose_rows"]
    work.show_tab("clinical")
    assert work_done["choose_rows"] == 1
    assert chosen_slides(table) == ["S2", "S3"]
    assert table.view.many_selected
    current = table.view.currentIndex()
    assert table.view.viewport().rect().contains(table.view.visualRect(current))
    # A cell that is chosen here stays the only one while nothing else is chosen.
    table.view.go_to(table.proxy.index(0, at(table, "age")))
    chosen, done = chosen_slides(table), work_done["choose_rows"]
    work.show_tab("slides")
    slides = work.slides
    shown = slides.proxy.source_rows()[slides.view.chosen_rows()]
    assert slides.proxy.model.slides_at(shown) == chosen
    work.show_tab("clinical")
    assert work_done["choose_rows"] == done
    assert table.view.currentIndex().column() == at(table, "age")


def test_that_a_hidden_table_gives_columns_their_widths_when_it_is_shown(
    window, table, work_done
):
    session, work = window.session, window.workspace
    assert not work_done["_fit"]  # nobody looked at it since the project was opened
    work.show_tab("clinical")
    assert work_done["_fit"] == table.proxy.columnCount()
    view = table.view
    view.setColumnWidth(at(table, "dose"), 211)
    table.hide_column(at(table, "arm"))
    table.freeze_to(at(table, "patient_id"))
    frozen = view.frozen.count
    work.show_tab("slides")
    work_done.clear()

    clinical = session.project.clinical
    session.edit(rename_column(clinical, "dose", "dose in mGy"))
    session.edit(rename_column(clinical, "dose in mGy", "dose in Gy"))
    session.edit(add_column(clinical, Column("grade", "integer"), 1))
    session.edit(rename_column(clinical, "arm", "branch"))
    session.edit(delete_column(clinical, "doubt"))
    session.edit(Edit("row gone", removed=clinical.gone_rows([clinical.row_ids[0]])))
    assert not work_done["_fit"]
    work.show_tab("clinical")
    assert work_done["_fit"] == 1  # of the column that is new
    assert view.columnWidth(at(table, "dose in Gy")) == 211
    assert view.isColumnHidden(at(table, "branch"))
    assert not view.isColumnHidden(at(table, "grade"))
    assert at(table, "doubt") < 0
    assert view.frozen.count == frozen
    assert table.proxy.rowCount() == len(clinical)

    work.show_tab("slides")
    for _ in range(8):  # back to before the column was hidden, while out of sight
        session.undo()
    work.show_tab("clinical")
    assert view.columnWidth(at(table, "dose")) == 211
    assert "clinical.arm" in names_on_screen(table)
    assert not view.frozen.columns()
    session.redo()
    assert view.isColumnHidden(at(table, "arm"))


def test_that_columns_that_come_and_go_out_of_sight_leave_the_others_as_they_were(
    window, table
):
    session, work = window.session, window.workspace
    work.show_tab("clinical")
    view = table.view
    order = [*range(1, table.proxy.columnCount()), 0]
    shown = frozenset(order) - {at(table, "arm")}
    table.show_columns(ColumnChoice(order, shown, 1))
    before = names_on_screen(table)
    widths = [view.columnWidth(column) for column in view.shown_columns()]
    work.show_tab("gallery")
    session.edit(delete_column(session.project.clinical, "arm"))
    session.edit(add_column(session.project.clinical, Column("note"), 0))
    session.undo()
    session.undo()
    work.show_tab("clinical")
    assert names_on_screen(table) == before
    assert [view.columnWidth(column) for column in view.shown_columns()] == widths


def test_that_words_are_looked_for_in_shown_columns_of_a_hidden_table(window, table):
    session, work, slides = window.session, window.workspace, window.workspace.slides
    slides.hide_column(slides.proxy.model.column_at("clinical", "stage"))
    work.show_tab("gallery")
    column = Column("remark")
    session.edit(add_column(session.project.clinical, column))
    assert "clinical.remark" in slides.proxy.in_sight()
    assert "clinical.stage" not in slides.proxy.in_sight()
    slides.proxy.set_search("II")
    assert not slides.proxy.rowCount()
    session.edit(delete_column(session.project.clinical, "remark"))
    assert not slides.proxy.rowCount()
    slides.proxy.clear_filters()
    work.show_tab("slides")
    assert "clinical.stage" not in names_on_screen(slides)
