"""Capture files: pcap and pcapng, compressed or not, from files and pipes.

Knows nothing of protocols: a record's bytes and its link type go to whoever decodes them.
"""

from .file import CaptureFile
from .index import Index
from .open import open_records
from .record import (
    CaptureError,
    CutCapture,
    DamagedCapture,
    Drops,
    Interface,
    Record,
    UnknownFormat,
)
from .write import PcapngWriter, PcapWriter

__all__ = [
    "CaptureError",
    "CaptureFile",
    "CutCapture",
    "DamagedCapture",
    "Drops",
    "Index",
    "Interface",
    "PcapWriter",
    "PcapngWriter",
    "Record",
    "UnknownFormat",
    "open_records",
]
