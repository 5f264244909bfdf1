"""What stands in the filter row, and what it says of conditions typed elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from pathgui.errors import ExpressionError
from pathgui.gui.tables.filters import to_filter
from pathgui.project.renaming import renamed_condition

if TYPE_CHECKING:
    from pathgui.gui.tables.proxy import OrderProxy


class FilterRow:
    """Texts of the filter row by column (``table.name``), and what they stand for.

    Attributes
    ----------
    typed : dict of str to (str, str)
        Text, and the condition it stands for.
    misread : dict of str to (str, str)
        Text that filters nothing, and why it cannot be understood.
    """

    def __init__(self) -> None:
        self.typed: dict[str, tuple[str, str]] = {}
        self.misread: dict[str, tuple[str, str]] = {}

    def text(self, name: str) -> str:
        """What stands in the field of a column."""
        return (self.typed.get(name) or self.misread.get(name) or ("", ""))[0]

    def write(
        self, name: str, text: str, condition_of: Callable[[str], str]
    ) -> tuple[str, str]:
        """Take a text; the condition of before, and the one it stands for."""
        _, old = self.typed.pop(name, ("", ""))
        self.misread.pop(name, None)
        new = ""
        try:
            new = condition_of(text)
        except ExpressionError as error:
            self.misread[name] = text.strip(), f"{error.message}; {error.hint}"
        if new:
            self.typed[name] = text.strip(), new
        return old, new

    def clear(self) -> None:
        """Forget everything."""
        self.typed.clear()
        self.misread.clear()

    def read(self, proxy: "OrderProxy", parts: Sequence[str]) -> None:
        """Say what the row can of these conditions."""
        self.misread.clear()
        self.typed = read_back(proxy, parts)

    def rename(self, names: Mapping[str, str], words: Mapping[str, str]) -> None:
        """Follow columns that get other names, here and in conditions."""
        self.typed = {
            names.get(name, name): (text, renamed_condition(condition, words))
            for name, (text, condition) in self.typed.items()
        }
        self.misread = {names.get(n, n): said for n, said in self.misread.items()}


def read_back(proxy: "OrderProxy", parts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Text and condition by column, of those parts that the filter row can say."""
    found: dict[str, tuple[str, str]] = {}
    for part in parts:
        said = to_filter(part)
        column = -1 if said is None else proxy.column_named(said[0])
        if said is None or column < 0 or proxy.name(column) in found:
            continue
        try:
            again = proxy.condition_of(column, said[1])
        except ExpressionError:
            continue
        if again == part:
            found[proxy.name(column)] = said[1], part
    return found
