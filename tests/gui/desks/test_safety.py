"""Versions, changes by other programs, a second window, history of a cell."""

import csv
import errno
import io
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from pathgui.gui.desks.projects import READ_ONLY
from pathgui.gui.dialogs.cellhistory import CellHistoryDialog
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.diskchange import DiskChangeDialog
from pathgui.gui.dialogs.restore import RestoreDialog
from pathgui.gui.panels.cellsection import CellSection
from pathgui.project import Edit, Project

MANIFEST = "metadata/slide_manifest.csv"


def set_cell(window, slide, column, text, table="manifest"):
    held = window.session.project.table(table)
    cell = held.cell(held.find(slide), column, text)
    window.session.edit(Edit(f"Edit {column}", (cell,)))


def write_by_hand(root: Path, changes: dict[tuple[str, str], str]):
    """Change cells of the manifest as a spreadsheet program would."""
    file = root / MANIFEST
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8"))))
    for (slide, column), text in changes.items():
        line = next(row for row in rows if row[0] == slide)
        line[rows[0].index(column)] = text
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    file.write_text(out.getvalue(), "utf-8")


def text(window, slide, column):
    return window.session.field(slide, column)


@pytest.fixture
def shown(window):
    """Dialogs that came up, the latest last."""
    found: list[QDialog] = []
    for desk in (window.safety, window.projects):
        desk.shown.connect(found.append)
    return found


def wait_for(qtbot, shown, kind):
    qtbot.waitUntil(lambda: bool(shown) and isinstance(shown[-1], kind), timeout=10_000)
    return shown[-1]


def test_that_a_version_shows_what_it_changes_and_comes_back_as_one_edit(
    window, shown, qtbot
):
    set_cell(window, "S1", "staining", "IHC")
    window.session.save()
    set_cell(window, "S1", "staining", "PAS")
    set_cell(window, "S2", "staining", "PAS")
    window.session.save()
    window.actions_.trigger("file.restore")
    dialog = wait_for(qtbot, shown, RestoreDialog)
    qtbot.waitUntil(lambda: dialog.summary.text() != "", timeout=10_000)
    assert dialog.summary.text() == "2 cells change"
    assert [row.parts[1].text for row in dialog.list.rows.rows] == ["S1", "S2"]
    count = window.session.undo_stack.count()
    dialog.go.click()
    assert text(window, "S1", "staining") == "IHC"
    assert text(window, "S2", "staining") == ""
    assert window.session.undo_stack.count() == count + 1
    window.session.undo_stack.undo()
    assert text(window, "S1", "staining") == "PAS"


def test_that_restoring_leaves_what_runs_filled_in(window, shown, qtbot):
    window.session.save()
    set_cell(window, "S1", "staining", "IHC")
    window.session.save()
    manifest = window.session.project.manifest
    done = manifest.cell(manifest.find("S1"), "status", "done")
    window.session.record(Edit("run", (done,)))
    window.actions_.trigger("file.restore")
    dialog = wait_for(qtbot, shown, RestoreDialog)
    qtbot.waitUntil(lambda: dialog.summary.text() == "1 cell changes", timeout=10_000)
    dialog.keep.setChecked(False)
    assert dialog.summary.text() == "2 cells change"
    dialog.keep.setChecked(True)
    dialog.go.click()
    assert (text(window, "S1", "status"), text(window, "S1", "staining")) == (
        "done",
        "",
    )


def test_that_a_table_written_by_another_program_is_noticed_at_once(
    window, root, shown, qtbot
):
    write_by_hand(root, {("S1", "staining"): "PAS"})
    dialog = wait_for(qtbot, shown, DiskChangeDialog)
    assert dialog.choice() == "theirs"
    dialog.go.click()
    qtbot.waitUntil(lambda: text(window, "S1", "staining") == "PAS", timeout=10_000)
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)


def test_that_our_own_saves_are_never_taken_for_those_of_others(window, shown, qtbot):
    set_cell(window, "S1", "staining", "IHC")
    window.session.save()
    with qtbot.waitSignal(window.session.background.idle, timeout=10_000):
        window.safety.watch.look()
    assert shown == []


def test_that_both_sides_are_merged_and_a_shared_cell_is_chosen(
    window, root, shown, qtbot
):
    set_cell(window, "S1", "staining", "IHC")
    set_cell(window, "S2", "staining", "IHC")
    set_cell(window, "S3", "staining", "IHC")
    write_by_hand(
        root,
        {
            ("S1", "staining"): "PAS",
            ("S2", "staining"): "PAS",
            ("S4", "scanner"): "AT2",
        },
    )
    window.actions_.trigger("file.save")
    dialog = wait_for(qtbot, shown, DiskChangeDialog)
    assert dialog.choice() == "cell"
    sides = [row.parts[0].text for row in dialog.list.rows.rows]
    assert sides.count("Changed on both sides") == 2
    taken = next(r.key for r in dialog.list.rows.rows if r.parts[1].text == "S2")
    dialog.list.opened.emit(taken, 5)
    dialog.go.click()
    qtbot.waitUntil(lambda: not window.session.project.dirty, timeout=10_000)
    stains = [text(window, f"S{k}", "staining") for k in (1, 2, 3)]
    assert stains == ["IHC", "PAS", "IHC"]
    assert text(window, "S4", "scanner") == "AT2"
    on_disk = (root / MANIFEST).read_text("utf-8")
    assert "AT2" in on_disk
    assert "IHC" in on_disk
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)
    assert shown[-1] is dialog  # what was chosen there is not told again


def test_that_esc_leaves_edits_and_the_file_as_they_are(window, root, shown, qtbot):
    set_cell(window, "S1", "staining", "IHC")
    write_by_hand(root, {("S1", "staining"): "PAS"})
    window.actions_.trigger("file.save")
    wait_for(qtbot, shown, DiskChangeDialog).reject()
    assert window.session.unsaved == 1
    on_disk = (root / MANIFEST).read_text("utf-8")
    assert "PAS" in on_disk
    assert "IHC" not in on_disk
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)


def test_that_keeping_ours_keeps_their_file_as_a_version(window, root, shown, qtbot):
    set_cell(window, "S1", "staining", "IHC")
    write_by_hand(root, {("S1", "staining"): "PAS"})
    window.actions_.trigger("file.save")
    dialog = wait_for(qtbot, shown, DiskChangeDialog)
    dialog.how["ours"].setChecked(True)
    dialog.go.click()
    qtbot.waitUntil(lambda: not window.session.project.dirty, timeout=10_000)
    assert "IHC" in (root / MANIFEST).read_text("utf-8")
    newest = window.session.project.versions("manifest")[0]
    assert "PAS" in newest.path.read_text("utf-8")
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)


def test_that_a_project_another_window_has_is_offered_for_reading(
    empty_window, root, qtbot
):
    window, shown = empty_window, []
    window.projects.shown.connect(shown.append)
    with Project.open(root):
        window.projects.open(root)
        assert "open in another window" in shown[-1].title.text()
        shown[-1].picked.emit(READ_ONLY)
        shown[-1].close()
        assert window.banner.isVisible()
        assert "read only" in window.windowTitle()
        troubles = []
        window.session.trouble.disconnect(window.say_trouble)
        window.session.trouble.connect(troubles.append)
        set_cell(window, "S1", "staining", "IHC")
        assert text(window, "S1", "staining") == ""
        assert "only reads" in troubles[0].message
        assert not window.actions_["file.save"].isEnabled()
    window.banner.again.click()
    assert not window.banner.isVisible()
    set_cell(window, "S1", "staining", "IHC")
    assert text(window, "S1", "staining") == "IHC"


def test_that_a_project_in_a_folder_nobody_may_write_to_is_offered_for_reading(
    empty_window, root, monkeypatch
):
    def refuse(_self, _lock):
        raise OSError(errno.EROFS, "Read-only file system")

    window, shown = empty_window, []
    window.projects.shown.connect(shown.append)
    monkeypatch.setattr("pathgui.project.lock.ProjectLock._take", refuse)
    window.projects.open(root)
    assert "Read-only file system" in shown[-1].title.text()
    shown[-1].picked.emit(READ_ONLY)
    shown[-1].close()
    assert window.banner.isVisible()
    assert text(window, "S1", "cohort") == "lung"


def test_that_a_cell_tells_who_changed_it_and_gives_an_old_value_back(
    window, shown, qtbot
):
    set_cell(window, "S2", "staining", "IHC")
    window.session.save()
    set_cell(window, "S2", "staining", "PAS")
    page = window.workspace.slides
    column = page.proxy.model.column_at("manifest", "staining")
    rows = page.proxy.model.rows_of(["S2"])
    page.view.setCurrentIndex(page.proxy.index(rows[0], column))
    window.actions_.trigger("edit.cell_history")
    dialog = wait_for(qtbot, shown, CellHistoryDialog)
    changes = [(row.parts[2].text, row.parts[3].text) for row in dialog.list.rows.rows]
    assert changes[:2] == [("IHC", "PAS"), ("missing", "IHC")]
    assert dialog.list.rows.rows[0].parts[0].text == "not saved yet"
    dialog.list.selectRow(1)
    dialog.back.click()
    assert text(window, "S2", "staining") == ""


def test_that_the_history_of_a_cell_ends_with_what_the_cell_holds(window, shown, qtbot):
    """Also where a saved edit was taken back and that is not saved."""
    set_cell(window, "S2", "stage", "IV", table="clinical")
    window.session.save()
    window.session.undo()
    window.workspace.show_tab("clinical")
    page = window.workspace.clinical.table
    column = page.proxy.model.column_at("clinical", "stage")
    page.view.setCurrentIndex(
        page.proxy.index(page.proxy.model.rows_of(["S2"])[0], column)
    )
    section = window.findChild(CellSection)
    said = lambda: [line.text() for line in section.changes.findChildren(QLabel)]  # noqa: E731
    qtbot.waitUntil(lambda: "not saved yet" in said())
    assert any(text.startswith("IV → II, ") for text in said())
    window.actions_.trigger("edit.cell_history")
    dialog = wait_for(qtbot, shown, CellHistoryDialog)
    parts = dialog.list.rows.rows[0].parts
    assert [part.text for part in parts[2:4]] == ["IV", "II"]
    assert parts[4].text.endswith("(undone)")


CLINICAL = "metadata/clinical_data.csv"


def stages(window):
    return window.session.project.clinical.texts("stage").tolist()


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01 no table\xff\nat all\n"])
def test_that_a_file_that_is_gone_is_written_again_by_default(
    window, root, shown, qtbot, content
):
    file, before = root / CLINICAL, (root / CLINICAL).read_bytes()
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    dialog = wait_for(qtbot, shown, ChoiceDialog)
    assert dialog.title.text() == "clinical_data.csv is gone"
    assert "All 5 rows are still here" in dialog.text.text()
    main = next(b for b in dialog.findChildren(QPushButton) if b.isDefault())
    assert main.text() == "Write it again"
    assert dialog.focusWidget() is main
    main.click()
    qtbot.waitUntil(lambda: file.exists() and file.read_bytes() == before)
    assert len(stages(window)) == 5
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)


def test_that_taking_an_emptied_table_can_be_undone(window, root, shown, qtbot):
    (root / CLINICAL).unlink()
    dialog = wait_for(qtbot, shown, ChoiceDialog)
    dialog.picked.emit("Empty the table here, too")
    dialog.accept()
    qtbot.waitUntil(lambda: stages(window) == [], timeout=10_000)
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)
    window.session.undo()
    assert stages(window) == ["II"] * 5
    window.session.save()
    assert (root / CLINICAL).read_text().count("II") == 5


def test_that_the_question_goes_away_when_the_file_is_put_back(
    window, root, shown, qtbot
):
    file, data = root / CLINICAL, (root / CLINICAL).read_bytes()
    file.unlink()
    dialog = wait_for(qtbot, shown, ChoiceDialog)
    with qtbot.waitSignal(dialog.finished, timeout=10_000):
        file.write_bytes(data)
    assert len(stages(window)) == 5
    assert not window.session.project.dirty


def test_that_what_is_taken_from_disk_can_be_undone(window, root, shown, qtbot):
    set_cell(window, "S2", "staining", "IHC")
    write_by_hand(root, {("S1", "staining"): "PAS"})
    dialog = wait_for(qtbot, shown, DiskChangeDialog)
    dialog.how["theirs"].setChecked(True)
    with qtbot.waitSignal(window.session.told) as told:
        dialog.go.click()
    assert "what was on disk is here now; Ctrl+Z takes that back" in told.args[0]
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)
    assert [text(window, s, "staining") for s in ("S1", "S2")] == ["PAS", ""]
    window.session.undo()
    assert [text(window, s, "staining") for s in ("S1", "S2")] == ["", "IHC"]


def test_that_the_question_follows_a_file_that_is_written_again(
    window, root, shown, qtbot
):
    write_by_hand(root, {("S1", "staining"): "PAS"})
    first = wait_for(qtbot, shown, DiskChangeDialog)
    write_by_hand(root, {("S2", "staining"): "AT2"})
    qtbot.waitUntil(lambda: shown[-1] is not first, timeout=10_000)
    assert [row.parts[1].text for row in shown[-1].list.rows.rows] == ["S1", "S2"]
    shown[-1].reject()
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)


def test_that_nothing_is_taken_that_was_not_shown(window, root, shown, qtbot):
    write_by_hand(root, {("S1", "staining"): "PAS"})
    first = wait_for(qtbot, shown, DiskChangeDialog)
    # The system has not told yet that the file is another by now.
    window.safety.watch._unwatch()
    write_by_hand(root, {("S2", "staining"): "AT2"})
    first.go.click()
    assert [text(window, s, "staining") for s in ("S1", "S2")] == ["", ""]
    qtbot.waitUntil(lambda: shown[-1] is not first, timeout=10_000)
    assert [row.parts[1].text for row in shown[-1].list.rows.rows] == ["S1", "S2"]
    shown[-1].reject()
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)


def test_that_a_table_a_spreadsheet_saved_shows_cells_and_keeps_its_zeros(
    window, root, shown, qtbot
):
    file = root / CLINICAL
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8"))))
    place = rows[0].index("patient_id")
    for row in rows[1:]:
        row[place] = str(int(row[place]))  # 001 becomes 1
    rows[1][rows[0].index("stage")] = "IV"
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    file.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())
    dialog = wait_for(qtbot, shown, DiskChangeDialog)
    columns = [row.parts[2].text for row in dialog.list.rows.rows]
    assert columns == ["stage", *["patient_id"] * 5]  # what is more than spelling first
    assert "Keep leading zeros as they are here" in dialog.keep.text()
    assert dialog.keep.isChecked()
    with qtbot.waitSignal(
        window.session.bulk.changed, check_params_cb=lambda on: not on
    ):
        dialog.go.click()
    clinical = window.session.project.clinical
    assert clinical.texts("patient_id").tolist() == [f"00{k}" for k in range(5)]
    assert clinical.texts("stage").tolist() == ["IV", "II", "II", "II", "II"]
    qtbot.waitUntil(lambda: not window.session.background.busy, timeout=10_000)


def test_that_a_cell_that_needs_a_value_is_not_offered_none(window, qtbot):
    from pathgui.gui.dialogs.cellhistory import CellHistoryDialog
    from pathgui.project.cellhistory import CellChange, CellPlace

    place = CellPlace("manifest", 0, "S1", "slide_id")
    change = CellChange("", "you", "Rename", "", "S1")
    theme = window.session.theme
    dialog = CellHistoryDialog(theme, place, "S1", [change], window, needed=True)
    assert not dialog.back.isEnabled()
    assert dialog.back.toolTip() == "This cell needs a value"
    assert "no value" not in dialog.back.text()
    free = CellHistoryDialog(theme, place, "S1", [change], window)
    assert (free.back.isEnabled(), free.back.text()) == (True, "Put back no value")
