"""The command line: one file per noun; thin over the workflows."""

from pathgui.cli.app import main

__all__ = ["main"]
