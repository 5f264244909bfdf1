"""Menus and toolbar as mappings of action keys: every menu at one glance."""

SEPARATOR = ""

MENUS: dict[str, tuple[str, ...]] = {
    "File": (
        "file.new", "file.open", "file.recent", "file.demo", SEPARATOR,
        "file.import", "file.export", SEPARATOR, "file.save", "file.restore", SEPARATOR,
        "file.close", "file.quit",
    ),
    "Edit": (
        "edit.undo", "edit.redo", SEPARATOR, "edit.cut", "edit.copy", "edit.paste",
        "edit.clear", "edit.fill_down", "edit.set_value", "edit.today", SEPARATOR,
        "edit.find", "edit.replace", "edit.palette", SEPARATOR, "edit.sort_up",
        "edit.sort_down", SEPARATOR, "edit.add_column", "edit.rename_column",
        "edit.delete_column", "edit.delete_rows", "edit.cell_history",
        SEPARATOR, "edit.settings",
    ),
    "Slides": (
        "slides.add", "slides.import", SEPARATOR,
        "slides.rescan", "slides.relink", "slides.fill", SEPARATOR,
        "slides.open_in_viewer", "slides.show_file", "slides.overrides", SEPARATOR,
        "slides.new_cohort", "slides.move", SEPARATOR, "slides.export_annotations",
    ),
    "Clinical": (
        "file.import", SEPARATOR, "clinical.join", "clinical.key", "clinical.rule",
        "clinical.accept", "clinical.export_join", SEPARATOR, "clinical.schema",
        "clinical.deidentified",
    ),
    "Run": (
        "run.run", "run.again", "run.preview", SEPARATOR, "run.pause", "run.cancel",
        "run.cancel_slide", "run.retry_failed", "run.retry", "run.first", SEPARATOR,
        "run.array", "run.sync", SEPARATOR, "run.log", "run.status_page", "run.report",
        "run.show_output", "run.copy_command",
    ),
    "View": (
        "view.slides", "view.clinical", "view.gallery", "view.viewer", SEPARATOR,
        "view.tree", "view.inspector", "view.bottom", SEPARATOR, "view.problems",
        "view.runs", "view.log", "view.history", "view.chart", "view.notices",
        SEPARATOR, "view.filter_row",
        "view.columns", "view.freeze", "view.expression", "view.save_view", SEPARATOR,
        "gallery.tick", "gallery.larger", "gallery.smaller",
        "gallery.outline", "gallery.filter", "gallery.group", SEPARATOR,
        "view.layers", "view.theme", "view.theme_system", SEPARATOR,
        "view.reset", "view.full_screen",
    ),
    "Viewer": (
        "viewer.preview", "viewer.compare", SEPARATOR, "viewer.edit",
        "viewer.annotate", "viewer.tiles", "viewer.exclude", "viewer.restore_tiles",
        SEPARATOR,
        "viewer.import_mask", "viewer.import_annotations", SEPARATOR, "viewer.ruler",
        "viewer.area", "viewer.zoom", "viewer.fit", "viewer.go_to", SEPARATOR,
        "viewer.grid", "viewer.minimap", "viewer.scale", "viewer.legend",
        "viewer.associated", "viewer.profile", SEPARATOR, "viewer.save",
    ),
    "Review": (
        "review.start", "review.leave", SEPARATOR, "review.pass", "review.flag",
        "review.exclude", "review.clear", "review.undo", "review.note", SEPARATOR,
        "review.next", "review.step", "review.previous", SEPARATOR, "review.tiles",
        "review.mask_only", "review.blinded", "review.advance", "review.keys",
        SEPARATOR, "review.reasons", "review.agreement", "review.report",
    ),
    "Tools": ("tools.verify", "tools.checksums", SEPARATOR, "tools.doctor"),
    "Help": (
        "help.guide", "help.keys", "help.what", SEPARATOR, "help.log", SEPARATOR,
        "help.about",
    ),
}  # fmt: skip

# What the toolbar shows with a word, and at the right with an icon alone.
TOOLBAR = ("file.open", "slides.add", "run.run", "tools.verify", "review.start")
TOOLBAR_WORDS = {
    "file.open": "Open",
    "slides.add": "Add slides",
    "run.run": "Run…",
    "tools.verify": "Verify",
    "review.start": "Review",
}
TOOLBAR_RIGHT = (
    "edit.undo", "edit.redo", SEPARATOR, "view.notices", "view.theme", "edit.settings",
    "help.keys",
)  # fmt: skip

# What a right click on a slide offers.
SLIDE_MENU = (
    "slides.open_in_viewer", "slides.show_file", "slides.overrides", "slides.move",
    "slides.new_cohort", SEPARATOR, "review.pass", "review.flag", "review.exclude",
    "review.clear", "review.note", SEPARATOR, "run.run",
)  # fmt: skip

# What the project tree offers besides folding.
TREE_MENU = (
    "slides.add", "slides.rescan", "slides.relink", SEPARATOR, "slides.new_cohort",
    "slides.move", "view.save_view", SEPARATOR, "view.tree",
)  # fmt: skip
