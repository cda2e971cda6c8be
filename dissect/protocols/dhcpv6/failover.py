"""Failover between two servers (RFC 8156, section 5.5)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, STR, U8, U16, U32, X8, X16
from dissect.protocols.dhcpv6.domain import plain_name
from dissect.protocols.dhcpv6.options import (
    Message,
    add_flags,
    containers,
    field,
    option,
    read_text,
)

TAG = "Failover"
PREFIX = "dhcpv6.failover"

BINDINGS = {
    0: "reserved", 1: "ACTIVE", 2: "EXPIRED", 3: "RELEASED", 4: "PENDING-FREE", 5: "FREE",
    6: "FREE-BACKUP", 7: "ABANDONED", 8: "RESET",
}  # fmt: skip
STATES = {
    0: "reserved",
    1: "Startup state (1)",
    2: "Normal state",
    3: "Communications interrupted",
    4: "Partner down",
    5: "Synchronizing",
    6: "Recovering bindings from partner",
    7: "Waiting out MCLT after RECOVER",
    8: "Interlock state prior to NORMAL",
    9: "Comm. failed during resolution",
    10: "Primary resolved its conflicts",
}

NUMBERS = {
    120: ("expiration_time", "Expiration Time"),
    121: ("max_unacked_bndupd", "Max number of unacked BNDUPD messages"),
    122: ("mclt", "Maximum Client Lead Time (MCLT)"),
    123: ("partner_lifetime", "Partner Lifetime"),
    124: ("partner_lifetime_sent", "Partner Lifetime Sent"),
    125: ("partner_down_time", "Partner Down Time"),
    126: ("partner_raw_clt_time", "Partner Raw Client Time"),
    128: ("keepalive_time", "Keepalive Time"),
    133: ("start_time_of_state", "Start Time of State"),
    134: ("state_expiration_time", "State Expiration Time"),
}
"""Options that are a number of 32 bits, by code."""


def _flag(group: str, name: str, label: str, mask: int) -> Field:
    return Field(f"{PREFIX}.{group}.flags.{name}", label, BOOL, mask=mask)


CONNECT_FLAGS = Field(
    f"{PREFIX}.connect.flags", "Flags", X16,
    bits=(
        _flag("connect", "reserved", "Reserved", 0xFFFE),
        _flag("connect", "f", "Fixed PD Length (F)", 0x1),
    ),
)  # fmt: skip
DNS_FLAGS = Field(
    f"{PREFIX}.dns.flags", "Flags", X16,
    bits=(
        _flag("dns", "reserved", "Reserved", 0xFFF0),
        _flag("dns", "u", "Using Requested FQDN (U)", 0x8),
        _flag("dns", "s", "Synthesized Name (S)", 0x4),
        _flag("dns", "r", "Rev Uptodate (R)", 0x2),
        _flag("dns", "f", "Fwd Uptodate (F)", 0x1),
    ),
)  # fmt: skip
SERVER_FLAGS = Field(
    f"{PREFIX}.server.flags", "Flags", X8,
    bits=(
        _flag("server", "reserved", "Reserved", 0xF8),
        _flag("server", "a", "Ack Startup (A)", 0x4),
        _flag("server", "s", "Startup (S)", 0x2),
        _flag("server", "c", "Communicated (C)", 0x1),
    ),
)  # fmt: skip
HOST = Field(f"{PREFIX}.dns_hostname", "DNS Hostname", STR)
ZONE = Field(f"{PREFIX}.dns_zonename", "DNS Zone Name", STR)
MAJOR = Field(f"{PREFIX}.protocol.major_version", "Protocol Major Version", U16)
MINOR = Field(f"{PREFIX}.protocol.minor_version", "Protocol Minor Version", U16)
KEY_TIME = Field(f"{PREFIX}.reconfigure_time", "Reconfigure Time", U32)
KEY = Field(f"{PREFIX}.reconfigure_key", "Reconfigure Key", BYTES)
RELATIONSHIP = Field(f"{PREFIX}.relationship_name", "Relationship Name", STR)

containers(116)
for _code, (_name, _label) in NUMBERS.items():
    field(_code, TAG, Field(f"{PREFIX}.{_name}", _label, U32))
field(114, TAG, Field(f"{PREFIX}.binding_status", "Failover Binding Status", U8, BINDINGS))
field(132, TAG, Field(f"{PREFIX}.server_state", "Server State", U8, STATES))


def _flags(code: int, shown: Field) -> None:
    """An option that is a field of flags."""
    option(code, TAG, exactly=shown.kind.size)(lambda c, message: add_flags(c, shown))


_flags(115, CONNECT_FLAGS)
_flags(119, DNS_FLAGS)
_flags(131, SERVER_FLAGS)


def _dns_name(code: int, shown: Field) -> None:
    """An option that is one domain name."""

    @option(code, TAG, least=1)
    def read(c: Cursor, message: Message) -> None:
        at, size = c.pos, c.left
        name = plain_name(c)
        c.put(shown, name.removesuffix("."), at, size)
        c.skip(c.left)


_dns_name(117, HOST)
_dns_name(118, ZONE)


@option(127, TAG, exactly=4)
def protocol_version(c: Cursor, message: Message) -> None:
    """Of the failover protocol."""
    c.add(MAJOR)
    c.add(MINOR)


@option(129, TAG, least=4)
def reconfigure_data(c: Cursor, message: Message) -> None:
    """The key for Reconfigure messages, and when it was made."""
    c.add(KEY_TIME)
    c.add(KEY, c.left)


@option(130, TAG)
def relationship_name(c: Cursor, message: Message) -> None:
    """Of the two servers."""
    read_text(c, RELATIONSHIP, c.left, "utf-8")
