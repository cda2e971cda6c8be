"""DNS Stateful Operations: type, length, value instead of records (RFC 8490, section 5.4)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, NONE, U16, U32

NAMES = {
    0: "Reserved", 1: "Keep Alive", 2: "Retry Delay", 3: "Encryption Padding", 64: "Subscribe",
    65: "Push", 66: "Unsubscribe", 67: "Reconfirm",
}  # fmt: skip
RANGES = (
    (64, "Unassigned, reserved for DSO session-management TLVs"),
    (63488, "Unassigned"),
    (64512, "Reserved for Experimental/Local Use"),
    (65536, "Reserved for future expansion"),
)
"""What lies below a number and has no name of its own."""


def name_of(kind: int) -> str:
    """A type's name."""
    return NAMES.get(kind) or next(name for end, name in RANGES if kind < end)


OPERATION = Field("dns.dso", "DNS Stateful Operation", NONE)
TLV = Field("dns.dso.tlv", "DSO TLV", NONE)
TYPE = Field("dns.dso.tlv.type", "Type", U16, name_of)
LENGTH = Field("dns.dso.tlv.length", "Length", U16)
DATA = Field("dns.dso.tlv.data", "Data", BYTES)
INACTIVITY = Field("dns.dso.tlv.keepalive.inactivity", "Inactivity Timeout", U32)
INTERVAL = Field("dns.dso.tlv.keepalive.interval", "Keepalive Interval", U32)
RETRY = Field("dns.dso.tlv.retrydelay.retrydelay", "Retry Delay", U32)
PADDING = Field("dns.dso.tlv.encpad.padding", "Padding", BYTES)

VALUES = {1: (INACTIVITY, INTERVAL), 2: (RETRY,)}


def operations(c: Cursor) -> None:
    """All TLVs up to the end of the message, which has none when it only acknowledges."""
    if not c.more:
        return
    with c.item(OPERATION):
        while c.more:
            _tlv(c)


def _tlv(c: Cursor) -> None:
    with c.item(TLV) as node:
        kind = c.add(TYPE)
        node.text = ("DSO TLV: %s", name_of(kind))
        with c.limit(c.add(LENGTH), "dns.dso.tlv.length"):
            for shown in VALUES.get(kind, ()):
                c.add(shown)
            if c.more and kind not in VALUES:
                c.add(PADDING if kind == 3 else DATA, c.left)
