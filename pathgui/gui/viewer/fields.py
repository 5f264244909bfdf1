"""Offers maps and features of the slide on screen, and reads them when wanted."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.results import Result
from pathgui.gui.viewer.values import (
    Field,
    label_field,
    read_feature,
    read_feature_file,
    read_map,
)

Offer = tuple[Path, Callable[[], Field]]


class Fields(QObject):
    """Offers the maps and features of the slide on screen."""

    def __init__(
        self, session: ViewerHost, errands: Errands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._errands = session, errands
        self._shown: LoadedSlide | None = None
        self._offers: dict[str, Offer] = {}

    def use(self, loaded: LoadedSlide | None) -> None:
        """Speak about another slide."""
        self._shown = loaded
        self._offers = {} if loaded is None else _offers(loaded)

    def names(self) -> list[str]:
        """What can be shown, besides labels of the tiles that are drawn."""
        return list(self._offers)

    def load(self, name: str, done: Callable[[Field], None]) -> bool:
        """Read one of `names`; False if there is none of that name."""
        shown = self._shown
        if shown is None or name not in self._offers:
            return False
        source, read = self._offers[name]

        def safely() -> Field:
            from pathgui.jobs.known_files import known_files

            # It may have been replaced since the slide was opened.
            known_files(shown.request.journal).look(source)
            return read()

        def hand(field: Field) -> None:
            if self._shown is shown:
                done(field)

        self._errands.run(safely, hand)
        return True


def _offers(shown: LoadedSlide) -> dict[str, Offer]:
    """What can be shown on a slide: the file it lies in and what reads it, by name."""
    offers: dict[str, Offer] = {}
    result, source = shown.result, shown.request.features
    if result is not None:
        offers |= _of_result(result, shown.size)
    if result is not None and result.tiles is not None and source is not None:
        for column, name in enumerate(shown.features):
            read = partial(read_feature_file, source, name, column, result.tiles)
            offers[name] = source, read
    for other in shown.others:
        offers |= _of_other(other, shown.size)
    return offers


def _of_result(
    result: Result, size: tuple[int, int], title: str = "{}"
) -> dict[str, Offer]:
    """Maps and features of a result; `title` is filled with their names."""
    file, tiles = result.file, result.tiles
    if file is None:
        return {}
    offers: dict[str, Offer] = {}
    for name, which in result.maps.items():
        called = title.format(name)
        offers[called] = file, partial(read_map, file, called, which, size)
    if tiles is None:
        return offers
    for column, name in enumerate(result.features):
        called = title.format(name)
        offers[called] = file, partial(read_feature, file, called, column, tiles)
    return offers


def _of_other(other: Result, size: tuple[int, int]) -> dict[str, Offer]:
    """The same of a further recipe, and the labels of its tiles."""
    title = "{}, " + other.title.replace("{", "(").replace("}", ")")
    offers = _of_result(other, size, title)
    if other.tiles is not None and other.file is not None:
        for label in other.tiles.heat_labels():
            called = title.format(label.replace("_", " ").capitalize())
            read = partial(label_field, called, label, other.tiles)
            offers[called] = other.file, read
    return offers
