"""Metrics of the slides as plots, linked to gallery and table."""

from pathgui.gui.panels.metrics.panel import MetricsPanel

__all__ = ["MetricsPanel"]
