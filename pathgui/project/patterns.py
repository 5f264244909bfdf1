"""Regular expressions that people and files bring, kept from running away.

Python's engine tries repeats in all combinations; a pattern such as ``(a+)+$`` can
take years over thirty letters. Here a repeat inside a repeat is refused, and the
more open repeats a pattern has, the shorter the texts that are looked at: what is
left ends in a fraction of a second.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

# Longest text by number of open repeats, so that the worst case stays near 10^7 steps.
_LONGEST = (100_000, 5_000, 500, 200, 64, 40)
_MANY = 10
_SLOW = 0.1
_PATIENCE = 10
_REPEAT = re.compile(r"(\*|\+|\?|\{(\d*)(,?)(\d*)\})[?+]?")
_OPENING = re.compile(r"\((\?(P?<\w+>|<?[=!]|[aiLmsux-]*:|>|P=\w+))?")
_Method = Callable[[str], re.Match[str] | None]
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)


class BadPattern(ValueError):  # noqa: N818 - it is a reason, not a failure
    """A pattern is broken or could take for ever; the message is the reason."""


@dataclass(slots=True)
class _Frame:
    """What stands inside one pair of brackets."""

    repeats: bool = False
    choice: bool = False


def _open_repeats(pattern: str) -> int:
    """Count the repeats without end; BadPattern where one holds another."""
    stack, last, count, at = [_Frame()], _Frame(), 0, 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "(" and (found := _OPENING.match(pattern, at)):
            stack.append(_Frame())
            at = found.end()
            continue
        if letter == ")" and len(stack) > 1:
            last = stack.pop()
            stack[-1].repeats |= last.repeats
            stack[-1].choice |= last.choice
            at += 1
            continue
        if letter == "|":
            stack[-1].choice = True
        elif found := _REPEAT.match(pattern, at):
            count += _take_repeat(found, last, stack[-1])
            at = found.end()
            continue
        last = _Frame()
        found = _CLASS.match(pattern, at) if letter == "[" else None
        at = found.end() if found else at + (2 if letter == "\\" else 1)
    return count


def _take_repeat(found: re.Match[str], inside: _Frame, around: _Frame) -> bool:
    sign, low, comma, high = found.groups()
    is_open = sign in "*+" or bool(comma and not high)
    most = int(high or low or 0) if sign[0] == "{" else 1
    if (is_open or most > _MANY) and (inside.repeats or inside.choice):
        raise BadPattern("repeats what repeats or chooses itself, which can take ages")
    around.repeats |= is_open or sign == "?" or bool(comma)
    return is_open


class SafePattern:
    """A compiled pattern with a limit on the work it may make.

    Parameters
    ----------
    pattern : str
        Regular expression as `re` knows them.

    Raises
    ------
    BadPattern
        Broken, or built so that it could take ages.
    """

    def __init__(self, pattern: str) -> None:
        try:
            self._compiled = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise BadPattern(f"is broken: {error}") from error
        repeats = _open_repeats(pattern)
        if repeats >= len(_LONGEST):
            raise BadPattern(f"has {repeats} repeats without end, which can take ages")
        self.groups = self._compiled.groups
        self.longest = _LONGEST[repeats]
        self._watched = repeats > 1
        self._slow = 0

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`; BadPattern where the text is too much for it."""
        return self._run(self._compiled.fullmatch, text)

    def search(self, text: str) -> re.Match[str] | None:
        """As `re.Pattern.search`; BadPattern where the text is too much for it."""
        return self._run(self._compiled.search, text)

    def _run(self, method: _Method, text: str) -> re.Match[str] | None:
        if len(text) > self.longest:
            raise BadPattern(f"is not tried on more than {self.longest} letters")
        if not self._watched or len(text) < 20:
            return method(text)
        if self._slow > _PATIENCE:
            raise BadPattern("takes too long")
        start = time.thread_time()
        found = method(text)
        self._slow += time.thread_time() - start > _SLOW
        return found


@lru_cache(maxsize=64)
def safe_pattern(pattern: str) -> SafePattern:
    """A pattern, compiled once; raises as `SafePattern`."""
    return SafePattern(pattern)


def pattern_reason(pattern: str) -> str:
    """Why a pattern cannot be used, or ``""``."""
    try:
        safe_pattern(pattern)
    except BadPattern as error:
        return str(error)
    return ""
