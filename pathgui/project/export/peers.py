"""Tables that neighbouring tools train from: CLAM, STAMP, Slideflow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pathgui.errors import TableError
from pathgui.project.export.writers import sheet_from
from pathgui.project.joined import NO_SLIDE
from pathgui.project.names import drop_slide_suffix
from pathgui.project.sheet import Sheet

PEERS = ("clam-process-list", "clam-labels", "stamp", "slideflow")
NO_FILE = "without a file and left out"
_SHOWN = 3


@dataclass(slots=True)
class PeerTables:
    """What goes to a neighbour.

    Attributes
    ----------
    sheets : dict of str to Sheet
        By the name of the file.
    problems : list of str
        What is wrong: labels that contradict each other.
    warnings : list of str
        What was left out, and why.
    without : dict of str to int
        How many slides were left out, by the reason.
    """

    sheets: dict[str, Sheet] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    without: dict[str, int] = field(default_factory=dict)

    def warn(self, what: str, ids: Sequence[str], *, without: bool = False) -> None:
        """Note what happened to slides or patients, if to any.

        `without` says that they are left out for it.
        """
        if ids:
            more = len(ids) - _SHOWN
            shown = ", ".join(ids[:_SHOWN]) + (
                f" and {more:,} more" if more > 0 else ""
            )
            self.warnings.append(f"{what}: {shown}")
            if without:
                self.without[f"{len(ids):,} {what} ({shown})"] = len(ids)

    def why_empty(self) -> str:
        """Why there is nothing to export, the most frequent reason first."""
        reasons = sorted(self.without, key=lambda why: -self.without[why])
        return "; ".join(reasons)


@dataclass(frozen=True, slots=True)
class _Slide:
    slide_id: str
    path: str
    patient: str
    labels: tuple[str, ...]

    @property
    def file(self) -> str:
        return PurePosixPath(self.path.replace("\\", "/")).name or self.slide_id


def peer_tables(
    joined: Sheet, patients: "dict[str, str]", peer: str, labels: Sequence[str]
) -> PeerTables:
    """The tables a neighbouring tool wants.

    Parameters
    ----------
    joined : Sheet
        Rows of the joined table; several of one slide count once.
    patients : dict of str to str
        Patient by slide; a slide of no known patient is its own.
    peer : {"clam-process-list", "clam-labels", "stamp", "slideflow"}
        ``clam-process-list`` lists the slide files to patch, ``clam-labels`` case,
        slide and one label, ``stamp`` a table of patients and one of slides,
        ``slideflow`` an annotations file.
    labels : sequence of str
        Columns that hold what is to be learnt; CLAM takes one.

    Raises
    ------
    TableError
        No such peer or column, or not the number of labels it takes.
    """
    if peer not in PEERS:
        raise TableError(f"There is no table for {peer!r}.", f"{', '.join(PEERS)}.")
    if peer == "clam-labels" and len(labels) != 1:
        raise TableError(
            f"CLAM learns one label, not {len(labels)}.", "Name one column of labels."
        )
    out = PeerTables()
    if peer == "clam-process-list":
        out.sheets["process_list.csv"] = _process_list(joined, out)
        return out
    slides = _slides(joined, patients, labels, out)
    if peer == "clam-labels":
        _clam_labels(slides, out)
    elif peer == "stamp":
        _stamp(slides, labels, out)
    else:
        _slideflow(slides, labels, out)
    return out


def _process_list(joined: Sheet, out: PeerTables) -> Sheet:
    """All slides; those that review excluded are listed, but not to be processed."""
    seen: dict[str, tuple[str, str, str]] = {}
    _tell_files(joined, out)
    for slide_id, path, status, decision in _cells(
        joined, ("slide_id", "path", "status", "qc_status")
    ):
        if path and slide_id not in seen:
            file = PurePosixPath(path.replace("\\", "/")).name
            process = "0" if decision == "exclude" else "1"
            state = "processed" if status == "done" else "tbp"
            seen[slide_id] = (file, process, state)
    names = ("slide_id", "process", "status")
    columns = {name: [row[k] for row in seen.values()] for k, name in enumerate(names)}
    return sheet_from("process_list", columns)


def _tell_files(joined: Sheet, out: PeerTables) -> None:
    """Tell slides that have no file, or whose file is not where it is said to be."""
    no_path, missing, slides = [], [], set()
    names = ("slide_id", "path", "status", "join")
    for slide_id, path, status, join in _cells(joined, names):
        if join == NO_SLIDE:
            continue
        slides.add(slide_id)
        if not path:
            no_path.append(slide_id)
        elif status == "missing":
            missing.append(slide_id)
    if not slides:
        out.without["none of the rows chosen is a slide of the manifest"] = 0
    out.warn(NO_FILE, list(dict.fromkeys(no_path)), without=True)
    out.warn(
        "not found where the manifest says, relink them before training",
        list(dict.fromkeys(missing)),
    )


def _cells(joined: Sheet, names: Sequence[str]) -> Iterable[tuple[str, ...]]:
    for name in names:
        joined.column(name)
    return zip(*(joined.texts[name].tolist() for name in names), strict=True)


def _slides(
    joined: Sheet, patients: dict[str, str], labels: Sequence[str], out: PeerTables
) -> list[_Slide]:
    found: dict[str, _Slide] = {}
    excluded = []
    _tell_files(joined, out)
    names = ("slide_id", "path", "qc_status", *labels)
    for slide_id, path, decision, *values in _cells(joined, names):
        if not path:
            continue  # a clinical row of no slide, or told already
        if decision == "exclude":
            excluded.append(slide_id)
            continue
        there = found.get(slide_id)
        if there is None:
            patient = patients.get(slide_id, "")
            found[slide_id] = _Slide(slide_id, path, patient, tuple(values))
        elif (clash := _clash(there.labels, values, labels)) is not None:
            out.problems.append(f"{slide_id} has several texts in {clash}")
    left = list(dict.fromkeys(excluded))
    out.warn("excluded by review and left out", left, without=True)
    lonely = [slide.slide_id for slide in found.values() if not slide.patient]
    out.warn("of no known patient, and taken for patients of their own", lonely)
    return list(found.values())


def _clash(
    ours: Sequence[str], theirs: Sequence[str], names: Sequence[str]
) -> str | None:
    for a, b, name in zip(ours, theirs, names, strict=True):
        if a and b and a != b:
            return name
    return None


def _clam_labels(slides: Sequence[_Slide], out: PeerTables) -> None:
    without = [slide.slide_id for slide in slides if not slide.labels[0]]
    out.warn("without a label and left out", without, without=True)
    kept = [slide for slide in slides if slide.labels[0]]
    out.sheets["labels.csv"] = sheet_from(
        "labels",
        {
            "case_id": [slide.patient or slide.slide_id for slide in kept],
            "slide_id": [slide.slide_id for slide in kept],
            "label": [slide.labels[0] for slide in kept],
        },
    )


def _stamp(slides: Sequence[_Slide], labels: Sequence[str], out: PeerTables) -> None:
    patients: dict[str, list[str]] = {}
    for slide in slides:
        patient = slide.patient or slide.slide_id
        there = patients.setdefault(patient, list(slide.labels))
        if (clash := _clash(there, slide.labels, labels)) is not None:
            out.problems.append(f"patient {patient} has several texts in {clash}")
        patients[patient] = [a or b for a, b in zip(there, slide.labels, strict=True)]
    rows = list(patients.values())
    out.sheets["clini.csv"] = sheet_from(
        "clini",
        {"PATIENT": list(patients)}
        | {name: [row[k] for row in rows] for k, name in enumerate(labels)},
    )
    out.sheets["slide.csv"] = sheet_from(
        "slide",
        {
            "PATIENT": [slide.patient or slide.slide_id for slide in slides],
            "FILENAME": [f"{slide.slide_id}.h5" for slide in slides],
        },
    )


def _slideflow(
    slides: Sequence[_Slide], labels: Sequence[str], out: PeerTables
) -> None:
    stems = [drop_slide_suffix(slide.file) for slide in slides]
    twice = [stem for stem in dict.fromkeys(stems) if stems.count(stem) > 1]
    out.problems += [f"several slide files are called {stem}" for stem in twice]
    out.sheets["annotations.csv"] = sheet_from(
        "annotations",
        {
            "patient": [slide.patient or slide.slide_id for slide in slides],
            "slide": stems,
        }
        | {n: [slide.labels[k] for slide in slides] for k, n in enumerate(labels)},
    )
