"""Steps back and forth leave alone what others did in between."""

from pathgui.gui.session import undo
from pathgui.project import Edit


def test_that_an_undo_leaves_what_others_decided_since(session, qtbot):
    manifest = session.project.manifest
    one, other = manifest.find("S1"), manifest.find("S2")
    cells = tuple(manifest.cell(row, "qc_status", "pass") for row in (one, other))
    logged = []
    session.edit(Edit("Pass", cells), told=logged.append)
    session.record(Edit("By Bo", (manifest.cell(one, "qc_status", "exclude"),)))
    with qtbot.waitSignal(session.told) as said:
        session.undo()
    assert said.args == [
        "1 cell was changed by others since, and stays as it is", "warning",
    ]  # fmt: skip
    assert manifest.text(one, "qc_status") == "exclude"
    assert manifest.text(other, "qc_status") == ""
    session.redo()
    assert manifest.text(one, "qc_status") == "exclude"
    assert manifest.text(other, "qc_status") == "pass"
    assert logged == [True, False, True]


def test_that_a_large_undo_leaves_what_others_changed_since(
    session, qtbot, monkeypatch
):
    monkeypatch.setattr(undo, "AT_ONCE", 0)
    manifest = session.project.manifest
    rows = manifest.row_ids
    cells = tuple(manifest.cell(row, "staining", "HE") for row in rows)
    session.edit(Edit("Stain", cells))
    session.record(Edit("By Bo", (manifest.cell(rows[0], "staining", "IHC"),)))
    with qtbot.waitSignal(session.background.idle, timeout=10_000):
        session.undo()
    assert manifest.texts("staining").tolist() == ["IHC"] + [""] * (len(rows) - 1)
    assert not session.undo_stack.canUndo()
