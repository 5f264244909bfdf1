"""The import wizard, driven as a person drives it, on real and on broken tables."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest

from pathgui.gui.dialogs.import_table import ImportWizard
from pathgui.gui.dialogs.importing.choose import DropFrame

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


def test_that_only_ticked_changes_are_taken(wizard, window, qtbot):
    to_step(wizard, qtbot, wizard.duplicates)
    steps = wizard.duplicates
    ages = [row for row in steps.list.rows.rows if row.parts[2].text == "age"]
    assert [(r.parts[3].text, r.parts[4].text) for r in ages] == [
        ("61", "63"),
        ("430", "abc"),
    ]
    steps.list.choose(ages[1].key)
    QTest.keyClick(steps.list, Qt.Key.Key_Space)
    assert "4 of 5 accepted" in steps.count.text()
    to_step(wizard, qtbot, wizard.check)
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        wizard.next.click()
    assert clinical(window)["000"]["age"] == "63"
    assert clinical(window)["001"]["age"] == "430"


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
    planned(wizard, qtbot)
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
