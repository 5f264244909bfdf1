"""How slides lie in a file of features: at the root, in groups, or behind links."""

import os
import re
from pathlib import Path
from typing import Any

from h5py import h5l

from pathgui.storage.features.meta import FORMAT, name_of_file, read_meta
from pathgui.storage.links import child_names, has, open_group
from pathgui.storage.metadata import attribute
from pathgui.storage.problems import Refused
from pathgui.storage.schema import MAX_SLIDES

_GROUP = re.compile("slide_(0|[1-9][0-9]{0,8})")


def linked_file(owner: Any, folder: Path) -> Path:
    """The file that a slide's group links to, if it lies inside `folder`.

    Raises
    ------
    Refused
        If the link leads anywhere else, or is of another kind.
    """
    targets = set()
    for name in ("features", "coords"):
        if owner.links.get_info(name.encode()).type != h5l.TYPE_EXTERNAL:
            raise Refused(f"{name!r} is a link, which can lead to any object")
        file, inside = owner.links.get_val(name.encode())
        if inside.decode(errors="replace") != f"/{name}":
            raise Refused(f"{name!r} links to something else")
        targets.add(os.fsdecode(file))
    if len(targets) != 1:
        raise Refused("features and coords lie in different files")
    told = Path(targets.pop())
    found = (folder / told).resolve()
    if told.is_absolute() or not found.is_relative_to(folder.resolve()):
        raise Refused(f"it links to {told}, outside its folder")
    return folder / told


def slide_groups(root: Any, path: Path) -> dict[str, str]:
    """Slide names and their groups; ``""`` is the root of a file of one slide."""
    if has(root, "features"):
        return {read_meta(root, name_of_file(path)).slide_name: ""}
    names = [name for name in child_names(root, MAX_SLIDES) if _GROUP.fullmatch(name)]
    if not names and not _is_ours(root):
        raise Refused("it holds no features", "choose a file from features/")
    found: dict[str, str] = {}
    for group in sorted(names, key=lambda name: int(name[6:])):
        slide = read_meta(open_group(root, group), group).slide_name
        if slide in found:
            raise Refused(f"it holds two slides called {slide!r}")
        found[slide] = group
    return found


def _is_ours(root: Any) -> bool:
    return bool(attribute(root, "format") == FORMAT)
