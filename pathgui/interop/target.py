"""Where a conversion leads: a form, a place, and which tiles go there."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import InteropError
from pathgui.interop.annotation import Annotation, Bounds
from pathgui.interop.clam import write_clam
from pathgui.interop.geojson_write import write_geojson
from pathgui.interop.outlines import tile_annotations
from pathgui.interop.patches import Patches, feature_meta, file_name, meta_of
from pathgui.interop.stamp import write_stamp
from pathgui.interop.trident import tree_folder, write_trident
from pathgui.storage import SlideWriter
from pathgui.storage.features import SUFFIX, write_features
from pathgui.tiling import Box, tiles_within

TARGETS = ("pathgui", "h5path", "clam", "trident", "stamp", "geojson")
_TELL_EVERY = 1000
_ONE_FILE = {
    "pathgui": (".h5",),
    "h5path": (".h5path",),
    "clam": (".h5",),
    "trident": (".h5",),
    "stamp": (".h5",),
    "geojson": (".geojson", ".gz", ".json"),
}
Report = Callable[[str, int, int], None]
LeftOut = Callable[[str, int], None]
Write = Callable[[Path, Patches], None]


@dataclass(frozen=True, slots=True)
class Target:
    """What becomes of each slide of a file.

    Attributes
    ----------
    to : str
        One of `TARGETS`.
    out : Path
        A file name, or a folder that gets the tree the other program makes.
    progress : callable
        ``progress(slide, done, total)``, in tiles or slides.
    excluded : mapping of str to boxes
        Boxes ``(x, y, width, height)`` in level-0 pixels, by slide.
    left_out : callable
        ``left_out(slide, tiles)`` for each slide that loses some.
    """

    to: str
    out: Path
    progress: Report
    excluded: Mapping[str, Collection[Box]]
    left_out: LeftOut

    @property
    def is_file(self) -> bool:
        """Whether the place is one file."""
        return self.out.suffix in _ONE_FILE[self.to] and not self.out.is_dir()

    def place(self, name: str, suffix: str) -> Path:
        """The file that a slide goes to, where it is one file for each."""
        return self.out if self.is_file else self.out / f"{file_name(name)}{suffix}"

    def check_room(self, source: Path, slides: int) -> None:
        """Raise InteropError if so many slides do not fit the place."""
        if slides > 1 and self.is_file:
            raise InteropError(
                f"{source} holds {slides} slides, which is too many for one file",
                "give a folder",
            )

    def kept(
        self, name: str, coords: npt.NDArray[np.int64], side: float
    ) -> npt.NDArray[np.int64]:
        """Numbers of the tiles of a slide that go there; tells of the others.

        Parameters
        ----------
        name : str
            Of the slide.
        coords : ndarray of int64, shape (n, 2)
            Corners ``(x, y)`` in level-0 pixels.
        side : float
            Side of a tile in level-0 pixels.
        """
        out = tiles_within(coords, side, self.excluded.get(name, ()))
        if out.any():
            self.left_out(name, int(out.sum()))
        return np.flatnonzero(~out)

    def write(self, patches: Patches) -> list[Path]:
        """Write patches in the form asked for, without those that are excluded.

        Returns
        -------
        list of Path
            The files that were written.

        Raises
        ------
        InteropError
            If they lack what the form needs, or a file cannot be written.
        StorageError
            If a file of ours cannot be written.
        """
        side = patches.patch_size * patches.downsample
        patches = patches.take(self.kept(patches.name, patches.coords, side))
        if self.to == "pathgui":
            return [self._write_ours(patches)]
        if self.to == "geojson":
            tiles = tile_annotations(patches.grid())
            return [self.write_shapes(patches.name, tiles, len(patches))]
        writers: dict[str, Write] = {
            "clam": write_clam,
            "trident": write_trident,
            "stamp": write_stamp,
        }
        if self.to not in writers:
            raise InteropError(
                f"{patches.name} has coordinates but no pixels, and {self.to} needs "
                "them"
            )
        write = writers[self.to]
        if self.is_file:
            write(self.out, patches)
            return [self.out]
        return self._tree(patches, write)

    def write_shapes(
        self,
        name: str,
        shapes: Iterable[Annotation],
        count: int,
        bounds: Bounds | None = None,
    ) -> Path:
        """Write about `count` shapes of a slide as GeoJSON; as `write_geojson`."""
        path = self.place(name, ".geojson.gz")
        write_geojson(path, self._told(name, shapes, count), bounds)
        return path

    def _told(
        self, name: str, shapes: Iterable[Annotation], count: int
    ) -> Iterator[Annotation]:
        """The same shapes, of which progress hears."""
        for done, shape in enumerate(shapes):
            if done % _TELL_EVERY == 0:
                self.progress(name, min(done, count), count)
            yield shape

    def _tree(self, patches: Patches, write: Write) -> list[Path]:
        """The folders that the other program makes, coordinates and features apart."""
        name, out = file_name(patches.name), self.out
        if self.to == "stamp":
            write(out / f"{name}.h5", patches)
            return [out / f"{name}.h5"]
        if self.to == "clam":
            coords = out / "patches" / f"{name}.h5"
            features = out / "h5_files" / f"{name}.h5"
        else:
            base = out / tree_folder(patches)
            coords = base / "patches" / f"{name}_patches.h5"
            encoder = file_name(patches.encoder or "unknown")
            features = base / f"features_{encoder}" / f"{name}.h5"
        write(coords, replace(patches, features=None))
        if patches.features is None:
            return [coords]
        write(features, patches)
        return [coords, features]

    def _write_ours(self, patches: Patches) -> Path:
        path = self.place(patches.name, ".h5")
        if path.name.endswith(SUFFIX) and patches.features is not None:
            meta = feature_meta(patches)
            write_features(path, meta, patches.coords, patches.features)
        else:
            self._write_coordinates(path, patches)
        return path

    def _write_coordinates(self, path: Path, patches: Patches) -> None:
        """A result file with coordinates; pixels stay in the slide."""
        grid = patches.grid()
        with SlideWriter(path, meta_of(patches), images="none") as writer:
            for number, (x, y) in enumerate(patches.coords.tolist()):
                if number % _TELL_EVERY == 0:
                    self.progress(patches.name, number, len(patches))
                corner = int(grid.level_x[number]), int(grid.level_y[number])
                writer.add(number, None, (x, y), corner, {}, {})
            if patches.features is not None:
                writer.set_features(patches.features)
            told: dict[str, Any] = {
                "converted_from": "coordinates of another program",
                "encoder": patches.encoder,
            }
            writer.set_provenance(told | patches.left_out())
