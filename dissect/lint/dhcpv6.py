"""DHCPv6's messages and options, as rules read them (RFC 8415, sections 8, 9 and 21)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from dissect.lint.heard import DHCPV6, Heard, Listener

if TYPE_CHECKING:
    from dissect.lint.at import At
    from dissect.lint.rule import Hit

SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE = range(1, 10)
RECONFIGURE, INFORMATION, FORWARD, RELAY_REPLY = 10, 11, 12, 13
CLIENT = frozenset((SOLICIT, REQUEST, CONFIRM, RENEW, REBIND, RELEASE, DECLINE, INFORMATION))
SERVER = frozenset((ADVERTISE, REPLY, RECONFIGURE))
RELAY = frozenset((FORWARD, RELAY_REPLY))
NAMES = {
    1: "Solicit", 2: "Advertise", 3: "Request", 4: "Confirm", 5: "Renew", 6: "Rebind", 7: "Reply",
    8: "Release", 9: "Decline", 10: "Reconfigure", 11: "Information-request", 12: "Relay-forward",
    13: "Relay-reply",
}  # fmt: skip
CLIENT_ID, SERVER_ID, IA_NA, IA_TA, IA_ADDRESS, ORO, PREFERENCE, ELAPSED, MESSAGE = range(1, 10)
AUTH, UNICAST, STATUS, RAPID, USER_CLASS, VENDOR_CLASS, VENDOR = range(11, 18)
INTERFACE_ID, RECONF_MESSAGE, RECONF_ACCEPT = 18, 19, 20
IA_PD, IA_PREFIX, SOL_MAX_RT, INF_MAX_RT = 25, 26, 82, 83
OPTIONS = {
    1: "Client Identifier", 2: "Server Identifier", 3: "IA_NA", 4: "IA_TA", 5: "IA Address",
    6: "Option Request", 7: "Preference", 8: "Elapsed Time", 9: "Relay Message",
    11: "Authentication", 12: "Server Unicast", 13: "Status Code", 14: "Rapid Commit",
    15: "User Class", 16: "Vendor Class", 17: "Vendor-specific Information", 18: "Interface-Id",
    19: "Reconfigure Message", 20: "Reconfigure Accept", 25: "IA_PD", 26: "IA Prefix",
    82: "SOL_MAX_RT", 83: "INF_MAX_RT",
}  # fmt: skip
IAS = frozenset((IA_NA, IA_TA, IA_PD))
"""Identity associations."""
HEADS = {IA_NA: 12, IA_TA: 4, IA_PD: 12, IA_ADDRESS: 24, IA_PREFIX: 25}
"""Octets before the options that stand in an option."""
MOST = 512
"""Options that are looked at in one message."""


class Option(NamedTuple):
    """An option: code, the length that it says, its value as far as it is there."""

    code: int
    length: int
    value: bytes

    @property
    def fits(self) -> bool:
        """Whether its value ends in what it stands in."""
        return len(self.value) == self.length

    @property
    def name(self) -> str:
        """Its name, or number."""
        return OPTIONS.get(self.code) or f"option {self.code}"


def options(octets: bytes) -> Iterator[Option]:
    """The options in some octets; one that passes the end is the last."""
    place = 0
    for _ in range(MOST):
        if place + 4 > len(octets):
            return
        code = int.from_bytes(octets[place : place + 2], "big")
        length = int.from_bytes(octets[place + 2 : place + 4], "big")
        yield Option(code, length, octets[place + 4 : place + 4 + length])
        place += 4 + length


class Said(Heard, eq=False, gc=False):
    """A message: its type, what it stands in, and its options.

    port  to which it was sent, where columns tell of it
    """

    relayed: bool = False
    port: int = 0
    xid: int = 0
    options: list[Option] = []
    layer = "dhcpv6"

    def __post_init__(self) -> None:
        """What the octets say."""
        octets = self.octets
        self.kind = octets[0] if octets else 0
        self.xid = int.from_bytes(octets[1:4], "big")
        self.options = list(options(octets[34 if self.kind in RELAY else 4 :]))

    @property
    def topic(self) -> int:
        """DHCPv6."""
        return DHCPV6

    @property
    def name(self) -> str:
        """The type's name."""
        return NAMES.get(self.kind) or f"message {self.kind}"

    def has(self, code: int) -> bool:
        """Whether there is an option."""
        return any(one.code == code for one in self.options)

    def value(self, code: int) -> bytes:
        """An option's value; empty without."""
        return next((one.value for one in self.options if one.code == code), b"")

    def leases(self) -> Iterator[tuple[Option, Option]]:
        """The addresses and prefixes in identity associations, each with what it stands in."""
        for outer in self.options:
            if outer.code in (IA_NA, IA_TA, IA_PD):
                for inner in options(outer.value[HEADS[outer.code] :]):
                    if inner.code in (IA_ADDRESS, IA_PREFIX):
                        yield outer, inner


def said_at(at: At) -> Said:
    """The message of a layer."""
    host = at.ip.header if at.ip is not None else None
    src, dst = (host.src, host.dst) if host is not None else (b"", b"")
    relayed = at.before is not None and at.before.name == "dhcpv6"
    return Said(0, src, dst, at.mac, at.wire, at.time, at.packet.number, at.payload, at,
                relayed=relayed)  # fmt: skip


def message(at: At) -> Said | None:
    """The message of a layer, of a type that is of clients, servers or relays."""
    said = at.once(said_at)
    return said if said.kind in NAMES else None


def lifetimes(lease: Option) -> tuple[int, int]:
    """Preferred and valid lifetime of an address or a prefix; zeros where it is cut."""
    start = 16 if lease.code == IA_ADDRESS else 0
    octets = lease.value[start : start + 8]
    return int.from_bytes(octets[:4], "big"), int.from_bytes(octets[4:], "big")


class DialogueListener(Listener):
    """A rule that hears messages of DHCPv6."""

    topics = (DHCPV6,)

    def __call__(self, at: At) -> Iterator[Hit]:
        """From a tree."""
        return self.heard(at.once(said_at))
