"""Interface identifiers: what the lower half of an IPv6 address was made from.

Some say it for certain: EUI-64, ISATAP, the anycast identifiers.  For others the patterns of
RFC 7707, section 4.1, allow a guess, which is marked as such.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from dissect.address.inside import ISATAP
from dissect.address.mac import mac_of

Kind = Literal[
    "subnet-router", "anycast", "isatap", "proxy-mobile", "eui64", "low-byte", "ipv4", "port",
    "words", "random", "pattern",
]  # fmt: skip


class Identifier(NamedTuple):
    """What an interface identifier tells; ``value`` is a MAC, an IPv4 address or a port."""

    kind: Kind
    words: str
    guess: bool = False
    value: bytes | int | None = None


PORTS = {
    21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 53: "domain", 80: "http", 110: "pop3",
    123: "ntp", 143: "imap", 179: "bgp", 389: "ldap", 443: "https", 465: "submissions",
    547: "dhcpv6-server", 587: "submission", 636: "ldaps", 853: "domain-s", 993: "imaps",
    995: "pop3s", 3306: "mysql", 5060: "sip", 5432: "postgresql", 8080: "http-alt",
}  # fmt: skip
"""Ports that people write into addresses of servers."""

WORDS = {
    "babe", "bad", "beef", "c0de", "c0fe", "cafe", "caff", "dada", "dead", "deaf", "f00d", "face",
    "fade", "feed", "food",
}  # fmt: skip

HOME_AGENTS = 0x7E
"""Mobile IPv6 Home-Agents anycast (RFC 2526, section 3)."""
PROXY_MOBILE = bytes.fromhex("02005efffe005213")
"""RFC 6543, section 3."""


@lru_cache(maxsize=65536)
def identifier_of(octets: bytes) -> Identifier:
    """What eight octets of interface identifier were made from."""
    return _certain(octets) or _guess(octets)


def _certain(octets: bytes) -> Identifier | None:
    if not any(octets):
        return Identifier("subnet-router", "subnet-router anycast (RFC 4291, section 2.6.1)")
    if is_reserved(octets):
        use = octets[7] & 0x7F
        name = "Mobile IPv6 home agents" if use == HOME_AGENTS else "unassigned"
        return Identifier("anycast", f"reserved subnet anycast {use}: {name} (RFC 2526)", value=use)
    if octets[:4] in ISATAP:
        scope = "global" if octets[0] & 2 else "private"
        words = f"ISATAP, {scope} IPv4 address (RFC 5214, section 6.1)"
        return Identifier("isatap", words, value=octets[4:])
    if octets == PROXY_MOBILE:
        return Identifier("proxy-mobile", "mobile access gateway of Proxy Mobile IPv6 (RFC 6543)")
    mac = mac_of(octets)
    if mac is not None:
        local = "" if octets[0] & 2 else " locally administered"
        words = f"modified EUI-64 of a{local} MAC address (RFC 4291, appendix A)"
        return Identifier("eui64", words, value=mac)
    return None


def _guess(octets: bytes) -> Identifier:
    parts = octets.hex(":", 2).split(":")
    port = _port(parts)
    if port:
        words = f"port {port} ({PORTS[port]}) written in the address, or a low byte"
        return Identifier("port", words, guess=True, value=port)
    if not any(octets[:4]) and not octets[4]:
        return Identifier("low-byte", "low byte: given by hand or by DHCPv6", guess=True)
    if any(part.lstrip("0") in WORDS for part in parts):
        return Identifier("words", "words in hexadecimal digits: given by hand", guess=True)
    ipv4 = _ipv4(octets, parts)
    if ipv4:
        return Identifier("ipv4", "IPv4 address written in the address", guess=True, value=ipv4)
    if len(set(octets.hex())) >= 6:
        words = "random: temporary (RFC 8981) or stable opaque (RFC 7217)"
        return Identifier("random", words, guess=True)
    return Identifier("pattern", "a pattern: given by hand", guess=True)


def _port(parts: list[str]) -> int:
    """A well-known port in the last or last but one group, read as decimal digits."""
    if parts[0] != "0000" or parts[1] != "0000":
        return 0
    for port, other in ((parts[3], parts[2]), (parts[2], parts[3])):
        if other <= "00ff" and port.isdecimal() and int(port) in PORTS:
            return int(port)
    return 0


def _ipv4(octets: bytes, parts: list[str]) -> bytes:
    """An IPv4 address in the last four octets, or one octet a group as ``192:0:2:1``."""
    if not any(octets[:4]):
        return octets[4:] if 0 < octets[4] < 224 else b""
    if all(part.isdecimal() and int(part) < 256 for part in parts) and any(octets[2:]):
        return bytes(int(part) for part in parts) if 0 < int(parts[0]) < 224 else b""
    return b""


def is_reserved(identifier: bytes) -> bool:
    """Subnet-router anycast or a reserved subnet anycast identifier (RFC 5453, section 3)."""
    return not any(identifier) or (
        identifier[:7] == b"\xfd" + b"\xff" * 6 and identifier[7] >= 0x80
    )


def next_identifier(history: bytes, identifier: bytes) -> tuple[bytes, bytes]:
    """The randomised interface identifier after a history value, and the next history value.

    RFC 3041, section 3.2.1; with RFC 4941's step 4, that a reserved identifier isn't used.
    RFC 8981, which replaced both, leaves the method to the host.
    """
    from hashlib import md5  # seldom needed

    while True:
        digest = md5(history + identifier, usedforsecurity=False).digest()
        made, history = bytes((digest[0] & 0xFD,)) + digest[1:8], digest[8:]
        if not is_reserved(made):
            return made, history
