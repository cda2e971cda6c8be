"""What a Router Advertisement says, parameter by parameter (RFC 4861, section 4.2; RFC 4191, 5175,
6275, 8106, 8781, 8910)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dissect.analysis.inside import Inside, Reader, values
from dissect.analysis.of_link import FOREVER
from dissect.engine.values import address_text
from dissect.protocols.icmpv6.nd_options import PREFERENCE

if TYPE_CHECKING:
    from dissect.analysis.analysis import Place
    from dissect.engine.tree import Node

ADVERTISEMENT = 134
HOP_LIMIT = 255
NAT64_LENGTHS = (96, 64, 56, 48, 40, 32)
"""By the codes of a PREF64 option (RFC 8781, section 4)."""
COMPARED = frozenset(
    ("hop limit", "managed", "other configuration", "reachable time", "retrans timer", "mtu")
)
"""What all routers of a link should say alike, but for the lifetimes of a prefix (RFC 4861,
section 6.2.7)."""
UNSPECIFIED = frozenset(("hop limit", "reachable time", "retrans timer"))
"""Of which 0 says nothing."""


class Parameter(NamedTuple):
    """Something that a router says.

    value      for people: ``yes``, ``1500``, ``on-link, autonomous``
    lifetimes  seconds that it holds for: of a prefix, valid and preferred
    """

    name: str
    value: str
    lifetimes: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """Value and lifetimes."""
        words = ("valid", "preferred") if len(self.lifetimes) == 2 else ("for",)
        times = [
            f"{word} {'for ever' if time == FOREVER else f'{time} s'}"
            for word, time in zip(words, self.lifetimes, strict=False)
        ]
        return ", ".join(filter(None, (self.value, *times)))


class Prefix(NamedTuple):
    """A Prefix Information option; lifetimes in seconds."""

    network: bytes
    length: int
    on_link: bool
    autonomous: bool
    router_address: bool
    valid: int
    preferred: int


class Advertised(NamedTuple):
    """An advertisement; ``is_local``: it has not come from beyond the link.

    to_all    it went to all nodes, not to one that had asked
    lifetime  as a default router, in seconds
    """

    at: Place
    router: bytes
    mac: bytes
    is_local: bool
    to_all: bool
    lifetime: int
    parameters: tuple[Parameter, ...]
    prefixes: tuple[Prefix, ...]


def advertised(message: Inside) -> Iterator[Advertised]:
    """The advertisement that a message is, if it is one."""
    if message.ip is not None and message.kind == ADVERTISEMENT:
        told, ip = SAID(message), message.ip
        if told is not None:
            yield Advertised(
                message.place, ip.src, told.mac or message.mac, ip.hops == HOP_LIMIT,
                ip.dst[0] == 0xFF, told.lifetime, told.parameters, told.prefixes,
            )  # fmt: skip


class Said(NamedTuple):
    """What an advertisement says, whoever says it."""

    mac: bytes
    lifetime: int
    parameters: tuple[Parameter, ...]
    prefixes: tuple[Prefix, ...]


def _said(node: Node) -> Said | None:
    """None if the message ends too soon."""
    head = values(node)
    if "icmpv6.nd.ra.retrans_timer" not in head:
        return None
    options = [child for child in node.children or () if child.name == "icmpv6.opt"]
    return Said(
        head.get("icmpv6.opt.src_linkaddr", b""), head["icmpv6.nd.ra.router_lifetime"],
        (*_fixed(head), *(it for option in options for it in _option(option))),
        tuple(filter(None, map(_prefix, options))),
    )  # fmt: skip


SAID = Reader(_said)


def _fixed(head: dict[str, Any]) -> Iterator[Parameter]:
    """Flags, and numbers in front of the options."""
    for name, letter in (
        ("managed", "m"), ("other configuration", "o"), ("home agent", "h"), ("proxy", "p"),
    ):  # fmt: skip
        yield Parameter(name, "yes" if head[f"icmpv6.nd.ra.flag.{letter}"] else "no")
    yield Parameter("preference", PREFERENCE[head["icmpv6.nd.ra.flag.prf"]].lower())
    for name, field in (
        ("hop limit", "cur_hop_limit"), ("router lifetime", "router_lifetime"),
        ("reachable time", "reachable_time"), ("retrans timer", "retrans_timer"),
    ):  # fmt: skip
        yield Parameter(name, str(head[f"icmpv6.nd.ra.{field}"]))


def _prefix(option: Node) -> Prefix | None:
    told = values(option)
    if told.get("icmpv6.opt.type") != 3 or "icmpv6.opt.prefix" not in told:
        return None
    length = told["icmpv6.opt.prefix.length"]
    on_link, autonomous, address = (
        bool(told[f"icmpv6.opt.prefix.flag.{letter}"]) for letter in "lar"
    )
    if length > 128:
        return None
    return Prefix(
        told["icmpv6.opt.prefix"], length, on_link, autonomous, address,
        told["icmpv6.opt.prefix.valid_lifetime"], told["icmpv6.opt.prefix.preferred_lifetime"],
    )  # fmt: skip


def prefix_text(network: bytes, length: int) -> str:
    """``2001:db8::/32``, as routers' prefixes are named."""
    return f"{address_text(network)}/{length}"


def _option(option: Node) -> Iterator[Parameter]:
    """What an option says; nothing if it is none of a router's, or broken."""
    told = values(option)
    kind = told.get("icmpv6.opt.type")
    prefix = _prefix(option)
    if prefix is not None:
        name = f"prefix {prefix_text(prefix.network, prefix.length)}"
        words = ("on-link", "autonomous", "router's address")
        flags = (prefix.on_link, prefix.autonomous, prefix.router_address)
        said = ", ".join(word for word, flag in zip(words, flags, strict=True) if flag)
        yield Parameter(name, said, (prefix.valid, prefix.preferred))
    elif kind == 24 and "icmpv6.opt.route_lifetime" in told:
        network = told.get("icmpv6.opt.prefix", bytes(16))
        name = f"route {prefix_text(network, told['icmpv6.opt.prefix.length'])}"
        preference = PREFERENCE[told["icmpv6.opt.route_info.flag.route_preference"]].lower()
        yield Parameter(name, preference, (told["icmpv6.opt.route_lifetime"],))
    elif kind in (25, 31):
        field = "icmpv6.opt.rdnss" if kind == 25 else "icmpv6.opt.dnssl"
        word = "DNS server" if kind == 25 else "search domain"
        for node in option.children or ():
            if node.name == field:
                lifetime = (told[f"{field}.lifetime"],)
                yield Parameter(f"{word} {address_text(node.value)}", "", lifetime)
    elif kind == 38 and "icmpv6.opt.pref64.prefix" in told:
        length = NAT64_LENGTHS[told["icmpv6.opt.pref64.plc"]]
        name = f"NAT64 prefix {prefix_text(told['icmpv6.opt.pref64.prefix'], length)}"
        yield Parameter(name, "", (8 * told["icmpv6.opt.pref64.scaled_lifetime"],))
    else:
        for field, name in SINGLE.items():
            if field in told:
                yield Parameter(name, str(told[field]))


SINGLE = {
    "icmpv6.opt.mtu": "mtu",
    "icmpv6.opt.advertisement_interval": "advertisement interval",
    "icmpv6.opt.home_agent_preference": "home agent preference",
    "icmpv6.opt.home_agent_lifetime": "home agent lifetime",
    "icmpv6.opt.captive_portal": "captive portal",
}
"""Options of one value each: fields, and what we call them."""
