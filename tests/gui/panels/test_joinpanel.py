"""The join report as a person uses it: look, tick, accept, merge, export."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from pathgui.gui.dialogs.key import KeyDialog, RuleDialog
from pathgui.gui.dialogs.preview import PreviewDialog
from pathgui.gui.panels.joincards import JoinCards
from pathgui.gui.style import fonts
from pathgui.project import Edit, Project, join_report
from pathgui.project.settingitems import naming_rows_by

NEAR = ("P-1201", "p_1202", "p-1203 ", "p-12O4")
RIGHT = tuple(f"P-120{k}" for k in range(1, 5))


@pytest.fixture
def panel(window, qtbot):
    """Four slides of patients whose clinical rows nearly name them."""
    project = window.session.project
    manifest, clinical = project.manifest, project.clinical
    project.configure(patient_rule=r"^(P-\d+)")
    window.session.record(
        Edit(
            "slides",
            added=manifest.new_rows(
                {
                    "slide_id": f"{patient}-A",
                    "path": f"raw_slides/p/{patient}.svs",
                    "cohort": "near",
                }
                for patient in RIGHT
            ),
        )
    )
    window.session.record(
        Edit(
            "rows",
            removed=clinical.gone_rows(clinical.row_ids),
            added=clinical.new_rows(
                [
                    *({"patient_id": key, "age": "50"} for key in NEAR),
                    {"patient_id": "X", "age": "61"},
                    {"patient_id": "X", "stage": "II"},
                    {"patient_id": "Y", "age": "61"},
                    {"patient_id": "Y", "age": "62"},
                ]
            ),
        )
    )
    project.apply(naming_rows_by(project.config, "patient_id"))
    window.session.reload()
    window.views.show_tab("clinical")
    shown(window, qtbot, lambda report: len(report.near_misses) == 3)
    return window.workspace.clinical.join


def shown(window, qtbot, good):
    panel = window.workspace.clinical.join
    qtbot.waitUntil(
        lambda: panel.report is not None and good(panel.report), timeout=10_000
    )


def lines(panel):
    return {row.key: [part.text for part in row.parts] for row in panel.list.rows.rows}


def patients(window):
    return window.session.project.clinical.texts("patient_id").tolist()


def test_that_near_misses_stand_by_their_reason(panel):
    panel.show_list("near")
    whys = [row.parts[1].text for row in panel.list.rows.rows]
    assert len(whys) == 3
    assert "Letters that look alike" in whys
    # What may be a slip of the finger waits for a person.
    assert panel.accept.text() == "Accept 2 matches"


def test_that_accepting_shows_its_result_first_and_is_one_step(panel, window, qtbot):
    dialogs = []
    window.clinical.shown.connect(dialogs.append)
    panel.show_list("near")
    panel.accept.click()
    dialog = dialogs[-1]
    assert isinstance(dialog, PreviewDialog)
    texts = [[p.text for p in row.parts[3:]] for row in dialog.list.rows.rows]
    assert texts == [["p_1202", "P-1202"], ["“p-1203 ”", "P-1203"]]
    assert "p_1202" in patients(window)
    dialog.go.click()
    assert patients(window)[1:3] == ["P-1202", "P-1203"]
    assert window.session.undo_stack.count() == 1
    shown(window, qtbot, lambda report: len(report.near_misses) == 1)
    window.session.undo_stack.undo()
    assert patients(window)[1] == "p_1202"


def test_that_one_click_takes_one_near_miss(panel, window):
    panel.show_list("near")
    key = next(k for k, words in lines(panel).items() if "P-1204" in words)
    panel.list.opened.emit(key, 6)
    assert patients(window)[3] == "P-1204"


def test_that_space_unticks(panel):
    panel.show_list("near")
    panel.list.selectRow(0)
    QTest.keyClick(panel.list, Qt.Key.Key_Space)
    assert panel.accept.text() == "Accept 1 match"


def test_that_rows_that_agree_are_merged_and_others_shown(panel, window, qtbot):
    panel.show_list("duplicate")
    fixes = {words[2]: words[6] for words in lines(panel).values()}
    assert fixes == {"X": "Merge rows", "Y": "Show rows"}
    panel.list.opened.emit("duplicate:X", 6)
    clinical = window.session.project.clinical
    assert patients(window).count("X") == 1
    row = clinical.row(clinical.find("X"))
    assert (row["age"], row["stage"]) == ("61", "II")
    window.session.undo_stack.undo()
    assert patients(window).count("X") == 2
    panel.list.opened.emit("duplicate:Y", 6)
    here = window.workspace.clinical.table.view.currentIndex()
    assert "Y" in [here.siblingAtColumn(column).data() for column in range(4)]


def test_that_slides_and_rows_without_partner_are_shown(panel, window):
    panel.show_list("no_row")
    panel.list.opened.emit("no_row:P-1201-A", 6)
    assert window.session.selection == ("P-1201-A",)
    panel.show_list("no_slide")
    assert any("X" in words for words in lines(panel).values())


def test_that_the_report_goes_out_with_the_joined_table(panel, window, qtbot, tmp_path):
    out = tmp_path / "joined.csv"
    with qtbot.waitSignal(window.session.told, timeout=10_000):
        window.clinical.export_join(out)
    report = (tmp_path / "joined_report.csv").read_text("utf-8-sig")
    assert "near miss,p_1202,P-1202," in report
    assert "duplicate key,X,," in report
    assert "join" in out.read_text("utf-8-sig").splitlines()[0]


def test_that_the_key_and_the_rule_can_be_changed(panel, window, qtbot):
    dialogs = []
    window.clinical.shown.connect(dialogs.append)
    window.actions_.trigger("clinical.key")
    assert isinstance(dialogs[-1], KeyDialog)
    dialogs[-1].keys["slide_id"].setChecked(True)
    dialogs[-1].go.click()
    assert window.session.project.clinical.key == "slide_id"
    window.actions_.trigger("clinical.rule")
    dialog = dialogs[-1]
    assert isinstance(dialog, RuleDialog)
    dialog.panel.field.setText("(")
    qtbot.waitUntil(lambda: not dialog.go.isEnabled())
    dialog.panel.field.setText(r"^(\w)")
    qtbot.waitUntil(lambda: dialog.go.isEnabled())
    dialog.go.click()
    assert window.session.project.config.patient_rule == r"^(\w)"
    report = join_report(window.session.project)
    assert report.matched == []


def show_cell(window, key):
    project = window.session.project
    row = project.clinical.find(key)
    window.views.show_cell("clinical", row, "patient_id")


def test_that_the_inspector_tells_a_near_miss_and_takes_it(panel, window, qtbot):
    cell = window.workspace.inspector.cell
    show_cell(window, "p_1202")
    qtbot.waitUntil(lambda: cell.box.isVisible(), timeout=10_000)
    assert "dashes" in cell.why.text()
    assert "P-1202" in cell.words.text()
    cell.use.click()
    assert patients(window)[1] == "P-1202"
    qtbot.waitUntil(lambda: not cell.box.isVisible(), timeout=10_000)


def test_that_a_near_miss_can_be_kept_and_the_section_goes_with_the_tab(
    panel, window, qtbot
):
    cell = window.workspace.inspector.cell
    show_cell(window, "p_1202")
    qtbot.waitUntil(lambda: cell.box.isVisible(), timeout=10_000)
    near = len(panel.report.near_misses)
    with qtbot.waitSignal(window.workspace.clinical.reported, timeout=10_000):
        cell.keep.click()
    qtbot.waitUntil(lambda: not cell.box.isVisible(), timeout=10_000)
    assert cell.values.isVisible()
    assert len(panel.report.near_misses) == near - 1
    assert panel.again.isVisibleTo(panel)
    stack = window.session.undo_stack
    assert stack.undoText() == "Keep p_1202 as it is"
    with qtbot.waitSignal(window.workspace.clinical.reported, timeout=10_000):
        stack.undo()
    assert len(panel.report.near_misses) == near
    with qtbot.waitSignal(window.workspace.clinical.reported, timeout=10_000):
        stack.redo()
    window.session.save()
    with Project.open(window.session.project.root, write=False) as reader:
        assert len(join_report(reader).near_misses) == near - 1
    with qtbot.waitSignal(window.workspace.clinical.reported, timeout=10_000):
        panel.again.click()
    assert len(panel.report.near_misses) == near
    window.views.show_tab("slides")
    qtbot.waitUntil(lambda: not cell.isVisible(), timeout=10_000)


@pytest.mark.parametrize("width", [1024, 1280, 1600])
def test_that_the_evidence_and_the_filters_hint_can_be_read(
    panel, window, qtbot, width
):
    window.resize(width, 800)
    window.views.show_tab("clinical")
    qtbot.waitUntil(lambda: panel.list.viewport().width() > 400, timeout=10_000)
    panel.show_list("near")
    view = panel.list
    wide = QFontMetrics(fonts.font()).horizontalAdvance("unique on both sides")
    qtbot.waitUntil(lambda: view.columnWidth(5) >= wide + 17, timeout=10_000)
    assert (
        view.columnViewportPosition(7) + view.columnWidth(7) <= view.viewport().width()
    )
    search = window.workspace.clinical.table.search
    hint = search.fontMetrics().horizontalAdvance(search.placeholderText())
    assert hint < search.width() - 40


def test_that_one_of_a_kind_is_told_in_the_singular(window, qtbot):
    clinical = window.session.project.clinical
    cell = clinical.cell(clinical.find("S4"), "slide_id", "s4.svs")
    window.session.edit(Edit("Misspell", (cell,)))
    window.actions_.trigger("view.clinical")
    cards = window.workspace.clinical.findChild(JoinCards).cards
    qtbot.waitUntil(lambda: cards["near"].number.text() == "1")
    assert cards["near"].words.text() == "near miss"
    assert cards["no_slide"].words.text() == "row without slide"
    window.session.undo_stack.undo()
    qtbot.waitUntil(lambda: cards["near"].number.text() == "0")
    assert cards["near"].words.text() == "near misses"
