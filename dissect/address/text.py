"""Reading addresses as people type them, and the forms to write them in."""

from __future__ import annotations

import re
import socket
from typing import Literal, NamedTuple

Sort = Literal["ipv6", "ipv4", "mac", "eui64", "iid"]


class NotAnAddress(ValueError):
    """What was typed is no address; the message says why, in one line."""


class Typed(NamedTuple):
    """What was typed: octets, and for IP perhaps a prefix length and a zone."""

    sort: Sort
    octets: bytes
    length: int | None = None
    zone: str | None = None


_OCTETS = re.compile(r"[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}|[0-9a-f]{2}([:-][0-9a-f]{2}){7}")
_GROUPS = re.compile(r"[0-9a-f]{1,4}([:.-][0-9a-f]{1,4}){2,3}")
_DIGITS = re.compile(r"(0x)?([0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{32})")
_DOTTED = re.compile(r"[0-9.]+")


def read(text: str) -> Typed:
    """An address in any common notation; raises NotAnAddress.

    IPv6 with or without brackets, prefix length, netmask, zone; IPv4 with prefix length or
    netmask; MAC and EUI-64 with colons, hyphens, dots or nothing; an interface identifier as
    four groups of an IPv6 address; a reverse DNS name.
    """
    text = text.strip()
    lower = text.lower()
    if not text:
        raise NotAnAddress("nothing to explain: an empty address")
    link = _link_layer(lower)
    if link is not None:
        return link
    if lower.rstrip(".").endswith((".ip6.arpa", ".in-addr.arpa")):
        return _reverse(lower.rstrip("."))
    if text[0] == "[" or text[-1] == "]":
        if not (text[0] == "[" and text[-1] == "]"):
            raise NotAnAddress("a bracket without its partner")
        text = text[1:-1]
    address, slash, mask = text.partition("/")
    address, percent, zone = address.partition("%")
    if percent and not zone:
        raise NotAnAddress("nothing after %: a zone is an interface's name or number")
    octets = _ip(address)
    if percent and len(octets) == 4:
        raise NotAnAddress("an IPv4 address has no zone")
    length = _length(mask, len(octets)) if slash else None
    return Typed("ipv6" if len(octets) == 16 else "ipv4", octets, length, zone or None)


def _link_layer(lower: str) -> Typed | None:
    """MAC, EUI-64, interface identifier, or bare hexadecimal digits; None if it's none of them."""
    if _OCTETS.fullmatch(lower):
        if ":" in lower and "-" in lower:
            raise NotAnAddress("colons and hyphens in one address")
        octets = bytes(int(part, 16) for part in re.split("[:-]", lower))
        return Typed("mac" if len(octets) == 6 else "eui64", octets)
    if found := _DIGITS.fullmatch(lower):
        octets = bytes.fromhex(found[2])
        sort: dict[int, Sort] = {6: "mac", 8: "eui64", 16: "ipv6"}
        return Typed(sort[len(octets)], octets)
    if _GROUPS.fullmatch(lower) and not (_DOTTED.fullmatch(lower) and lower.count(".") == 3):
        separators = set(re.sub("[0-9a-f]", "", lower))
        parts = re.split("[:.-]", lower)
        octets = bytes.fromhex("".join(part.zfill(4) for part in parts))
        if len(separators) == 1 and (len(parts) == 4 or min(map(len, parts)) == 4):
            if len(parts) == 3:
                return Typed("mac", octets)
            return Typed("iid" if separators == {":"} else "eui64", octets)
    return None


def _ip(text: str) -> bytes:
    """IPv6 or IPv4 octets; the standard library finds the words for what is wrong."""
    family = socket.AF_INET if _DOTTED.fullmatch(text) else socket.AF_INET6
    try:
        return socket.inet_pton(family, text)
    except (OSError, ValueError):  # ValueError: a NUL
        pass
    import ipaddress

    if family == socket.AF_INET6 and not re.fullmatch("[0-9a-fA-F:.]+", text):
        if ":" in text and len(odd := re.findall("[^0-9a-fA-F:.]", text)) and text.count(":") > 1:
            raise NotAnAddress(f"{odd[0]!r} is no hexadecimal digit")
        raise NotAnAddress("neither an IPv6, IPv4, MAC or EUI-64 address nor a prefix")
    try:
        address = (ipaddress.IPv4Address if family == socket.AF_INET else ipaddress.IPv6Address)(
            text
        )
    except ValueError as error:
        reason = str(error)
        for tail in (f" in {text!r}", f": {text!r}"):
            reason = reason.removesuffix(tail)
        reason = reason[:1].lower() + reason[1:]
        version = 4 if family == socket.AF_INET else 6
        raise NotAnAddress(f"not an IPv{version} address: {reason}") from None
    return address.packed


def _length(mask: str, size: int) -> int:
    """A prefix length, also from a netmask."""
    bits = 8 * size
    if re.fullmatch("[0-9]{1,3}", mask):
        if int(mask) > bits:
            raise NotAnAddress(
                f"prefix length {int(mask)}: an IPv{4 + size // 8} address has {bits} bits"
            )
        return int(mask)
    try:
        octets = _ip(mask)
    except NotAnAddress:
        octets = b""
    if len(octets) != size:
        raise NotAnAddress(f"after the slash: a prefix length from 0 to {bits}, or a netmask")
    ones = f"{int.from_bytes(octets, 'big'):0{bits}b}"
    if "01" in ones:
        raise NotAnAddress("a netmask is ones followed by zeros")
    return ones.count("1")


def _reverse(name: str) -> Typed:
    """The address or prefix of a reverse DNS name."""
    labels = name.split(".")[:-2][::-1]
    if name.endswith(".ip6.arpa"):
        if len(labels) > 32 or not all(re.fullmatch("[0-9a-f]", label) for label in labels):
            raise NotAnAddress("under ip6.arpa: up to 32 labels of one hexadecimal digit each")
        octets = bytes.fromhex("".join(labels).ljust(32, "0"))
        return Typed("ipv6", octets, 4 * len(labels) if len(labels) < 32 else None)
    numbers = [int(label) if re.fullmatch("[0-9]{1,3}", label) else 256 for label in labels]
    if len(labels) > 4 or max(numbers) > 255:
        raise NotAnAddress("under in-addr.arpa: up to four labels, each a number up to 255")
    octets = bytes(numbers).ljust(4, b"\0")
    return Typed("ipv4", octets, 8 * len(labels) if len(labels) < 4 else None)


# --- writing -----------------------------------------------------------------------------------

_MIXED = (bytes(8) + b"\xff\xff\0\0", b"\0\x64\xff\x9b" + bytes(8))
"""IPv4-translated and NAT64's well-known prefix; inet_ntop knows IPv4-mapped itself."""


def canonical(address: bytes) -> str:
    """RFC 5952's text, with dotted decimal after the well-known prefixes (section 5)."""
    if len(address) == 4:
        return socket.inet_ntop(socket.AF_INET, address)
    if address[:12] in _MIXED:
        head = socket.inet_ntop(socket.AF_INET6, address[:12] + b"\xff\xff\xff\xff")
        return head.removesuffix("ffff:ffff") + socket.inet_ntop(socket.AF_INET, address[12:])
    return socket.inet_ntop(socket.AF_INET6, address)


def full(address: bytes) -> str:
    """Eight groups with all their digits."""
    return groups(address, zeros=True)


def groups(octets: bytes, *, zeros: bool = False) -> str:
    """Groups of two octets; four of them are an interface identifier."""
    digits = octets.hex(":", 2)
    return digits if zeros else ":".join(part.lstrip("0") or "0" for part in digits.split(":"))


def prefix_text(network: bytes, length: int) -> str:
    """A prefix in its shortest form."""
    return f"{canonical(network)}/{length}"
