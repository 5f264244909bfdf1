"""A blinded review in a real window: nothing that can be read tells of the slide."""

import csv
import re

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from pathgui.gui.review.start import StartWish
from pathgui.gui.viewer.draw.names import TITLE
from pathgui.interop import Annotation
from pathgui.project import Edit, Project
from pathgui.workflows import annotations
from pathgui.workflows.qc.queue import QueueChoice
from pathgui.workflows.review import Decision, log_decision

pytestmark = [pytest.mark.gl, pytest.mark.usefixtures("display")]
Key = Qt.Key


def press(window, *keys):
    for key in keys:
        QTest.keyClick(window.workspace.viewer, key)


COLUMNS = ("slide_id", "qc_status", "qc_reason", "note", "reviewer")


def log(root):
    with (root / "metadata" / "qc_decisions.csv").open(newline="") as file:
        return [tuple(row[name] for name in COLUMNS) for row in csv.DictReader(file)]


def field(window, slide, column="qc_status"):
    return window.session.field(slide, column)


def test_that_a_blinded_review_names_the_slide_nowhere_on_screen(reviewing, qtbot):
    state = reviewing.reviews.state
    missing = next(s for s in state.queue if s != "synthetic")
    press(reviewing, Key.Key_B)
    state.go_to(missing)
    viewer = reviewing.workspace.viewer
    qtbot.waitUntil(viewer.notice.isVisible, timeout=30_000)
    press(reviewing, Key.Key_2)
    words = [
        label.text() for label in reviewing.findChildren(QLabel) if label.isVisible()
    ]
    words += [reviewing.windowTitle(), reviewing.actions_["edit.undo"].text()]
    shown = [text for text in words if missing in text]
    assert shown == []
    assert any("hidden" in text for text in words)
    press(reviewing, Key.Key_B)
    assert reviewing.review_room.bar.name.text() == missing


def all_words(window):
    """Whatever a person could read or hear of: texts, hints, titles, menus."""
    found = [window.windowTitle(), *(toast.words for toast in window.toasts.shown)]
    widgets = [w for w in QApplication.allWidgets() if w.isVisible()]
    for widget in widgets:
        for name in ("text", "toPlainText", "placeholderText", "currentText", "title"):
            told = getattr(widget, name, None)
            found.append(str(told()) if callable(told) else "")
        found += [widget.toolTip(), widget.statusTip(), widget.whatsThis()]
        found += [widget.accessibleName(), widget.accessibleDescription()]
        found.append(widget.windowTitle())
    for action in window.findChildren(QAction):
        found += [action.text(), action.toolTip(), action.statusTip()]
    return found


def test_that_a_blinded_review_tells_of_no_slide_patient_or_other_reviewer(
    window, root, qtbot
):
    session = window.session
    clinical = session.project.clinical
    secrets = {"patient_id": "PAT-777", "age": "61.25", "stage": "IVc"}
    rows = [r for r in clinical.row_ids if clinical.text(r, "slide_id") == "synthetic"]
    cells = [clinical.cell(rows[0], name, text) for name, text in secrets.items()]
    session.edit(Edit("Secrets of synthetic", tuple(cells)))
    log_decision(session.project, Decision("synthetic", "exclude", "fold", "hm", "Bo"))
    log_decision(session.project, Decision("S1", "flag", "", "", "Bo"))
    window.quality.listen()
    assert field(window, "synthetic") == "exclude"
    window.reviews.begin(StartWish("shown", QueueChoice("table"), blinded=True))
    state, viewer = window.reviews.state, window.workspace.viewer
    qtbot.waitUntil(lambda: viewer.stage is not None, timeout=60_000)
    state.go_to("synthetic")
    qtbot.waitUntil(lambda: viewer.stage.canvas.picture is not None, timeout=60_000)
    assert state.status("synthetic") == "", "what others decided is hidden"
    assert state.reviewed == 0
    tiles = viewer.stage.canvas.picture.tile_map
    x, y, size, _ = tiles.box(0)
    viewer.stage.pointer.click(x + size / 2, y + size / 2)
    window.reviews.decide("flag")
    window.reviews.step(1)
    session.told.emit("synthetic and S1.svs are odd", "warning")
    state.go_to("S1")
    qtbot.waitUntil(viewer.notice.isVisible, timeout=30_000)
    window.actions_.refresh()
    hidden = ["synthetic", "S1", *secrets.values(), "Bo", "exclude by", "hm"]
    words = all_words(window)
    told = {text for text in words for w in hidden if _tells(text, w)}
    assert told == set()
    assert any("a slide" in text for text in words)
    state.go_to("synthetic")
    assert state.pending.status == "flag"
    assert log(root)[-1] == ("synthetic", "flag", "", "", "Ada")
    window.reviews.toggle_blinded()
    assert "Bo: exclude, fold" in window.review_room.panel.others.text()


@pytest.fixture
def annotated(root):
    """Two shapes on the slide, whose classes and names tell the diagnosis."""
    shapes = (
        Annotation(shapely.box(100, 100, 700, 700), "G3 core", "Carcinoma",
                   color=(200, 0, 0)),
        Annotation(shapely.box(900, 900, 1500, 1500), "", "Benign",
                   color=(0, 120, 60)),
    )  # fmt: skip
    with Project.open(root) as project:
        annotations.save(project, "synthetic", shapes)


TELLING = ("G3 core", "Carcinoma", "Benign")


def test_that_a_blinded_review_hides_names_classes_and_colours_of_annotations(
    annotated, window, qtbot
):
    window.reviews.begin(StartWish("shown", QueueChoice("table"), blinded=True))
    state, viewer = window.reviews.state, window.workspace.viewer
    state.go_to("synthetic")
    qtbot.waitUntil(lambda: bool(viewer.tools.drawing.annotations), timeout=60_000)
    stage, layers = viewer.stage, viewer.layers

    def drawn():
        return [
            item for item in layers.overlays if item.kind in ("annotation", "names")
        ]

    assert [item.name for item in drawn()] == ["Annotations"]
    stage.pointer.hover(300, 300)
    qtbot.waitUntil(lambda: "Annotation" in stage.read_out.text)
    assert stage.names.tags == ()
    words = [*all_words(window), stage.read_out.text]
    assert not any(_tells(text, word) for text in words for word in TELLING)
    viewer.do("annotate")
    assert not viewer.tools.drawing.on
    assert "hidden" in stage.banner.text

    with qtbot.waitSignal(stage.names.settled):
        window.reviews.toggle_blinded()
    assert {item.name for item in drawn()} == {"Carcinoma", "Benign", TITLE}
    qtbot.waitUntil(lambda: bool(stage.names.tags))
    assert sorted(tag.words for tag in stage.names.tags) == ["Benign", "G3 core"]
    stage.pointer.hover(310, 310)
    qtbot.waitUntil(lambda: "Carcinoma: G3 core" in stage.read_out.text)
    assert stage.banner.isHidden()
    viewer.do("annotate")
    assert viewer.tools.drawing.on
    window.reviews.toggle_blinded()
    assert not viewer.tools.drawing.on
    assert len({item.swatch.color for item in drawn()}) == 1
    window.reviews.leave()
    assert {item.name for item in drawn()} == {"Carcinoma", "Benign", TITLE}


def _tells(text, word):
    return re.search(rf"(?<![\w-]){re.escape(word)}(?!\w)", text) is not None
