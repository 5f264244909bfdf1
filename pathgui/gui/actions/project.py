"""Actions of the File and Edit menus."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import (
    Action,
    can_change,
    can_import,
    can_redo,
    can_undo,
    has_project,
    in_cell,
    in_open_table,
    in_table,
    own_column,
)

ACTIONS = (
    Action("file.new", "New project…", "ph.folder-plus", ("Ctrl+N",), lambda w: w.projects.new()),
    Action("file.open", "Open project…", "ph.folder-open", ("Ctrl+O",), lambda w: w.projects.ask_open()),
    Action("file.recent", "Open recent…", "ph.clock-counter-clockwise", ("Ctrl+Shift+N",), lambda w: w.projects.ask_recent()),
    Action("file.demo", "Try the demo cohort", "ph.rocket-launch", ("Ctrl+Shift+D",), lambda w: w.projects.demo()),
    Action("file.import", "Import table…", "ph.download-simple", ("Ctrl+I",), lambda w: w.imports.import_table(), reason=can_import),
    Action("file.export", "Export…", "ph.export", ("Ctrl+E",), lambda w: w.exports.ask(), reason=has_project),
    Action("file.save", "Save now", "ph.floppy-disk", ("Ctrl+S",), lambda w: w.projects.save(), reason=can_change),
    Action("file.restore", "Restore version…", "ph.clock-counter-clockwise", ("Ctrl+L, V",), lambda w: w.safety.restore(), reason=can_change),
    Action("file.close", "Close project", "ph.x", ("Ctrl+W",), lambda w: w.projects.close(), reason=has_project),
    Action("file.quit", "Quit", "ph.sign-out", ("Ctrl+Q",), lambda w: w.quit()),
    Action("edit.undo", "Undo", "ph.arrow-u-up-left", ("Ctrl+Z",), lambda w: w.session.undo(), reason=can_undo),
    Action("edit.redo", "Redo", "ph.arrow-u-up-right", ("Ctrl+Shift+Z", "Ctrl+Y"), lambda w: w.session.redo(), reason=can_redo),
    Action("edit.cut", "Cut", "ph.scissors", ("Ctrl+X",), lambda w: w.tables.cut(), "table", in_open_table),
    Action("edit.copy", "Copy", "ph.copy", ("Ctrl+C",), lambda w: w.tables.copy(), "table", in_table),
    Action("edit.paste", "Paste", "ph.clipboard", ("Ctrl+V",), lambda w: w.tables.paste(), "table", in_open_table),
    Action("edit.clear", "Clear cells", "ph.eraser", ("Del",), lambda w: w.tables.clear(), "table", in_open_table),
    Action("edit.fill_down", "Fill down", "ph.arrow-line-down", ("Ctrl+D",), lambda w: w.tables.fill_down(), "table", in_open_table),
    Action("edit.set_value", "Set value…", "ph.pencil-simple", ("Ctrl+Return",), lambda w: w.tables.ask_value(), "table", in_open_table),
    Action("edit.today", "Enter today's date", "ph.calendar-blank", ("Ctrl+;",), lambda w: w.tables.today(), "table", in_open_table),
    Action("edit.find", "Find…", "ph.magnifying-glass", ("Ctrl+F",), lambda w: w.tables.find(), reason=in_table),
    Action("edit.replace", "Replace…", "ph.swap", ("Ctrl+H",), lambda w: w.tables.find(replacing=True), reason=in_open_table),
    Action("edit.sort_up", "Sort up", "ph.sort-ascending", ("Alt+Shift+Up",), lambda w: w.tables.sort(descending=False), "table", in_table),
    Action("edit.sort_down", "Sort down", "ph.sort-descending", ("Alt+Shift+Down",), lambda w: w.tables.sort(descending=True), "table", in_table),
    Action("edit.add_column", "Add column…", "ph.columns", ("Ctrl+L, +",), lambda w: w.tables.add_column(), reason=in_open_table),
    Action("edit.rename_column", "Rename column…", "ph.pencil-simple", ("Ctrl+L, F2",), lambda w: w.tables.rename_column(), reason=own_column),
    Action("edit.delete_column", "Delete column…", "ph.trash", ("Ctrl+L, -",), lambda w: w.tables.delete_column(), reason=own_column),
    Action("edit.delete_rows", "Delete rows…", "ph.trash", ("Ctrl+-",), lambda w: w.tables.delete_rows(), "table", in_open_table),
    Action("edit.cell_history", "Cell history", "ph.clock-counter-clockwise", ("Ctrl+L, H",), lambda w: w.safety.cell_history(), reason=in_cell),
    Action("edit.palette", "Search actions and slides…", "ph.magnifying-glass", ("Ctrl+K", "Ctrl+Shift+P"), lambda w: w.views.palette()),
    Action("edit.settings", "Settings…", "ph.gear-six", ("Ctrl+,",), lambda w: w.tools.settings()),
)  # fmt: skip
