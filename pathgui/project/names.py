"""Names that are safe on every disk: slide ids, cohorts and result names."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import PurePath

ALL = "all"
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"com{n}" for n in range(1, 10)}
    | {f"lpt{n}" for n in range(1, 10)}
)
_UNSAFE = re.compile(r'[<>:"/\\|?*,\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,100}")
_LONGEST = 180
SLIDE_SUFFIXES = (
    ".ome.tiff", ".ome.tif", ".ome.btf", ".svs", ".svslide", ".tiff", ".tif", ".ndpi",
    ".mrxs", ".scn", ".vms", ".vmu", ".bif", ".dcm", ".dicom", ".czi", ".isyntax",
    ".zvi", ".vsi", ".qptiff", ".btf", ".png", ".jpg", ".jpeg",
)  # fmt: skip


def drop_slide_suffix(name: str) -> str:
    """``a.b.svs`` becomes ``a.b``; a name without a slide suffix stays.

    Only known suffixes go: the dots in TCGA names belong to the name.
    """
    lowered = name[-12:].lower()
    if not lowered.endswith(SLIDE_SUFFIXES):
        return name
    for suffix in SLIDE_SUFFIXES:
        if lowered.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def slide_id_for(path: str | PurePath, taken: Collection[str] = ()) -> str:
    """Make a slide id from a file name: safe, readable and not taken.

    Parameters
    ----------
    path : str or path
        The slide file; its last part is used.
    taken : collection of str
        Slide ids and cohort names in use. Letter case does not tell ids apart, as
        some disks ignore it.

    Returns
    -------
    str
        The bare file name where possible, else with unsafe characters replaced
        or ``_2``, ``_3`` … appended.
    """
    name = unicodedata.normalize("NFC", drop_slide_suffix(PurePath(path).name))
    name = _UNSAFE.sub("_", name).strip(" .").lstrip("-")
    name = _shortened(name, _LONGEST).rstrip(" .") or "slide"
    if name.partition(".")[0].lower() in _RESERVED:
        name = f"_{name}"
    used = {as_one_file(item) for item in taken} | {ALL}
    candidate, number = name, 2
    while as_one_file(candidate) in used:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def as_one_file(name: str) -> str:
    """What names have in common that some disks take for one.

    Letter case is ignored there, and accents may be written in two ways.
    """
    if name.isascii():
        return name.casefold()
    return unicodedata.normalize("NFC", name).casefold()


def _shortened(name: str, limit: int) -> str:
    return name.encode()[:limit].decode(errors="ignore")


def check_name(name: str) -> str:
    """Why a name cannot be a file or folder name everywhere, or ``""``."""
    plain = _PLAIN.fullmatch(name) and name.lower() not in _RESERVED
    return "" if plain else _why_not(name)


def _why_not(name: str) -> str:
    if not name:
        return "is empty"
    if found := _UNSAFE.search(name):
        return f"contains {found.group()!r}, which file names cannot hold"
    if name[0] in ".- " or name[-1] in ". ":
        return "begins with a dot, dash or space, or ends with a dot or space"
    if name.partition(".")[0].lower() in _RESERVED:
        return "is a name that Windows keeps for itself"
    if len(name.encode()) > _LONGEST + 20:
        return "is too long for a file name"
    return ""


def check_slide_id(slide_id: str, cohorts: Iterable[str] = ()) -> str:
    """Why a text cannot be a slide id, or ``""``.

    Slide, cohort and ``all`` feature files share one folder, so an id never equals
    a cohort name or ``all``.
    """
    if reason := check_name(slide_id):
        return reason
    if slide_id.casefold() == ALL:
        return "is the name of the file of all slides"
    if slide_id.casefold() in {cohort.casefold() for cohort in cohorts}:
        return "is the name of a cohort"
    return ""


def check_cohort(cohort: str) -> str:
    """Why a text cannot name a cohort (it names a folder), or ``""``."""
    if reason := check_name(cohort):
        return reason
    return "is the name of the file of all slides" if cohort.casefold() == ALL else ""
