"""Actions of the gallery; its cards have them while they have the keyboard."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import Action, Window, has_slides


def _in_gallery(window: Window) -> str:
    shown = window.views.shows("gallery")
    return has_slides(window) or ("" if shown else "Show the gallery first")


ACTIONS = (
    Action("gallery.tick", "Tick", "ph.check-square", ("Space",), lambda w: w.gallery.page.tick(), "gallery", _in_gallery),
    Action("gallery.larger", "Larger cards", "ph.magnifying-glass-plus", ("Ctrl++", "Ctrl+="), lambda w: w.gallery.page.step_size(1), "gallery", _in_gallery),
    Action("gallery.smaller", "Smaller cards", "ph.magnifying-glass-minus", ("Ctrl+-",), lambda w: w.gallery.page.step_size(-1), "gallery", _in_gallery),
    Action("gallery.outline", "Mask outline", "ph.selection-all", ("O",), lambda w: w.gallery.page.toggle_outline(), "gallery", _in_gallery, lambda w: w.gallery.page.outline.isChecked()),
    Action("gallery.filter", "Filter gallery…", "ph.funnel", ("/",), lambda w: w.gallery.page.start_filter(), "gallery", _in_gallery),
    Action("gallery.group", "Group by…", "ph.squares-four", ("Ctrl+G",), lambda w: w.gallery.page.choose_group(), "gallery", _in_gallery),
)  # fmt: skip
