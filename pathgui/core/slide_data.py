"""A whole-slide image as scripts use it: tiles, pipelines, HDF5."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from typing_extensions import override

from pathgui.core.annotations import Annotations
from pathgui.core.cut import asked, cut
from pathgui.core.facts import SlideFacts
from pathgui.core.load import loaded
from pathgui.core.opened import opened
from pathgui.core.origin import blind_overview
from pathgui.core.source import RecordedSource, SlideSource
from pathgui.core.write import write_slide
from pathgui.engine import (
    Output,
    Tiling,
    doubts,
    file_bytes,
    make_overview,
    slide_frame,
)
from pathgui.errors import TilingError
from pathgui.preprocessing import (
    FittedPipeline,
    Overview,
    Pipeline,
    SlideMask,
    TissueDetectionHE,
)
from pathgui.slides import Slide, open_slide
from pathgui.storage import Images, Layout, SlideMeta
from pathgui.tiling import Image, Rule, Tile, TileGrid, TileList

Tiles = TileList | list[Tile]


class SlideData(SlideFacts):
    """A whole-slide image with its tiles, masks and recorded transforms.

    Made by `from_slide` or `from_hdf5`.

    Attributes
    ----------
    name : str
        Name of the slide.
    masks : dict of str to SlideMask
        Low-resolution masks over the whole slide.
    warnings : list of str
        What is doubtful, or had to be guessed, such as an mpp that does not fit the
        objective.
    """

    def __init__(
        self,
        name: str,
        slide: Slide | None,
        meta: SlideMeta | None = None,
        missing: str = "",
    ) -> None:
        super().__init__(name, slide, meta, missing)
        self.masks: dict[str, SlideMask] = {}
        self.warnings: list[str] = []
        self._source: RecordedSource | None = None
        self._recorded: tuple[FittedPipeline, ...] = ()
        self._tiles: Tiles = []
        self._overview: Overview | None = None
        self._file: Any = None

    @classmethod
    def from_slide(
        cls, path: Path | str, *, mpp: float | None = None, name: str = ""
    ) -> Self:
        """Open a slide.

        Parameters
        ----------
        path : Path or str
            Any format that OpenSlide reads, or OME-TIFF.
        mpp : float, optional
            Micrometres per level-0 pixel, where the slide does not tell or is wrong.
        name : str
            Name of the slide; its file name without suffix if empty.

        Raises
        ------
        SlideError
            If the file is missing, damaged or no slide.
        """
        slide = open_slide(path, mpp=mpp)
        data = cls(name or slide.path.stem, slide)
        data.warnings.extend(doubts(slide))
        return data

    @classmethod
    def from_hdf5(cls, path: Path | str, index: int = 0) -> Self:
        """Open a slide from a result file; tiles are read when asked for.

        Parameters
        ----------
        path : Path or str
            A file written by `to_hdf5` or by a run.
        index : int
            Which slide of a file that holds several.

        Raises
        ------
        StorageError
            If the file is missing, damaged or foreign; or if it refers to a
            slide's pixels and that slide is gone or another one.
        """
        found = opened(path, index)
        stored = found.stored
        data = cls(stored.meta.name, found.slide, stored.meta, found.missing)
        data.masks = {
            name: SlideMask(array, downsample)
            for name, (array, downsample) in stored.slide_masks.items()
        }
        data._file = found.file
        data._source = found.source
        data._tiles = TileList(found.source.grid, found.source)
        return data

    @override
    def __getstate__(self) -> dict[str, Any]:
        # The overview holds a way of reading, and is made again when needed; tiles
        # and source open the file for themselves.
        return {**self.__dict__, "_overview": None, "_file": None}

    def close(self) -> None:
        """Release slide and file; tiles cannot be read afterwards."""
        if self._slide is not None:
            self._slide.close()
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def thumbnail(self, max_side: int = 512) -> Image:
        """A small picture of the whole slide, uint8 ``(H, W, 3)``."""
        return self.slide.thumbnail(max_side)

    @property
    def tiles(self) -> Tiles:
        """The tiles: a sequence of `Tile` that reads pixels only when asked."""
        return self._tiles

    @tiles.setter
    def tiles(self, value: Iterable[Tile]) -> None:
        chosen = list(value)
        for tile in chosen:
            if not isinstance(tile, Tile):
                raise TilingError(f"tiles takes Tile objects, not {tile!r}")
        self._tiles = chosen

    @property
    def grid(self) -> TileGrid:
        """Geometry of the tiles.

        Raises
        ------
        TilingError
            Before `generate_tiles`.
        """
        return self.source.grid

    @property
    def tiled_size(self) -> tuple[int, int]:
        """``(width, height)`` of the tiled level; what `stitch_tiles` takes.

        Equal to ``level_dimensions[level]`` where a level was tiled; with mpp, µm
        or magnification the size of the slide at that resolution.
        """
        return self.grid.frame.size

    def generate_tiles(  # noqa: PLR0913 - the names scripts are written against
        self,
        level: int | None = None,
        tile_size: int = 256,
        stride: int | None = None,
        pad: bool = False,
        *,
        mpp: float | None = None,
        tile_um: float | None = None,
        magnification: float | None = None,
        upsample: bool = False,
        min_tissue: float | None = None,
        mask: str = "tissue",
        inside: Annotations | None = None,
        outside: Annotations | None = None,
        rule: Rule = "centre",
    ) -> Tiles:
        """Cut the slide into tiles; no pixel is read for it.

        Parameters
        ----------
        level : int, optional
            Slide level; 0 where no resolution is named.
        tile_size : int
            Side of a tile in its own pixels.
        stride : int, optional
            Distance between tiles; `tile_size` by default.
        pad : bool
            Keep tiles that reach over the right and lower edge, filled with zeros.
        mpp, tile_um, magnification : float, optional
            Resolution by micrometres per pixel, by the side of a tile in µm, or
            by nominal magnification; instead of `level`.
        upsample : bool
            Allow a resolution finer than the slide's own.
        min_tissue : float, optional
            Smallest share of tissue, 0 to 1, measured on the low-resolution mask
            `mask`; tissue is detected if there is no such mask yet.
        mask : str
            Name of that mask.
        inside, outside : Path or iterable of polygons, optional
            Keep the tiles inside, or outside: arrays (n, 2) of corners ``(x, y)`` in
            level-0 pixels of the whole slide, or a GeoJSON file. A file without
            ``"pathgui": {"frame": "level-0"}`` is taken as QuPath's, which counts from
            the corner of ``properties.bounds``; moved shapes are told in `warnings`.
        rule : {"centre", "touch", "within"}
            What of a tile must lie in an annotation.

        Returns
        -------
        sequence of Tile
            The same as `tiles`.

        Raises
        ------
        ResolutionError
            If the level does not exist, or mpp or objective is unknown.
        TilingError
            If a size is not positive, or no tile fits.
        """
        tiling = asked(
            level=level,
            mpp=mpp,
            magnification=magnification,
            tile_um=tile_um,
            tile_size=tile_size,
            stride=stride,
            pad=pad,
            upsample=upsample,
            min_tissue=min_tissue,
            mask=mask,
        )
        given = inside, outside, rule
        grid = cut(self.slide, tiling, self._tissue, *given, self.warnings)
        source = SlideSource(self.slide, grid)
        for fitted in self._recorded:
            source.record(fitted)
        self._meta = None
        self._source = source
        self._tiles = TileList(grid, source)
        return self._tiles

    def _tissue(self, name: str) -> SlideMask:
        if name not in self.masks:
            Pipeline([TissueDetectionHE(mask_name=name)]).run(self)
        found: object = self.masks[name]
        if not isinstance(found, SlideMask):
            raise TilingError(
                f"the mask {name!r} of {self.name} is {type(found).__name__}",
                "masks hold SlideMask(array, downsample) of pathgui.preprocessing",
            )
        return found

    def apply(self, pipeline: Pipeline) -> None:
        """Fit a pipeline to this slide and record it for the tiles.

        Tissue is detected and stains are fitted now, once, on a low-resolution
        level; what is done per tile happens when a tile is read or written. Tiles
        are never dropped.
        """
        looks = any(item.scope == "slide" for item in pipeline.transforms)
        overview = self._look() if looks else blind_overview()
        before = len(overview.warnings)
        fitted = pipeline.fit(overview)
        self.masks.update(fitted.masks)
        self.warnings.extend(overview.warnings[before:])
        self._recorded = (*self._recorded, fitted)
        if self._source is not None:
            self._source.record(fitted)

    def _look(self) -> Overview:
        if self._overview is None:
            frame = slide_frame(self.slide, Tiling())
            self._overview = make_overview(self.slide, frame)
            self._overview.masks.update(self.masks)
        return self._overview

    @property
    def source(self) -> RecordedSource:
        """Where tiles are read from.

        Raises
        ------
        TilingError
            Before `generate_tiles`.
        """
        if self._source is None:
            raise TilingError(
                f"{self.name} has no tiles yet", "call generate_tiles first"
            )
        return self._source

    def to_hdf5(
        self,
        path: Path | str,
        *,
        layout: Layout = "tree",
        images: Images = "pixels",
        compression: str = "fast",
        threads: int = 2,
    ) -> Path:
        """Write tiles, masks, labels and facts to one HDF5 file.

        The file appears under its name only when complete; one that was there is
        replaced in the same instant. Parent folders are created.

        Parameters
        ----------
        path : Path or str
            Where to.
        layout : {"tree", "stacked"}
            One group per tile, or one array for all.
        images : {"pixels", "reference", "none"}
            Whether pixels are stored.
        compression : str
            ``fast``, ``none``, or gzip level ``1`` to ``9``.
        threads : int
            Threads for reading and compression.

        Returns
        -------
        Path
            `path`.

        Raises
        ------
        TilingError
            If there are no tiles yet.
        StorageError
            If the file cannot be written.
        """
        return write_slide(self, Path(path), layout, images, compression, threads)

    def expected_bytes(
        self,
        *,
        layout: Layout = "tree",
        images: Images = "pixels",
        compression: str = "fast",
    ) -> int:
        """Size that `to_hdf5` will give, told without reading a pixel.

        Good to about a quarter for tissue of usual scanners; much empty glass makes
        the file smaller than that.

        Raises
        ------
        TilingError
            If there are no tiles yet.
        RecipeError
            If there is no such layout, choice of images or compression.
        """
        output = Output("", layout, images, compression)
        size = self.source.grid.tile_size
        return file_bytes(len(self.tiles), size, output, len(self.masks))

    @staticmethod
    def load_tiles_from_hdf5(
        path: Path | str, indices: Sequence[int] | None = None, slide: int = 0
    ) -> list[Tile]:
        """Tiles of a result file with their pixels, in the order of `indices`.

        Parameters
        ----------
        path : Path or str
            The file.
        indices : sequence of int, optional
            Which tiles; all by default.
        slide : int
            Which slide of a file that holds several.

        Raises
        ------
        StorageError
            If the file cannot be read.
        TilingError
            If an index is out of range.
        """
        with SlideData.from_hdf5(path, slide) as data:
            return loaded(data.source, path, indices)
