"""Dialogs on their own: what they ask and what they give back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from pathgui.errors import SlideError
from pathgui.gui.dialogs.about import AboutDialog
from pathgui.gui.dialogs.array import ArrayDialog
from pathgui.gui.dialogs.decision import DecisionDialog
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.dialogs.new_project import NewProjectDialog
from pathgui.gui.dialogs.palette import Entry, matching
from pathgui.gui.dialogs.report import ReportDialog
from pathgui.gui.dialogs.settings import SettingsDialog
from pathgui.gui.tables.rowsview import RowsView
from pathgui.settings import Settings
from pathgui.workflows.cluster import prepare_array

ENTRIES = [
    Entry("Actions", "Review", run=print),
    Entry("Actions", "Retry failed", run=print, reason="No slide failed"),
    Entry("Actions", "Open in viewer", run=print),
    Entry("Slides", "TCGA-86-8REV", run=print),
    Entry("Columns", "qc_reason", run=print),
]


def test_that_a_new_project_shows_the_folder_it_will_make(theme, qtbot, tmp_path):
    dialog = NewProjectDialog(theme, tmp_path)
    qtbot.addWidget(dialog)
    dialog.name.setText("Lung pilot / 2")
    assert dialog.root() == tmp_path / "lung_pilot___2"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.make_button.click()
    assert chosen.args == [tmp_path / "lung_pilot___2", "Lung pilot / 2"]


def test_that_a_project_needs_a_name(theme, qtbot, tmp_path):
    dialog = NewProjectDialog(theme, tmp_path)
    qtbot.addWidget(dialog)
    dialog.name.setText("  ")
    assert not dialog.make_button.isEnabled()
    assert dialog.make_button.toolTip()


def test_that_a_decision_carries_reason_and_note(theme, qtbot):
    dialog = DecisionDialog(theme, ("S1",), "", "")
    qtbot.addWidget(dialog)
    dialog.choices["exclude"].click()
    dialog.reason.setText("fold")
    dialog.note.setPlainText(" through the left section ")
    with qtbot.waitSignal(dialog.decided) as decided:
        dialog._save()
    assert decided.args == ["exclude", "fold", "through the left section"]


def test_that_enter_closes_a_report_wherever_its_focus_is(theme, qtbot):
    lines = [("warning", f"S{k} · age", "here 61, on disk 62") for k in range(3)]
    dialog = ReportDialog(theme, "3 cells were changed on both sides", "", lines)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitActive(dialog)
    view = dialog.findChild(RowsView)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.current_key()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_that_choices_of_an_error_are_given_back(theme, qtbot):
    error = SlideError("disk full", "free some")
    dialog = ErrorDialog(theme, error, choices=("Try again",))
    qtbot.addWidget(dialog)
    button = dialog.buttons.itemAt(dialog.buttons.count() - 1).widget()
    with qtbot.waitSignal(dialog.picked) as picked:
        button.click()
    assert picked.args == ["Try again"]


def test_that_settings_give_back_what_was_chosen(theme, qtbot):
    dialog = SettingsDialog(theme, Settings(theme="dark", workers=3))
    qtbot.addWidget(dialog)
    dialog.reviewer.setText(" Ada ")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog._save()
    told = chosen.args[0]
    assert (told["theme"], told["reviewer"]) == ("dark", "Ada")
    assert (told["checksum"], told["workers"]) == ("md5", 3)
    assert Settings(**told) == Settings(theme="dark", workers=3, reviewer="Ada")


def test_that_settings_say_where_runs_work_and_refuse_what_cannot_be(theme, qtbot):
    given = Settings(scheduler="tls://host:8786", tls_ca="a", tls_key="k")
    dialog = SettingsDialog(theme, given)
    qtbot.addWidget(dialog)
    assert "three files" in dialog.pool.wrong.text()
    assert not dialog.save.isEnabled()
    dialog.pool.tls[1].setText("c")
    assert dialog.save.isEnabled()
    dialog.pool.memory.setText("lots")
    assert "memory" in dialog.pool.wrong.text()
    dialog.pool.memory.setText("4G")
    found = Settings(**dialog.pool.values())
    assert (found.scheduler, found.worker_memory) == ("tls://host:8786", "4G")
    assert (found.tls_ca, found.tls_certificate, found.tls_key) == ("a", "c", "k")
    dialog.pool.where.setCurrentIndex(0)
    assert Settings(**dialog.pool.values()).scheduler == ""
    assert dialog.pool.address.isHidden()


def test_that_a_job_array_is_asked_for_with_what_the_project_says(
    theme, session, qtbot, tmp_path
):
    config = session.project.root / "pathgui.toml"
    with config.open("a") as file:
        file.write('\n[defaults.cluster]\npartition = "long"\nmem = "8G"\nbatch = 2\n')
    session.close()
    session.open(config.parent)
    dialog = ArrayDialog(theme, session.project, ())
    qtbot.addWidget(dialog)
    assert dialog.texts["partition"].text() == "long"
    assert dialog.summary.text() == "At most 5 slides in 3 tasks"
    assert not dialog.write.isEnabled()
    dialog.folder.setText(str(tmp_path))
    assert "there already" in dialog.wrong.text()
    dialog.folder.setText(str(tmp_path / "array"))
    dialog.texts["time"].setText("soon; rm -rf /")
    assert not dialog.write.isEnabled()
    dialog.texts["time"].setText("90m")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.write.click()
    choice = chosen.args[0]
    assert choice.queue.site["memory"] == "8G"
    assert (choice.queue.site["batch"], choice.queue.submit) == (2, False)
    report = prepare_array(
        session.project, choice.recipe, choice.queue, slides=choice.slides
    )
    assert (report.slides, report.tasks) == (5, 3)


def test_that_about_names_the_version(theme, qtbot):
    from pathgui import __version__

    dialog = AboutDialog(theme)
    qtbot.addWidget(dialog)
    assert __version__ in dialog.title.text()


def test_that_the_palette_puts_what_can_be_done_first():
    found = [entry.text for entry in matching(ENTRIES, "re")]
    assert found == ["Review", "Retry failed", "TCGA-86-8REV", "qc_reason"]


@pytest.mark.parametrize(
    ("typed", "texts"),
    [("@", ["TCGA-86-8REV"]), ("#qc", ["qc_reason"]), (">open", ["Open in viewer"])],
)
def test_that_a_sign_narrows_the_palette(typed, texts):
    assert [entry.text for entry in matching(ENTRIES, typed)] == texts


def test_that_an_empty_palette_lists_actions():
    assert {entry.group for entry in matching(ENTRIES, "")} == {"Actions"}


def test_that_tab_comes_to_the_buttons_of_a_dialog_last(window, qtbot):
    window.session.select("S1")
    window.actions_.trigger("slides.overrides")
    dialog = QApplication.activeModalWidget()
    last = dialog.previousInFocusChain()
    assert isinstance(last, QPushButton)
    assert last.text() == "Set"
    dialog.reject()
