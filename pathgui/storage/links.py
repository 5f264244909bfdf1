"""Following links inside a file without ever leaving it."""

from typing import Any

from h5py import h5d, h5g, h5l

from pathgui.storage.problems import Refused

GroupID = Any
DatasetID = Any


def is_hard(group: GroupID, name: bytes) -> bool:
    """Whether `name` is an object of this file, not a link to elsewhere."""
    return bool(group.links.get_info(name).type == h5l.TYPE_HARD)


def has(group: GroupID, name: str) -> bool:
    """Whether there is anything under that name."""
    return bool(group.links.exists(name.encode()))


def open_group(group: GroupID, name: str) -> GroupID:
    """A group below `group`, reached through hard links only.

    Raises
    ------
    Refused
        If it is a soft or external link.
    KeyError
        If there is none.
    """
    for part in name.encode().split(b"/"):
        _refuse_link(group, part)
        group = h5g.open(group, part)
    return group


def open_dataset(group: GroupID, name: str) -> DatasetID:
    """A dataset directly below `group`; as `open_group`."""
    key = name.encode()
    _refuse_link(group, key)
    return h5d.open(group, key)


def child_names(group: GroupID, most: int) -> list[str]:
    """Names below a group, at most `most` of them.

    Raises
    ------
    ValueError
        If there are more.
    """
    count = group.get_num_objs()
    if count > most:
        raise ValueError(f"a group of {count} members")
    return [name.decode() for name in group]


def _refuse_link(group: GroupID, name: bytes) -> None:
    if not is_hard(group, name):
        raise Refused(
            f"{name.decode(errors='replace')!r} is a link, which can lead to any file"
        )
