"""What is installed on this computer, what is missing, and how to mend it."""

import ctypes.util
import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from pathgui import __version__

_EXTRAS = {
    "gui": ("PySide6", "napari", "superqt", "pyqtgraph", "qtawesome"),
    "onnx": ("onnxruntime",),
    "torch": ("torch",),
    "excel": ("openpyxl",),
    "parquet": ("pyarrow",),
    "anndata": ("anndata",),
    "blake3": ("blake3",),
    "dvc": ("dvc",),
    "hpc": ("dask_jobqueue",),
    "filters": ("hdf5plugin",),
}
_CORE = (
    "numpy",
    "pandas",
    "h5py",
    "tifffile",
    "imagecodecs",
    "isal",
    "distributed",
    "scikit-image",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name, text : str
        What, and how it stands.
    ok : bool
        Whether it is there.
    needed : bool
        False for extras that only some people want.
    mend : str
        What to do where it is missing.
    """

    name: str
    text: str
    ok: bool = True
    needed: bool = True
    mend: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)


def check() -> list[Finding]:
    """Look at this computer; starts nothing and changes nothing."""
    return [*_versions(), _openslide(), *_extras(), *_system()]


def _versions() -> Iterator[Finding]:
    yield Finding("pathgui", __version__)
    good = sys.version_info >= (3, 11)
    yield Finding(
        "Python", platform.python_version(), good, True, "install Python 3.11"
    )
    for name in _CORE:
        try:
            yield Finding(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, "not installed", False, True, f"pip install {name}")


def _openslide() -> Finding:
    from pathgui.slides import openslide_version

    try:
        return Finding("OpenSlide", openslide_version())
    except (ImportError, OSError) as error:
        mend = "pip install openslide-bin"
        return Finding("OpenSlide", f"cannot be loaded: {error}", False, True, mend)


def _extras() -> Iterator[Finding]:
    for extra, modules in _EXTRAS.items():
        missing = [name for name in modules if importlib.util.find_spec(name) is None]
        text = "installed" if not missing else "without " + ", ".join(missing)
        mend = f'pip install "pathgui[{extra}]"'
        yield Finding(f"extra {extra}", text, not missing, False, mend)


def _system() -> Iterator[Finding]:
    import psutil

    memory = psutil.virtual_memory().total / 1e9
    cores = psutil.cpu_count() or 1
    yield Finding("computer", f"{cores} cores, {memory:.0f} GB of memory")
    if platform.system() != "Linux":
        return
    for library, package in (("GL", "libgl1"), ("EGL", "libegl1"), ("xkbcommon", "libxkbcommon0"), ("xcb-cursor", "libxcb-cursor0")):  # fmt: skip  # noqa: E501
        there = ctypes.util.find_library(library) is not None
        text = "found" if there else "not found; the window needs it"
        yield Finding(f"lib{library}", text, there, False, f"apt install {package}")
    screen = shutil.which("Xvfb") is not None
    text = "found" if screen else "not found; only for machines without a display"
    yield Finding("virtual screen", text, screen, False, "apt install xvfb")
