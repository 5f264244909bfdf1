"""Every colour of the window by name, once for light and once for dark."""

from dataclasses import dataclass, fields
from typing import Literal

Hue = Literal["ok", "warn", "err", "run", "quar", "neut", "plain"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Named colours of one theme, as ``#RRGGBB``.

    A hue has a foreground (``ok``) and the ground of its chip (``ok_soft``); the pair
    keeps a contrast of at least 4.5.
    """

    name: str
    window: str
    panel: str
    subtle: str
    hover: str
    line: str
    line2: str
    grid: str
    field: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_soft: str
    accent_mid: str
    primary: str
    primary_hover: str
    primary_text: str
    canvas: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    err: str
    err_soft: str
    run: str
    run_soft: str
    quar: str
    quar_soft: str
    neut: str
    neut_soft: str
    shade: str

    def get(self, token: str) -> str:
        """Colour of a token by name; a ``#RRGGBB`` is returned as it is."""
        return token if token.startswith("#") else str(getattr(self, token))

    def items(self) -> list[tuple[str, str]]:
        """Token names and colours, longest name first (for the template)."""
        pairs = [(f.name, str(getattr(self, f.name))) for f in fields(self)]
        return sorted(pairs, key=lambda pair: -len(pair[0]))


LIGHT = Tokens(
    name="light",
    window="#F4F6F8",
    panel="#FFFFFF",
    subtle="#EDF0F4",
    hover="#F0F3F7",
    line="#DEE3E9",
    line2="#C7CED8",
    grid="#EBEEF2",
    field="#838D9C",
    text="#18212D",
    text2="#4B5665",
    text3="#5F6A79",
    accent="#0A67A6",
    accent_soft="#E2EEF8",
    accent_mid="#C9DFF1",
    primary="#0A67A6",
    primary_hover="#085489",
    primary_text="#FFFFFF",
    canvas="#E4E7EB",
    ok="#005C41",
    ok_soft="#DDF1E8",
    warn="#7A5E06",
    warn_soft="#FAF1CF",
    err="#8C1720",
    err_soft="#FBE4E3",
    run="#0A67A6",
    run_soft="#E2EEF8",
    quar="#533973",
    quar_soft="#ECE7F5",
    neut="#434E59",
    neut_soft="#E9EDF1",
    shade="#18212D",
)

DARK = Tokens(
    name="dark",
    window="#15181D",
    panel="#1C2026",
    subtle="#272C35",
    hover="#242A32",
    line="#313842",
    line2="#434C59",
    grid="#282E36",
    field="#737F8F",
    text="#E7EBF0",
    text2="#B4BDC9",
    text3="#9AA5B3",
    accent="#4BB0EC",
    accent_soft="#1C3A54",
    accent_mid="#27506F",
    primary="#2C74B3",
    primary_hover="#24679F",
    primary_text="#FFFFFF",
    canvas="#0E1013",
    ok="#99E0C4",
    ok_soft="#1B3F35",
    warn="#FFC067",
    warn_soft="#42341A",
    err="#FF7B70",
    err_soft="#48211F",
    run="#4BB0EC",
    run_soft="#1C3A54",
    quar="#EAC5FF",
    quar_soft="#40304D",
    neut="#A9B3C0",
    neut_soft="#2B313A",
    shade="#000000",
)
