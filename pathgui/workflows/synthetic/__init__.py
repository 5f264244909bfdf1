"""Synthetic H&E-like slides: a cohort to try things on that needs no download."""

from pathgui.workflows.synthetic.slide import SlideLook, make_slide

__all__ = ["SlideLook", "make_slide"]
