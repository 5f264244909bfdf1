"""Annotations are exported from the menu, into a folder that is asked for."""

import shapely
from PySide6.QtWidgets import QFileDialog

from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.interop import Annotation, read_geojson
from pathgui.workflows import annotations


def asked(window, kind, qtbot):
    found = []
    window.exports.shown.connect(found.append)
    window.actions_.trigger("slides.export_annotations")
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    (dialog,) = found
    assert isinstance(dialog, kind)
    return dialog


def test_that_annotations_go_to_a_folder_and_replacing_is_asked(
    window, qtbot, tmp_path
):
    session = window.session
    drawn = [Annotation(shapely.box(1, 2, 30, 40), "", "Tumour")]
    annotations.save(session.project, "synthetic", drawn)
    session.select("synthetic")
    dialog = asked(window, QFileDialog, qtbot)
    assert "1 slide" in dialog.windowTitle()
    with qtbot.waitSignal(session.told, timeout=10_000) as told:
        dialog.fileSelected.emit(str(tmp_path))
    assert "1 annotation of 1 slide" in told.args[0]
    file = tmp_path / "synthetic.geojson"
    assert read_geojson(file).annotations[0].geometry.bounds == (1, 2, 30, 40)
    dialog.reject()
    file.write_text("mine")
    window.exports.export_annotations(tmp_path, ["synthetic"])
    choice = window.findChild(ChoiceDialog)
    choice.reject()
    assert file.read_text() == "mine"
    window.exports.export_annotations(tmp_path, ["synthetic"])
    choice = window.findChildren(ChoiceDialog)[-1]
    with qtbot.waitSignal(session.told, timeout=10_000):
        choice.picked.emit("Replace")
        choice.accept()
    assert read_geojson(file).annotations


def test_that_a_project_without_annotations_says_so(window, qtbot):
    with qtbot.waitSignal(window.session.told, timeout=10_000) as told:
        window.actions_.trigger("slides.export_annotations")
    assert "has annotations yet" in told.args[0]
