"""Writing a file of features anew: without gaps, or compressed in another way."""

from pathlib import Path

from pathgui.errors import StorageError
from pathgui.storage.codec import Compression
from pathgui.storage.features.database import copy_slide, link_slide
from pathgui.storage.features.part import FeaturePart
from pathgui.storage.features.reader import FeatureFile, SlideFeatures
from pathgui.storage.features.writer import FeatureOptions, FeatureWriter

_ROWS_BYTES = 16 << 20


def repack_features(
    path: Path, out: Path, compression: Compression | None = None
) -> None:
    """Write a file of features anew, in its place or elsewhere; atomic.

    Parameters
    ----------
    path, out : Path
        A finished file, and the new one; they may be the same.
    compression : str or int, optional
        For the file of one slide; left as it is if not given. A database is copied
        raw, as it is.

    Raises
    ------
    StorageError
        If the file is damaged, or is a database whose compression is to change.
    """
    with FeatureFile(path) as file:
        if not file.is_database:
            _rewrite(file.slide(), out, compression)
            return
        if compression is not None:
            raise StorageError(
                f"{path} is a database, whose slides stay compressed as they are",
                "repack the slides' own files and consolidate them again",
            )
        with FeaturePart(out) as part:
            for number, name in enumerate(file.slide_names):
                copy = link_slide if file.is_linked(name) else copy_slide
                copy(part, f"slide_{number}", file, name)


def _rewrite(slide: SlideFeatures, out: Path, compression: Compression | None) -> None:
    if compression is None:
        compression = "none" if slide.contiguous else "fast"
    options = FeatureOptions(slide.dtype.name, compression)
    count, width = slide.shape
    step = max(1, _ROWS_BYTES // max(1, width * slide.dtype.itemsize))
    coords = slide.coords
    with FeatureWriter(out, slide.meta, count, width, options) as writer:
        for start in range(0, count, step):
            rows = slice(start, start + step)
            writer.add(coords[rows], slide.read(rows))
