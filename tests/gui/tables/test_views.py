"""Joined tables, patients, filters that are expressions, and work in the background."""

import pytest
from PySide6.QtCore import Qt

from pathgui.gui.tables import gathering, keys
from pathgui.gui.tables import proxy as proxy_module
from pathgui.gui.tables.fields import joined_content, patients_content
from pathgui.gui.tables.looks import LOOK_ROLE
from pathgui.gui.tables.order import Sort
from pathgui.project import Column, Edit, add_column


def column(view, name):
    return view.proxy.column_named(name)


def shown(view):
    model = view.proxy.model
    return [model.slide_id(row) for row in view.proxy.source_rows()]


@pytest.mark.parametrize("read", [joined_content, patients_content])
def test_that_other_views_keep_the_rules_of_qt(view, qtmodeltester, read):
    view.proxy.model.read_by(read)
    qtmodeltester.check(view.proxy.model)
    qtmodeltester.check(view.proxy)


def test_that_a_joined_cell_is_edited_in_the_table_it_comes_from(view, session):
    view.proxy.model.read_by(joined_content)
    row = view.proxy.model.rows_of(["S2"])[0]
    view.proxy.setData(view.proxy.index(row, column(view, "age")), "44")
    view.proxy.setData(view.proxy.index(row, column(view, "staining")), "H&E")
    clinical = session.project.clinical
    assert clinical.text(clinical.find("S2"), "age") == "44"
    assert session.field("S2", "staining") == "H&E"
    assert session.undo_stack.count() == 2


def test_that_joined_rows_say_how_they_were_joined(view, session):
    clinical = session.project.clinical
    cell = clinical.cell(clinical.find("S4"), "slide_id", "elsewhere")
    view.proxy.model.read_by(joined_content)
    session.edit(Edit("Misspell", (cell,)))
    states = view.proxy.model.texts(column(view, "join"))
    assert sorted(states) == ["matched"] * 4 + ["no clinical row", "no slide"]


def test_that_a_near_miss_says_so_in_the_joined_tables(view, session):
    clinical = session.project.clinical
    cell = clinical.cell(clinical.find("S4"), "slide_id", "s4.svs")
    session.edit(Edit("Misspell", (cell,)))
    near = {("clinical", "slide_id"): {"s4.svs": "differs"}}
    view.proxy.model.read_by(lambda project: joined_content(project, near))
    states = view.proxy.model.texts(column(view, "join"))
    assert sorted(states) == ["matched"] * 4 + ["near", "no clinical row"]


def test_that_patients_are_counted_with_their_slides(view, session):
    clinical = session.project.clinical
    cell = clinical.cell(clinical.find("S2"), "patient_id", "001")
    session.edit(Edit("Same patient", (cell,)))
    view.proxy.model.read_by(patients_content)
    model = view.proxy.model
    row = model.texts(column(view, "patient")).index("001")
    assert model.text(row, column(view, "slides")) == "2"
    assert model.slides(row) == ("S1", "S2")


def test_that_the_filter_row_and_the_expression_are_one(view, qtbot):
    field = view.header.field(column(view, "age"))
    qtbot.keyClicks(field, "> 50")
    assert view.proxy.search == "age > 50"
    assert field.property("active")
    view.proxy.set_search('age > 50 and cohort == "lung"')
    assert view.header.field(column(view, "cohort")).text() == "lung"
    view.proxy.set_condition(column(view, "age"), "")
    assert view.proxy.search == 'cohort == "lung"'
    view.proxy.set_search("")
    assert view.proxy.conditions == {}
    assert len(shown(view)) == 5


def test_that_a_filter_that_cannot_be_understood_says_so(view, session, qtbot):
    age = column(view, "age")
    field = view.header.field(age)
    qtbot.keyClicks(field, "> 50")
    assert len(shown(view)) == 3
    qtbot.keyClicks(field, "x")
    assert field.property("wrong")
    assert not field.property("active")
    assert field.toolTip().startswith("'50x' is no number")
    assert len(shown(view)) == 5
    assert view.proxy.search == ""
    view.proxy.set_sorts([Sort("clinical.age")])
    assert field.text() == "> 50x"
    with qtbot.waitSignal(session.told) as told:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == [field.toolTip(), "warning"]
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert not field.property("wrong")
    assert not field.toolTip()
    assert len(shown(view)) == 3
    field.setText("> x")
    view.proxy.set_search("lung")
    assert not field.property("wrong")


def test_that_a_column_with_a_backtick_is_filtered(view, session, qtbot):
    session.edit(add_column(session.project.clinical, Column("a`b")))
    view.proxy.setData(view.proxy.index(1, column(view, "a`b")), "hello")
    qtbot.keyClicks(view.header.field(column(view, "a`b")), "he")
    assert view.proxy.search == '"he" in `a``b`'
    assert len(shown(view)) == 1


def test_that_words_go_with_the_filter_row(view):
    view.proxy.set_condition(column(view, "age"), "> 50")
    view.proxy.set_search("lung")
    assert shown(view) == ["S1", "S4"]
    assert view.proxy.condition(column(view, "age")) == "> 50"
    whole = view.proxy.expression()
    view.proxy.clear_filters()
    view.proxy.set_search(whole)
    assert shown(view) == ["S1", "S4"]


def test_that_a_filter_over_a_column_that_goes_is_dropped(view, session):
    from pathgui.project import delete_column

    clinical = session.project.clinical
    session.edit(add_column(clinical, Column("site")))
    view.proxy.set_search('site == "x"')
    assert shown(view) == []
    session.edit(delete_column(clinical, "site"))
    assert len(shown(view)) == 5
    assert view.proxy.search == ""


@pytest.fixture
def large(monkeypatch):
    """Every table counts as large."""
    monkeypatch.setattr(proxy_module, "AT_ONCE", 2)


def test_that_a_large_table_is_put_in_order_in_the_background(view, large, qtbot):
    with qtbot.waitSignal(view.proxy.reordered):
        view.proxy.set_sorts([Sort("clinical.age", descending=True)])
        assert view.proxy.busy
        assert shown(view)[0] == "synthetic"
    assert shown(view) == ["S1", "synthetic", "S4", "S3", "S2"]


def test_that_only_the_last_of_many_filters_counts(view, large, qtbot):
    with qtbot.waitSignal(view.proxy.reordered):
        for text in ("S", "S1", "S2"):
            view.proxy.set_condition(column(view, "slide_id"), text)
    assert not view.proxy.busy
    assert shown(view) == ["S2"]


def test_that_the_current_cell_stays_when_rows_are_read_again(view, session):
    index = view.proxy.index(3, column(view, "staining"))
    view.setCurrentIndex(index)
    manifest = session.project.manifest
    gone = manifest.gone_rows([manifest.row_ids[0]])
    session.edit(Edit("Delete 1 row", removed=gone))
    assert view.currentIndex().row() == 2
    assert view.currentIndex().column() == index.column()


def test_that_what_is_typed_outlives_a_change_of_rows(view, session):
    view.setCurrentIndex(view.proxy.index(3, column(view, "staining")))
    view.begin_typing("H&")
    manifest = session.project.manifest
    gone = manifest.gone_rows([manifest.row_ids[0]])
    session.edit(Edit("Delete 1 row", removed=gone))
    assert view.currentIndex().row() == 2
    assert keys.editor_of(view).text() == "H&"


def test_that_a_slip_is_doubtful_and_says_why(view, session, qtbot):
    index = view.proxy.index(1, column(view, "stage"))
    view.proxy.setData(index, "ii")
    with qtbot.waitSignal(session.checks.changed):
        pass
    cell = index.data(LOOK_ROLE)
    assert "mostly written 'II'" in cell.doubt
    assert not cell.problem


def test_that_an_id_that_nearly_fits_is_doubtful(view, session):
    from pathgui.project import join_report

    manifest = session.project.manifest
    clinical = session.project.clinical
    cell = clinical.cell(clinical.find("S4"), "slide_id", "s4.svs")
    session.edit(Edit("Misspell", (cell,)))
    session.checks.take_report(join_report(session.project))
    row = clinical.row_ids[-1]
    assert manifest.find("S4") is not None
    assert "differs from S4 only by" in session.checks.doubt(clinical, row, "slide_id")


def test_that_a_large_table_is_read_for_words_before_anyone_looks(
    view, qtbot, monkeypatch
):
    monkeypatch.setattr(proxy_module, "AT_ONCE", 1)
    known = view.proxy.sheet
    assert not known().read
    view.words.read()
    qtbot.waitUntil(lambda: "manifest.cohort" in known().read, timeout=10_000)
    index = view.proxy.index(0, column(view, "cohort"))
    view.proxy.setData(index, "skin")
    assert "manifest.cohort" not in known().read
    view.words.read()
    qtbot.waitUntil(lambda: "manifest.cohort" in known().read, timeout=10_000)
    assert known().read["manifest.cohort"].holds("skin") is not None


def test_that_large_tables_are_matched_in_the_background(
    view, session, qtbot, monkeypatch
):
    monkeypatch.setattr(gathering, "AT_ONCE", 2)
    model = view.proxy.model
    before = model.fields
    with qtbot.waitSignal(model.modelReset):
        model.read_by(patients_content)
        assert model.fields is before
    assert model.fields[0].column.name == "patient"
    assert "001" in model.texts(0)


def test_that_a_large_joined_view_is_painted_while_rows_that_went_are_still_in_it(
    view, session, qtbot, monkeypatch
):
    model = view.proxy.model
    model.read_by(joined_content)
    monkeypatch.setattr(gathering, "AT_ONCE", 2)
    clinical = session.project.clinical
    gone = clinical.find("S2")
    with qtbot.waitSignal(model.modelReset):
        session.edit(Edit("Delete row", removed=clinical.gone_rows([gone])))
        assert model.text(model.rows_of(["S2"])[0], column(view, "age")) == ""
        view.grab()
    assert gone not in model.content.rows["clinical"]


def test_that_a_large_joined_view_outlives_a_table_that_is_read_again(
    view, session, qtbot, monkeypatch
):
    model = view.proxy.model
    model.read_by(joined_content)
    monkeypatch.setattr(gathering, "AT_ONCE", 2)
    project = session.project
    file = project.folder("metadata") / "clinical_data.csv"
    header = file.read_text("utf-8").splitlines()[0]
    file.write_text(f"{header}\n", "utf-8")
    project.reload("clinical")
    with qtbot.waitSignal(model.modelReset):
        model.gather()
        view.grab()
    assert (model.content.rows["clinical"] == -1).all()
