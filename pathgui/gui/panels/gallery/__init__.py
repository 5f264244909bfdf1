"""The Gallery tab: thumbnails with their states, in the order of the table."""

from pathgui.gui.panels.gallery.page import GalleryPage

__all__ = ["GalleryPage"]
