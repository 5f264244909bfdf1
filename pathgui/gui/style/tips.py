"""Tooltips of texts that come from files: shown letter by letter, never as HTML."""

from html import escape

_AS_WRITTEN = '<span style="white-space: pre-wrap">{}</span>'


def plain(text: str) -> str:
    """A text as a tooltip shows it; Qt would take one with tags for rich text.

    A cell or a file name could load a picture from disk that way.
    """
    return _AS_WRITTEN.format(escape(text)) if "<" in text else text
