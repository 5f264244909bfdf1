"""Files that people take for tables: what they are, and what to do with them."""

import re
from pathlib import Path

from pathgui.errors import TableError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_WEB = re.compile(rb"<(!doctype\s+html|html|table|\?xml)\b", re.IGNORECASE)
_JSON = re.compile(rb"\{\s*\"|\[\s*[\[{]")


def is_zip(data: bytes) -> bool:
    """Whether a file is packed as workbooks are."""
    return data.startswith(_ZIP)


def refuse_other_kinds(path: Path, data: bytes) -> None:
    """Raise TableError, with what to do, for a file of a kind that is not read.

    Parameters
    ----------
    path : Path
        For the message.
    data : bytes
        The file, or its beginning.
    """
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(_OLE):
        if _PROTECTED in data:
            raise TableError(
                f"{path} is protected by a password.", "Save it without one."
            )
        raise TableError(
            f"{path} is a workbook of the old XLS kind, which is not read.",
            "Save it as XLSX or CSV.",
        )
    if is_zip(data) and _OPEN_DOCUMENT in data[:200]:
        raise TableError(
            f"{path} is an OpenDocument file, which is not read.",
            "Save it as XLSX or CSV.",
        )
    if data.startswith(_PARQUET):
        raise TableError(
            f"{path} is a Parquet file, which is written here and not read.",
            "Save the table as CSV or XLSX.",
        )
    if _WEB.match(start):
        raise TableError(
            f"{path} is a web page or XML, not a table.",
            "Open it in a spreadsheet and save it as XLSX or CSV.",
        )
    if _JSON.match(start):
        raise TableError(f"{path} is JSON, not a table.", "Save the table as CSV.")
