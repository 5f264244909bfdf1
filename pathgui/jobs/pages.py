"""Pages of HTML from templates: reports of runs and of quality."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pathgui.settings import resource


def fill_page(
    template: str, values: dict[str, Any], **filters: Callable[..., str]
) -> str:
    """A page from a template of ``resources/reports``.

    Parameters
    ----------
    template : str
        File name of the template.
    values : dict
        What it may name; what it names and is not there is an error.
    **filters : callable
        Further filters beside ``day`` and ``counted``.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resource("reports")),
        undefined=StrictUndefined,
        autoescape=True,  # names, reasons and notes come from files of strangers
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=day_words, counted=counted, **filters)
    return environment.get_template(template).render(values)


def day_words(text: str) -> str:
    """A date in ISO as people write it; what is no date stays as it is."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{day.day} {day:%b %Y}"


def counted(count: int, noun: str) -> str:
    """``1 slide``, ``1,352 slides``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
