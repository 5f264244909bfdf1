"""OME-TIFF slides: one level, or a pyramid in SubIFDs."""

from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import override

from pathgui.errors import SlideError
from pathgui.slides import ome_xml, tiff, tiled
from pathgui.slides.file_bytes import FileBytes
from pathgui.slides.fingerprint import head_and_tail
from pathgui.slides.properties import SlideProperties
from pathgui.slides.region_slide import Colour, RegionSlide
from pathgui.slides.tile_store import TileStore
from pathgui.slides.tiled import TiledLevel
from pathgui.tiling import Image

_HINT = "export it as 8-bit RGB (brightfield) OME-TIFF"


def is_ome(path: Path) -> bool:
    """Whether the file is a TIFF whose first directory carries OME-XML."""
    try:
        with tiff.directories(path) as file:
            return "<OME" in file.pages.first.description[:4096]
    except tiff.DAMAGE:
        return False


class OmeSlide(RegionSlide):
    """An OME-TIFF of 8-bit RGB pixels, interleaved or planar.

    Level 0 is the first directory, coarser levels are its SubIFDs. Pixels outside
    what the file stores are white in the overview, zero in `read`.

    Raises
    ------
    SlideError
        If it is damaged, a stack, or not 8-bit RGB.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with tiff.directories(path) as file:
                first = file.pages.first
                facts = ome_xml.parse(first.description)
                self._refuse_others(first, facts)
                pages = [first, *_sub_pages(first)]
                self._file = FileBytes(path)
                self._levels = self._read_levels(pages)
        except tiff.DAMAGE as error:
            raise SlideError(f"{path} is damaged: {error}") from error
        self._store = TileStore()
        self.properties = self._properties(facts)

    def _refuse_others(self, page: Any, facts: ome_xml.OmeFacts) -> None:
        if facts.z > 1 or facts.t > 1:
            raise SlideError(
                f"{self.path} is a stack of {facts.z} planes and {facts.t} times",
                _HINT,
            )
        if page.samplesperpixel != 3 or page.dtype != np.uint8:
            kind = page.dtype if page.dtype is not None else facts.pixel_type
            raise SlideError(
                f"{self.path} holds {facts.channels} channels of {kind}, "
                "not 8-bit RGB pixels",
                _HINT,
            )

    def _read_levels(self, pages: list[Any]) -> list[TiledLevel]:
        levels: list[TiledLevel] = []
        for page in pages:
            level = tiled.from_page(self._file, page)
            if level is None:
                raise SlideError(
                    f"{self.path} stores its pixels in a way that is not supported "
                    f"(compression {int(page.compression)})",
                    _HINT,
                )
            if not levels or level.width < levels[-1].width:
                levels.append(level)
        return levels

    def _properties(self, facts: ome_xml.OmeFacts) -> SlideProperties:
        sizes = tuple((level.width, level.height) for level in self._levels)
        width, height = sizes[0]
        mpp = None
        if facts.mpp_x is not None and facts.mpp_y is not None:
            mpp = (facts.mpp_x + facts.mpp_y) / 2
        return SlideProperties(
            vendor="ome-tiff",
            level_dimensions=sizes,
            level_downsamples=tuple((width / w + height / h) / 2 for w, h in sizes),
            mpp=mpp,
            mpp_source="" if mpp is None else "ome",
            mpp_x=facts.mpp_x,
            mpp_y=facts.mpp_y,
            objective=facts.objective,
            quickhash=head_and_tail(self.path),
            scanner=facts.instrument,
        )

    @override
    def direct(self, level: int) -> TiledLevel:
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
        source = self._levels[level]
        try:
            out = self._store.region(source, level, x, y, width, height)
        except tiled.UndecodableError as error:
            raise self.damage(level, x, y, (width, height), error) from error
        if background is not None:
            _fill_gaps(source, out, (x, y), background)
        return out

    @override
    def associated(self, name: str) -> Image:
        raise SlideError(f"{self.path.name} has no image {name!r}", "it has none")

    @override
    def close(self) -> None:
        self._file.close()
        self._store.clear()


def _fill_gaps(
    source: TiledLevel, out: Image, corner: tuple[int, int], colour: Colour
) -> None:
    """Paint what the file does not store."""
    x, y = corner
    columns, rows = source.span(x, y, out.shape[1], out.shape[0])
    for row in rows:
        for column in columns:
            if not source.stored(range(column, column + 1), range(row, row + 1)):
                left, top = column * source.tile_width - x, row * source.tile_height - y
                lower, right = top + source.tile_height, left + source.tile_width
                out[max(top, 0) : max(lower, 0), max(left, 0) : max(right, 0)] = colour


def _sub_pages(page: Any) -> list[Any]:
    """The SubIFDs of a directory as pages, in file order."""
    if not page.subifds:
        return []
    return [page.pages.get(k) for k in range(len(page.pages))]
