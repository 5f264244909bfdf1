"""Free space where results go."""

import shutil
from pathlib import Path

_SHARE = 20


def free_bytes(folder: Path) -> tuple[int, int]:
    """Free and total bytes of the disk that a folder is, or will be, on."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    usage = shutil.disk_usage(place)
    return usage.free, usage.total


def is_short(folder: Path, reserve: int) -> bool:
    """Whether less than the reserve is free; of a small disk a twentieth is enough."""
    if not reserve:
        return False
    try:
        free, total = free_bytes(folder)
    except OSError:
        return False
    return free < min(reserve, total // _SHARE)
