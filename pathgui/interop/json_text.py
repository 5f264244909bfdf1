"""JSON of strangers: within size limits, without NaN, plain or gzipped."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from pathgui.errors import InteropError

MAX_BYTES = 1 << 30
# Each list or object takes some seventy bytes when it is read.
MAX_ITEMS = 40_000_000


def read_json(path: Path, limit: int = MAX_BYTES) -> Any:
    """Read a JSON file; ``.gz`` is unpacked up to the same limit.

    Raises
    ------
    InteropError
        If the file is missing, too large, cut off, or no JSON.
    """
    try:
        text = _bytes(path, limit)
        if text.count(b"[") + text.count(b"{") > MAX_ITEMS:
            raise InteropError(
                f"{path} holds more than {MAX_ITEMS:,} lists, too many to be read",
                "export parts of the slide, or detections without their outlines",
            )
        return json.loads(text, parse_constant=_refuse)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InteropError(f"{path} cannot be read: {reason}") from error
    except (EOFError, zlib.error) as error:
        raise InteropError(
            f"{path} is damaged: its gzip data end too early", "export it again"
        ) from error
    except RecursionError as error:
        raise InteropError(f"{path} is nested too deeply to be GeoJSON") from error
    except ValueError as error:
        raise InteropError(
            f"{path} is not valid JSON: {error}", "export it again"
        ) from error


def _bytes(path: Path, limit: int) -> bytes:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        source = gzip.GzipFile(fileobj=raw) if packed else raw
        text = source.read(limit + 1)
    if len(text) > limit:
        raise InteropError(f"{path} holds more than {limit >> 20} MiB of JSON")
    return text


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")
