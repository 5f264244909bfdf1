"""Rescan, relink, values of single slides, cohorts: with real files that move."""

import shutil

import pytest

from pathgui.gui.desks.files import ANYWAY
from pathgui.gui.dialogs.cohort import CohortDialog
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.dialogs.overrides import OverridesDialog
from pathgui.gui.dialogs.relink import RelinkDialog
from pathgui.gui.dialogs.rescan import RescanDialog
from pathgui.project import Edit, Project
from pathgui.workflows.add_slides import add

SLIDE = "synthetic"


@pytest.fixture
def own(empty_window, tmp_path, synthetic):
    """A window on a project whose one slide lies in a folder of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    shutil.copy(synthetic, disk / "synthetic.tif")
    root = tmp_path / "own"
    with Project.create(root) as project:
        add(project, [disk / "synthetic.tif"], "real")
        project.save()
    empty_window.session.open(root)
    return empty_window


@pytest.fixture
def shown(own):
    found = []
    for desk in (own.files, own.slides):
        desk.shown.connect(found.append)
    return found


def wait_for(qtbot, shown, kind):
    qtbot.waitUntil(lambda: bool(shown) and isinstance(shown[-1], kind), timeout=10_000)
    return shown[-1]


def field(window, column):
    return window.session.field(SLIDE, column)


def test_that_a_moved_slide_is_found_by_its_content_and_new_ones_are_offered(
    own, shown, qtbot, tmp_path, synthetic
):
    disk = tmp_path / "disk"
    (disk / "synthetic.tif").rename(disk / "another name.tif")
    own.actions_.trigger("slides.rescan")
    dialog = wait_for(qtbot, shown, RescanDialog)
    assert dialog.title.text() == "On disk: 1 moved"
    dialog.go.click()
    assert field(own, "path") == str(disk / "another name.tif")
    assert own.session.undo_stack.undoText().startswith("Rescan")


def test_that_a_slide_that_is_gone_is_marked_and_relinked(own, shown, qtbot, tmp_path):
    away = tmp_path / "away"
    away.mkdir()
    shutil.move(tmp_path / "disk" / "synthetic.tif", away / "s.tif")
    own.actions_.trigger("slides.rescan")
    dialog = wait_for(qtbot, shown, RescanDialog)
    dialog.go.click()
    assert field(own, "status") == "missing"
    own.actions_.trigger("slides.relink")
    dialog = wait_for(qtbot, shown, RelinkDialog)
    assert not dialog.go.isEnabled()
    dialog.search_folder(away)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert dialog.moves == {SLIDE: away / "s.tif"}
    with qtbot.waitSignal(own.session.changed, timeout=10_000):
        dialog.go.click()
    assert (field(own, "path"), field(own, "status")) == (str(away / "s.tif"), "ready")


def test_that_another_slides_file_is_taken_only_if_a_person_insists(
    own, shown, qtbot, tmp_path, data
):
    (tmp_path / "disk" / "synthetic.tif").unlink()
    other = data / "slides" / "CMU-1-Small-Region.svs"
    own.files.relink({SLIDE: other})
    dialog = wait_for(qtbot, shown, ErrorDialog)
    assert "is not the slide" in dialog.title.text()
    with qtbot.waitSignal(own.session.changed, timeout=10_000):
        dialog.picked.emit(ANYWAY)
    assert field(own, "path") == str(other)
    dialog.close()


def test_that_when_all_is_there_nothing_is_asked(own, shown, qtbot):
    with qtbot.waitSignal(own.session.told, timeout=10_000) as told:
        own.actions_.trigger("slides.rescan")
    assert told.args[0] == "Every slide is where it was"
    assert shown == []


def test_that_slides_get_values_of_their_own_as_one_step(own, shown, qtbot):
    own.session.select(SLIDE)
    own.actions_.trigger("slides.overrides")
    dialog = wait_for(qtbot, shown, OverridesDialog)
    dialog.mpp.setText("nonsense")
    assert not dialog.go.isEnabled()
    dialog.mpp.setText("0,25")
    names, value = dialog.lines[0]
    names.setCurrentText("tiling.min_tissue")
    value.setText("0.2")
    dialog.go.click()
    assert (field(own, "mpp"), field(own, "mpp_source")) == ("0.25", "user")
    assert field(own, "recipe.tiling.min_tissue") == "0.2"
    assert own.session.undo_stack.count() == 1
    own.actions_.trigger("slides.overrides")
    again = shown[-1]
    assert again.lines[0][1].text() == "0.2"
    again.lines[0][1].clear()
    again.go.click()
    assert field(own, "recipe.tiling.min_tissue") == ""


def test_that_slides_that_differ_keep_what_is_not_touched(window, qtbot):
    session, shown = window.session, []
    window.files.shown.connect(shown.append)
    first, second = session.project.manifest.texts("slide_id").tolist()[:2]
    for slide, power in ((first, "20"), (second, "40")):
        session.select(slide)
        window.files.override(
            {
                "mpp": "0.25",
                "magnification": power,
                "tiling.min_tissue": str(int(power) / 100),
            }
        )
    session.select((first, second))
    window.actions_.trigger("slides.overrides")
    dialog = shown[-1]
    assert dialog.mpp.text() == "0.25"
    assert dialog.objective.line.placeholderText() == "several values"
    names, value = dialog.lines[0]
    assert (names.currentText(), value.text()) == ("tiling.min_tissue", "")
    assert value.line.placeholderText() == "several values"
    dialog.mpp.setText("0.5")
    dialog.go.click()

    def fields(column):
        return [session.field(slide, column) for slide in (first, second)]

    assert fields("mpp") == ["0.5", "0.5"]
    assert fields("magnification") == ["20", "40"]
    assert fields("recipe.tiling.min_tissue") == ["0.2", "0.4"]
    assert session.undo_stack.count() == 3
    window.actions_.trigger("slides.overrides")
    dialog = shown[-1]
    dialog.lines[0][1].back.click()
    dialog.objective.setText("10")
    dialog.go.click()
    assert fields("recipe.tiling.min_tissue") == ["", ""]
    assert fields("magnification") == ["10", "10"]


def test_that_empty_cells_are_filled_from_the_file(own, shown, qtbot):
    manifest = own.session.project.manifest
    row = manifest.find(SLIDE)
    width = manifest.text(row, "width")
    own.session.edit(Edit("clear", (manifest.cell(row, "width", ""),)))
    own.actions_.trigger("slides.fill")
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    shown[-1].go.click()
    assert field(own, "width") == width


def test_that_a_new_cohort_takes_the_selected_slides(own, shown):
    own.session.select(SLIDE)
    own.actions_.trigger("slides.new_cohort")
    dialog = shown[-1]
    assert isinstance(dialog, CohortDialog)
    for name, good in (("real", False), ("all", False), (SLIDE, False), ("b", True)):
        dialog.name.setCurrentText(name)
        assert dialog.go.isEnabled() == good, name
    dialog.go.click()
    assert field(own, "cohort") == "b"
