"""Proof that no byte has changed: checksums, verification, disk room."""

from pathgui.integrity.checksums import ChecksumReport, record
from pathgui.integrity.disk import free_bytes, total_bytes
from pathgui.integrity.hashing import ALGORITHMS
from pathgui.integrity.records import Record, read_records
from pathgui.integrity.verify import VerifyReport, verify

__all__ = [
    "ALGORITHMS",
    "ChecksumReport",
    "Record",
    "VerifyReport",
    "free_bytes",
    "read_records",
    "record",
    "total_bytes",
    "verify",
]
