"""A dialog that is closed while it waits for work hears no more of it."""

import threading

import pytest
from PySide6.QtCore import QEvent

from pathgui.gui.dialogs.restore import RestoreDialog
from pathgui.gui.dialogs.schema import SchemaDialog
from pathgui.project import Edit, Project, Table


@pytest.fixture
def held(monkeypatch):
    """Comparing versions and judging cells wait for this."""
    gate = threading.Event()

    def hold(real):
        def later(*arguments):
            assert gate.wait(10)
            return real(*arguments)

        return later

    monkeypatch.setattr(Project, "restore", hold(Project.restore))
    monkeypatch.setattr(Table, "problems_as", hold(Table.problems_as))
    yield gate
    gate.set()


def test_that_closed_dialogs_are_not_written_to(theme, session, qtbot, qapp, held):
    project = session.project
    manifest = project.manifest
    session.edit(Edit("Stain", (manifest.cell(manifest.row_ids[0], "staining", "HE"),)))
    project.save()
    restore = RestoreDialog(theme, project, session.background)
    schema = SchemaDialog(theme, project, session.background, "clinical", "age")
    for dialog in (restore, schema):
        dialog.open()
    qtbot.waitUntil(
        lambda: (
            {"Comparing versions", "Checking cells"}
            <= {task.title for task in session.background.tasks()}
        )
    )
    for dialog in (restore, schema):
        dialog.reject()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    with qtbot.waitSignal(session.background.idle, timeout=10_000):
        held.set()
