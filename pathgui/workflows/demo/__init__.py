"""A demo cohort that needs no download, and the main job run on it."""

from pathgui.workflows.demo.cohort import PLAN, make_cohort
from pathgui.workflows.demo.main_job import DemoReport, run_demo

__all__ = ["PLAN", "DemoReport", "make_cohort", "run_demo"]
