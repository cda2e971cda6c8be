"""Options that most messages have (RFC 9915, sections 21.7 to 21.20)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV6, STR, U8, U16, U32
from dissect.protocols.dhcpv6.codes import ENTERPRISES, MESSAGES, OPTIONS, STATUS
from dissect.protocols.dhcpv6.options import (
    OBSOLETE,
    Message,
    field,
    malformed,
    option,
    read_text,
    text,
)

REQUESTED = Field("dhcpv6.requested_option_code", "Requested Option code", U16, OPTIONS)
ELAPSED = Field(
    "dhcpv6.elapsed_time",
    "Elapsed time",
    U16,
    unit="ms",
    convert=lambda hundredths: 10 * hundredths,
)
UNICAST = Field("dhcpv6.unicast", "IPv6 address", IPV6)
STATUS_CODE = Field("dhcpv6.status_code", "Status Code", U16, STATUS)
STATUS_TEXT = Field("dhcpv6.status_msg", "Status Message", STR)
USER_CLASS_LENGTH = Field("dhcpv6.userclass.length", "Length", U16)
USER_CLASS_DATA = Field("dhcpv6.userclass.opaque_data", "Suboption", BYTES)
VENDOR_CLASS = Field("dhcpv6.vendorclass.enterprise", "Enterprise ID", U32, ENTERPRISES)
VENDOR_CLASS_DATA = Field("dhcpv6.vendorclass.data", "vendor-class-data", STR)
AUTH_INFO = Field("dhcpv6.auth.info", "Authentication Information", BYTES)
AUTH_REALM = Field("dhcpv6.auth.realm", "DHCP realm", STR)
AUTH_KEY = Field("dhcpv6.auth.key_id", "Key ID", U32)
AUTH_MD5 = Field("dhcpv6.auth.md5_data", "HMAC-MD5 data", BYTES)
INTERFACE = Field("dhcpv6.interface_id", "Interface-ID", BYTES)
REMOTE = Field("dhcpv6.remoteid.enterprise", "Enterprise ID", U32, ENTERPRISES)
REMOTE_ID = Field("dhcpv6.remoteid_enterprise_id", "Remote-ID", BYTES)

field(7, "PREFERENCE", Field("dhcpv6.option_preference", "Pref-value", U8))
field(8, "ELAPSED-TIME", ELAPSED)
field(19, "RECONF_MSG", Field("dhcpv6.reconf_msg", "Reconfigure message type", U8, MESSAGES))
field(32, "LIFETIME", Field("dhcpv6.lifetime", "Lifetime", U32))
field(135, "Relay Port", Field("dhcpv6.relay_port", "Downstream Source Port", U16))
text(38, "SUBSCRIBER_ID", Field("dhcpv6.subscriber_id", "Subscriber-ID", STR), least=1)


@option(6)
@option(43)
def requested(c: Cursor, message: Message) -> None:
    """Codes of the options that are asked for; 43 is the relay's echo of them (RFC 4994)."""
    while c.more:
        c.add(REQUESTED)


@option(14)
def rapid_commit(c: Cursor, message: Message) -> None:
    """Is there or isn't."""


@option(20, "RECONF_ACCEPT", exactly=0)
def reconfigure_accept(c: Cursor, message: Message) -> None:
    """Is there or isn't."""


@option(12, "UNICAST", exactly=16)
def unicast(c: Cursor, message: Message) -> None:
    """Where clients may send what else goes to a group (RFC 8415, section 21.12)."""
    c.add(UNICAST)
    c.note(OBSOLETE, c.at, "The Server Unicast option is obsolete")


USE_MULTICAST = 5


@option(13, least=2)
def status(c: Cursor, message: Message) -> None:
    """What became of a request, in a number and in words."""
    if c.add(STATUS_CODE) == USE_MULTICAST:
        c.note(OBSOLETE, STATUS_CODE.name, "UseMulticast is obsolete")
    if c.more:
        read_text(c, STATUS_TEXT, c.left, "utf-8")


# --- authentication ----------------------------------------------------------------------------

HMAC_MD5 = 1
DIGEST = 4 + 16
"""Octets behind the realm: the key's number and the digest."""


class Authentication(Header):
    """In front of what the protocol and algorithm define, 11 octets (section 21.11)."""

    __hdr__ = (
        ("protocol", "B", 3), ("algorithm", "B", 1), ("rdm", "B", 0), ("replay", "8s", bytes(8)),
    )  # fmt: skip
    names = (
        F("protocol", "dhcpv6.auth.protocol", "Protocol"),
        F("algorithm", "dhcpv6.auth.algorithm", "Algorithm"),
        F("rdm", "dhcpv6.auth.rdm", "RDM"),
        F("replay", "dhcpv6.auth.replay_detection", "Replay Detection"),
    )


@option(11, "AUTH", least=11)
def authentication(c: Cursor, message: Message) -> None:
    """Information long enough has a realm in front of the key and the HMAC-MD5."""
    head = c.header(Authentication)
    realm = c.left - DIGEST
    if head.algorithm == HMAC_MD5 and realm > 0:
        read_text(c, AUTH_REALM, realm)
        c.add(AUTH_KEY)
        c.add(AUTH_MD5, 16)
    else:
        c.add(AUTH_INFO, c.left)


# --- classes and identifiers -------------------------------------------------------------------


@option(15, "User Class")
def user_class(c: Cursor, message: Message) -> None:
    """Any number of classes, each behind its length."""
    while c.more:
        c.need(2)
        size = int.from_bytes(c.peek(2), "big")
        if 2 + size > c.left:
            malformed(c, "User Class", "suboption too long")
            return
        with c.text("User Class suboption"):
            c.add(USER_CLASS_LENGTH)
            c.add(USER_CLASS_DATA, size)


@option(16, "VENDOR_CLASS", least=4)
def vendor_class(c: Cursor, message: Message) -> None:
    """What a vendor calls the kind of client: each behind its length."""
    c.add(VENDOR_CLASS)
    while c.more:
        read_text(c, VENDOR_CLASS_DATA, c.uint(2), "utf-8")


@option(18, "INTERFACE_ID", least=1)
def interface(c: Cursor, message: Message) -> None:
    """Where a relay agent got the message."""
    c.add(INTERFACE, c.left)


@option(37, "REMOTE_ID", least=4)
def remote_id(c: Cursor, message: Message) -> None:
    """Who is at the far end of a relay agent's line (RFC 4649, section 3)."""
    c.add(REMOTE)
    c.add(REMOTE_ID, c.left)
