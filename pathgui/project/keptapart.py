"""Ids that almost fit and that a person said are different: kept in the project."""

from collections.abc import Iterable

from pathgui.project.config import ProjectConfig
from pathgui.project.edits import Edit
from pathgui.project.nearmiss import NearMiss
from pathgui.project.settingitems import set_default

KEY = "kept_apart"
Pair = tuple[str, str]


def kept_apart(config: ProjectConfig) -> set[Pair]:
    """Pairs of a clinical id and the slide's or patient's id that it is not."""
    found = config.defaults.get(KEY)
    pairs = found if isinstance(found, list) else []
    return {
        (str(pair[0]), str(pair[1]))
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2
    }


def keep_apart(config: ProjectConfig, misses: Iterable[NearMiss]) -> Edit:
    """The edit after which these near misses are no longer told."""
    known = kept_apart(config)
    new = {(miss.clinical, miss.slide) for miss in misses} - known
    if not new:
        return Edit("")
    pairs = [list(pair) for pair in sorted(known | new)]
    first = min(new)[0]
    label = f"Keep {first} as it is" if len(new) == 1 else f"Keep {len(new):,} ids"
    return Edit(label, settings=(set_default(config, KEY, pairs),))


def tell_again(config: ProjectConfig) -> Edit:
    """The edit after which every near miss is told again."""
    if not kept_apart(config):
        return Edit("")
    label = "List kept near misses again"
    return Edit(label, settings=(set_default(config, KEY, None),))
