"""An OpenSlide handle that survives errors and is shared by threads."""

import threading
from pathlib import Path

import openslide
from PIL import Image as Pillow

Error = openslide.OpenSlideError


class Handle:
    """One open file; reopened after an error.

    OpenSlide keeps a handle in the error state for good after its first error, and
    every later read of it fails. A spoilt handle is therefore dropped, and the read
    is tried once more on a fresh one: it may only have met a neighbour's error.

    Parameters
    ----------
    path : Path
        The slide file.

    Raises
    ------
    openslide.OpenSlideError
        If OpenSlide refuses the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._slide: openslide.OpenSlide | None = openslide.OpenSlide(path)

    def current(self) -> openslide.OpenSlide:
        """The shared handle, opened again if it was dropped."""
        with self._lock:
            if self._slide is None:
                self._slide = openslide.OpenSlide(self._path)
            return self._slide

    def region(
        self, level: int, x: int, y: int, width: int, height: int
    ) -> Pillow.Image:
        """OpenSlide's ``read_region`` as RGBA; `x`, `y` in level-0 pixels."""
        slide = self.current()
        try:
            return slide.read_region((x, y), level, (width, height))
        except Error:
            self.drop(slide)
        fresh = openslide.OpenSlide(self._path)
        picture = fresh.read_region((x, y), level, (width, height))
        self._keep(fresh)
        return picture

    def associated(self, name: str) -> Pillow.Image:
        """An associated image as RGBA, read with a handle of its own."""
        with openslide.OpenSlide(self._path) as slide:
            return slide.associated_images[name]

    def drop(self, slide: openslide.OpenSlide | None = None) -> None:
        """Forget the handle; it closes when the last reader lets go of it."""
        with self._lock:
            if slide is None or self._slide is slide:
                self._slide = None

    def _keep(self, slide: openslide.OpenSlide) -> None:
        with self._lock:
            if self._slide is None:
                self._slide = slide
