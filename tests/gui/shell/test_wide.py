"""A window on a clinical table of 5,000 columns stays usable."""

import shutil
import time
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from pathgui.gui.dialogs.columnlines import ColumnLines
from pathgui.gui.dialogs.columns import ColumnsDialog
from pathgui.gui.dialogs.schema import SchemaDialog
from pathgui.gui.panels.tablepage import TablePage
from pathgui.gui.tables.header import FilterHeader
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.rows import NamedRows
from pathgui.project import Column, Edit, Project

WIDE = 5000
KINDS = ("number", "category", "text")


@pytest.fixture(scope="module")
def wide_template(project_template, tmp_path_factory):
    """Thirty clinical rows of 5,000 columns of three types."""
    root = tmp_path_factory.mktemp("wide") / "project"
    shutil.copytree(project_template, root)
    with Project.open(root) as project:
        clinical = project.clinical
        columns = [Column(f"gene_{k:04d}", KINDS[k % 3]) for k in range(WIDE)]
        changes = tuple(clinical.new_column(column) for column in columns)
        project.apply(Edit("columns", columns=changes))
        texts = {column.name: f"0.{k}" for k, column in enumerate(columns)}
        rows = [texts | {"slide_id": f"x{k}", "patient_id": "p"} for k in range(30)]
        project.apply(Edit("rows", added=clinical.new_rows(rows)))
        project.save()
    return root


@pytest.fixture
def root(wide_template, tmp_path):
    return shutil.copytree(wide_template, tmp_path / "project")


@pytest.fixture
def page(window, qtbot):
    """The clinical table of the window, checked."""
    window.workspace.show_tab("clinical")
    qtbot.waitUntil(lambda: window.session.checks.settled, timeout=60_000)
    return window.tables.page


@pytest.fixture
def calls(monkeypatch):
    """How often some methods are called from now on."""
    counts = Counter()

    def watch(owner, name):
        real = getattr(owner, name)

        def counted(*args, **kwargs):
            counts[name] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)
        return counts

    return watch


def computed(qapp, deed):
    """Seconds that the thread of the window computes for a deed."""
    qapp.processEvents()
    before = time.thread_time()
    deed()
    qapp.processEvents()
    return time.thread_time() - before


def test_that_opening_fits_the_columns_of_each_table_when_it_is_shown(
    window, qapp, qtbot, monkeypatch
):
    fitted = Counter()
    real = TablePage._fit

    def counted(page, *args):
        fitted[type(page).__name__] += 1
        real(page, *args)

    monkeypatch.setattr(TablePage, "_fit", counted)
    work, table = window.workspace, window.workspace.clinical.table
    qtbot.waitUntil(lambda: table.proxy.rowCount() > 30, timeout=60_000)
    table.view.words.read()
    assert not fitted
    work.show_tab("clinical")
    assert fitted == {"ClinicalTable": table.proxy.columnCount()}
    age = table.proxy.model.column_at("clinical", "age")
    table.view.setColumnWidth(age, 222)
    root = window.session.project.root
    window.session.close()
    fitted.clear()
    window.session.open(root)
    assert work.tab == "clinical"
    assert "ClinicalTable" not in fitted  # not in the same moment as the slides
    qtbot.waitUntil(lambda: bool(fitted["ClinicalTable"]), timeout=60_000)
    assert table.view.columnWidth(age) == 222


def cell(page, name, row=3):
    return page.proxy.index(row, page.proxy.model.column_at("clinical", name))


def test_that_an_edit_touches_one_cell_and_selecting_all_asks_for_few(
    page, window, qapp, calls
):
    counts = calls(TableModel, "reload")
    index = cell(page, "gene_0003")
    page.view.setCurrentIndex(index)
    edit = computed(qapp, lambda: page.proxy.setData(index, "0.5"))
    undo = computed(qapp, window.session.undo)
    redo = computed(qapp, window.session.redo)
    assert index.data() == "0.5"
    assert not counts["reload"]
    assert max(edit, undo, redo) < 0.15
    page.view.setCurrentIndex(cell(page, "gene_0003", row=7))
    section = window.workspace.inspector.cell
    section.refresh()
    assert section.more.text() == f"6 of {WIDE + 4:,} columns"
    section.search.setText("gene 4242")
    assert section.more.text() == "1 of 1 columns with these words"
    asked = calls(TableModel, "flags_of")
    page.view.selectAll()
    qapp.processEvents()
    assert asked["flags_of"] < 2000  # not each cell of the rows in sight


def test_that_columns_are_chosen_found_moved_frozen_and_defined(
    page, window, qapp, calls, qtbot
):
    placed = calls(FilterHeader, "_in_sight")
    asked = calls(ColumnLines, "data")
    assert computed(qapp, lambda: window.actions_.trigger("view.columns")) < 0.3
    dialog = window.findChild(ColumnsDialog)
    assert len(dialog.findChildren(QWidget)) < 60  # and none for each column
    assert asked["data"] < 2000
    dialog.search.setText("gene_000")
    assert dialog.lines.names == [f"gene_000{k}" for k in range(10)]
    assert dialog.found.text() == f"10 of {WIDE + 6:,}"
    dialog.lines.tick_all(on=False)
    dialog.lines.move(9, 0)
    dialog.search.clear()
    place = dialog.lines.names.index("gene_0009")
    assert dialog.lines.names[place + 1] == "gene_0000"
    dialog.frozen.setValue(2)
    assert computed(qapp, dialog.done_button.click) < 1
    assert placed["_in_sight"] < 100  # fields are put in place once, not by column
    view = page.view
    assert view.isColumnHidden(cell(page, "gene_0005").column())
    assert view.frozen.columns() == view.shown_columns()[:2]
    window.session.undo()
    assert not view.isColumnHidden(cell(page, "gene_0005").column())
    assert not view.frozen.columns()

    made = calls(SchemaDialog, "_row")
    spent = computed(qapp, lambda: window.clinical.schema("clinical", "gene_0006"))
    assert spent < 0.4
    dialog = window.findChild(SchemaDialog)
    assert isinstance(dialog.columns.rows.rows, NamedRows)
    assert dialog.current() == "gene_0006"
    dialog.form.unit.setText("TPM")
    dialog.form.unit.textEdited.emit("TPM")
    qtbot.waitUntil(lambda: bool(dialog.count.text()), timeout=20_000)
    assert made["_row"] < 2500
    dialog.filter.setText("gene_0006")
    assert dialog.columns.rows.rows.keys == ["gene_0006"]
    assert dialog._draft.count() == 1
    dialog.reject()


def test_that_rows_are_filtered_charted_and_exported_by_columns_that_are_found(
    page, window, qtbot
):
    page.search.setText("gene_0003 > 0.2")
    assert page.proxy.rowCount() == 30
    page.search.setText("gene_00003 > 0.2")
    assert "gene_0003" in page.problem.text()
    assert len(page.problem.text()) < 400
    page.clear_filters()
    page.search.setText("x17")
    qtbot.waitUntil(lambda: page.proxy.rowCount() == 1, timeout=20_000)
    page.clear_filters()
    window.actions_.trigger("view.chart")
    box = window.workspace.bottom.chart.side.column
    qtbot.waitUntil(lambda: box.count() > WIDE, timeout=20_000)
    box.showPopup()
    QTest.keyClicks(box.popup.field, "4242")
    assert box.popup.count.text().startswith("1 of ")
    with qtbot.waitSignal(box.activated):
        QTest.keyClick(box.popup.field, Qt.Key.Key_Return)
    assert box.currentText() == "gene_4242"
    assert not box.popup.isVisible()
    window.exports.ask()
    dialog = next(w for w in window.findChildren(QWidget, "exportDialog"))
    form = dialog.form
    form._all(on=False)
    form.search.setText("gene_424")
    form._all(on=True)
    assert list(form.options().columns) == [f"gene_424{k}" for k in range(10)]
    qtbot.waitUntil(
        lambda: dialog.summary.text().endswith("10 columns"), timeout=30_000
    )
    dialog.reject()
