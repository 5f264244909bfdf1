"""Offers maps and features of the slide on screen, and reads them when wanted."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.values import (
    Field,
    read_feature,
    read_feature_file,
    read_map,
)


class Fields(QObject):
    """Offers the maps and features of the slide on screen."""

    def __init__(
        self, session: ViewerHost, errands: Errands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._errands = session, errands
        self._shown: LoadedSlide | None = None

    def use(self, loaded: LoadedSlide | None) -> None:
        """Speak about another slide."""
        self._shown = loaded

    def names(self) -> list[str]:
        """What can be shown, besides labels."""
        shown = self._shown
        result = None if shown is None else shown.result
        if shown is None or result is None:
            return []
        return [*result.maps, *result.features, *shown.features]

    def load(self, name: str, done: Callable[[Field], None]) -> bool:
        """Read one of `names`; False if there is none of that name."""
        shown = self._shown
        work = None if shown is None else self._reader(shown, name)
        if shown is None or work is None:
            return False
        source, read = work

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

    def _reader(
        self, shown: LoadedSlide, name: str
    ) -> tuple[Path, Callable[[], Field]] | None:
        """The file of these values and what reads them; None without any."""
        result, source = shown.result, shown.request.features
        if result is None or result.file is None:
            return None
        if name in result.maps:
            which = result.maps[name]
            read = partial(read_map, result.file, name, which, shown.size)
            return result.file, read
        tiles = result.tiles
        if tiles is None:
            return None
        if name in result.features:
            column = result.features.index(name)
            return result.file, partial(read_feature, result.file, name, column, tiles)
        if name in shown.features and source is not None:
            column = shown.features.index(name)
            return source, partial(read_feature_file, source, name, column, tiles)
        return None
