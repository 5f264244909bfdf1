"""Write features in the form that a file's name asks for."""

from pathlib import Path

from pathgui.errors import StorageError
from pathgui.workflows.features.memmap import write_memmap
from pathgui.workflows.features.places import whole
from pathgui.workflows.features.selection import FeatureSet
from pathgui.workflows.features.tables import to_anndata, write_csv, write_parquet
from pathgui.workflows.progress import Progress, Stop, never, silent

FORMS = (".csv", ".parquet", ".mmap", ".h5ad")


def export(
    features: FeatureSet,
    path: Path | str,
    *,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> Path:
    """Write features as CSV, Parquet, AnnData (``.h5ad``) or a memmap.

    Raises
    ------
    StorageError
        If the form is unknown, there is nothing to write, or the disk refuses.
    MissingExtraError
        If a package is needed that is not installed.
    Cancelled
        On request; nothing is left.
    """
    target = Path(path)
    form = check_form(target)
    if form == ".mmap":
        return write_memmap(features, target, progress=progress, cancelled=cancelled)
    with whole(target) as part:
        if form == ".csv":
            write_csv(features, part, progress, cancelled)
        elif form == ".parquet":
            write_parquet(features, part, progress, cancelled)
        else:
            to_anndata(features).write_h5ad(part)
    return target


def check_form(path: Path) -> str:
    """The form that a name asks for; StorageError if it is unknown."""
    form = path.suffix.lower()
    if form not in FORMS:
        raise StorageError(
            f"features cannot be written as {path.name}",
            "end the name in " + ", ".join(FORMS),
        )
    return form
