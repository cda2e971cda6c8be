"""Locator/ID Separation Protocol, control messages (RFC 9301; referrals: RFC 8111).

    0       4                               24                      32
    +-------+-------------------------------+-----------------------+
    | Type  |  Flags, reserved              |     Record Count      |
    +-------+-------------------------------+-----------------------+
    |                       Nonce, 8 octets                         |
    |  by Type: keys and authentication, addresses, records         |
    +---------------------------------------------------------------+

An Encapsulated Control Message has neither nonce nor records, but an IP packet with another one.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    NONE,
    STR,
    U8,
    U16,
    U24,
    U32,
    X8,
    X16,
    X24,
    X32,
    X64,
)
from dissect.protocols.codes.lisp import FAMILIES, TYPES
from dissect.protocols.lisp.addresses import (
    FORMATS,
    INET6,
    NO_ADDRESS,
    NOT_SET,
    SET,
    address_fields,
    read_address,
    readable,
)
from dissect.protocols.lisp.formats import read_format
from dissect.protocols.lisp.mapping import read_mappings

ETHERTYPES = {4: 0x0800, 6: 0x86DD}
"""EtherTypes by IP version."""


def _flag(name: str, label: str, mask: int) -> Field:
    return Field(f"lisp.{name}", label, BOOL, SET, mask=mask)


def _reserved(name: str, mask: int) -> Field:
    return Field(f"lisp.{name}", "Reserved bits", X24, mask=mask)


TYPE = Field("lisp.type", "Type", U24, TYPES, mask=0xF00000)
REQUEST_FLAGS = Field("lisp.mreq.flags", "Flags", X24, mask=0x0FC000)
REQUEST_BITS = (
    _flag("mreq.flags.auth", "A bit (Authoritative)", 0x080000),
    _flag("mreq.flags.mrp", "M bit (Map-Reply present)", 0x040000),
    _flag("mreq.flags.probe", "P bit (Probe)", 0x020000),
    _flag("mreq.flags.smr", "S bit (Solicit-Map-Request)", 0x010000),
    _flag("mreq.flags.pitr", "p bit (Proxy ITR)", 0x008000),
    _flag("mreq.flags.smri", "s bit (SMR-invoked)", 0x004000),
)
REQUEST_REST = (
    _reserved("mreq.res", 0x003FE0),
    Field("lisp.irc", "ITR-RLOC Count", U24, mask=0x00001F),
)
REPLY_BITS = (
    _flag("mrep.flags.probe", "P bit (Probe)", 0x080000),
    _flag("mrep.flags.enlr", "E bit (Echo-Nonce locator reachability algorithm enabled)", 0x040000),
    _flag("mrep.flags.sec", "S bit (LISP-SEC capable)", 0x020000),
    _reserved("mrep.res", 0x01FFFF),
)
REGISTER_BITS = (
    _flag("mreg.flags.pmr", "P bit (Proxy-Map-Reply)", 0x080000),
    _flag("mreg.flags.sec", "S bit (LISP-SEC capable)", 0x040000),
    _flag("mreg.flags.xtrid", "I bit (xTR-ID present)", 0x020000),
    _flag("mreg.flags.rtr", "R bit (Built for an RTR)", 0x010000),
    _reserved("mreg.res", 0x00FFFE),
    _flag("mreg.flags.wmn", "M bit (Want-Map-Notify)", 0x000001),
)
NOTIFY_BITS = (
    _flag("mnot.flags.xtrid", "I bit (xTR-ID present)", 0x080000),
    _flag("mnot.flags.rtr", "R bit (Built for an RTR)", 0x040000),
    _reserved("mnot.res", 0x03FFFF),
)
REFERRAL_BITS = (_reserved("mref.res", 0x0FFFFF),)
INFO_REPLY = _flag("info.r", "R bit (Info-Reply)", 0x080000)
INFO_RESERVED = Field("lisp.info.res1", "Reserved bits", X32, mask=0x07FFFFFF)
CAPSULE_BITS = (
    _flag("ecm.flags.sec", "S bit (LISP-SEC capable)", 0x08000000),
    _flag("ecm.flags.ddt", "D bit (DDT-originated)", 0x04000000),
    Field("lisp.ecm.res", "Reserved bits", X32, mask=0x03FFFFFF),
)
RECORDS = Field("lisp.records", "Record Count", U8)
NONCE = Field("lisp.nonce", "Nonce", X64)

SOURCE = address_fields("lisp.mreq.srceid", "Source EID", "Source EID AFI")
SOURCE.fields[INET6] = Field("lisp.mreq.srceid_ipv6", "Source EID", SOURCE.fields[INET6].kind)
NO_SOURCE = Field("lisp.mreq.srceid.string", "Source EID", STR)
LOCATOR = Field("lisp.mreq.itr_rloc", "ITR-RLOC", NONE)
LOCATORS = address_fields("lisp.mreq.itr_rloc", "ITR-RLOC Address", "ITR-RLOC AFI", joint="_")
ASKED = Field("lisp.mreq.record", "Map-Request Record", NONE)
ASKED_RESERVED = Field("lisp.mreq.record.res", "Reserved", X8)
ASKED_LENGTH = Field("lisp.mreq.record.prefix.length", "Prefix Length", U8)
ASKED_PREFIX = address_fields("lisp.mreq.record.prefix", "Prefix", "Prefix AFI")
REPLY = Field("lisp.mrep.record", "Map-Reply Record", NONE)

KEY_ID = Field("lisp.keyid", "Key ID", X16)
AUTHENTICATION_LENGTH = Field("lisp.authlen", "Authentication Data Length", U16)
AUTHENTICATION = Field("lisp.auth", "Authentication Data", BYTES)
XTR_ID, SITE_ID = Field("lisp.xtrid", "xTR-ID", BYTES), Field("lisp.siteid", "Site-ID", BYTES)
RELAY_KEY_ID = Field("lisp.msrtr.keyid", "MS-RTR Key ID", X16)
RELAY_LENGTH = Field("lisp.msrtr.authlen", "MS-RTR Authentication Data Length", U16)
RELAY_AUTHENTICATION = Field("lisp.msrtr.auth", "MS-RTR Authentication Data", BYTES)

INFO_TTL = Field("lisp.info.ttl", "TTL", U32)
INFO_RESERVED_2 = Field("lisp.info.res2", "Reserved bits", X8, mask=0xFF)
INFO_LENGTH = Field("lisp.info.prefix.masklen", "EID Prefix Mask Length", U8)
INFO_PREFIX = address_fields("lisp.info.prefix", "Prefix", "Prefix AFI")
INFO_FAMILY = Field("lisp.info.afi", "AFI", U16, FAMILIES)
EXPECTED = Note(
    "lisp.expected_field", Severity.ERROR, Group.PROTOCOL, "Expecting field",
    "draft-ermagan-lisp-nat-traversal",
)  # fmt: skip


@dissector("lisp", "Locator/ID Separation Protocol", "LISP", udp_port=4342)
def lisp(c: Cursor) -> Result:
    """Go by the type; what is left over is data."""
    c.info("")
    kind = c.peek_add(TYPE)
    name = TYPES.get(kind)
    c.title("%s (%s)", c.layer.title, name or "Unknown")
    reader = READERS.get(kind)
    if reader is None:
        c.info("Unknown LISP Control Packet (%d)", kind)
        return Next(name="data", start=c.start)
    inside = "Encapsulated " if any(layer.name == "lisp" for layer in c.packet.layers[:-1]) else ""
    c.info("%s%s", inside, name)
    result = reader(c)
    if result is None and c.more:
        return Next(name="data", into=c.layer)
    return result


def _head(c: Cursor, *fields: Field) -> tuple[list[int], int]:
    """Flags in the first three octets, the number of records, the nonce."""
    values = [c.peek_add(field, 3) for field in fields]
    c.skip(3)
    count: int = c.add(RECORDS)
    c.add(NONCE)
    return values, count


def _for(c: Cursor, prefix: str | None) -> None:
    """Say in the Info column what it is about."""
    if prefix:
        c.info_add(" for %s", prefix)


def _request(c: Cursor) -> Result:
    """Where an endpoint is to be found: the question (RFC 9301, section 5.2)."""
    c.need(3)
    word = int.from_bytes(c.peek(3), "big")
    with c.item(REQUEST_FLAGS, value=(word & REQUEST_FLAGS.mask) >> REQUEST_FLAGS.shift) as flags:
        for bit in REQUEST_BITS:
            c.peek_add(bit, 3)
    flags.length = 3
    (_, locators), count = _head(c, *REQUEST_REST)
    if word & 0x010000:
        c.info_add(" (SMR)")
    if word & 0x020000:
        c.info_add(" (RLOC-probe)")
    if word & 0x008000:
        c.info_add(" by P-ITR")
    if word & 0x004000:
        c.info_add(" (SMR-invoked)")
    at = c.pos
    source = read_address(c, SOURCE, read_format)
    if source is None:
        return None
    if source == NOT_SET and c.pos == at + 2:
        c.put(NO_SOURCE, NOT_SET)
    for number in range(1, locators + 2):
        with c.item(LOCATOR) as node:
            text = read_address(c, LOCATORS, read_format)
            if text is None:
                return None
            node.text = f"ITR-RLOC {number}: {text}"
    prefix = ""
    for number in range(1, count + 1):
        if not readable(c, at=2):
            return None
        with c.item(ASKED) as node:
            c.add(ASKED_RESERVED)
            length = c.add(ASKED_LENGTH)
            text = read_address(c, ASKED_PREFIX, read_format)
            prefix = f"{text}/{length}"
            node.text = f"Map-Request Record {number}: {prefix}"
    if count == 1:
        _for(c, prefix)
    if word & 0x040000:
        with c.item(REPLY):
            read_mappings(c, 1)
    return None


def _reply(c: Cursor) -> Result:
    """The answer (RFC 9301, section 5.4)."""
    (probe, *_), count = _head(c, *REPLY_BITS)
    if probe:
        c.info_add(" (RLOC-probe reply)")
    _for(c, read_mappings(c, count))
    return None


def _authentication(c: Cursor) -> None:
    c.add(KEY_ID)
    c.add(AUTHENTICATION, c.add(AUTHENTICATION_LENGTH))


def _register(c: Cursor) -> Result:
    """What a site tells a Map-Server of itself (RFC 9301, section 5.6)."""
    values, count = _head(c, *REGISTER_BITS)
    if values[3]:
        c.info_add(" (RTR)")
    _authentication(c)
    prefix = read_mappings(c, count)
    _for(c, prefix)
    if values[2] and prefix is not None:
        c.add(XTR_ID, 16)
        c.add(SITE_ID, 8)
    return None


def _notify(c: Cursor) -> Result:
    """That the Map-Server knows, and the answer to that (RFC 9301, section 5.7)."""
    (with_id, for_relay, _), count = _head(c, *NOTIFY_BITS)
    if for_relay:
        c.info_add(" (RTR)")
    _authentication(c)
    prefix = read_mappings(c, count)
    _for(c, prefix)
    if prefix is None:
        return None
    if with_id:
        c.add(XTR_ID, 16)
        c.add(SITE_ID, 8)
    if for_relay:
        c.add(RELAY_KEY_ID)
        c.add(RELAY_AUTHENTICATION, c.add(RELAY_LENGTH))
    return None


def _referral(c: Cursor) -> Result:
    """Who else is to be asked (RFC 8111, section 6.4)."""
    _, count = _head(c, *REFERRAL_BITS)
    _for(c, read_mappings(c, count, referral=True))
    return None


def _info(c: Cursor) -> Result:
    """Where a translator is (draft-ermagan-lisp-nat-traversal)."""
    reply = c.peek_add(INFO_REPLY, 3)
    c.info("Info-%s", "Reply" if reply else "Request")
    c.add(INFO_RESERVED)
    c.add(NONCE)
    _authentication(c)
    c.add(INFO_TTL)
    c.add(INFO_RESERVED_2)
    with c.text("EID Prefix") as node:
        length = c.add(INFO_LENGTH)
        text = read_address(c, INFO_PREFIX, read_format)
        node.text = f"EID Prefix: {text}/{length}"
    if text is None:
        return None
    _for(c, f"{text}/{length}")
    expected, name = (FORMATS, "LCAF") if reply else (NO_ADDRESS, "NULL")
    family = c.add(INFO_FAMILY)
    if family != expected:
        text = f"Expecting {name} AFI ({expected}), found {family}, incorrect packet!"
        c.note(EXPECTED, c.last, text)
    elif reply:
        read_format(c)
    return None


def _capsule(c: Cursor) -> Result:
    """A control message in an IP packet (RFC 9301, section 5.8)."""
    for field in CAPSULE_BITS:
        c.peek_add(field, 4)
    c.skip(4)
    version = c.octet() >> 4
    if version in ETHERTYPES:
        return Next("ethertype", ETHERTYPES[version], listed=False)
    return Next(name="data")


READERS: dict[int, Callable[[Cursor], Result]] = {
    1: _request, 2: _reply, 3: _register, 4: _notify, 5: _notify, 6: _referral, 7: _info,
    8: _capsule,
}  # fmt: skip
