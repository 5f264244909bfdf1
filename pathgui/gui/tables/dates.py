"""A day as a column writes it."""

from datetime import date

from pathgui.project import Column

_ISO = "%Y-%m-%d"


def today_in(column: Column, day: date) -> str:
    """A day as text of a column; empty where the column holds no dates."""
    if column.kind == "date":
        return day.strftime(column.date_format or _ISO)
    return day.isoformat() if column.kind == "text" else ""
