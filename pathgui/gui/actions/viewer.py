"""Actions of the viewer. Their keys rest while a review has them."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import Action, Window, has_project


def _slide(window: Window) -> str:
    shown = window.views.viewer_shows()
    return has_project(window) or ("" if shown else "Show a slide in the viewer first")


def _profile(window: Window) -> str:
    known = window.views.viewer_profiled()
    return _slide(window) or ("" if known else "The slide has no colour profile")


ACTIONS = (
    Action("viewer.preview", "Live preview", "ph.lightning", ("P",), lambda w: w.views.in_viewer("preview"), scope="viewer", reason=_slide),
    Action("viewer.compare", "Before / after", "ph.columns", ("C",), lambda w: w.views.in_viewer("compare"), scope="viewer", reason=_slide),
    Action("viewer.edit", "Edit mask", "ph.paint-brush", ("E",), lambda w: w.views.in_viewer("edit"), scope="viewer", reason=_slide),
    Action("viewer.annotate", "Draw annotations", "ph.pencil-simple", ("D",), lambda w: w.views.in_viewer("annotate"), scope="viewer", reason=_slide),
    Action("viewer.exclude", "Exclude or restore tiles", "ph.prohibit", ("X",), lambda w: w.views.in_viewer("exclude"), scope="viewer", reason=_slide),
    Action("viewer.restore_tiles", "Take excluded tiles back", "ph.arrow-u-up-left", ("Shift+X",), lambda w: w.views.in_viewer("restore_tiles"), scope="viewer", reason=_slide),
    Action("viewer.tiles", "Select tiles in a box", "ph.selection-plus", ("T",), lambda w: w.views.in_viewer("tiles"), scope="viewer", reason=_slide),
    Action("viewer.ruler", "Ruler", "ph.ruler", ("R",), lambda w: w.views.in_viewer("ruler"), scope="viewer", reason=_slide),
    Action("viewer.area", "Measure an area", "ph.polygon", ("A",), lambda w: w.views.in_viewer("area"), scope="viewer", reason=_slide),
    Action("viewer.zoom", "Zoom to a box", "ph.magnifying-glass-plus", ("Z",), lambda w: w.views.in_viewer("zoom"), scope="viewer", reason=_slide),
    Action("viewer.fit", "Fit the whole slide", "ph.arrows-out-simple", ("0",), lambda w: w.views.in_viewer("fit"), scope="viewer", reason=_slide),
    Action("viewer.go_to", "Go to a place…", "ph.crosshair", ("Ctrl+G",), lambda w: w.views.in_viewer("go_to"), scope="viewer", reason=_slide),
    Action("viewer.grid", "Tile grid", "ph.grid-four", ("G",), lambda w: w.views.in_viewer("grid"), scope="viewer", reason=_slide),
    Action("viewer.minimap", "Minimap", "ph.map-trifold", ("M",), lambda w: w.views.in_viewer("minimap"), scope="viewer", reason=_slide),
    Action("viewer.scale", "Scale bar", "ph.ruler", ("B",), lambda w: w.views.in_viewer("scale"), scope="viewer", reason=_slide),
    Action("viewer.legend", "Legend", "ph.thermometer", ("L",), lambda w: w.views.in_viewer("legend"), scope="viewer", reason=_slide),
    Action("viewer.profile", "Colour profile", "ph.palette", ("Shift+C",), lambda w: w.views.in_viewer("profile"), scope="viewer", reason=_profile, checked=lambda w: w.preferences.values.colour_profile),
    Action("viewer.associated", "Label and macro", "ph.image-square", ("I",), lambda w: w.views.in_viewer("associated"), scope="viewer", reason=_slide),
    Action("viewer.import_mask", "Import a mask…", "ph.download-simple", ("Shift+I",), lambda w: w.views.in_viewer("import_mask"), scope="viewer", reason=_slide),
    Action("viewer.import_annotations", "Import annotations…", "ph.download-simple", ("Shift+D",), lambda w: w.views.in_viewer("import_annotations"), scope="viewer", reason=_slide),
    Action("viewer.save", "Save view…", "ph.camera", ("F12",), lambda w: w.views.in_viewer("save"), scope="viewer", reason=_slide),
)  # fmt: skip
