"""Tokens, type, icons and states: how the window looks."""

from pathgui.gui.style.icons import Icons
from pathgui.gui.style.states import State, state_of
from pathgui.gui.style.theme import Theme
from pathgui.gui.style.tokens import DARK, LIGHT, Tokens

__all__ = ["DARK", "LIGHT", "Icons", "State", "Theme", "Tokens", "state_of"]
