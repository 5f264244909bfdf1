"""Runs and their slides as rows of a list; no widgets here."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from pathgui.gui.session.runstate import RunState, SlideRun, clock, span
from pathgui.gui.style import State
from pathgui.gui.style.states import STATUS
from pathgui.gui.tables.rows import Part, Row

_SHOWN = ("running", "failed", "quarantined")
_LIMIT = 200
_LIMIT_OF_ALL = 5000


def rows(
    runs: Sequence[RunState], open_runs: Collection[str], all_of: str, now: float
) -> list[Row]:
    """Runs, newest first; those in `open_runs` with their slides below.

    Parameters
    ----------
    all_of : str
        The run of which all slides are shown, not only those that need a look.
    """
    found: list[Row] = []
    for run in runs:
        title = f"Run {run.number} · {run.recipe}"
        folded = run.run_id not in open_runs
        found.append(_run_row(run, title, folded, now))
        if not folded:
            found.extend(_slides(run, run.run_id == all_of, now))
    return found


def _run_row(run: RunState, title: str, folded: bool, now: float) -> Row:
    left = run.left(now)
    parts = (
        Part(title, "strong", fold=folded),
        _run_chip(run),
        Part(
            f"{run.finished - run.failed:,} / {run.total:,}",
            "progress",
            share=run.share if run.live else _good_share(run),
            tint="run" if run.live else "ok",
        ),
        Part(f"{run.rate(now):,.0f} tiles/s" if run.rate(now) else "", "number"),
        Part(clock(run.elapsed(now)) if run.started or run.seconds else "", "number"),
        Part(span(left) if left is not None else "", "number"),
        Part(_memory(run.memory_mb), "number"),
        Part(),
    )
    return Row(run.run_id, parts)


def _good_share(run: RunState) -> float:
    """Share of slides that have a result; a failed one leaves a gap in the bar."""
    return (run.finished - run.failed) / run.total if run.total else 0.0


def chip_of(run: RunState) -> State:
    """How the state of a run looks."""
    if run.failed and not run.live:
        return replace(STATUS["failed"], word=f"{run.failed:,} failed")
    return STATUS.get(run.state, STATUS["queued"])


def _run_chip(run: RunState) -> Part:
    return Part("", "chip", state=chip_of(run))


def _slides(run: RunState, everything: bool, now: float) -> Iterator[Row]:
    shown = [s for s in run.slides.values() if everything or s.state in _SHOWN]
    rank = {"running": 0, "failed": 1, "quarantined": 2}
    shown.sort(key=lambda slide: rank.get(slide.state, 3))
    shown = shown[: _LIMIT_OF_ALL if everything else _LIMIT]
    for slide in shown:
        yield _slide_row(run, slide, now)
    rest = len(run.slides) - len(shown)
    waiting = run.total - len(run.slides)
    if rest or waiting > 0 or everything:
        yield _rest_row(run, everything)


def _slide_row(run: RunState, slide: SlideRun, now: float) -> Row:
    running = slide.state == "running"
    state = STATUS.get(slide.state, STATUS["queued"])
    rate = slide.rate(now) if running else 0
    left = (slide.total - slide.done) / rate if rate and slide.total else None
    elapsed = slide.elapsed(now)
    parts = (
        Part(slide.slide_id, icon="ph.image-square", indent=20),
        Part("", "chip", state=state),
        _slide_progress(slide),
        Part(f"{rate:,.0f} tiles/s" if rate else "", "number"),
        Part(clock(elapsed) if elapsed else "", "number"),
        Part(span(left) if left is not None else "", "number"),
        Part(_memory(slide.memory_mb) if running else "", "number"),
        Part(str(slide.attempts) if slide.attempts else "", "number"),
    )
    return Row(f"{run.run_id}/{slide.slide_id}", parts)


def _slide_progress(slide: SlideRun) -> Part:
    if slide.state in ("failed", "quarantined", "skipped", "cancelled"):
        return Part(slide.reason, "quiet")
    if slide.state == "done":
        return Part(f"{slide.total:,} tiles" if slide.total else "", "quiet")
    percent = f"{slide.share * 100:.0f} %"
    return Part(percent, "progress", share=slide.share, tint="run")


def _rest_row(run: RunState, everything: bool) -> Row:
    done, skipped = run.count("done"), run.count("skipped")
    queued = max(run.total - len(run.slides), 0) + run.count("queued")
    words = [f"{done:,} done"] if done else []
    words += [f"{skipped:,} up to date"] if skipped else []
    words += [f"{queued:,} queued"] if queued else []
    cancelled = run.count("cancelled")
    words += [f"{cancelled:,} cancelled"] if cancelled else []
    link = Part("Show fewer" if everything else "Show all", "link")
    lead = Part(", ".join(words), icon="ph.dots-three", indent=20)
    chip = Part("", "chip", state=STATUS["queued"]) if queued and run.live else Part()
    return Row(
        f"{run.run_id}/*",
        (lead, chip, link if run.slides else Part(), *(Part() for _ in range(5))),
    )


def _memory(megabytes: float) -> str:
    if not megabytes:
        return ""
    if megabytes < 1000:
        return f"{megabytes:.0f} MB"
    return f"{megabytes / 1000:.1f} GB"
