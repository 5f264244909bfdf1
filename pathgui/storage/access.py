"""How files are opened: small caches, so that memory does not grow with the slide."""

from typing import Any

from h5py import h5p

# The library's own cache of metadata may hold 32 MB, in memory many times that.
_METADATA_BYTES = 4 << 20


def access_list() -> Any:
    """A file access property list with bounded caches.

    Chunks are read and written directly, so a chunk cache for each dataset would be
    waste.
    """
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_cache(0, 1, 0, 0.0)
    config = access.get_mdc_config()
    config.set_initial_size = True
    config.initial_size = config.min_size = 1 << 20
    config.max_size = _METADATA_BYTES
    access.set_mdc_config(config)
    return access
