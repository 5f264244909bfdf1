"""Words about the filter of a table: what it hides, and what is wrong with it."""

from pathgui.errors import ExpressionError

_SPOKEN = 120


def hidden_by(filters: str, total: str, noun: str) -> tuple[str, str]:
    """Title and reason of a table all of whose rows are hidden.

    Parameters
    ----------
    filters : str
        The filter as it stands in its field.
    total : str
        All rows, such as ``12 slides``.
    noun : str
        What a row is, in the plural.
    """
    by, are = filters or "the filter", "is" if total.startswith("1 ") else "are"
    by = by if len(by) <= _SPOKEN else f"{by[:_SPOKEN]}…"
    return f"No {noun[:-1]} matches this filter", f"{total} {are} hidden by {by}"


def problem_words(error: ExpressionError, text: str) -> str:
    """What is wrong with a condition, for people who may still be typing it."""
    words = error.message
    if error.position and error.position >= len(text.rstrip()):
        words = "The condition is not finished"
    parts = [part[:1].upper() + part[1:] for part in (words, error.hint) if part]
    return ". ".join(parts)
