"""pathgui: a workbench for cohorts of whole-slide pathology images."""

__version__ = "0.1.0"
