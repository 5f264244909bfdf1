"""Personal settings: one typed, frozen model in one TOML file."""

import logging
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

from pathgui.replacing import replacing

_log = logging.getLogger(__name__)
ENVIRONMENT = "PATHGUI_CONFIG"


@dataclass(frozen=True, slots=True)
class Settings:
    """What one person prefers on this computer.

    Attributes
    ----------
    version : int
        Version of this model.
    theme : str
        ``"light"``, ``"dark"`` or ``"system"``.
    reviewer : str
        Name recorded with quality decisions; empty means the login name.
    checksum : str
        Algorithm of new checksums: ``md5``, ``sha256``, ``blake3`` or ``xxh3``.
    workers : int
        Worker processes of a run; 0 means one per core.
    threads : int
        Threads that work on one slide.
    scheduler : str
        Where runs work: empty is this computer; else ``slurm``, ``pbs``, or the
        address of a Dask scheduler.
    worker_memory : str
        What a worker may use, such as ``4G``; empty shares out the memory there is.
    tls_ca, tls_certificate, tls_key : str
        Files for a scheduler that asks for TLS.
    colour_profile : bool
        Whether the viewer applies the colour profiles of scanners.
    recent : tuple of str
        Project folders, newest first.
    """

    version: int = 1
    theme: str = "system"
    reviewer: str = ""
    checksum: str = "md5"
    workers: int = 0
    threads: int = 1
    scheduler: str = ""
    worker_memory: str = ""
    tls_ca: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    colour_profile: bool = True
    recent: tuple[str, ...] = ()


def path() -> Path:
    """Where the settings live; ``PATHGUI_CONFIG`` overrides the folder."""
    folder = os.environ.get(ENVIRONMENT)
    base = Path(folder) if folder else platformdirs.user_config_path("pathgui", False)
    return base / "settings.toml"


def load() -> Settings:
    """Read the settings; an unreadable file or field falls back to its default."""
    file = path()
    try:
        data = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        _log.warning("settings at %s are unreadable: %s", file, error)
        data = {}
    return from_mapping(data)


def from_mapping(data: Mapping[str, Any]) -> Settings:
    """Keep each field whose value has the right type, ignore the others."""
    good: dict[str, Any] = {}
    for field in fields(Settings):
        if field.name not in data:
            continue
        value = data[field.name]
        default = getattr(Settings(), field.name)
        if isinstance(default, tuple) and isinstance(value, list):
            value = tuple(str(item) for item in value)
        if type(value) is type(default):
            good[field.name] = value
        else:
            _log.warning("setting %s has the wrong type and is ignored", field.name)
    return Settings(**good)


def save(settings: Settings) -> None:
    """Write the settings atomically."""
    import tomlkit

    file = path()
    data = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(settings).items()
    }
    with replacing(file) as part:
        part.write_text(tomlkit.dumps(data), "utf-8")


def resource(name: str) -> Path:
    """Path of a bundled file, in an installed package or in a checkout."""
    here = Path(__file__).parent
    installed = here / "_resources" / name
    return installed if installed.exists() else here.parent / "resources" / name
