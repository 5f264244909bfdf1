"""The Run dialog begins with the recipe that is most likely meant."""

import pytest

from pathgui.engine import load_recipe
from pathgui.gui.desks.runs import makes_main_result
from pathgui.gui.dialogs.run import RunDialog
from pathgui.workflows.new_project import new_project


@pytest.fixture
def own(empty_window, tmp_path):
    root = tmp_path / "own"
    new_project(root)
    empty_window.session.open(root)
    return empty_window


def asked(window, qtbot):
    found = []
    window.run_desk.shown.connect(found.append)
    window.run_desk.ask()
    qtbot.waitUntil(lambda: bool(found), timeout=5_000)
    dialog = found[0]
    assert isinstance(dialog, RunDialog)
    return dialog


def test_that_a_first_run_offers_the_recipe_of_main_results(own, qtbot):
    dialog = asked(own, qtbot)
    chosen = dialog.recipe.currentData()
    assert load_recipe(chosen).output.name == ""
    # By name alone another would come first.
    assert dialog.recipe.itemData(0) != chosen
    dialog.reject()


def test_that_a_broken_recipe_is_not_the_usual_one(tmp_path):
    file = tmp_path / "broken.toml"
    file.write_text("[tiling", "utf-8")
    assert not makes_main_result(file)
