"""Which column of a table names a slide or a patient."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pathgui.errors import TableError
from pathgui.project.csvtext import TextArray, text_array
from pathgui.project.names import drop_slide_suffix
from pathgui.project.patients import by_rule
from pathgui.project.rawtable import RawTable
from pathgui.project.schema import CLINICAL

Names = Literal["slide", "patient"]

# Compared in lower case without punctuation; the earlier, the better.
_SLIDE_NAMES = (
    "slideid", "slide", "slidename", "slidefile", "slidefilename", "slidepath",
    "filename", "file", "wsi", "wsiid", "wsiname", "wsifilename", "imageid", "image",
    "imagename", "imagefile", "imagefilename", "svs", "schnittid", "schnittnummer",
    "objekttrager", "objekttraeger", "dateiname", "idlame", "numerodelame",
    "nomdufichier", "nomfichier", "idlamina", "portaobjetos", "nombrearchivo",
)  # fmt: skip
_PERSON_NAMES = (
    "patientid", "patient", "pid", "caseid", "case", "patientnumber", "patientno",
    "patientbarcode", "bcrpatientbarcode", "casesubmitterid", "submitterid",
    "subjectid", "casenumber", "caseno", "casenr", "patid", "patno", "patnr",
    "patientnr", "patientenid", "patientennummer", "patientennr", "fallid",
    "fallnummer", "fallnr", "idpatient", "nopatient", "npatient", "numeropatient",
    "numerodepatient", "numerodupatient", "numerodossier", "numerodedossier",
    "ndossier", "nodossier", "idpaciente", "paciente", "pacienteid",
    "numeropaciente", "numerodepaciente", "npaciente", "idcaso", "numerodecaso",
    "nodepaciente", "nopaciente", "nodedossier", "numerohistoria", "historiaclinica",
    "nhc",
)  # fmt: skip
_PATIENT_NAMES = (
    *_PERSON_NAMES, "subject", "participantid", "participant", "tumorsamplebarcode",
    "samplebarcode", "tcgabarcode", "barcode", "sampleid", "sample",
)  # fmt: skip
_PATH_NAMES = (
    "path", "slidepath", "filepath", "fullpath", "slidefile", "imagepath", "wsipath",
    "filename", "file", "slidefilename", "imagefile", "imagefilename", "svs",
)  # fmt: skip
# Numbers of hospitals, which mean no more than names: nothing is made of them.
_NUMBERS = ("casenumber", "caseno", "casenr")
_WEAK_NAMES = ("name", "id")
# Words of everyday life that name people only where most rows have one of their own.
_EVERYDAY = (
    "fall", "pat", "cas", "caso", "dossier", "expediente", "pseudonym", "probe",
    "schnitt", "lame", "lamina",
)  # fmt: skip
_LIKE_IDS = (
    (re.compile(r"\d+"), "as numbers with leading zeros are ids"),
    (re.compile(r"[+-]?\d{5,}"), "its long numbers look like ids"),
    (re.compile(r"[A-Za-z]{1,8}[-_ ./]?\d[\w ./-]*"), "its texts look like ids"),
)
_OTHER_IDS = (
    *_WEAK_NAMES, "mrn", "medicalrecordnumber", "caseids", "aliquotids", "uuid",
    "surname", "lastname", "firstname", "forename", "givenname", "familyname",
    "fullname", "patientname", "accession", "accessionnumber", "accessionno", "ssn",
    "phone", "telephone", "email", "address", "street", "zip", "zipcode", "postcode",
)  # fmt: skip
_OTHER_SUFFIXES = (".h5", ".pt", ".h5ad", ".zarr", ".npy")


@dataclass(frozen=True, slots=True)
class Key:
    """The column that names each row's slide or patient, and why it was chosen."""

    column: str
    names: Names
    why: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a project knows: ids of slides, by their own and by their file's name.

    `patients` holds the ids of patients that slides belong to. The folded ones are by
    text in lower case; they are empty where case counts.
    """

    slides: Mapping[str, str]
    patients: frozenset[str]
    rule: str
    folded_slides: Mapping[str, str] = field(default_factory=dict)
    folded_patients: Mapping[str, str] = field(default_factory=dict)

    def slide(self, text: str) -> str:
        """Slide id that a text names; the text without its ending if none does."""
        text = text.strip()
        if text in self.slides:
            return self.slides[text]
        name = text.replace("\\", "/").rpartition("/")[2]
        bare = drop_slide_suffix(name)
        for suffix in _OTHER_SUFFIXES:
            bare = bare.removesuffix(suffix) or bare
        exact = self.slides.get(name) or self.slides.get(bare)
        return exact or self.folded_slides.get(bare.casefold()) or bare

    def patient(self, text: str, *, barcode: bool) -> str:
        """Patient id that a text names; a barcode is cut by the rule."""
        text = text.strip()
        found = (by_rule(text, self.rule) or text) if barcode else text
        if found in self.patients:
            return found
        return self.folded_patients.get(found.casefold(), found)

    def ids(self, names: Names, texts: TextArray, *, barcode: bool) -> TextArray:
        """Ids that many texts name, each distinct text being looked up once."""
        distinct: set[str] = set(texts.tolist())
        if names == "slide":
            found = {text: self.slide(text) for text in distinct}
        else:
            found = {text: self.patient(text, barcode=barcode) for text in distinct}
        return text_array(tuple(map(found.__getitem__, texts.tolist())))


def choose_key(table: RawTable, known: Known, wanted: str | None = None) -> Key | None:
    """Choose the key column, or None where nothing names slides or patients.

    Parameters
    ----------
    table : RawTable
        What was read.
    known : Known
        Slides and patients of the project: a column whose texts are found there is
        better than one that only has the right name.
    wanted : str, optional
        The column that a person named.

    Raises
    ------
    TableError
        There is no column of the wanted name.
    """
    if wanted is not None:
        return _wanted(table, known, wanted)
    by_name = {_plain(name): name for name in reversed(list(table.columns))}
    slide = _best(table, by_name, _SLIDE_NAMES, known.slides, known, "slide")
    patient = _best(table, by_name, _PATIENT_NAMES, known.patients, known, "patient")
    if slide and patient and known.slides:
        in_slides = _hits(table, Key(slide, "slide", ""), known)
        in_patients = _hits(table, Key(patient, "patient", ""), known)
        if not in_slides and in_patients:
            return Key(patient, "patient", "its texts are patients of this project")
    if slide:
        return Key(slide, "slide", "its name says that it names slides")
    if patient:
        return Key(patient, "patient", "its name says that it names patients")
    return _weakly_named(table, known, by_name) or _unique(table, known)


def _wanted(table: RawTable, known: Known, wanted: str) -> Key:
    column = next((name for name in table.columns if name == wanted.strip()), "")
    if not column:
        plain = _plain(wanted)
        column = next((name for name in table.columns if _plain(name) == plain), "")
    if not column:
        raise TableError(
            f"{table.path} has no column {wanted!r}.",
            f"Its columns are {', '.join(table.columns)}.",
        )
    plain, why = _plain(column), "you chose it"
    if plain in _SLIDE_NAMES:
        return Key(column, "slide", why)
    if plain in _PATIENT_NAMES:
        return Key(column, "patient", why)
    return Key(column, _slide_or_patient(table, column, known), why)


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^0-9a-z]", "", bare.replace("n°", "numero"))


def _best(
    table: RawTable,
    by_name: Mapping[str, str],
    names: Sequence[str],
    ids: Iterable[str],
    known: Known,
    what: Names,
) -> str:
    """The column of the best name, or the one whose texts the project knows most."""
    found = [by_name[name] for name in names if name in by_name]
    if len(table):
        found = [c for c in found if any(text.strip() for text in table.columns[c])]
    if len(found) < 2 or not any(True for _ in ids):
        return found[0] if found else ""
    hits = [_hits(table, Key(name, what, ""), known) for name in found]
    return found[hits.index(max(hits))]


def _hits(table: RawTable, key: Key, known: Known) -> int:
    distinct = {text.strip() for text in table.columns[key.column]} - {""}
    if key.names == "slide":
        ids = set(known.slides.values())
        return sum(known.slide(text) in ids for text in distinct)
    return sum(known.patient(text, barcode=True) in known.patients for text in distinct)


def _weakly_named(
    table: RawTable, known: Known, by_name: Mapping[str, str]
) -> Key | None:
    for plain in _WEAK_NAMES:
        name = by_name.get(plain, "")
        if name and all(text.strip() for text in table.columns[name]):
            what = _slide_or_patient(table, name, known)
            if plain == "name" and what == "patient" and not known.patients:
                what = "slide"  # viewers export the image's name so
            return Key(name, what, f"its name says that it names {what}s")
    for plain in _EVERYDAY:
        name = by_name.get(plain, "")
        texts = [text.strip() for text in table.columns[name]] if name else []
        if all(texts) and 2 * len(set(texts)) > len(texts) > 0:
            what = _slide_or_patient(table, name, known)
            return Key(name, what, "its name and texts are those of ids")
    return None


def _unique(table: RawTable, known: Known) -> Key | None:
    """A column in which each row has a text of its own that is no mere number.

    Best is one that the project knows, then one that looks like ids, then the first.
    """
    standard = {column.name for column in CLINICAL}
    candidates: dict[str, str] = {}
    for name, texts in table.columns.items():
        stripped = {text.strip() for text in texts}
        if name in standard or "" in stripped or len(stripped) < len(texts):
            continue
        looks = _looks_like_ids(stripped)
        if len(texts) < 2 or (not looks and any(_numeric(t) for t in stripped)):
            continue
        candidates[name] = looks
    if not candidates:
        return None
    why = "each row has a text of its own there"
    keys = [
        Key(name, _slide_or_patient(table, name, known), f"{why}, and {looks}")
        if looks
        else Key(name, _slide_or_patient(table, name, known), why)
        for name, looks in candidates.items()
    ]
    return max(keys, key=lambda k: (_hits(table, k, known), bool(candidates[k.column])))


def _looks_like_ids(texts: set[str]) -> str:
    """In which way all texts look like identifiers; empty if they do not."""
    zeros, *others = _LIKE_IDS
    if any(len(t) > 1 and t.startswith("0") for t in texts):
        return zeros[1] if all(map(zeros[0].fullmatch, texts)) else ""
    return next((why for like, why in others if all(map(like.fullmatch, texts))), "")


def _numeric(text: str) -> bool:
    return re.fullmatch(r"[+-]?[\d.,]+([eE][+-]?\d+)?", text) is not None


def _slide_or_patient(table: RawTable, column: str, known: Known) -> Names:
    slides = _hits(table, Key(column, "slide", ""), known)
    patients = _hits(table, Key(column, "patient", ""), known)
    if slides or patients:
        return "slide" if slides >= patients else "patient"
    texts = [text.strip() for text in table.columns[column][:1000]]
    endings = sum(drop_slide_suffix(text) != text for text in texts)
    return "slide" if endings * 2 > len(texts) else "patient"


def is_id_name(name: str) -> bool:
    """Whether a column is by its name one of slides, patients or other persons' ids."""
    plain = _plain(name.removesuffix("_clinical"))
    return plain not in _NUMBERS and plain in (
        *_SLIDE_NAMES,
        *_PATIENT_NAMES,
        *_OTHER_IDS,
        *_EVERYDAY,
    )


def is_barcode_column(table: RawTable, column: str, rule: str) -> bool:
    """Whether all texts begin as the rule for patients says (TCGA barcodes)."""
    texts = [text.strip() for text in table.columns[column]]
    return all(by_rule(text, rule) for text in texts if text)


def patient_column(table: RawTable, but: str) -> str:
    """A column named as one of patients, besides the key; empty if none."""
    by_name = {_plain(name): name for name in table.columns if name != but}
    return next((by_name[name] for name in _PERSON_NAMES if name in by_name), "")


def path_column(table: RawTable) -> str:
    """A column named as one of paths or file names; empty if none."""
    by_name = {_plain(name): name for name in table.columns}
    return next((by_name[name] for name in _PATH_NAMES if name in by_name), "")


def slide_column(table: RawTable, but: str) -> str:
    """A column named as one of slides, besides the key; empty if none."""
    by_name = {_plain(name): name for name in table.columns if name != but}
    return next((by_name[name] for name in _SLIDE_NAMES if name in by_name), "")
