"""The session: one project, one undo stack, one selection, work in the background."""

import errno
import threading

import pytest

from pathgui.errors import Cancelled, ProjectError
from pathgui.gui.background import Background
from pathgui.gui.session import Session
from pathgui.gui.session.decisions import Decisions, spoken_time
from pathgui.gui.session.history import saved_changes
from pathgui.gui.session.problems import find
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.project import Edit, Project, validate_table
from pathgui.project.recovery import steps_of
from pathgui.workflows import review, thumbnails


def edit_of(session: Session, slide: str, column: str, text: str) -> Edit:
    manifest = session.project.manifest
    cell = manifest.cell(manifest.find(slide), column, text)
    return Edit(f"Edit {column}", (cell,))


def test_that_a_folder_that_is_no_project_is_refused(theme, tmp_path):
    session = Session(theme)
    with pytest.raises(ProjectError):
        session.open(tmp_path)
    assert session.project is None
    session.shutdown()


def test_that_an_edit_that_names_no_row_is_shown_and_not_raised(session, qtbot):
    from pathgui.project import Cell

    bad = Edit("Edit x", (Cell("manifest", 999, "staining", "", "H&E"),))
    with qtbot.waitSignal(session.trouble) as caught:
        session.edit(bad)
    assert "999" in caught.args[0].message


def test_that_an_edit_that_cannot_be_recorded_is_shown_and_no_step(
    session, qtbot, monkeypatch
):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    edit = edit_of(session, "S1", "staining", "H&E")
    with monkeypatch.context() as patch:
        patch.setattr("pathgui.project.journal.append_durably", full)
        with qtbot.waitSignal(session.trouble) as caught:
            assert session.edit(edit) is None
    assert "No space" in caught.args[0].message
    assert session.field("S1", "staining") == ""
    assert session.undo_stack.count() == 0
    session.edit(edit)
    assert session.field("S1", "staining") == "H&E"
    assert session.undo_stack.count() == 1


def test_that_edits_survive_a_window_that_vanishes(theme, session, root):
    session.edit(edit_of(session, "S1", "staining", "H&E"))
    session.project.close()
    with Project.open(root) as again:
        assert again.recovered == 1
        assert again.manifest.text(again.manifest.find("S1"), "staining") == "H&E"


def test_that_a_crash_leaves_the_undo_stack_as_it_was(session, root, theme, qtbot):
    """What was taken back is no edit, and can be made again."""
    for number, stain in enumerate(("H&E", "PAS", "IHC")):
        session.edit(edit_of(session, f"S{number + 1}", "staining", stain))
    session.save()
    session.undo()
    session.edit(edit_of(session, "S3", "staining", "HE"))
    session.edit(edit_of(session, "S4", "staining", "Masson"))
    session.undo()
    session.undo()
    session.redo()
    session.undo()
    session.undo()
    session.project.close()
    with Project.open(root) as again:
        assert again.recovered == 2
    after = Session(theme)
    after.open(root)
    stains = [after.field(f"S{k}", "staining") for k in (1, 2, 3, 4)]
    assert stains == ["H&E", "", "", ""]
    assert not after.undo_stack.canUndo()
    assert after.undo_stack.count() == 3
    after.redo()
    after.redo()
    assert after.field("S2", "staining") == "PAS"
    assert after.field("S3", "staining") == "HE"
    after.undo()
    assert after.field("S3", "staining") == ""
    after.shutdown()
    after.deleteLater()


def test_that_an_edit_taken_back_in_part_is_known_after_a_crash(session, root):
    """What others changed since stays; the rest of the step was undone."""
    cells = [edit_of(session, f"S{k}", "staining", "H&E").cells[0] for k in (1, 2)]
    session.edit(Edit("Edit staining", tuple(cells)))
    session.record(edit_of(session, "S2", "staining", "PAS"))
    session.undo()
    assert [session.field(s, "staining") for s in ("S1", "S2")] == ["", "PAS"]
    session.project.close()
    with Project.open(root) as again:
        steps = steps_of(again.recovered_edits)
        assert [edit.label for edit in steps.undone] == ["Edit staining"]
        assert [len(edit.cells) for edit in steps.undone] == [2]
        assert again.recovered == 1


def test_that_an_edit_taken_back_before_a_crash_is_not_counted(session, root):
    session.edit(edit_of(session, "S1", "staining", "H&E"))
    session.edit(edit_of(session, "S1", "staining", "PAS"))
    session.undo()
    session.project.close()
    with Project.open(root) as again:
        assert again.recovered == 1
        assert again.manifest.text(again.manifest.find("S1"), "staining") == "H&E"


def test_that_selecting_is_told_once(session, qtbot):
    with qtbot.waitSignal(session.selection_changed):
        session.select(["S1", "S2"])
    assert session.current == "S1"
    with qtbot.assertNotEmitted(session.selection_changed):
        session.select(("S1", "S2"))


def test_that_background_work_gives_result_progress_and_end(qtbot):
    background = Background()
    seen: list[tuple[str, int, int]] = []

    def work(progress, asked):
        progress("Counting", 3, 3)
        return threading.current_thread().name

    with qtbot.waitSignal(background.idle):
        task = background.start("Count", work)
        task.progress.connect(lambda *what: seen.append(what))
        results: list[str] = []
        task.done.connect(results.append)
    background.shutdown()
    assert seen == [("Counting", 3, 3)]
    assert results[0].startswith("background")


def test_that_errors_of_background_work_arrive_as_they_were_raised(qtbot):
    background = Background()

    def work(progress, asked):
        raise ProjectError("no", "why")

    with qtbot.waitSignal(background.idle):
        task = background.start("Fail", work)
        errors: list[Exception] = []
        task.failed.connect(errors.append)
    background.shutdown()
    assert isinstance(errors[0], ProjectError)


def test_that_cancelled_work_is_no_error(qtbot):
    background = Background()
    started = threading.Event()

    def work(progress, asked):
        started.set()
        while not asked():
            pass
        raise Cancelled("stopped")

    task = background.start("Wait", work)
    assert started.wait(5)
    with qtbot.waitSignal(task.cancelled):
        task.cancel()
    background.shutdown()


def test_that_problems_name_the_cell_and_the_sentence(session):
    tables = session.project.manifest, session.project.clinical
    findings = [found for table in tables for found in validate_table(table)]
    found = find(session.project, findings, {}, []).shown
    age = next(problem for problem in found if problem.column == "age")
    assert age.severity == "error"
    assert "430" in age.text
    assert (age.slide_id, age.fix) == ("S1", "Edit cell")
    assert found[0].severity == "error"


def test_that_problems_of_a_common_kind_do_not_bury_the_others(session):
    """All are counted, some of each kind are shown, the rare ones first."""
    manifest = session.project.manifest
    rows = [{"slide_id": f"M{k}", "cohort": "lung"} for k in range(3000)]
    session.project.apply(Edit("rows", added=manifest.new_rows(rows)))
    findings = [
        f for t in (manifest, session.project.clinical) for f in validate_table(t)
    ]
    found = find(session.project, findings, {}, [])
    errors = [problem for problem in found.shown if problem.severity == "error"]
    assert "430" in errors[0].text
    assert errors[-1].text == "path is missing"
    assert len(found.shown) == 2000
    assert found.counts["error"] == 3001
    unknown = [problem for problem in found.shown if problem.column == "mpp"]
    assert len(unknown) > 500
    assert found.total == sum(found.counts.values()) > 6000


def test_that_thumbnails_are_made_in_the_background(session, qtbot):
    store = Thumbnails(session, thumbnails.ensure)
    with qtbot.waitSignal(store.idle):
        assert store.get("synthetic") is None
    assert store.get("synthetic").width() > 50
    assert store.get("synthetic", small=True) is not None


def test_that_a_slide_without_a_file_has_no_picture_and_is_asked_once(session, qtbot):
    store = Thumbnails(session, thumbnails.ensure)
    with qtbot.waitSignal(store.idle):
        store.get("S1")
    assert store.get("S1").isNull()
    assert not store.busy


def test_that_the_last_decision_is_read_from_the_log(session):
    project = session.project
    for status in ("flag", "pass"):
        review.log_decision(project, review.Decision("S1", status, note=status))
    file = project.folder("metadata") / "qc_decisions.csv"
    last = Decisions().last(file, "S1")
    assert (last.status, last.note) == ("pass", "pass")
    when = "2026-11-12T14:06:31+00:00"
    assert spoken_time(when) == "12 Nov 2026, 14:06"
    assert spoken_time(when, seconds=True) == "12 Nov 2026, 14:06:31"


def test_that_history_tells_what_was_saved(session):
    session.edit(edit_of(session, "S1", "staining", "H&E"))
    session.save()
    changes = saved_changes(session.project.folder("metadata") / "history.jsonl")
    assert changes[0].label == "Edit staining"
    assert changes[0].where == "S1 · staining = H&E"
    assert changes[0].who
