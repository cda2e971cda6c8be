"""Multicast addresses: flags, scope and group, and the Ethernet addresses that carry them.

::

    |   8    |  4  |  4 |  4  |  4 |    8   |       64       |    32    |
    +--------+-----+----+-----+----+--------+----------------+----------+
    |11111111|XRPT |scop| rrrr|RIID|  plen  | network prefix | group ID |   P = 1, RFC 3306
    +--------+-----+----+-----+----+--------+----------------+----------+
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from dissect.address.groups import IPV4, group_name

SCOPES = {
    0: "reserved", 1: "interface-local", 2: "link-local", 3: "realm-local", 4: "admin-local",
    5: "site-local", 8: "organization-local", 0xE: "global", 0xF: "reserved",
}  # fmt: skip
"""RFC 7346, section 2; the others are unassigned."""

SOLICITED_NODE = bytes.fromhex("ff0200000000000000000001ff")
"""ff02::1:ff00:0/104 (RFC 4291, section 2.7.1)."""
NODE_INFORMATION = bytes.fromhex("ff0200000000000000000002ff")
"""ff02::2:ff00:0/104 (RFC 4620)."""

R, P, T = 4, 2, 1

Form = Literal[
    "permanent", "transient", "solicited-node", "node-information", "unicast-prefix",
    "source-specific", "embedded-rp", "link-scoped",
]  # fmt: skip


class Group(NamedTuple):
    """An IPv6 multicast address taken apart.

    ``prefix`` (network and length) is the owner's, ``rendezvous`` the RP's address, ``interface``
    the owner's interface identifier, ``suffix`` the low 24 bits of the nodes asked for; each is
    None where the form of address has none.
    """

    form: Form
    reference: str
    flags: int
    scope: int
    group: int
    name: str
    prefix: tuple[bytes, int] | None = None
    rendezvous: bytes | None = None
    interface: bytes | None = None
    suffix: bytes | None = None

    @property
    def scope_name(self) -> str:
        """The scope in words."""
        return SCOPES.get(self.scope, "unassigned")

    @property
    def flag_names(self) -> str:
        """The flags that are set, each in a word."""
        words = ("reserved", "R: embeds the RP's address", "P: based on a prefix", "T: transient")
        found = [word for bit, word in zip((8, R, P, T), words, strict=True) if self.flags & bit]
        return ", ".join(found) or "none: permanent"


@lru_cache(maxsize=16384)
def group_of(address: bytes) -> Group:
    """What an IPv6 multicast address (ff00::/8) says."""
    flags, scope = address[1] >> 4, address[1] & 15
    if address[:13] == SOLICITED_NODE:
        number = int.from_bytes(address[13:], "big")
        return Group("solicited-node", "RFC 4291, section 2.7.1", flags, scope, number, "",
                     suffix=address[13:])  # fmt: skip
    if address[:13] == NODE_INFORMATION:
        number = int.from_bytes(address[13:], "big")
        return Group("node-information", "RFC 4620", flags, scope, number, "",
                     suffix=address[13:])  # fmt: skip
    if flags & P and flags & T:
        based = _prefix_based(address, flags, scope)
        if based is not None:
            return based
    group = int.from_bytes(address[2:], "big")
    if flags & T:
        return Group("transient", "RFC 4291, section 2.7", flags, scope, group, "")
    return Group("permanent", "RFC 4291, section 2.7", flags, scope, group,
                 group_name(scope, group))  # fmt: skip


def _prefix_based(address: bytes, flags: int, scope: int) -> Group | None:
    """P and T are set; the flags are looked at one by one (RFC 7371, section 3)."""
    length, group = address[3], int.from_bytes(address[12:], "big")
    if length == 0xFF and not flags & R and scope <= 2:
        return Group("link-scoped", "RFC 4489, section 3", flags, scope, group, "",
                     interface=address[4:12])  # fmt: skip
    if length > 64:
        return None
    network = _masked(address[4:12], length)
    if length == 0 and not flags & R and not any(address[4:12]):
        return Group("source-specific", "RFC 3306, section 6", flags, scope, group, "")
    if flags & R and length:
        point = network[:15] + bytes((network[15] | address[2] & 15,))
        return Group("embedded-rp", "RFC 3956, section 4", flags, scope, group, "",
                     (network, length), point)  # fmt: skip
    return Group("unicast-prefix", "RFC 3306, section 4", flags, scope, group, "",
                 (network, length))  # fmt: skip


def _masked(upper: bytes, length: int) -> bytes:
    """The first bits of a half address, filled up with zeros to a whole one."""
    return (int.from_bytes(upper, "big") >> (64 - length) << (128 - length)).to_bytes(16, "big")


def solicited_node(address: bytes) -> bytes:
    """The group in which neighbours look for an address (RFC 4291, section 2.7.1)."""
    return SOLICITED_NODE + address[13:]


def ethernet(group: bytes) -> bytes:
    """The MAC address that a multicast packet is sent to.

    IPv6: 33:33 and the last four octets (RFC 2464, section 7).  IPv4: 01:00:5e and the last 23
    bits (RFC 1112, section 6.4).
    """
    if len(group) == 16:
        return b"\x33\x33" + group[12:]
    return bytes((1, 0, 0x5E, group[1] & 0x7F, *group[2:]))


def ipv6_groups(mac: bytes) -> list[bytes]:
    """Known IPv6 groups behind a MAC 33:33:…: the well-known ones, and solicited-node's.

    Any group that ends with the MAC's last four octets may be meant.
    """
    if mac[:2] != b"\x33\x33":
        return []
    rest = int.from_bytes(mac[2:], "big")
    found = [
        bytes((0xFF, scope)) + rest.to_bytes(14, "big")
        for scope in sorted(SCOPES)
        if group_name(scope, rest) and 0 < scope < 15
    ]
    if mac[2] == 0xFF:
        found.insert(0, SOLICITED_NODE + mac[3:])
    return found


def ipv4_groups(mac: bytes) -> list[bytes]:
    """The 32 IPv4 groups behind a MAC 01:00:5e:…: five bits are lost on the way."""
    if mac[:3] != b"\x01\x00\x5e" or mac[3] & 0x80:
        return []
    return [
        bytes((first, mac[3] | half, *mac[4:])) for first in range(224, 240) for half in (0, 0x80)
    ]


def ipv4_group_name(group: bytes) -> str:
    """The name of a well-known IPv4 group; empty if it has none."""
    return IPV4.get(int.from_bytes(group, "big"), "")
