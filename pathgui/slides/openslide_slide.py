"""Slides that OpenSlide reads."""

import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from typing_extensions import override

from pathgui import log
from pathgui.errors import SlideError
from pathgui.slides import anchors, direct, facts
from pathgui.slides.fingerprint import head_and_tail
from pathgui.slides.handle import Error, Handle
from pathgui.slides.region_slide import Colour, RegionSlide
from pathgui.slides.tile_store import TileStore
from pathgui.slides.tiled import TiledLevel, UndecodableError
from pathgui.tiling import Image

_log = log.get(__name__)
_PIECE = 2048


class OpenSlideSlide(RegionSlide):
    """A slide in a format of OpenSlide.

    OpenSlide says what the slide is, and its pixels are the reference.

    Raises
    ------
    openslide.OpenSlideError
        If OpenSlide refuses the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = Handle(path)
        properties = facts.from_openslide(self._handle.current())
        if not properties.quickhash:
            properties = replace(properties, quickhash=head_and_tail(path))
        self.properties = properties
        self._lock = threading.Lock()
        self._levels: list[TiledLevel | None] | None = None
        self._proved: set[int] = set()
        self._store = TileStore()

    @override
    def direct(self, level: int) -> TiledLevel | None:
        # found and proved when pixels are first asked for: properties stay quick
        with self._lock:
            if self._levels is None:
                self._levels = direct.find_levels(self.path, self.properties)
            source = self._levels[level]
            if source is not None and level not in self._proved:
                if not direct.agrees(source, partial(self._own_pixels, level)):
                    _log.info("level %d of %s: OpenSlide only", level, self.path.name)
                    self._levels[level] = None
                self._proved.add(level)
            return self._levels[level]

    @override
    def region(
        self,
        level: int,
        x: int,
        y: int,
        width: int,
        height: int,
        background: Colour | None = None,
    ) -> Image:
        source = self.direct(level)
        if source is not None and source.stored(*source.span(x, y, width, height)):
            try:
                return self._store.region(source, level, x, y, width, height)
            except UndecodableError as error:
                _log.info("%s: %s", self.path.name, error)
        try:
            return self._painted(level, (x, y), (width, height), background)
        except Error as error:
            raise self.damage(level, x, y, (width, height), error) from error

    @override
    def associated(self, name: str) -> Image:
        if name not in self.properties.associated:
            known = ", ".join(self.properties.associated) or "none"
            raise SlideError(
                f"{self.path.name} has no image {name!r}", f"it has {known}"
            )
        try:
            picture = self._handle.associated(name)
        except Error as error:
            raise SlideError(
                f"the {name} image of {self.path} cannot be read: {error}"
            ) from error
        return composite(picture, (255, 255, 255))

    @property
    @override
    def icc_profile(self) -> bytes | None:
        try:
            profile = self._handle.current().color_profile
        except (Error, OSError):
            _log.info("the colour profile of %s cannot be read", self.path.name)
            return None
        return None if profile is None else bytes(profile.tobytes())

    @override
    def close(self) -> None:
        self._handle.drop()
        self._store.clear()
        with self._lock:
            self._levels = None
            self._proved.clear()

    def _own_pixels(
        self, level: int, x: int, y: int, width: int, height: int
    ) -> Image | None:
        """OpenSlide's reading of a region where it is exact, else None."""
        downsample = self.properties.level_downsamples[level]
        place = anchors.place((x, y), (width, height), downsample)
        if place is None:
            return None
        try:
            return np.asarray(self._anchored(level, place).convert("RGB"))
        except Error:
            return None

    def _painted(
        self,
        level: int,
        corner: tuple[int, int],
        size: tuple[int, int],
        background: Colour | None,
    ) -> Image:
        """A region through OpenSlide, in pieces where it would shift them."""
        downsample = self.properties.level_downsamples[level]
        if downsample.is_integer() or max(size) <= _PIECE:
            picture = self._picture(level, corner, size)
            return composite(picture, background)
        out = np.empty((size[1], size[0], 3), np.uint8)
        for y in range(0, size[1], _PIECE):
            for x in range(0, size[0], _PIECE):
                part = min(_PIECE, size[0] - x), min(_PIECE, size[1] - y)
                place = corner[0] + x, corner[1] + y
                piece = composite(self._picture(level, place, part), background)
                out[y : y + part[1], x : x + part[0]] = piece
        return out

    def _picture(
        self, level: int, corner: tuple[int, int], size: tuple[int, int]
    ) -> Pillow.Image:
        """RGBA; the level's own pixels where they can be had at a fair price."""
        downsample = self.properties.level_downsamples[level]
        place = anchors.place(corner, size, downsample)
        if place is None:
            x, y = round(corner[0] * downsample), round(corner[1] * downsample)
            return self._handle.region(level, x, y, *size)
        return self._anchored(level, place)

    def _anchored(self, level: int, place: anchors.Place) -> Pillow.Image:
        picture = self._handle.region(level, *place.start, *place.size)
        return picture if place.exact else picture.crop(place.cut)


def composite(picture: Pillow.Image, background: Colour | None) -> Image:
    """RGBA laid over a colour, as uint8 ``(H, W, 3)``; None just drops the alpha."""
    if background is None:
        return np.asarray(picture.convert("RGB"))
    if picture.mode != "RGBA" or picture.getchannel("A").getextrema() == (255, 255):
        return np.asarray(picture.convert("RGB"))
    base = Pillow.new("RGBA", picture.size, (*background, 255))
    base.alpha_composite(picture)
    return np.asarray(base.convert("RGB"))
