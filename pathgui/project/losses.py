"""What spreadsheet programs do to texts they take for numbers or dates."""

import re
from datetime import date
from typing import Literal

Loss = Literal["zeros", "digits", "date"]
WORDS: dict[Loss, str] = {
    "zeros": "leading zeros",
    "digits": "digits of long numbers",
    "date": "the way dates are written",
}
_LONG = 11  # spreadsheets write numbers of more digits with an exponent
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_POWER = re.compile(r"\d([.,]\d+)?[Ee]\+?\d+")
_FIRST_DAY = date(1899, 12, 30)  # day 0 of spreadsheets


def loss(before: str, now: str) -> Loss | None:
    """What a text lost on its way through a spreadsheet; None if that is not it."""
    if before == now or not now:
        return None
    zeros = before.isdigit() and before.startswith("0")
    if zeros and (before.lstrip("0") or "0") == now:
        return "zeros"
    if before.isdigit() and len(before) >= _LONG and _rounded(before, now):
        return "digits"
    found = _ISO.fullmatch(before)
    return "date" if found and _same_day(found, now) else None


def _rounded(before: str, now: str) -> bool:
    if _POWER.fullmatch(now):
        return True
    kept = now.rstrip("0")
    return now.isdigit() and len(now) == len(before) and before.startswith(kept)


def _same_day(found: re.Match[str], now: str) -> bool:
    year, month, day = (int(part) for part in found.groups())
    numbers = re.findall(r"\d+", now)
    if len(numbers) == 3:
        said = sorted(int(number) for number in numbers)
        return said in (sorted((year, month, day)), sorted((year % 100, month, day)))
    try:
        days = (date(year, month, day) - _FIRST_DAY).days
    except ValueError:
        return False
    return now == str(days)
