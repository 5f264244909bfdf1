"""What the filter row says of conditions that were typed elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pathgui.gui.tables.filters import to_filter

if TYPE_CHECKING:
    from pathgui.gui.tables.proxy import OrderProxy


def read_back(proxy: "OrderProxy", parts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Text and condition by column, of those parts that the filter row can say."""
    found: dict[str, tuple[str, str]] = {}
    for part in parts:
        said = to_filter(part)
        column = -1 if said is None else proxy.column_named(said[0])
        if said is None or column < 0 or proxy.name(column) in found:
            continue
        if proxy.condition_of(column, said[1]) == part:
            found[proxy.name(column)] = said[1], part
    return found
