"""Virtual Router Redundancy Protocol, versions 2 and 3 (RFC 3768, section 5; RFC 5798, section 5).

0       4       8               16              24             32
+-------+-------+---------------+---------------+---------------+
|Version| Type  |   Router ID   |   Priority    | Address count |
+-------+-------+---------------+---------------+---------------+
|   Auth type   |   Interval    |           Checksum            |  version 2, in seconds
|Rsvd   |       Interval        |           Checksum            |  version 3, in hundredths
+---------------+---------------+-------------------------------+
|  Addresses of the IP version that carries the message; then in version 2
|  8 octets of authentication (RFC 2338, section 5.3.10)
"""

from __future__ import annotations

from dissect.engine.checksum import STATUS, Status, checksum, pseudo_header_sum, verifiable
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, IPV6, STR, U8, U16, X16

VRRP_PROTO = 112
TYPES = {1: "Advertisement"}
AUTHENTICATIONS = {
    0: "No Authentication",
    1: "Simple Text Authentication [RFC 2338] / Reserved [RFC 3768]",
    2: "IP Authentication Header [RFC 2338] / Reserved [RFC 3768]",
    254: "Cisco VRRP MD5 authentication",
}
TEXT, MD5 = 1, 254
PASSWORD_SIZE = 8
PRIORITIES = {
    0: "Current Master has stopped participating in VRRP",
    100: "Default priority for a backup VRRP router",
    255: "This VRRP router owns the virtual router's IP address(es)",
}
BACKUP = "Non-default backup priority"


class VRRP(Header):
    """What both versions begin with, 4 octets."""

    __hdr__ = (("_kind", "B", 0x31), ("router", "B", 1), ("priority", "B", 100), ("count", "B", 0))
    __bit_fields__ = {"_kind": (("version", 4), ("type", 4))}
    names = (
        F("kind_word", "vrrp.typever", "Version and type", U8, bits=(
            F("version", "vrrp.version", "VRRP protocol version", U8),
            F("type", "vrrp.type", "VRRP packet type", U8, TYPES),
        )),
        F("router", "vrrp.virt_rtr_id", "Virtual Rtr ID"),
        F("priority", "vrrp.prio", "Priority"),
        F("count", "vrrp.addr_count", "Addr Count"),
    )  # fmt: skip


AUTHENTICATION = Field("vrrp.auth_type", "Auth Type", U8, AUTHENTICATIONS)
SECONDS = Field("vrrp.adver_int", "Adver Int", U8)
RESERVED = Field("vrrp.reserved_mbz", "Reserved", U8, mask=0xF0)
HUNDREDTHS = Field("vrrp.short_adver_int", "Adver Int", U16, mask=0x0FFF)
CHECKSUM = Field("vrrp.checksum", "Checksum", X16)
CHECKSUM_STATUS = Field("vrrp.checksum.status", "Checksum Status", U8, STATUS, generated=True)
ADDRESS = Field("vrrp.ip_addr", "IP Address", IPV4)
ADDRESS6 = Field("vrrp.ipv6_addr", "IPv6 Address", IPV6)
PASSWORD = Field("vrrp.auth_string", "Authentication String", STR)
DIGEST = Field("vrrp.md5_auth_data", "MD5 Authentication Data", BYTES)

BAD_CHECKSUM = Note(
    "vrrp.checksum_bad.expert", Severity.ERROR, Group.CHECKSUM, "Bad checksum",
    "RFC 5798, section 5.2.8",
)  # fmt: skip


@dissector("vrrp", "Virtual Router Redundancy Protocol", "VRRP", ip_proto=VRRP_PROTO)
def vrrp(c: Cursor) -> Result:
    """Read a message of either version."""
    first = c.peek(1) or b"\0"
    c.info("Announcement (v%u)", first[0] >> 4)
    head = c.header(VRRP)
    if c.at is not None:
        _name(c, head.version, head.type, head.priority)
    kind = 0
    if head.version == 3:
        c.peek_add(RESERVED)
        c.add(HUNDREDTHS)
    else:
        kind = c.add(AUTHENTICATION)
        c.add(SECONDS)
    _checksum(c, pseudo=head.version == 3)
    for _ in range(head.count):
        c.add(ADDRESS6 if c.facts.version == 6 else ADDRESS)
    if head.version != 3:
        _authentication(c, kind)
    return None


def _name(c: Cursor, version: int, kind: int, priority: int) -> None:
    named = TYPES.get(kind, "Unknown")
    c.node("vrrp.typever").text = ("Version %u, Packet type %u (%s)", version, kind, named)
    c.node("vrrp.prio").suffix = f" ({PRIORITIES.get(priority, BACKUP)})"


def _checksum(c: Cursor, *, pseudo: bool) -> None:
    """Verify the checksum; version 3 has a pseudo-header in it (RFC 5798, section 5.2.8)."""
    right = c.add(CHECKSUM)
    start = c.layer.offset
    size = c.end - start
    status, words = Status.UNVERIFIED, " [unverified]"
    if verifiable(c, size):
        outer = pseudo_header_sum(c, VRRP_PROTO, size) if pseudo else 0
        rest = checksum(c.data[start : c.end], outer)
        status, words = Status.GOOD, " [correct]"
        if rest:
            right += rest
            right = (right & 0xFFFF) + (right >> 16)
            status, words = Status.BAD, f" incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "vrrp.checksum", f"Bad checksum [should be 0x{right:04x}]")
    if c.at is not None:
        c.node("vrrp.checksum").suffix = words
        c.put(CHECKSUM_STATUS, int(status), start + 6)


def _authentication(c: Cursor, kind: int) -> None:
    """A password in its 8 octets, up to a zero; Cisco's digest is behind them."""
    if kind == TEXT:
        octets = c.peek(PASSWORD_SIZE)
        c.need(PASSWORD_SIZE)
        c.put(PASSWORD, octets.split(b"\0")[0].decode("ascii", "replace"), None, PASSWORD_SIZE)
        c.skip(PASSWORD_SIZE)
    elif kind == MD5 and c.left >= PASSWORD_SIZE + 16:
        c.skip(PASSWORD_SIZE)
        c.add(DIGEST, 16)
