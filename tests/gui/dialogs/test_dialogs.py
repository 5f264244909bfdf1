"""Dialogs on their own: what they ask and what they give back."""

import pytest

from pathgui.errors import SlideError
from pathgui.gui.dialogs.about import AboutDialog
from pathgui.gui.dialogs.decision import DecisionDialog
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.dialogs.new_project import NewProjectDialog
from pathgui.gui.dialogs.palette import Entry, matching
from pathgui.gui.dialogs.settings import SettingsDialog
from pathgui.settings import Settings

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
    assert chosen.args[0] == {
        "theme": "dark",
        "reviewer": "Ada",
        "checksum": "md5",
        "workers": 3,
    }


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
