"""MAC addresses and EUI-64: their bits, their vendors, and interface identifiers made of them."""

from __future__ import annotations

from dissect.address.registry import organization

LOCAL, GROUP = 2, 1
"""Bits of the first octet: U/L (locally administered), I/G (group)."""

KNOWN = (
    (bytes.fromhex("00005e0001"), "virtual router of VRRP for IPv4 (RFC 5798, section 7.3)"),
    (bytes.fromhex("00005e0002"), "virtual router of VRRP for IPv6 (RFC 5798, section 7.3)"),
    (bytes.fromhex("00005e005213"), "mobile access gateway of Proxy Mobile IPv6 (RFC 6543)"),
    (bytes.fromhex("00005e0053"), "documentation (RFC 7042, section 2.1.2)"),
    (bytes.fromhex("01005e9010"), "documentation, multicast (RFC 7042, section 2.1.2)"),
    (bytes.fromhex("0180c2000000"), "spanning tree bridges (IEEE 802.1D)"),
    (bytes.fromhex("0180c200000e"), "LLDP, nearest bridge (IEEE 802.1AB)"),
)
"""Beginnings of MAC addresses that mean something."""
LINK_LOCAL = 0xFE80 >> 6
"""The first ten bits of link-local addresses (RFC 4291, section 2.4)."""


def eui64(mac: bytes) -> bytes:
    """A MAC address as EUI-64: ff:fe in the middle (RFC 4291, appendix A)."""
    return mac[:3] + b"\xff\xfe" + mac[3:]


def flipped(octets: bytes) -> bytes:
    """Modified EUI-64 from EUI-64, and back: the universal/local bit inverted."""
    return bytes((octets[0] ^ LOCAL,)) + octets[1:]


def interface_identifier(mac: bytes) -> bytes:
    """The interface identifier of a MAC address (RFC 2464, section 4)."""
    return flipped(eui64(mac))


def mac_of(identifier: bytes) -> bytes | None:
    """The MAC address inside an interface identifier; None if it isn't made of one."""
    return mac_of_eui64(flipped(identifier))


def mac_of_eui64(octets: bytes) -> bytes | None:
    """The MAC address inside an EUI-64; None if it isn't made of one."""
    return octets[:3] + octets[5:] if octets[3:5] == b"\xff\xfe" else None


def link_local(identifier: bytes) -> bytes:
    """The link-local address of an interface identifier (RFC 4291, section 2.5.6)."""
    return b"\xfe\x80" + bytes(6) + identifier


def mac_meaning(mac: bytes) -> str:
    """Who or what a special MAC address is for; empty for an ordinary one."""
    if mac == b"\xff" * 6:
        return "broadcast"
    return next((words for start, words in KNOWN if mac.startswith(start)), "")


def vendor(oui: bytes) -> str:
    """The organisation that registered three octets; empty if nobody did."""
    return "" if oui[0] & (LOCAL | GROUP) else organization(oui) or ""
