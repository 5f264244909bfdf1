"""The window as a person meets it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from pathgui.errors import SlideError
from pathgui.gui.desks.leaving import KEEP, STOP_NOW
from pathgui.gui.dialogs.add_slides import AddSlidesDialog, SlidesChoice
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.dialogs.palette import PaletteDialog
from pathgui.gui.dialogs.report import ReportDialog
from pathgui.gui.dialogs.run import RunDialog
from pathgui.gui.shell.window import MainWindow
from pathgui.jobs.events import RunEnded, RunEvent, RunStarted, SlideStarted
from pathgui.project import Project

Key = Qt.Key


def press(dialog: QDialog, words: str) -> None:
    buttons = dialog.findChildren(QPushButton)
    next(button for button in buttons if button.text() == words).click()


class HeldRun:
    """Goes on until it is cancelled, or left alone."""

    age = 0.0
    dashboard = "http://127.0.0.1:9/status"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.wishes: list[str] = []

    def events(self) -> Iterator[RunEvent]:
        yield RunStarted("r1", "small", 5, 1)
        yield SlideStarted("r1", "S1", 1)
        self.gate.wait(20)
        if self.wishes[-1:] != ["leave"]:
            yield RunEnded("r1", "cancelled", 0, 0, 5, 1.0)

    def leave(self) -> None:
        self.wishes.append("leave")
        self.gate.set()

    def cancel(self) -> None:
        self.wishes.append("cancel")
        self.gate.set()

    def pause(self) -> None:
        self.wishes.append("pause")

    def resume(self) -> None:
        self.wishes.append("resume")

    def cancel_slide(self, slide_id: str) -> None:
        self.wishes.append(f"cancel {slide_id}")

    def prioritise(self, slide_id: str) -> None:
        self.wishes.append(f"first {slide_id}")


def test_that_without_a_project_the_welcome_page_shows(empty_window: MainWindow):
    assert empty_window.stack.currentWidget() is empty_window.welcome
    assert not empty_window.toolbar.isVisible()


def test_that_an_open_project_shows_its_slides(window: MainWindow):
    assert window.windowTitle() == "Lung pilot – pathgui"
    assert window.workspace.tab == "slides"
    assert window.session.slides == ("synthetic", "S1", "S2", "S3", "S4")
    assert window.workspace.slides.count.text() == "5 slides"


def test_that_opening_remembers_the_project(empty_window, root):
    empty_window.projects.open(root)
    assert empty_window.preferences.values.recent[0] == str(root)
    assert str(root) in Path(
        __import__("pathgui.settings", fromlist=["path"]).path()
    ).read_text("utf-8")


def test_that_a_project_that_is_open_elsewhere_is_named_in_a_dialog(empty_window, root):
    with Project.open(root):
        empty_window.projects.open(root)
    dialog = empty_window.findChild(ErrorDialog)
    assert dialog is not None
    assert empty_window.session.project is None
    dialog.reject()


@pytest.mark.parametrize(
    ("key", "status"), [("1", "pass"), ("2", "flag"), ("3", "exclude")]
)
def test_that_a_key_decides_about_the_selected_slides(window, qtbot, key, status):
    session = window.session
    session.select(["S1", "S2"])
    view = window.workspace.slides.view
    view.setFocus()
    with qtbot.waitSignal(session.decided):
        qtbot.keyClick(view, Key(ord(key)))
    assert session.field("S1", "qc_status") == status
    assert session.field("S2", "qc_status") == status
    log = (session.project.folder("metadata") / "qc_decisions.csv").read_text("utf-8")
    assert log.count(f",{status},") == 2
    session.undo_stack.undo()
    assert session.field("S1", "qc_status") == session.field("S2", "qc_status") == ""


def test_that_a_decision_can_be_cleared(window, qtbot):
    session = window.session
    session.select("S1")
    window.reviews.decide("flag", "fold")
    assert session.field("S1", "qc_reason") == "fold"
    window.actions_.trigger("review.clear")
    assert session.field("S1", "qc_status") == ""
    assert session.field("S1", "qc_reason") == ""


def test_that_digits_typed_into_a_number_column_are_no_decisions(window, qtbot):
    session, view = window.session, window.workspace.slides.view
    model = view.proxy.model
    view.setFocus()
    view.setCurrentIndex(view.proxy.index(1, model.column_at("clinical", "age")))
    qtbot.keyClick(view, Key.Key_4)
    editor = view.viewport().focusWidget()
    qtbot.keyClick(editor, Key.Key_3)
    with qtbot.waitSignal(session.changed):
        qtbot.keyClick(editor, Key.Key_Return)
    clinical = session.project.clinical
    assert clinical.text(clinical.find("S1"), "age") == "43"
    assert session.field("S1", "qc_status") == ""


def test_that_next_unreviewed_skips_slides_with_a_decision(window):
    session = window.session
    session.select(["S1"])
    window.reviews.decide("pass")
    session.select("synthetic")
    window.reviews.next_unreviewed()
    assert session.current == "S2"


def test_that_saving_writes_the_table_and_says_so(window, qtbot, root):
    session = window.session
    session.select("S1")
    window.reviews.decide("flag")
    assert "unsaved" in " ".join(window.status.texts())
    with qtbot.waitSignal(session.background.idle):
        window.actions_.trigger("file.save")
    assert "All edits saved" in window.status.texts()
    table = (root / "metadata" / "slide_manifest.csv").read_text("utf-8")
    assert "flag" in table


def test_that_a_selection_is_shown_by_tree_table_and_inspector(window):
    window.session.select("S3")
    work = window.workspace
    chosen = work.tree.tree.selectionModel().selectedIndexes()
    assert [work.tree.model.node(index).key for index in chosen] == ["S3"]
    assert work.inspector.title.words() == "S3"
    row = work.slides.view.currentIndex().row()
    assert work.slides.proxy.model.slide_id(work.slides.proxy.source_row(row)) == "S3"


def test_that_the_gallery_shows_the_slides_of_the_filtered_table(window):
    work = window.workspace
    work.slides.proxy.set_search("S1")
    window.actions_.trigger("view.gallery")
    assert list(work.gallery.view.slides) == ["S1"]


def test_that_a_filter_without_match_offers_a_way_out(window):
    page = window.workspace.slides
    page.search.setText("nothing like this")
    assert page.stack.currentWidget() is page.no_match
    press_in = page.no_match.findChildren(QPushButton)[0]
    press_in.click()
    assert page.stack.currentWidget() is page.view
    assert page.proxy.rowCount() == 5


def test_that_a_problem_leads_to_its_cell(window, qtbot):
    problems = window.workspace.bottom.problems
    qtbot.waitUntil(lambda: any(p.column == "age" for p in problems.problems))
    age = next(p for p in problems.problems if p.column == "age")
    window.views.go_to(age)
    assert window.workspace.tab == "clinical"
    view = window.workspace.clinical.table.view
    assert view.currentIndex().data() == "430"


def test_that_the_join_report_counts_and_mends_near_misses(window, qtbot):
    session = window.session
    clinical = session.project.clinical
    from pathgui.project import Edit

    cell = clinical.cell(clinical.find("S4"), "slide_id", "s4.svs")
    with qtbot.waitSignal(window.workspace.clinical.reported):
        session.edit(Edit("Misspell", (cell,)))
    join = window.workspace.clinical.join
    assert join.figures.cards["matched"].number.text() == "4"
    assert join.figures.cards["near"].number.text() == "1"
    with qtbot.waitSignal(window.workspace.clinical.reported):
        join.accept_near_misses()
    assert join.figures.cards["matched"].number.text() == "5"
    assert session.undo_stack.undoText() == "Accept 1 near miss"


def test_that_errors_are_dialogs_with_a_hint_and_details_to_copy(window):
    window.session.trouble.emit(SlideError("x.svs is damaged", "copy it again"))
    dialog = window.findChild(ErrorDialog)
    assert dialog.title.text() == "X.svs is damaged"
    assert dialog.text.text() == "Copy it again."
    dialog.copy.click()
    assert "x.svs is damaged" in QGuiApplication.clipboard().text()
    dialog.reject()


def test_that_slides_are_added_in_the_background_and_refusals_named(
    window, qtbot, tmp_path, synthetic
):
    bad = tmp_path / "bad.svs"
    bad.write_bytes(b"no slide")
    copy = tmp_path / "fresh.tif"
    copy.write_bytes(synthetic.read_bytes())
    with qtbot.waitSignal(window.slides.added):
        window.slides.add(SlidesChoice((copy, bad), "more", "reference"))
    assert window.session.slides[-1] == "fresh"
    assert window.session.current == "fresh"
    report = window.findChild(ReportDialog)
    assert "1 refused" in report.title.text()
    report.accept()


def test_that_the_add_dialog_says_what_a_cohort_cannot_be_called(window):
    window.actions_.trigger("slides.add")
    dialog = window.findChild(AddSlidesDialog)
    dialog.add_paths((Path("/tmp"),))
    assert dialog.add.isEnabled()
    dialog.cohort.setCurrentText("a/b")
    assert not dialog.add.isEnabled()
    assert dialog.wrong.text()
    dialog.reject()


def test_that_the_run_dialog_says_the_number_before_the_deed(window):
    window.actions_.trigger("run.run")
    dialog = window.findChild(RunDialog)
    assert dialog.run.text() == "Run on 5 slides"
    assert "256 px" in dialog.summary.text()
    dialog.what.setCurrentIndex(dialog.what.findText("Cohort lung: 4 slides"))
    assert dialog.run.text() == "Run on 4 slides"
    assert dialog.slides() == ("S1", "S2", "S3", "S4")
    dialog.reject()


def test_that_closing_during_a_run_asks_and_stops_it(window, qtbot):
    with qtbot.waitSignal(window.runs.changed):
        window.runs.start(HeldRun(), "r1", "small", "small.toml")
    assert not window.close()
    dialog = window.findChild(ChoiceDialog)
    assert "0 of 5 slides" in dialog.text.text()
    with qtbot.waitSignal(window.closed):
        press(dialog, STOP_NOW)
    assert window.session.project is None


def test_that_closing_can_leave_the_run_to_go_on(window, qtbot):
    run = HeldRun()
    with qtbot.waitSignal(window.runs.changed):
        window.runs.start(run, "r1", "small", "small.toml")
    window.runs.pause()
    assert not window.close()
    with qtbot.waitSignal(window.closed):
        press(window.findChild(ChoiceDialog), KEEP)
    assert run.wishes == ["pause", "resume", "leave"]


def test_that_the_slide_somebody_looks_at_goes_first(window, qtbot):
    run = HeldRun()
    with qtbot.waitSignal(window.runs.changed):
        window.runs.start(run, "r1", "small", "small.toml", ("S1", "S2", "S3", "S4"))
    window.session.select("S1")  # under way already
    window.session.select("S3")
    qtbot.waitUntil(lambda: run.wishes == ["first S3"])
    window.session.select("S4")
    window.actions_.trigger("run.cancel_slide")
    assert run.wishes[1] == "cancel S4"


def test_that_the_runs_panel_goes_by_keys(window, qtbot):
    run = HeldRun()
    with qtbot.waitSignal(window.runs.changed):
        window.runs.start(run, "r1", "small", "small.toml", ("S1", "S2", "S3"))
    panel = window.workspace.bottom.runs
    view = panel.list
    view.setFocus()
    view.choose("r1")
    qtbot.keyClick(view, Key.Key_Left)
    assert [row.key for row in view.rows.rows] == ["r1"]
    qtbot.keyClick(view, Key.Key_Right)
    view.choose("r1/*")
    qtbot.keyClick(view, Key.Key_Return)  # show all
    view.choose("r1/S3")
    assert panel.detail.title.text() == "S3"
    qtbot.keyClick(view, Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Key.Key_P)
    qtbot.keyClick(view, Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert run.wishes == ["first S3", "pause", "cancel S3"]
    qtbot.keyClick(view, Key.Key_L)
    assert panel.detail.log.text.hasFocus()
    view.setFocus()
    qtbot.keyClick(view, Key.Key_Return)  # go to the slide
    assert window.session.current == "S3"


def test_that_the_status_page_of_the_workers_can_be_opened(window, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "pathgui.gui.desks.runs.QDesktopServices.openUrl",
        lambda url: opened.append(url.toString()),
    )
    assert window.actions_.reason("run.status_page") == "No run is under way"
    with qtbot.waitSignal(window.runs.changed):
        window.runs.start(HeldRun(), "r1", "small", "small.toml")
    window.actions_.trigger("run.status_page")
    assert opened == [HeldRun.dashboard]


def test_that_a_run_shows_in_panel_tree_and_status(window, qtbot):
    with qtbot.waitSignal(window.runs.changed):
        window.runs.start(HeldRun(), "r1", "small", "small.toml")
    work = window.workspace
    assert work.bottom.tab == "runs"
    keys = [row.key for row in work.bottom.runs.list.rows.rows]
    assert keys[:2] == ["r1", "r1/S1"]
    assert window.actions_.reason("run.run")
    assert any("1 of 1" in text for text in window.status.texts())
    with qtbot.waitSignal(window.runs.ended):
        window.runs.cancel()
    assert window.toasts.shown[-1].words.startswith("Run cancelled")


def test_that_the_palette_finds_actions_and_slides(window, qtbot):
    window.actions_.trigger("edit.palette")
    palette = window.findChild(PaletteDialog)
    qtbot.keyClicks(palette.field, "@S3")
    with qtbot.waitSignal(window.session.selection_changed):
        qtbot.keyClick(palette.field, Key.Key_Return)
    assert window.session.current == "S3"


def test_that_the_theme_changes_and_is_remembered(window, qtbot):
    with qtbot.waitSignal(window.theme.changed):
        window.actions_.trigger("view.theme")
    assert window.theme.dark
    assert window.preferences.values.theme == "dark"


def test_that_a_small_window_folds_words_and_inspector_away(window, qtbot):
    window.resize(1280, 800)
    assert not window.workspace.inspector.isVisible()
    assert window.toolbar.search.width() == 200
    window.actions_.trigger("view.inspector")
    assert window.workspace.inspector.isVisible()


def test_that_the_inspector_lies_over_the_table_where_there_is_little_room(
    window, qtbot
):
    window.resize(1280, 800)
    work = window.workspace
    page, panel = work.slides, work.inspector
    width = page.width()
    window.actions_.trigger("view.inspector")
    assert page.width() == width
    shown = QRect(panel.mapTo(window, QPoint()), panel.size())
    assert shown.right() == window.width() - 1
    table = page.view.viewport()
    assert shown.left() < table.mapTo(window, table.rect().topRight()).x()
    assert shown.top() >= page.bar.mapTo(window, page.bar.rect().bottomLeft()).y()
    assert shown.bottom() < work.bottom.mapTo(window, QPoint()).y() + 1
    work.bottom.hide()
    QApplication.sendPostedEvents()
    assert panel.height() > shown.height()
    window.actions_.trigger("view.viewer")
    # The picture has its layers beside it.
    qtbot.waitUntil(lambda: work.pages.width() < width)
    window.actions_.trigger("view.slides")
    window.resize(1500, 900)
    assert panel.parentWidget() is work.beside
    assert panel.isVisible()


def test_that_panels_fold_and_come_back(window):
    for panel in ("tree", "inspector", "bottom"):
        widget = getattr(window.workspace, panel)
        window.actions_.trigger(f"view.{panel}")
        assert not widget.isVisible()
        window.actions_.trigger(f"view.{panel}")
        assert widget.isVisible()


def test_that_verifying_without_records_offers_to_make_them(window, qtbot):
    window.actions_.trigger("tools.verify")
    dialog = window.findChild(ChoiceDialog)
    assert dialog.title.text() == "No checksums are recorded yet"
    with qtbot.waitSignal(window.session.reloaded, timeout=20_000):
        press(dialog, "Record checksums")
    assert window.session.field("synthetic", "checksum")


def test_that_a_dialog_dims_the_window_behind_it(window):
    assert not window.scrim.isVisible()
    window.actions_.trigger("edit.settings")
    assert window.scrim.isVisible()
    assert window.scrim.geometry() == window.rect()
    window.resize(1500, 950)
    assert window.scrim.geometry() == window.rect()
    QApplication.activeModalWidget().reject()
    assert not window.scrim.isVisible()


def test_that_a_dialog_is_as_high_as_its_words_need(window, qtbot):
    window.actions_.trigger("clinical.key")
    dialog = QApplication.activeModalWidget()
    layout = dialog.layout()
    assert dialog.height() == layout.totalHeightForWidth(dialog.width())
    # The chosen key has the keyboard, and words that come later find their room.
    assert dialog.focusWidget().isChecked()
    before = dialog.height()
    dialog.text.setText(" ".join(["Words that come later."] * 12))
    qtbot.waitUntil(lambda: dialog.height() > before)
    dialog.reject()


def test_that_the_selection_goes_back_and_forward(window):
    for slide in ("S1", "S2", "S3"):
        window.session.select(slide)
    window.actions_.trigger("view.back")
    window.actions_.trigger("view.back")
    assert window.session.current == "S1"
    window.actions_.trigger("view.forward")
    assert window.session.current == "S2"


def test_that_closing_the_project_leads_to_the_welcome_page(window):
    window.actions_.trigger("file.close")
    assert window.stack.currentWidget() is window.welcome
    assert window.session.project is None
    assert window.session.selection == ()
