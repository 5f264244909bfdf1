"""Options that several commands have, written once."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

Command = Callable[..., None]


def taking(shared: Callable[..., Any], name: str) -> Callable[[Command], Command]:
    """Give a command the options of another function, whose result it gets.

    Parameters
    ----------
    shared : callable
        Its parameters are options; called with what was typed.
    name : str
        Parameter of the command that its result goes to.

    Returns
    -------
    callable
        A decorator. The options come where that parameter stands.
    """

    def decorate(command: Command) -> Command:
        own = inspect.signature(command).parameters
        added = inspect.signature(shared).parameters

        @functools.wraps(command)
        def run(**given: Any) -> None:
            made = shared(**{key: given.pop(key) for key in added})
            command(**given, **{name: made})

        parameters: list[inspect.Parameter] = []
        for key, parameter in own.items():
            parameters += added.values() if key == name else [parameter]
        hints = get_type_hints(shared, include_extras=True)
        hints |= get_type_hints(command, include_extras=True)
        del hints[name]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = hints | {"return": None}
        return run

    return decorate
