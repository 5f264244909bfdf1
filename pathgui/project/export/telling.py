"""What of a table tells who is meant: by the name of a column, and by its cells."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, datetime

_PARTS = re.compile(r"[\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Where a slide lies, and what finds it again, tells which slide it is.
_PLACES = frozenset(
    {"path", "paths", "file", "files", "filename", "folder", "url", "uri", "link"}
)
_PRINTS = frozenset({"checksum", "hash", "quickhash", "md5", "sha1", "sha256", "crc"})
_PEOPLE = frozenset(
    {"pathologist", "physician", "doctor", "surgeon", "oncologist", "clinician"}
    | {"reviewer", "rater", "observer", "annotator", "operator", "technician", "user"}
    | {"author", "nurse", "contact", "referrer", "initials", "person"}
    | {"arzt", "surname", "birthplace", "address", "email", "phone", "telephone", "fax"}
    | {"forename", "firstname", "lastname", "nickname", "mrn", "ssn", "nhs", "medicare"}
    | {"city", "town", "street", "zip", "zipcode", "postcode", "postal", "residence"}
    | {"nachname", "vorname", "familienname", "geburtsname", "patientenname"}
    | {"wohnort", "geburtsort", "strasse", "straße", "anschrift", "adresse", "plz"}
    | {"telefon", "fallnummer", "versichertennummer", "prenom", "prénom", "apellido"}
)
# A name of one of these is that of a person; of a drug or a gene it is none.
_NAMED = frozenset(
    {
        "patient",
        "patienten",
        "person",
        "subject",
        "case",
        "participant",
        "pt",
        "first",
        "last",
    }
    | {"middle", "maiden", "full", "family", "given", "birth", "mother", "father"}
    | {"mothers", "fathers", "spouse", "legal", "contact", "hospital", "clinic"}
)
_NAMES = frozenset({"name", "names", "initials"})
_NUMBERS = frozenset(
    {"hospital", "insurance", "accession", "record", "admission", "case", "patient"}
    | {"specimen", "security", "health", "phone", "serial", "device", "account"}
)
_COUNTS = frozenset({"no", "nr", "num", "number", "serial"})
_YEARS = frozenset({"year", "yob", "yod", "jahr", "years"})
_DATES = frozenset({"date", "dates", "datetime", "dob", "dod", "datum", "day"})
_FIRST_YEAR, _LAST_YEAR = 1850, 2100
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?.*)?")
_WRITTEN = re.compile(
    r"(?<!\d)(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})"
    r"|(?:19|20)\d{2}-\d{2})(?!\d)"
)
_FORMATS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d-%m-%Y",
    "%m-%d-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d-%b-%Y",
    "%b %d, %Y", "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
ISO = "iso"
_SAMPLE = 500
_FIELDS = {
    "%d": r"\d{1,2}", "%m": r"\d{1,2}", "%Y": r"\d{4}", "%y": r"\d{2}",
    "%b": "[A-Za-z]{3}", "%B": "[A-Za-z]{3,9}",
}  # fmt: skip


def _shape(pattern: str) -> str:
    words = re.escape(pattern).replace(r"\ ", " ")
    for name, field in _FIELDS.items():
        words = words.replace(name, field)
    return words


# What has no such shape is no date: that is told much faster than by parsing.
_SHAPES = re.compile("|".join(_shape(pattern) for pattern in _FORMATS))


def told_by_name(name: str) -> bool:
    """Whether a column is about where a slide lies, or about a person, by its name."""
    parts = _parts(name)
    # A path is one at the end of a name alone: path_t_stage is what a pathologist saw.
    if parts & (_PRINTS | _PEOPLE) or (_words_of(name) or [""])[-1] in _PLACES:
        return True
    if (parts & _NAMES and parts & _NAMED) or parts == {"slides"}:
        return True
    return bool(parts & _NUMBERS and parts & _COUNTS)


def are_days(texts: Collection[str]) -> bool:
    """Whether numbers are days such as 20120105, whatever their column is called."""
    return bool(texts) and all(
        len(text) == 8
        and _FIRST_YEAR <= int(text[:4] if text.isdecimal() else 0) <= _LAST_YEAR
        and in_format(text, "%Y%m%d") is not None
        for text in texts
    )


def is_year(name: str, texts: Iterable[str]) -> bool:
    """Whether a column holds calendar years, beside which a moved date is no secret."""
    years = [int(text) for text in texts if text.isascii() and text.isdigit()]
    if not years or not _parts(name) & _YEARS:
        return False
    return all(_FIRST_YEAR <= year <= _LAST_YEAR for year in years)


def is_age(name: str) -> bool:
    """Whether a column is an age, by its name."""
    return bool(_parts(name) & {"age", "alter"})


def date_format(texts: Collection[str]) -> str | None:
    """How the cells of a column write dates; None where they are none.

    Parameters
    ----------
    texts : collection of str
        Distinct cells that are not empty.

    Returns
    -------
    str or None
        ``iso``, also with a time of day, or a format as `strftime` has it: the one
        that most cells fit, if it is half of them at least.
    """
    if not texts:
        return None
    if len(texts) > _SAMPLE:
        texts = sorted(texts)[:: len(texts) // _SAMPLE]
    found = {ISO: sum(_is_iso(text) for text in texts)}
    for pattern in _FORMATS:
        found[pattern] = sum(in_format(text, pattern) is not None for text in texts)
    best = max(found, key=lambda pattern: found[pattern])
    return best if 2 * found[best] >= len(texts) else None


def in_format(text: str, pattern: str) -> date | None:
    """The date that a text is in a format, or None."""
    if not _SHAPES.fullmatch(text.strip()):
        return None
    try:
        return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007
    except ValueError:
        return None


def is_date_name(name: str) -> bool:
    """Whether a column is one of dates, by its name."""
    return bool(_parts(name) & _DATES)


def holds_date(text: str) -> bool:
    """Whether a date stands somewhere in a text, or is all of it."""
    if _WRITTEN.search(text) is not None:
        return True
    if not _SHAPES.fullmatch(text.strip()):
        return False
    return any(in_format(text, pattern) is not None for pattern in _FORMATS)


def _is_iso(text: str) -> bool:
    text = text.strip()
    if not _ISO.fullmatch(text):
        return False
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _words_of(name: str) -> list[str]:
    """Words of a column's name; what a joined table adds to it is none of it."""
    plain = name.removesuffix("_clinical")
    return [word for word in _PARTS.split(_HUMP.sub("_", plain).lower()) if word]


def _parts(name: str) -> frozenset[str]:
    return frozenset(_words_of(name))


class Ids:
    """Finds ids in texts, whatever stands around them.

    Parameters
    ----------
    ids : iterable of str
        Ids of slides and patients. Very short ones count where they hold letters and
        digits; a number of three digits is too common to be told as an id.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = {_folded(i) for i in ids if _is_telling(i)}
        self._longest = max((len(_words(i)) for i in self._ids), default=0)
        self._firsts = {i[slice(*_words(i)[0])] for i in self._ids if _words(i)}

    def __contains__(self, text: str) -> bool:
        folded = _folded(text)
        if folded in self._ids:
            return True
        words = _words(folded)
        for first in range(len(words)):
            begin = words[first][0]
            if folded[slice(*words[first])] not in self._firsts:
                continue
            for last in words[first : first + self._longest]:
                if folded[begin : last[1]] in self._ids:
                    return True
        return False


def _folded(text: str) -> str:
    """Without the difference of case, and of letters written in two ways."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


_WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> list[tuple[int, int]]:
    """Where runs of letters and digits begin and end."""
    return [match.span() for match in _WORD.finditer(text)]


def _is_telling(text: str) -> bool:
    if len(text) >= 4:
        return True
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
