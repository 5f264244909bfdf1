"""Turns the stylesheet template and a set of tokens into what Qt reads."""

import re
from pathlib import Path

from pathgui.gui.style.tokens import Tokens
from pathgui.replacing import replacing
from pathgui.settings import resource

_FILE = re.compile(r"@file\(([\w-]+), (\w+)\)")
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
_TOKEN = re.compile(r"@(\w+)")


def build(tokens: Tokens, folder: Path) -> str:
    """Stylesheet of the window in these colours.

    Parameters
    ----------
    tokens : Tokens
        Colours by name.
    folder : Path
        Where the small pictures the stylesheet names are written.

    Raises
    ------
    AttributeError
        If the template names a token that does not exist.
    """
    template = _COMMENT.sub("", resource("styles/app.qss").read_text("utf-8"))

    def picture(match: re.Match[str]) -> str:
        name, token = match.groups()
        return draw(name, tokens.get(token), folder).as_posix()

    drawn = _FILE.sub(picture, template)
    return _TOKEN.sub(lambda match: tokens.get(match.group(1)), drawn)


def draw(name: str, colour: str, folder: Path) -> Path:
    """Write the bundled picture `name` in a colour; returns its path."""
    file = folder / f"{name}-{colour.lstrip('#')}.svg"
    if not file.exists():
        text = resource(f"icons/{name}.svg").read_text("utf-8")
        with replacing(file) as part:
            part.write_text(text.replace("@colour", colour), "utf-8")
    return file
