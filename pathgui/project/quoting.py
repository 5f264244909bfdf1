"""How the names of columns are written in an expression: in backticks where need be."""

import keyword
import re

from pathgui.errors import ExpressionError

_QUOTED = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|`((?:``|[^`])*)`|(#)""")
WORDS = {"missing": None, "null": None, "true": True, "false": False}


def shown_name(name: str) -> str:
    """A column's name as it is written in an expression; a backtick stands twice."""
    plain = name.isidentifier() and not keyword.iskeyword(name) and name not in WORDS
    return name if plain else f"`{name.replace('`', '``')}`"


def bare_name(shown: str) -> str:
    """The column that a name as written in an expression speaks of."""
    if not shown.startswith("`"):
        return shown
    return shown[1:-1].replace("``", "`")


def without_ticks(text: str) -> tuple[str, dict[int, str]]:
    """Names in backticks made into names that the parser takes, by position."""
    found: dict[int, str] = {}

    def replaced(match: re.Match[str]) -> str:
        if match[3] is not None:
            raise ExpressionError(
                f"# has no meaning here (at character {match.start() + 1})",
                "put names with signs in backticks",
                match.start(),
            )
        if match[2] is None:
            return match[0]
        # As it was written: a name may hold a tab or a line break.
        found[match.start()] = text[match.start(2) : match.end(2)].replace("``", "`")
        return "_" * len(match[0])

    plain = re.sub(r"[\r\n\t\f]", " ", text)
    source = _QUOTED.sub(replaced, plain)
    blanks = len(source) - len(source.lstrip())
    # A leading blank would be an indentation; positions stay as they are.
    return ("(" + source[1:] + ")" if blanks else source), found
