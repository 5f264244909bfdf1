"""Compression outside the HDF5 library: bytes in, chunk payload out, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pathgui.errors import MissingExtraError, StorageError

Compression = str | int
FAST = "fast"
NAMES = (FAST, "none", *"123456789", "zstd", "lz4")

DEFLATE, SHUFFLE, FLETCHER32, LZ4, ZSTD = 1, 2, 3, 32004, 32015
# Deflate looks back 32 kB at most, ISA-L 512 bytes at least.
_FARTHEST, _NEAREST = 15, 9
Bytes = bytes | bytearray | memoryview

_Kind = Literal["fast", "none", "gzip", "zstd", "lz4"]


@dataclass(frozen=True, slots=True)
class Codec:
    """How the payload of a chunk is made.

    ``fast`` is ISA-L's deflate, ``gzip`` libdeflate at a level: both are streams
    that any HDF5 reader inflates with its built-in gzip filter. ``zstd`` and
    ``lz4`` need the hdf5plugin package wherever the file is read with plain h5py.
    ``shuffle`` sorts the bytes of numbers by significance first, which suits floats.
    ``large`` has ``fast`` count letters over larger blocks: a tenth less time for half
    a percent more bytes.
    """

    kind: _Kind
    level: int = 1
    fletcher32: bool = False
    shuffle: bool = False
    large: bool = False

    @property
    def name(self) -> str:
        """The name people choose it by."""
        return str(self.level) if self.kind == "gzip" else self.kind

    def encode(self, array: npt.NDArray[Any]) -> bytes:
        """The payload of one chunk; safe to call from several threads."""
        flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        if self.shuffle and array.dtype.itemsize > 1:
            flat = flat.reshape(-1, array.dtype.itemsize).T.reshape(-1)
        data = self._compress(flat, _history(array))
        if self.fletcher32:
            data += _fletcher32(data)
        return data

    def _compress(self, data: npt.NDArray[np.uint8], history: int) -> bytes:
        if self.kind == "fast":
            from isal import igzip_lib as igzip

            blocks = igzip.MEM_LEVEL_LARGE
            if self.large:
                blocks = igzip.MEM_LEVEL_EXTRA_LARGE
            return bytes(igzip.compress(data, 1, igzip.COMP_ZLIB, blocks, history))
        if self.kind == "none":
            return data.tobytes()
        codecs = _codecs()
        if self.kind == "gzip":
            return bytes(codecs.deflate_encode(data, level=self.level, raw=False))
        if self.kind == "zstd":
            return bytes(codecs.zstd_encode(data, level=3))
        return bytes(codecs.lz4h5_encode(data))

    def declare(self, plist: Any) -> None:
        """Write the filters into a dataset creation property list."""
        from h5py import h5z

        if self.shuffle:
            plist.set_shuffle()
        if self.kind in ("fast", "gzip"):
            plist.set_deflate(self.level)
        elif self.kind == "zstd":
            plist.set_filter(ZSTD, h5z.FLAG_OPTIONAL, (3,))
        elif self.kind == "lz4":
            plist.set_filter(LZ4, h5z.FLAG_OPTIONAL, ())
        if self.fletcher32:
            plist.set_fletcher32()


def codec(compression: Compression, *, fletcher32: bool = False) -> Codec:
    """The codec of a name or level.

    Parameters
    ----------
    compression : str or int
        ``"fast"``, ``"none"``, 1 to 9 (gzip), ``"zstd"`` or ``"lz4"``.
    fletcher32 : bool
        Add a checksum to each chunk, which HDF5 readers verify.

    Raises
    ------
    StorageError
        If the name is unknown.
    MissingExtraError
        If zstd or lz4 is asked for and hdf5plugin is not installed.
    """
    name = str(compression).strip().lower()
    if name in (FAST, "none"):
        return Codec("fast" if name == FAST else "none", 1, fletcher32)
    if name in ("zstd", "lz4"):
        _need_plugin(name)
        return Codec("zstd" if name == "zstd" else "lz4", 3, fletcher32)
    if name in NAMES:
        return Codec("gzip", int(name), fletcher32)
    raise StorageError(
        f"compression {compression!r} is not known", "use one of " + ", ".join(NAMES)
    )


def plugin_warning(compression: Compression) -> str:
    """What to tell people who choose a compression that others cannot read."""
    if str(compression).strip().lower() not in ("zstd", "lz4"):
        return ""
    return (
        f"files compressed with {compression} are read outside pathgui only where "
        "the hdf5plugin package is installed"
    )


def _history(array: npt.NDArray[Any]) -> int:
    """How far back ``fast`` looks for what it has seen, as a power of two.

    In tissue a likeness further away than the row above is chance: not looking for it
    saves a fifth of the time and costs half a percent in bytes, of the scanners tried
    four percent at most.
    """
    if array.ndim != 3 or array.dtype != np.uint8:
        return _FARTHEST
    row: int = array.shape[1] * array.shape[2]
    return min(_FARTHEST, max(_NEAREST, row.bit_length()))


def _need_plugin(name: str) -> None:
    from importlib.util import find_spec

    if find_spec("hdf5plugin") is None:
        raise MissingExtraError(
            f"compression {name!r} needs the package hdf5plugin",
            "pip install 'pathgui[filters]', or use compression 'fast'",
        )


def _codecs() -> Any:
    # Its annotations know no arrays, its functions do.
    import imagecodecs

    return imagecodecs


Filter = tuple[int, int, tuple[int, ...]]


def can_decode(filters: Sequence[Filter]) -> bool:
    """Whether `decode` understands a dataset's filters."""
    numbers = [number for number, _, _ in filters]
    packers = [number for number in numbers if number in (DEFLATE, LZ4, ZSTD)]
    known = {DEFLATE, SHUFFLE, FLETCHER32, LZ4, ZSTD}
    return known.issuperset(numbers) and len(packers) <= 1


def most_inflation(filters: Sequence[Filter]) -> int:
    """Bytes that a stored byte can inflate to at most: the codec's own limit."""
    limits = {DEFLATE: 1100, LZ4: 300, ZSTD: 40_000}
    return max([1, *(limits.get(number, 1) for number, _, _ in filters)])


def decode(
    payload: Bytes,
    filters: Sequence[Filter],
    skipped: int,
    out: npt.NDArray[np.uint8],
    itemsize: int = 1,
) -> None:
    """Undo the filters of one chunk into `out`.

    Parameters
    ----------
    payload : bytes
        The chunk as stored.
    filters : sequence of (id, flags, values)
        The dataset's filters in the order they were applied.
    skipped : int
        Bit i is set where filter i was not applied to this chunk.
    out : ndarray of uint8, shape (n,)
        Receives exactly the chunk's bytes; nothing larger is ever allocated.
    itemsize : int
        Bytes of one element, which the shuffle filter needs.

    Raises
    ------
    ValueError
        If a checksum is wrong or the content is too short or too long.
    RuntimeError
        If the compressed stream is damaged.
    """
    data: Any = payload
    for position in reversed(range(len(filters))):
        if not skipped >> position & 1:
            data = _undo(filters[position][0], data, out, itemsize)
    if len(data) != out.size:
        raise ValueError(f"a chunk holds {len(data)} bytes instead of {out.size}")
    if not (isinstance(data, np.ndarray) and np.shares_memory(data, out)):
        out[:] = np.frombuffer(data, np.uint8)


def _undo(number: int, data: Any, out: npt.NDArray[np.uint8], itemsize: int) -> Any:
    codecs = _codecs()
    if number == FLETCHER32:
        return _verified(data)
    if number == SHUFFLE:
        if itemsize == 1 or len(data) % itemsize:
            return data
        planes = np.frombuffer(data, np.uint8).reshape(itemsize, -1)
        return np.ascontiguousarray(planes.T).reshape(-1)
    if number == DEFLATE:
        return codecs.deflate_decode(data, out=out, raw=False)
    if number == ZSTD:
        return codecs.zstd_decode(data, out=out)
    _check_lz4(data, out.size)
    return codecs.lz4h5_decode(data, out=out)


def _check_lz4(data: Bytes, size: int) -> None:
    # The header names the size that the decoder would allocate.
    if len(data) < 12 or int.from_bytes(data[:8], "big") != size:
        raise ValueError("a chunk's LZ4 header does not fit its dataset")


def _fletcher32(data: bytes) -> bytes:
    return int(_codecs().h5checksum_fletcher32(data)).to_bytes(4, "little")


def _verified(data: Bytes) -> memoryview:
    view = memoryview(data)
    if len(view) < 4 or _fletcher32(bytes(view[:-4])) != bytes(view[-4:]):
        raise ValueError("a chunk's Fletcher-32 checksum does not match its content")
    return view[:-4]
