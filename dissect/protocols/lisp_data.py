"""Locator/ID Separation Protocol, data: IP in UDP behind a small header (RFC 9300, section 5).

0 1 2 3 4 5     8                                               32
+-+-+-+-+-+-----+-----------------------------------------------+
|N|L|E|V|I|Flags|  N: Nonce, V: source and destination Map-Version
+-+-+-+-+-+-----+-----------------------------------------------+
|  I: Instance ID and eight Locator-Status-Bits; else 32 of them
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U24, X8, X24, X32, Kind

SET = ("Not set", "Set")
HEADER_OCTETS = 8
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
"""By IP version."""


def _flag(name: str, label: str, mask: int) -> Field:
    return Field(f"lisp-data.flags.{name}", label, BOOL, SET, mask=mask)


FLAGS = Field(
    "lisp-data.flags", "Flags", X8,
    bits=(
        _flag("nonce", "N bit (Nonce present)", 0x80),
        _flag("lsb", "L bit (Locator-Status-Bits field enabled)", 0x40),
        _flag("enr", "E bit (Echo-Nonce-Request)", 0x20),
        _flag("mv", "V bit (Map-Version present)", 0x10),
        _flag("iid", "I bit (Instance ID present)", 0x08),
        Field("lisp-data.flags.res", "Reserved", X8, mask=0x07),
    ),
)  # fmt: skip
NONCE_BIT, STATUS_BIT, ECHO_BIT, VERSION_BIT, INSTANCE_BIT = 0x80, 0x40, 0x20, 0x10, 0x08


def _both(value: int) -> str:
    return f"{value} (0x{value:06x})"


NONCE = Field("lisp-data.nonce", "Nonce", Kind("DX24", 3, "uint", str, _both))
VERSIONS = Field(
    "lisp-data.mapver", "Map-Version", X24,
    bits=(
        Field("lisp-data.srcmapver", "Source Map-Version", U24, mask=0xFFF000),
        Field("lisp-data.dstmapver", "Destination Map-Version", U24, mask=0x000FFF),
    ),
)  # fmt: skip
INSTANCE = Field("lisp-data.iid", "Instance ID", U24)
STATUS_8 = Field("lisp-data.lsb8", "Locator-Status-Bits", X8, mask=0xFF)
STATUS_32 = Field("lisp-data.lsb", "Locator-Status-Bits", X32, mask=0xFFFFFFFF)

CONTROL_PORT = 4342
"""Where control messages are sent to, from whatever port (RFC 9301, section 5)."""
ECHO_WITHOUT_NONCE = Note(
    "lisp-data.flags.en_invalid", Severity.WARNING, Group.PROTOCOL,
    "Invalid flag combination: if E is set, N MUST be set", "RFC 9300, section 5.3",
)  # fmt: skip
NONCE_AND_VERSION = Note(
    "lisp-data.flags.nv_invalid", Severity.WARNING, Group.PROTOCOL,
    "Invalid flag combination: N and V can't be set both", "RFC 9300, section 5.3",
)  # fmt: skip


@dissector(
    "lisp-data", "Locator/ID Separation Protocol (Data)", "LISP Data", udp_port=4341,
    accepts=lambda octets: len(octets) >= HEADER_OCTETS,
)  # fmt: skip
def lisp_data(c: Cursor) -> Result:
    """Read the header, go on by the version of the IP packet; to its own port goes control."""
    if c.facts.ports[1] == CONTROL_PORT:
        return Next(name="lisp", start=c.start)
    c.info("LISP encapsulation header")
    flags = c.add(FLAGS)
    if flags & ECHO_BIT and not flags & NONCE_BIT:
        c.note(ECHO_WITHOUT_NONCE, FLAGS.name)
    if flags & NONCE_BIT and flags & VERSION_BIT:
        c.note(NONCE_AND_VERSION, FLAGS.name)
    if flags & NONCE_BIT:
        c.add(NONCE)
    elif flags & VERSION_BIT:
        c.add(VERSIONS)
    else:
        c.skip(3)
    status, size = STATUS_32, 4
    if flags & INSTANCE_BIT:
        c.add(INSTANCE)
        status, size = STATUS_8, 1
    if flags & STATUS_BIT:
        c.add(status)
    else:
        c.skip(size)
    version = c.octet() >> 4
    if version in ETHERTYPES:
        return Next("ethertype", ETHERTYPES[version], listed=False)
    return Next(name="data")
