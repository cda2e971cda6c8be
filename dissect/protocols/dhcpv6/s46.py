"""Softwire46: MAP-E, MAP-T, Lightweight 4over6 (RFC 7598, section 4; priority: RFC 8026)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, IPV4, IPV6, U8, U16, X8, X16
from dissect.protocols.dhcpv6.options import (
    Message,
    add_flags,
    containers,
    field,
    malformed,
    nested,
    option,
)

MECHANISMS = {
    64: "DS-Lite", 88: "DHCPv4 over DHCPv6", 94: "MAP-E", 95: "MAP-T", 96: "Lightweight 4over6",
}  # fmt: skip

RULE_FLAGS = Field(
    "dhcpv6.s46_rule.flags", "Flags", X8,
    bits=(
        Field("dhcpv6.s46_rule.flags.reserved", "Reserved", BOOL, mask=0xFE),
        Field("dhcpv6.s46_rule.flags.fmr", "Forwarding Mapping Rule", BOOL, mask=0x01),
    ),
)  # fmt: skip
RULE_EA = Field("dhcpv6.s46_rule.ea_len", "EA-bit length", U8)
RULE_V4_LENGTH = Field("dhcpv6.s46_rule.ipv4_pref_len", "IPv4 prefix length", U8)
RULE_V4 = Field("dhcpv6.s46_rule.ipv4_prefix", "IPv4 prefix", IPV4)
RULE_V6_LENGTH = Field("dhcpv6.s46_rule.ipv6_prefix_len", "IPv6 prefix length", U8)
RULE_V6 = Field("dhcpv6.s46_rule.ipv6_prefix", "IPv6 prefix", IPV6)
DMR_LENGTH = Field("dhcpv6.s46_dmr.dmr_pref_len", "IPv6 prefix length", U8)
DMR = Field("dhcpv6.s46_dmr.dmr_prefix", "IPv6 prefix", IPV6)
BIND_V4 = Field("dhcpv6.s46_v4v6bind.ipv4_address", "IPv4 Address", IPV4)
BIND_LENGTH = Field("dhcpv6.s46_v4v6bind.ipv6_pref_len", "IPv6 prefix length", U8)
BIND = Field("dhcpv6.s46_v4v6bind.ipv6_prefix", "IPv6 prefix", IPV6)
OFFSET = Field("dhcpv6.s46_portparam.offset", "Offset", U8)
PSID_LENGTH = Field("dhcpv6.s46_portparam.psid_len", "PSID length", U8)
PSID = Field("dhcpv6.s46_portparam.psid", "PSID", U16)
MECHANISM = Field("dhcpv6.option_code", "S46 Option code", X16, MECHANISMS)

containers(94, 95, 96)
field(90, "S46_BR", Field("dhcpv6.s46_br.address", "BR address", IPV6))


@option(89, "S46_RULE", least=8)
def rule(c: Cursor, message: Message) -> None:
    """How addresses of both families map onto each other."""
    add_flags(c, RULE_FLAGS)
    c.add(RULE_EA)
    if c.add(RULE_V4_LENGTH) > 32:
        _wrong(c, "S46_RULE")
        return
    c.add(RULE_V4)
    if read_prefix(c, "S46_RULE", RULE_V6_LENGTH, RULE_V6):
        nested(c, message)


@option(91, "S46_DMR", least=1, most=17)
def default_mapping_rule(c: Cursor, message: Message) -> None:
    """Where IPv4 outside the domain is found."""
    read_prefix(c, "S46_DMR", DMR_LENGTH, DMR)
    c.skip(c.left)


@option(92, "S46_V4V6BIND", least=5)
def binding(c: Cursor, message: Message) -> None:
    """An IPv4 address bound to an IPv6 prefix."""
    c.add(BIND_V4)
    if read_prefix(c, "S46_V4V6BIND", BIND_LENGTH, BIND):
        nested(c, message)


@option(93, "S46_PORTPARAMS", exactly=4)
def port_parameters(c: Cursor, message: Message) -> None:
    """Which ports of a shared address are one's own: a set's identifier, in the highest bits."""
    if c.add(OFFSET) > 15:
        _wrong(c, "S46_PORTPARAMS")
        return
    bits = c.add(PSID_LENGTH)
    if bits > 16:
        _wrong(c, "S46_PORTPARAMS")
        return
    at = c.pos
    c.put(PSID, c.uint(2) >> (16 - bits), at, 2)


@option(111)
def priority(c: Cursor, message: Message) -> None:
    """Mechanisms in the order of preference."""
    while c.left >= 2:
        c.add(MECHANISM)
    c.skip(c.left)


def read_prefix(c: Cursor, tag: str, length: Field, shown: Field) -> bool:
    """A prefix in as many octets as its bits need; False when there is no such prefix."""
    bits = c.add(length)
    if bits > 128:
        _wrong(c, tag)
        return False
    at, size = c.pos, (bits + 7) // 8
    c.skip(size)
    c.put(shown, c.data[at : at + size].ljust(16, b"\0"), at, size)
    return True


def _wrong(c: Cursor, tag: str) -> None:
    malformed(c, tag)
    c.skip(c.left)
