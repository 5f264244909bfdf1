"""The import wizard, driven as a person drives it, on real and on broken tables."""

import gc
import shutil
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from pathgui.gui.dialogs.import_table import ImportWizard
from pathgui.gui.dialogs.importing.choose import DropFrame
from pathgui.project import Edit

TABLE = "patient;age;stage\n000;63;II\n001;abc;IV\n777;47,5;I\n"


def planned(wizard, qtbot):
    qtbot.waitUntil(lambda: wizard.decisions.plan is not None, timeout=20_000)
    return wizard.decisions.plan


def read(wizard, qtbot):
    qtbot.waitUntil(
        lambda: wizard.source.table is not None or wizard.source.error is not None,
        timeout=20_000,
    )


def to_step(wizard, qtbot, step):
    planned(wizard, qtbot)
    while wizard.steps[wizard.place] is not step:
        place = wizard.place
        wizard.next.click()
        assert wizard.place == place + 1, wizard.why.text()


@pytest.fixture
def wizard(window, qtbot, tmp_path):
    file = tmp_path / "clinical.csv"
    file.write_text(TABLE, "utf-8")
    shown = []
    window.imports.shown.connect(shown.append)
    window.imports.import_table(file)
    yield shown[-1]
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=20_000)


def clinical(window):
    table = window.session.project.clinical
    return {table.text(row, "patient_id"): table.row(row) for row in table.row_ids}


def test_that_the_steps_say_what_they_found(wizard, qtbot):
    assert wizard.place == 1
    to_step(wizard, qtbot, wizard.check)
    said = [wizard.list.words(place) for place in range(6)]
    assert said[:3] == ["clinical.csv", "UTF-8, semicolon", "patient names a patient"]
    assert said[3].endswith("1 to check")
    assert said[4] == "1 new, 5 cells change"
    assert wizard.next.text() == "Import 3 rows"


def test_that_nothing_is_written_before_the_last_step(wizard, window, root, qtbot):
    before = (root / "metadata/clinical_data.csv").read_bytes()
    to_step(wizard, qtbot, wizard.check)
    assert window.session.undo_stack.count() == 0
    assert not window.session.project.dirty
    wizard.cancel.click()
    assert (root / "metadata/clinical_data.csv").read_bytes() == before


def test_that_the_import_is_one_undo_step_and_saved(wizard, window, root, qtbot):
    before = clinical(window)
    to_step(wizard, qtbot, wizard.check)
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        wizard.next.click()
    assert clinical(window)["000"]["age"] == "63"
    assert clinical(window)["777"]["age"] == "47,5"
    stack = window.session.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "Import clinical.csv")
    qtbot.waitUntil(lambda: not window.session.project.dirty, timeout=20_000)
    assert "777" in (root / "metadata/clinical_data.csv").read_text("utf-8")
    stack.undo()
    assert clinical(window) == before
    stack.redo()
    assert clinical(window)["777"]["stage"] == "I"


def line_of(steps, column, key=""):
    rows = steps.list.lines.rows.rows
    return next(
        row
        for row in rows
        if row.parts[2].text == column and key in ("", row.parts[1].text)
    )


def untick(view, key):
    for place, row in enumerate(view.rows.rows):
        if row.key == key:
            view.selectRow(place)
    QTest.keyClick(view, Qt.Key.Key_Space)


def test_that_only_ticked_changes_are_taken(wizard, window, qtbot):
    to_step(wizard, qtbot, wizard.duplicates)
    steps = wizard.duplicates
    ages = [row for row in steps.list.lines.rows.rows if row.parts[2].text == "age"]
    assert [(r.parts[3].text, r.parts[4].text) for r in ages] == [
        ("61", "63"),
        ("430", "abc"),
    ]
    untick(steps.list.lines, ages[1].key)
    assert "5 of 6 accepted" in steps.count.text()
    to_step(wizard, qtbot, wizard.check)
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        wizard.next.click()
    assert clinical(window)["000"]["age"] == "63"
    assert clinical(window)["001"]["age"] == "430"
    assert clinical(window)["777"]["stage"] == "I"


def test_that_a_row_a_column_and_a_new_row_can_be_refused(wizard, window, qtbot):
    before = clinical(window)
    to_step(wizard, qtbot, wizard.duplicates)
    steps = wizard.duplicates
    new = line_of(steps, "new row")
    assert new.parts[1].text == "777"
    assert "stage I" in new.parts[4].text
    untick(steps.list.lines, new.key)
    untick(steps.list.columns, "col:age")
    assert {r.parts[2].text for r in steps.list.lines.rows.rows} == {"age"}
    steps.list.columns.choose("all:")
    row = next(r for r in steps.list.lines.rows.rows if r.key.startswith("row:"))
    assert row.parts[0].icon == "mdi6.minus-box"
    untick(steps.list.lines, row.key)
    untick(steps.list.lines, row.key)
    assert wizard.list.words(4).startswith("0 new")
    to_step(wizard, qtbot, wizard.check)
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        wizard.next.click()
    found = clinical(window)
    assert set(found) == set(before)
    assert {k: row["age"] for k, row in found.items()} == {
        k: row["age"] for k, row in before.items()
    }
    assert found != before


def test_that_all_none_and_the_gaps_can_be_chosen(wizard, qtbot):
    to_step(wizard, qtbot, wizard.duplicates)
    steps = wizard.duplicates
    steps.none.click()
    assert "0 of 6" in steps.count.text()
    to_step(wizard, qtbot, wizard.check)
    assert wizard.why.text() == "Nothing is ticked"
    wizard.back.click()
    steps.gaps.click()
    accepted = wizard.decisions.accepted()
    assert not any(change.replaces for change in accepted.changes)
    assert len(accepted.added) == 1
    steps.list.columns.choose("col:age")
    assert {r.parts[2].text for r in steps.list.lines.rows.rows} == {"age"}
    steps.all.click()
    assert steps.list.columns.rows.rows[2].parts[2].text in ("2 of 2", "3 of 3")


def test_that_a_hundred_thousand_changes_stay_fluid(window, qtbot):
    project = window.session.project
    count = 50_000
    table = project.clinical
    rows = [{"patient_id": f"N{k}", "age": "50"} for k in range(count)]
    project.apply(Edit("rows", added=table.new_rows(rows)))
    text = "".join(f"N{k},51,II\n" for k in range(count))
    shown = []
    window.imports.shown.connect(shown.append)
    window.imports.import_table()
    wizard = shown[-1]
    wizard.source.take_text("patient_id,age,stage\n" + text + "M1,40,I\n")
    qtbot.waitUntil(lambda: wizard.decisions.plan is not None, timeout=60_000)
    wizard.show_step(4)
    steps = wizard.duplicates
    assert steps.list.lines.rows.rowCount() == 3 * count + 1
    last = steps.list.lines.rows.rows[3 * count]
    start = time.process_time()
    untick(steps.list.columns, "col:stage")
    steps.list.columns.choose("all:")
    steps.list.lines.selectRow(3 * count)
    QTest.keyClick(steps.list.lines, Qt.Key.Key_Space)
    spent = time.process_time() - start
    assert steps.count.text() == f"{count:,} of {2 * count + 1:,} accepted"
    assert last.parts[1].text == "M1"
    assert spent < 0.5
    wizard.reject()


def test_that_rows_can_come_without_a_key_and_get_one_later(window, qtbot, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("Fall,Stadium\nQ1,II\nQ2,I\n")
    shown = []
    window.imports.shown.connect(shown.append)
    for way in ("no key", "Fall"):
        window.imports.import_table(file)
        wizard = shown[-1]
        planned(wizard, qtbot)
        to_step(wizard, qtbot, wizard.key)
        column = wizard.key.column
        column.setCurrentIndex(column.findData(way))
        column.activated.emit(0)
        planned(wizard, qtbot)
        if way == "no key":
            assert wizard.key.count.text() == "No key"
            assert wizard.list.words(2) == "no key"
        else:
            assert wizard.decisions.plan.report.added == 0
        to_step(wizard, qtbot, wizard.check)
        with qtbot.waitSignal(window.imports.imported, timeout=20_000) as told:
            wizard.next.click()
        assert told.args[0].ok == (way == "Fall")
        qtbot.waitUntil(lambda: not window.session.project.dirty, timeout=20_000)
    found = clinical(window)
    assert (found["Q1"]["Stadium"], found["Q2"]["Stadium"]) == ("II", "I")
    window.session.undo_stack.undo()
    assert "Q1" not in clinical(window)


def test_that_slides_come_from_a_table_as_one_undo_step(
    window, qtbot, tmp_path, synthetic
):
    session = window.session
    known = session.project.manifest.texts("slide_id").tolist()
    shutil.copy(synthetic, tmp_path / "fresh.tif")
    file = tmp_path / "slides.csv"
    file.write_text(f"file,staining\nfresh.tif,HE\n{known[0]},IHC\ngone.svs,HE\n")
    shown = []
    window.imports.shown.connect(shown.append)
    window.actions_.trigger("slides.import")
    wizard = shown[-1]
    assert wizard.choose.into["manifest"].isChecked()
    wizard.source.take_file(file)
    planned(wizard, qtbot)
    to_step(wizard, qtbot, wizard.key)
    assert wizard.key.of_slides.isVisible()
    assert wizard.key.column.findData("no key") < 0
    wizard.key.cohort.setCurrentText("fresh ones")
    planned(wizard, qtbot)
    to_step(wizard, qtbot, wizard.check)
    assert any(
        "gone is missing" in r.parts[3].text for r in wizard.check.list.rows.rows
    )
    assert wizard.next.text() == "Import 3 slides"
    before = session.undo_stack.count()
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        wizard.next.click()
    rows = {
        session.project.manifest.text(row, "slide_id"): session.project.manifest.row(
            row
        )
        for row in session.project.manifest.row_ids
    }
    assert (rows["fresh"]["status"], rows["gone"]["status"]) == ("ready", "missing")
    assert rows["fresh"]["width"] == "2048"
    assert rows["gone"]["cohort"] == "fresh ones"
    assert rows[known[0]]["staining"] == "IHC"
    assert session.undo_stack.count() == before + 1
    qtbot.waitUntil(lambda: not session.project.dirty, timeout=20_000)
    session.undo_stack.undo()
    assert session.project.manifest.texts("slide_id").tolist() == known


def test_that_the_wizard_can_change_its_mind_about_what_a_table_holds(wizard, qtbot):
    planned(wizard, qtbot)
    wizard.show_step(0)
    wizard.choose.into["manifest"].click()
    qtbot.waitUntil(lambda: wizard.decisions.error is not None, timeout=20_000)
    assert "names slides" in wizard.decisions.error.message
    wizard.choose.into["clinical"].click()
    assert planned(wizard, qtbot).into == "clinical"


def test_that_cancel_stops_the_reading(window, qtbot, tmp_path):
    file = tmp_path / "large.csv"
    file.write_text("pid,x\n" + "P1,2\n" * 600_000)
    shown = []
    window.imports.shown.connect(shown.append)
    window.imports.import_table(file)
    wizard = shown[-1]
    said = []
    wizard.source.progress.connect(lambda *words: said.append(words))
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    task = wizard.source._task
    wizard.cancel.click()
    assert task is None or task.asked()
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=20_000)


def test_that_rows_that_are_there_can_be_left_or_filled(wizard, qtbot):
    to_step(wizard, qtbot, wizard.duplicates)
    known = wizard.duplicates.known
    for value, changes in (("leave", 0), ("fill", 2), ("update", 5)):
        known.setCurrentIndex(known.findData(value))
        known.activated.emit(0)
        assert len(planned(wizard, qtbot).changes) == changes, value


def test_that_reading_can_be_told_and_shows_rows_at_once(wizard, qtbot):
    step = wizard.reading
    step.separator.setCurrentIndex(step.separator.findData(","))
    step.separator.activated.emit(0)
    read(wizard, qtbot)
    assert list(wizard.source.table.columns) == ["patient;age;stage"]
    assert step.found() == "UTF-8, comma"
    step.header.setValue(2)
    read(wizard, qtbot)
    assert next(iter(wizard.source.table.columns)).startswith("000;63;II")


def test_that_a_column_is_renamed_typed_and_left_out(wizard, window, qtbot):
    to_step(wizard, qtbot, wizard.columns)
    lines = wizard.columns.mapping.lines
    assert [line.source for line in lines.lines] == ["patient", "age", "stage"]
    assert lines.lines[0].is_key
    assert lines.lines[1].words.misfits == 2
    lines.setData(lines.index(2, 1), "uicc")
    planned(wizard, qtbot)
    lines.setData(lines.index(2, 2), "text")
    plan = planned(wizard, qtbot)
    found = {c.source: (c.column.name, c.column.kind) for c in plan.columns}
    assert found["stage"] == ("uicc", "text")
    lines.setData(lines.index(1, 1), "(leave out)")
    planned(wizard, qtbot)
    to_step(wizard, qtbot, wizard.check)
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        wizard.next.click()
    table = clinical(window)
    assert table["000"]["uicc"] == "II"
    assert table["000"]["age"] == "61"


def test_that_the_rule_from_slide_to_patient_is_tried_and_kept(wizard, window, qtbot):
    to_step(wizard, qtbot, wizard.key)
    rule = wizard.key.rule
    rule.field.setText("S(")
    qtbot.waitUntil(lambda: not wizard.next.isEnabled())
    assert "broken" in rule.wrong.text() or "pattern" in rule.wrong.text()
    rule.field.setText(r"^S(\d+)$")
    qtbot.waitUntil(lambda: "4 of 5 slides" in rule.count.text())
    to_step(wizard, qtbot, wizard.check)
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        wizard.next.click()
    assert window.session.project.config.patient_rule == r"^S(\d+)$"


def test_that_a_key_can_be_chosen_and_what_it_names(wizard, qtbot):
    to_step(wizard, qtbot, wizard.key)
    step = wizard.key
    assert "name says" in step.why.text()
    step.names.setCurrentIndex(step.names.findData("slide"))
    step.names.activated.emit(0)
    plan = planned(wizard, qtbot)
    assert (plan.key.column, plan.key.names) == ("patient", "slide")
    assert step.count.text() == "0 of 3 rows find a slide"


def test_that_a_key_that_finds_nothing_is_said_before_the_import(
    window, qtbot, tmp_path
):
    file = tmp_path / "others.csv"
    file.write_text("patient,age\nTCGA-AB-1,51\nTCGA-AB-2,64\n", "utf-8")
    shown = []
    window.imports.shown.connect(shown.append)
    window.imports.import_table(file)
    to_step(shown[-1], qtbot, shown[-1].check)
    index = shown[-1].check.list.model().index(0, 3)
    assert index.data() == "No row finds a patient of this project: look at the key"
    shown[-1].cancel.click()


def test_that_case_can_be_ignored(session, qtbot, tmp_path):
    file = tmp_path / "lower.csv"
    file.write_text("slide,grade\ns1,1\ns2,2\n", "utf-8")
    wizard = ImportWizard(session.theme, session.project, session.background, file)
    qtbot.addWidget(wizard)
    to_step(wizard, qtbot, wizard.key)
    assert wizard.decisions.matches.hits == 0
    wizard.key.case.click()
    planned(wizard, qtbot)
    assert wizard.decisions.matches.hits == 2
    wizard.reject()


def test_that_cells_of_a_spreadsheet_come_by_the_clipboard(session, qtbot):
    QGuiApplication.clipboard().setText("slide_id\tgrade\nS1\t007\nS2\t2\n")
    wizard = ImportWizard(session.theme, session.project, session.background)
    qtbot.addWidget(wizard)
    assert not wizard.next.isEnabled()
    assert wizard.choose.paste.isEnabled()
    wizard.choose.paste.click()
    plan = planned(wizard, qtbot)
    assert plan.table.columns["grade"].tolist() == ["007", "2"]
    assert wizard.choose.found() == "clipboard"
    wizard.reject()


def test_that_a_file_can_be_dropped(session, qtbot, tmp_path):
    file = tmp_path / "dropped.csv"
    file.write_text("slide_id,grade\nS1,1\n", "utf-8")
    wizard = ImportWizard(session.theme, session.project, session.background)
    qtbot.addWidget(wizard)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    frame = wizard.choose.findChild(DropFrame)
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    frame.dropEvent(event)
    assert planned(wizard, qtbot).report.rows == 1
    wizard.reject()


@pytest.mark.parametrize(
    ("name", "words"),
    [("empty.csv", "is empty"), ("header_only.csv", "no rows"), ("ragged.csv", "")],
)
def test_that_a_table_that_cannot_be_used_says_why(session, qtbot, data, name, words):
    wizard = ImportWizard(
        session.theme,
        session.project,
        session.background,
        data / "broken" / name,
    )
    qtbot.addWidget(wizard)
    read(wizard, qtbot)
    assert words in wizard.choose.wrong.text()
    assert not wizard.next.isEnabled()
    assert len(wizard.why.text()) > 10
    wizard.reject()


BROKEN = (
    "latin1.csv", "utf16.csv", "semicolon_decimal_comma.csv",
    "bad_types.csv", "duplicate_patients.csv", "formula_injection.csv",
    "bad_manifest_md5.tsv",
)  # fmt: skip


def every_table(data: Path) -> list[Path]:
    broken = [data / "broken" / name for name in BROKEN]
    return [*sorted((data / "tables").iterdir()), *broken]


def test_that_real_and_broken_tables_import_without_hand_holding(session, qtbot, data):
    for file in every_table(data):
        wizard = ImportWizard(session.theme, session.project, session.background, file)
        qtbot.addWidget(wizard)
        to_step(wizard, qtbot, wizard.check)
        plan = planned(wizard, qtbot)
        assert plan.report.rows == len(wizard.source.table), file
        assert wizard.next.isEnabled(), (file, wizard.why.text())
        wizard.reject()


def test_that_five_thousand_columns_are_mapped(session, qtbot, tmp_path):
    names = ["slide_id", *(f"gene_{k}" for k in range(5000))]
    lines = [",".join(names)]
    lines += [",".join([f"S{n}", *["0.5"] * 5000]) for n in (1, 2)]
    file = tmp_path / "wide.csv"
    file.write_text("\n".join(lines), "utf-8")
    wizard = ImportWizard(session.theme, session.project, session.background, file)
    qtbot.addWidget(wizard)
    to_step(wizard, qtbot, wizard.columns)
    assert len(wizard.columns.mapping.lines.lines) == 5001
    wizard.reject()


@pytest.mark.parametrize("place", [1, 2])
def test_that_fields_of_the_mapping_outlive_a_collection_of_garbage(
    wizard, qtbot, place
):
    to_step(wizard, qtbot, wizard.columns)
    mapping = wizard.columns.mapping
    index = mapping.lines.index(2, place)
    mapping.setCurrentIndex(index)
    mapping.edit(index)
    gc.collect()
    combo = mapping.viewport().findChild(QComboBox)
    wanted = "grade" if place == 1 else combo.itemText(1)
    if place == 1:
        combo.lineEdit().selectAll()
        qtbot.keyClicks(combo.lineEdit(), wanted)
        gc.collect()
        qtbot.keyClick(combo.lineEdit(), Qt.Key.Key_Return)
    else:
        combo.setCurrentIndex(1)
        gc.collect()
        combo.activated.emit(1)
    qtbot.waitUntil(lambda: mapping.lines.index(2, place).data() == wanted)


def test_that_one_row_of_utf_16_is_told_in_plain_words(window, qtbot, tmp_path):
    file = tmp_path / "one.csv"
    file.write_bytes("slide,stage\nS1,é\n".encode("utf-16"))
    shown, told = [], []
    window.imports.shown.connect(shown.append)
    window.session.told.connect(lambda words, _kind: told.append(words))
    window.imports.import_table(file)
    wizard = shown[-1]
    to_step(wizard, qtbot, wizard.check)
    assert wizard.list.words(1) == "UTF-16, comma"
    assert wizard.list.words(5) == "1 row"
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        wizard.next.click()
    assert any(words.startswith("one.csv: ") for words in told)


def test_that_lines_that_are_no_rows_are_told_in_a_sentence(window, qtbot, tmp_path):
    file = tmp_path / "ragged.csv"
    file.write_text("slide,stage,age\nS1,I\nS2,II\nS3,I,40\n")
    shown = []
    window.imports.shown.connect(shown.append)
    window.imports.import_table(file)
    read(shown[-1], qtbot)
    assert "2 lines are no rows and are left out" in shown[-1].reading.troubles.text()
    shown[-1].cancel.click()
