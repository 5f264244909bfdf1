"""The lines of the join report's lists, and which edit each of them stands for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from pathgui.gui.tables.rows import Part, Row
from pathgui.gui.tables.ticks import tick
from pathgui.project import NearMiss
from pathgui.workflows.join_fixes import SharedKey, is_safe

_ICONS = (
    ("case", "ph.text-t"),
    ("ending", "ph.image-square"),
    ("dashes", "ph.minus"),
    ("zeros", "ph.hash"),
    ("spaces", "ph.arrows-in-line-horizontal"),
)
_EMPTY = Part()
_USE = Part("Use the slides' id", "link", "ph.check", "accent")
_KEEP = Part("Keep", "link", "ph.x", "accent")


def grouped(misses: Iterable[NearMiss]) -> dict[str, list[NearMiss]]:
    """Near misses by their reason, the harmless and the frequent first."""
    found: dict[str, list[NearMiss]] = defaultdict(list)
    for miss in misses:
        found[miss.why].append(miss)
    order = sorted(found.items(), key=lambda g: (not is_safe(g[1][0]), -len(g[1])))
    return dict(order)


def near_lines(
    misses: Sequence[NearMiss], unticked: Collection[str], opened: Collection[str]
) -> list[Row]:
    """A line for each reason with its first pair, and its members where it is open."""
    lines: list[Row] = []
    for why, members in grouped(misses).items():
        on = any(miss.clinical not in unticked for miss in members)
        first, safe = members[0], is_safe(members[0])
        folded = why not in opened
        name = why[:1].upper() + why[1:]
        count = len(members)
        lines.append(
            Row(
                f"why:{why}",
                (
                    tick(on),
                    Part(
                        name,
                        icon=_icon(why),
                        tint="text2" if safe else "warn",
                        fold=folded if count > 1 else None,
                    ),
                    Part(_quoted(first.clinical), "mono"),
                    Part(first.slide, "mono"),
                    Part(f"{count:,}", "number"),
                    Part(_evidence(first), "quiet"),
                    _USE if count == 1 else _EMPTY,
                    _KEEP,
                ),
            )
        )
        if not folded and count > 1:
            lines += [_member(miss, miss.clinical not in unticked) for miss in members]
    return lines


def _member(miss: NearMiss, on: bool) -> Row:
    return Row(
        f"near:{miss.clinical}",
        (
            tick(on),
            Part("", indent=18),
            Part(_quoted(miss.clinical), "mono"),
            Part(miss.slide, "mono"),
            _EMPTY,
            Part(_evidence(miss), "quiet"),
            _USE,
            _KEEP,
        ),
    )


def _evidence(miss: NearMiss) -> str:
    return "unique on both sides" if is_safe(miss) else "compare the rows first"


def _icon(why: str) -> str:
    found = (icon for word, icon in _ICONS if word in why)
    return next(found, "ph.warning-fill")


def _quoted(text: str) -> str:
    return f"“{text}”" if text != text.strip() else text


def alone_lines(slides: Iterable[str]) -> list[Row]:
    """Slides without a clinical row."""
    link = Part("Show slide", "link", "ph.image-square", "accent")
    return [
        Row(
            f"no_row:{slide}",
            (
                _EMPTY,
                Part("No clinical row"),
                Part("–", "quiet"),
                Part(slide, "mono"),
                _EMPTY,
                Part("the slide stays, without clinical values", "quiet"),
                link,
                _EMPTY,
            ),
        )
        for slide in slides
    ]


def lost_lines(ids: Iterable[str]) -> list[Row]:
    """Clinical rows without a slide."""
    link = Part("Show row", "link", "ph.table", "accent")
    return [
        Row(
            f"no_slide:{name}",
            (
                _EMPTY,
                Part("No slide of this id"),
                Part(_quoted(name), "mono"),
                Part("–", "quiet"),
                _EMPTY,
                Part("the row is kept, and not used", "quiet"),
                link,
                _EMPTY,
            ),
        )
        for name in ids
    ]


def shared_lines(shared: Iterable[SharedKey]) -> list[Row]:
    """Ids that several clinical rows share."""
    lines = []
    for item in shared:
        agree = not item.differing
        words = "the rows agree" if agree else f"differ in {', '.join(item.differing)}"
        fix = Part("Merge rows", "link", "ph.arrows-in", "accent")
        if not agree:
            fix = Part("Show rows", "link", "ph.table", "accent")
        lines.append(
            Row(
                f"duplicate:{item.key}",
                (
                    _EMPTY,
                    Part("Several rows share this id"),
                    Part(_quoted(item.key), "mono"),
                    Part("–", "quiet"),
                    Part(f"{len(item.rows):,}", "number"),
                    Part(words, "quiet"),
                    fix,
                    _EMPTY,
                ),
            )
        )
    return lines


def patient_lines(several: Mapping[str, Sequence[str]]) -> list[Row]:
    """Patients with several slides."""
    link = Part("Select slides", "link", "ph.image-square", "accent")
    return [
        Row(
            f"several:{patient}",
            (
                _EMPTY,
                Part("One patient, many slides"),
                Part(patient, "mono"),
                Part(", ".join(slides[:3]) + (" …" if len(slides) > 3 else ""), "mono"),
                Part(f"{len(slides):,}", "number"),
                Part("all get the patient's row", "quiet"),
                link,
                _EMPTY,
            ),
        )
        for patient, slides in several.items()
    ]
