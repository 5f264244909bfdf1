"""Features as tables: a DataFrame, CSV, Parquet, AnnData."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pathgui.errors import MissingExtraError
from pathgui.workflows.features.selection import Bag, FeatureSet, column_names
from pathgui.workflows.progress import Progress, Stop, check, never, silent

if TYPE_CHECKING:
    import pandas as pd


def to_frame(features: FeatureSet) -> "pd.DataFrame":
    """All tiles in one table: slide_id, x, y (level-0 pixels), then the features.

    Raises
    ------
    StorageError
        If there are no features, or those of different models.
    """
    import pandas as pd

    return pd.concat(list(_frames(features)), ignore_index=True)


def to_anndata(features: FeatureSet) -> Any:
    """All tiles as AnnData: X features, obs slide_id, obsm["spatial"] x and y.

    Raises
    ------
    MissingExtraError
        If the package anndata is not installed.
    StorageError
        As `to_frame`.
    """
    try:
        import anndata
    except ImportError as error:
        raise MissingExtraError(
            "AnnData needs the package anndata", "pip install 'pathgui[anndata]'"
        ) from error
    import pandas as pd

    rows, width, meta = features.layout()
    values = np.empty((rows, width), np.float32)
    spatial = np.empty((rows, 2), np.int64)
    names: list[str] = []
    start = 0
    for bag in features:
        stop = start + len(bag.coords)
        values[start:stop], spatial[start:stop] = bag.features, bag.coords
        names += [bag.slide_name] * len(bag.coords)
        start = stop
    # Texts as objects: files with pandas' own texts are not read everywhere.
    slides = pd.Index(features.slides, dtype=object)
    obs = pd.DataFrame({"slide_id": pd.Categorical(names, categories=slides)})
    obs.index = pd.Index([f"tile_{k}" for k in range(rows)], dtype=object)
    var = pd.DataFrame(index=pd.Index(column_names(meta, width), dtype=object))
    told: dict[str, Any] = {"model": meta.model, "model_hash": meta.model_hash}
    if left_out := features.excluded_tiles():
        told["excluded_tiles"] = left_out
    return anndata.AnnData(
        X=values, obs=obs, var=var, obsm={"spatial": spatial}, uns={"features": told}
    )


def write_csv(
    features: FeatureSet, path: Path, progress: Progress = silent, stop: Stop = never
) -> None:
    """A row for each tile; written slide by slide."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        for number, frame in enumerate(_frames(features, progress, stop)):
            frame.to_csv(stream, index=False, header=number == 0)


def write_parquet(
    features: FeatureSet, path: Path, progress: Progress = silent, stop: Stop = never
) -> None:
    """The same as Parquet, a row group for each slide.

    Raises
    ------
    MissingExtraError
        If the package pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError(
            "Parquet needs the package pyarrow", "pip install 'pathgui[parquet]'"
        ) from error
    writer = None
    try:
        for frame in _frames(features, progress, stop):
            table = pyarrow.Table.from_pandas(frame, preserve_index=False)
            writer = writer or parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def _frames(
    features: FeatureSet, progress: Progress = silent, stop: Stop = never
) -> Iterator["pd.DataFrame"]:
    _, width, meta = features.layout()
    names = column_names(meta, width)
    for done, bag in enumerate(features):
        check(stop)
        yield _frame(bag, names)
        progress("Slides", done + 1, len(features))


def _frame(bag: Bag, names: list[str]) -> "pd.DataFrame":
    import pandas as pd

    # One type for all slides, whatever each is stored as.
    frame = pd.DataFrame(bag.features.astype(np.float32, copy=False), columns=names)
    frame.insert(0, "slide_id", bag.slide_name)
    frame.insert(1, "x", bag.coords[:, 0])
    frame.insert(2, "y", bag.coords[:, 1])
    return frame
