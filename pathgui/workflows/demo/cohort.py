"""The slides and the clinical table of the demo cohort."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from pathgui.workflows.progress import Progress, Stop, check, never, silent
from pathgui.workflows.synthetic import SlideLook, make_slide

_GREEN = (26, 122, 66)


@dataclass(frozen=True, slots=True)
class DemoSlide:
    """A slide of the demo: its name, cohort, patient and look."""

    name: str
    cohort: str
    patient: str
    look: SlideLook


PLAN = (
    DemoSlide("demo-A1", "demo_a", "00123", SlideLook(9216, 11, pieces=1)),
    DemoSlide("demo-A2", "demo_a", "00124", SlideLook(8192, 12, pen=_GREEN)),
    DemoSlide(
        "demo-B1", "demo_b", "00207", SlideLook(10240, 13, haematoxylin=1.3, eosin=0.85)
    ),
    DemoSlide("demo-B2", "demo_b", "00208", SlideLook(8192, 14, blurred=True)),
    DemoSlide("demo-B3", "demo_b", "00208", SlideLook(8192, 15, pieces=3)),
    DemoSlide("demo-A3", "demo_a", "00125", SlideLook(8192, 16, density=1.4)),
    DemoSlide("demo-A4", "demo_a", "00126", SlideLook(8704, 17, haematoxylin=0.8)),
    DemoSlide("demo-B4", "demo_b", "00209", SlideLook(9216, 18, eosin=1.2)),
)

CLINICAL = """\
patient_id,age,diagnosis,stage,outcome
00123,61,Adenocarcinoma,II,alive
00124,58,Adenocarcinoma,IIA,alive
00125,,Adenocarcinoma,I,alive
00126,49,Adenocarcinoma,II,dead
00207,70,Squamous cell carcinoma,III,dead
00208,66,Adenocarcinoma,I,alive
00209,73,Squamous cell carcinoma,IV,dead
00301,54,Adenocarcinoma,II,alive
"""


def make_cohort(
    root: Path,
    slides: Sequence[DemoSlide],
    *,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> list[Path]:
    """Paint the slides that are not there yet, two at a time.

    Parameters
    ----------
    root : Path
        Folder that gets ``<cohort>/<name>.tif``.
    slides : sequence of DemoSlide
        What to paint.

    Returns
    -------
    list of Path
        The slides, in the order given.
    """
    paths = [root / slide.cohort / f"{slide.name}.tif" for slide in slides]
    todo = [pair for pair in zip(paths, slides, strict=True) if not pair[0].exists()]
    finished = len(paths) - len(todo)
    progress("Painting slides", finished, len(paths))
    with ThreadPoolExecutor(2, "paint") as pool:
        jobs: list[Future[Path]] = [
            pool.submit(make_slide, path, slide.look) for path, slide in todo
        ]
        try:
            for job in as_completed(jobs):
                job.result()
                finished += 1
                progress("Painting slides", finished, len(paths))
                check(cancelled)
        finally:
            for job in jobs:
                job.cancel()
    return paths
