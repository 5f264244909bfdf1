"""The gallery in a real window: keys, ticks, groups, pictures that cannot be had."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QStyle, QStyleOptionComboBox

from pathgui.project import Edit
from pathgui.workflows import reviewed_masks
from pathgui.workflows.qc.metrics import write_metrics

Key = Qt.Key


@pytest.fixture
def page(window, qtbot):
    window.actions_.trigger("view.gallery")
    view = window.workspace.gallery.view
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    return window.workspace.gallery


def field(window, slide, column="qc_status"):
    return window.session.field(slide, column)


def press(page, *keys):
    for key in keys:
        if isinstance(key, tuple):
            QTest.keyClick(page.view, *key)
        else:
            QTest.keyClick(page.view, key)


def test_that_arrows_walk_and_every_panel_follows(window, page):
    press(page, Key.Key_Home, Key.Key_Right)
    assert window.session.selection == (window.session.slides[1],)
    press(page, Key.Key_End)
    assert window.session.current == window.session.slides[-1]
    window.session.select("S2")
    assert page.view.current == "S2"


def test_that_ticked_slides_get_one_decision_that_can_be_undone(window, page):
    slides = window.session.slides
    press(
        page, Key.Key_Home, Key.Key_Space, Key.Key_Right, Key.Key_Right, Key.Key_Space
    )
    assert page.view.ticked == {slides[0], slides[2]}
    press(page, Key.Key_2)
    assert [field(window, s) for s in slides[:3]] == ["flag", "", "flag"]
    window.session.undo_stack.undo()
    assert [field(window, s) for s in slides[:3]] == ["", "", ""]
    press(page, Key.Key_Escape)
    assert page.view.ticked == set()


def test_that_slides_a_filter_hides_are_ticked_no_longer(window, page):
    slides = window.session.slides
    page.view.tick_all()
    page.search.setText(slides[1])
    page.search.textEdited.emit(slides[1])
    page.view.setFocus()
    assert window.session.selection == (slides[1],)
    press(page, Key.Key_3)
    assert [field(window, s) for s in slides] == ["", "exclude", "", "", ""]
    page.search.textEdited.emit("nothing like it")
    press(page, Key.Key_2)
    assert "flag" not in [field(window, s) for s in slides]


def test_that_the_mouse_ticks_in_the_corner_and_with_ctrl_and_shift(window, page):
    slides, viewport = window.session.slides, page.view.viewport()
    left, control = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
    corner = page.view.card(slides[0]).topLeft() + QPoint(14, 14)
    QTest.mouseClick(viewport, left, pos=corner)
    QTest.mouseClick(viewport, left, control, page.view.card(slides[2]).center())
    assert page.view.ticked == {slides[0], slides[2]}
    middle = page.view.card(slides[1]).center()
    QTest.mouseClick(viewport, left, pos=middle)
    assert window.session.selection == (slides[1],)
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(viewport, left, shift, page.view.card(slides[3]).center())
    assert set(window.session.selection) == set(slides[1:4])


def test_that_size_outline_and_filter_have_their_keys(window, page, qtbot):
    before = page.view.layout_.card_width
    press(page, (Key.Key_Plus, Qt.KeyboardModifier.ControlModifier))
    press(page, *[(Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)] * 4)
    assert page.view.layout_.card_width > before
    press(page, Key.Key_O)
    assert not page.cards.outlined
    press(page, Key.Key_Slash)
    qtbot.waitUntil(page.search.hasFocus)
    QTest.keyClicks(page.search, "S3")
    assert list(page.view.slides) == ["S3"]
    assert window.workspace.slides.proxy.search == "S3", "the table has the same filter"
    QTest.keyClicks(page.search, "nothing")
    assert page.stack.currentWidget() is page.no_match
    page.clear_filter()
    assert len(page.view.slides) == 5


def test_that_enter_opens_the_slide_in_the_viewer(window, page, monkeypatch):
    shown = []
    monkeypatch.setattr(window.workspace, "show_tab", shown.append)
    press(page, Key.Key_Home, Key.Key_Return)
    assert shown == ["viewer"]


def test_that_cards_are_grouped_by_any_column_and_follow_an_edit(window, page):
    assert [s.title for s in page.view.sections] == [""]
    page.group_by("clinical.stage")
    assert [s.title for s in page.view.sections] == ["II"]
    page.group_by("manifest.qc_status")
    assert [s.title for s in page.view.sections] == ["missing"]
    window.session.select("S1")
    window.reviews.decide("pass")
    assert [s.title for s in page.view.sections] == ["pass", "missing"]
    page.view.fold("pass")
    assert "S1" not in page.view.slides


def test_that_metrics_are_columns_and_outliers_are_suggested_with_their_reason(
    window, page, qtbot
):
    project = window.session.project
    rows = [
        {"slide_id": f"M{k}", "path": f"M{k}.svs", "cohort": "big"} for k in range(12)
    ]
    window.session.edit(Edit("rows", added=project.manifest.new_rows(rows)))
    focus = {f"M{k}": {"focus": f"{500 + 10 * k}"} for k in range(12)}
    focus["M4"] = {"focus": "3"}
    write_metrics(project, focus)
    with qtbot.waitSignal(window.quality.changed):
        window.quality.refresh()
    page.group_by("outlier")
    assert page.view.sections[0].slides == ("M4",)
    assert "Focus 3 is" in window.quality.why("M4")
    page.sort.setCurrentIndex(page.sort.findData("metrics.focus"))
    page.sort.activated.emit(page.sort.currentIndex())
    assert page.view.slides[:3] == ["M4", "M0", "M1"]
    assert page.cards.beneath("M0") == "focus 500"
    model = window.workspace.slides.proxy.model
    look = model.look(model.rows_of(["M4"])[0], model.column_at("metrics", "focus"))
    assert "below the median" in look.doubt
    page.outlier_bar.flag_all.click()
    assert field(window, "M4") == "flag"


def test_that_a_slide_without_file_has_a_card_that_says_so(window, page, qtbot):
    thumbnails = window.thumbnails
    qtbot.waitUntil(
        lambda: not thumbnails.busy and not page.outlines.busy, timeout=20000
    )
    assert thumbnails.get("S1").isNull()
    image = page.view.grab(page.view.card("S1")).toImage()
    assert len({image.pixel(x, 60) for x in range(image.width())}) > 2, "words, no void"


def test_that_an_outline_is_traced_from_the_result_and_a_deleted_one_harms_nothing(
    window, page, qtbot, recipe_text
):
    from pathgui.engine import load_recipe, process_slide

    project = window.session.project
    recipe = load_recipe(project.folder("pipelines") / "small.toml")
    out = project.result_path("synthetic")
    page.outlines.get("synthetic")
    qtbot.waitUntil(lambda: not page.outlines.busy, timeout=20000)
    assert page.outlines.get("synthetic").isEmpty()
    process_slide(project.slide_path("synthetic"), recipe, out, slide_id="synthetic")
    row = project.manifest.find("synthetic")
    done = project.manifest.cell(row, "status", "done")
    window.session.record(Edit("run", (done,)))
    page.outlines.get("synthetic")
    qtbot.waitUntil(lambda: not page.outlines.busy, timeout=20000)
    path = page.outlines.get("synthetic")
    assert not path.isEmpty()
    assert path.boundingRect().right() <= 1
    corner = np.zeros((60, 80), bool)
    corner[:30, :40] = True
    reviewed_masks.save(project, "synthetic", "tissue", corner, 20.0)
    page.renew_outline("synthetic")
    page.outlines.get("synthetic")
    qtbot.waitUntil(lambda: not page.outlines.busy, timeout=20000)
    box = page.outlines.get("synthetic").boundingRect()
    assert box.width() == pytest.approx(0.5, abs=0.02), "the reviewed mask comes first"
    reviewed_masks.restore(project, "synthetic", "tissue", None)
    out.unlink()
    tiles = project.manifest.cell(row, "n_tiles", "3")
    window.session.record(Edit("run", (tiles,)))
    page.outlines.get("synthetic")
    qtbot.waitUntil(lambda: not page.outlines.busy, timeout=20000)
    assert page.outlines.get("synthetic").isEmpty()


@pytest.mark.parametrize("width", [1280, 1600])
def test_that_the_bar_shows_its_words_whole(window, page, qtbot, width):
    window.resize(width, 800)
    page.group_by("outlier")
    qtbot.waitUntil(lambda: page.bar.width() >= page.bar.minimumSizeHint().width())
    for box in (page.group, page.sort):
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        kind = QStyle.ComplexControl.CC_ComboBox
        room = box.style().subControlRect(kind, option, part, box).width()
        assert "…" not in option.currentText
        assert box.fontMetrics().horizontalAdvance(option.currentText) <= room
        named = option.currentText.startswith(("Group: ", "Sort: "))
        assert named is not page.bar.findChildren(QLabel)[0].isVisible()
