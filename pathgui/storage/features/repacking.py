"""Writing a file of features anew: without gaps, or compressed in another way."""

from pathlib import Path

from pathgui.errors import StorageError
from pathgui.storage.codec import Compression
from pathgui.storage.features.copying import (
    copy_slide,
    link_slide,
    row_blocks,
    same_compression,
    stored_origin,
)
from pathgui.storage.features.part import FeaturePart
from pathgui.storage.features.reader import FeatureFile, SlideFeatures
from pathgui.storage.features.writer import FeatureOptions, FeatureWriter


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
                put = link_slide if file.is_linked(name) else copy_slide
                origin = stored_origin(file, name)
                put(part, f"slide_{number}", file.slide(name), origin)


def _rewrite(slide: SlideFeatures, out: Path, compression: Compression | None) -> None:
    if compression is None:
        compression = same_compression(slide)
    options = FeatureOptions(slide.dtype.name, compression)
    with FeatureWriter(out, slide.meta, *slide.shape, options) as writer:
        for coords, features in row_blocks(slide):
            writer.add(coords, features)
