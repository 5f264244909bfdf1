"""Whole-slide files: finding, opening, reading them."""

from pathgui.slides.check import check_slide
from pathgui.slides.fingerprint import quick_fingerprint
from pathgui.slides.members import find_slides, member_files
from pathgui.slides.opening import GIVEN, open_slide
from pathgui.slides.properties import SlideProperties
from pathgui.slides.slide import Slide
from pathgui.slides.version import openslide_version

__all__ = [
    "GIVEN",
    "Slide",
    "SlideProperties",
    "check_slide",
    "find_slides",
    "member_files",
    "open_slide",
    "openslide_version",
    "quick_fingerprint",
]
