"""Where tshark is wrong: IPv6, its extension headers, and HIP and Shim6."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    MORE_HERE,
    UNEQUAL,
    Kind,
    Known,
    compact,
    from_note,
    from_on,
    header_cut,
    noted,
)
from dissect.engine.packet import Packet


def small_jumbo(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has a Jumbo Payload option whose length a Payload Length could say."""
    return any(node.value < 65536 for node in packet.fields("ipv6.opt.jumbo"))


def pad1(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An option of one octet, to which tshark gives the next octet's value as a length."""
    return (
        ours is not None and theirs is not None and (ours.offset, ours.length) == (theirs.offset, 1)
    )


def one_before(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs stands an octet before ours."""
    return ours is not None and theirs is not None and ours.offset == theirs.offset + 1


def snapshots_only(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An IOAM trace of snapshots and nothing else, whose NodeLen is therefore 0."""
    return any(node.value == 2 for node in packet.fields("ipv6.opt.ioam.trace.type"))


def incremental(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An IOAM trace that grows by what nodes add."""
    return any(node.value == 1 for node in packet.fields("ipv6.opt.ioam.opt_type"))


WRONG_LENGTHS = frozenset(
    {"sixscope.opt.overrun", "ipv6.opt.invalid_len", "ipv6.opt.ioam.trace.invalid_type"}
)


def broken_options(packet: Packet) -> list[int]:
    """Where options begin whose length is wrong, which is said of their second octet or later."""
    return [f.offset - 1 for f in packet.findings if f.note.name in WRONG_LENGTHS]


def without_room(packet: Packet) -> list[int]:
    """Where RPL source routes stand that have no room for an address."""
    return [n.offset for n in packet.fields("ipv6.routing.rpl.addr_count") if n.value <= 0]


BEHIND_OPTIONS: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("ipv6.*", ANY), ("*", EXTRA), ("data.*", MORE_HERE),
    *((f"{name}.*", ANY) for name in ("udp", "tcp", "icmp", "icmpv6")),
    ("frame.protocols", DIFFERENT),
)  # fmt: skip
"""What disagrees where a header is left at another place than it ends."""


def bogus_quote(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An ICMPv6 message quotes what should be IPv6, but has another version."""
    bogus = noted("ipv6.bogus_ipv6_version")(packet, ours, theirs)
    return bogus and any(layer.quoted and layer.name == "ipv6" for layer in packet.layers)


def last_octets(packet: Packet) -> set[int]:
    """Where the last octets of the frame and of packets stand, by their payload lengths."""
    ends = {node.offset + PAYLOAD_FROM + node.value for node in packet.fields("ipv6.plen")}
    return {end - 1 for end in ends | {len(packet.data)}}


def ends_with_option(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours goes on behind an option that is a packet's last octet, though nothing is left."""
    last = last_octets(packet)
    return (
        ours is not None
        and theirs is not None
        and ours.show.startswith(f"{theirs.show}:")
        and any(node.position in last for node in packet.fields("ipv6.opt.pad1"))
    )


PAYLOAD_FROM = 36
"""Octets from a payload length to the payload."""

IPV6: tuple[Known, ...] = (
    Known(
        "ipv6.opt", DIFFERENT, pad1,
        "Pad1 is given the length of an option with a length; it is one octet",
        "RFC 8200, section 4.2", "ipv6_options.pcapng",
    ),
    *(
        Known(
            field, kinds, small_jumbo,
            "a jumbo length under 65,536 ends the decode; the option is wrong, but the octets are "
            "there",
            "", "ipv6_jumbo.pcapng",
        )
        for field, kinds in (
            ("ipv6.*opt*", UNEQUAL), ("udp.*", EXTRA), ("tcp.*", EXTRA), ("data.*", EXTRA),
            ("eth.*", MISSING), ("frame.protocols", DIFFERENT),
        )
    ),
    *(
        Known(
            field, kinds,
            from_on(broken_options),
            "an option's value is read past the end of the option, or of its header",
            "RFC 8200, section 4.2", "ipv6_options_broken.pcapng",
        )
        for field, kinds in BEHIND_OPTIONS
    ),
    Known(
        "ipv6.opt*", EXTRA,
        lambda packet, ours, theirs: ours is not None and ours.offset in last_octets(packet),
        "nothing is shown of an option that is the packet's last octet",
        "", "ipv6_options_broken.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, ends_with_option,
        "nothing is shown of an option that is the packet's last octet",
        "", "ipv6_options_broken.pcapng",
    ),
    Known(
        "ipv6.hopopts.not_first", EXTRA, noted("_ws.malformed", "_ws.short"),
        "nothing is said of a header that isn't whole",
        "RFC 8200, section 4.1", "ipv6_extension_headers.pcapng",
    ),
    *(
        Known(
            field, kinds,
            from_note("ipv6.routing.invalid_length", "sixscope.srh.last_entry"),
            "addresses are read past the end of a Routing header, and the decode may end there",
            "RFC 8200, section 4.4", "ipv6_routing_rare.pcapng",
        )
        for field, kinds in BEHIND_OPTIONS
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.malformed", "_ws.short"),
            "nothing is shown of a Routing header's data that isn't whole, nor noted; the octets "
            "that are there are shown here",
            "", "ipv6_routing_rare.pcapng",
        )
        for field in ("ipv6.routing.unknown_data", "ipv6.routing.undecoded",
                      "ipv6.routing.deprecated", "ipv6.routing.invalid_*",
                      "ipv6.routing.rpl.*")
    ),
    *(
        Known(
            field, kinds, from_note("sixscope.ah.too_short"),
            "what follows a too short Authentication Header is decoded as if it had no sequence "
            "number",
            "RFC 4302, section 2.2", "ipv6_extension_headers.pcapng",
        )
        for field, kinds in (
            *((f"{name}.*", MISSING) for name in ("ah", "ipv6", "icmp", "icmpv6", "udp", "tcp")),
            ("data.*", MORE_HERE), ("frame.protocols", DIFFERENT),
        )
    ),
    *(
        Known(
            field, EXTRA, bogus_quote,
            "a quoted packet of another version is left out",
            "", "icmpv6_errors.pcapng",
        )
        for field in ("ip.version", "ipv6.version", "ipv6.bogus_ipv6_version")
    ),
    Known(
        "ipv6.plen", EXTRA, header_cut("ipv6", 40),
        "the length is not shown where the header ends with it",
        "", "icmpv6_errors.pcapng",
    ),
    *(
        Known(
            field, DIFFERENT, one_before,
            "the zero bit before the checksum, the checksum, and what is behind them, are shown "
            "an octet too early",
            "RFC 5533, section 5.3", "lab/extension_headers.pcapng",
        )
        for field in (
            "shim6.proto", "shim6.checksum*", "shim6.reserved2", "shim6.inonce", "shim6.rnonce",
        )
    ),
    *(
        Known(
            field, UNEQUAL, snapshots_only,
            "a NodeLen of 0 is taken for an error where the nodes have snapshots only, which it "
            "does not count",
            "RFC 9197, section 4.4.1", "ipv6_ioam.pcapng",
        )
        for field in ("ipv6.opt.ioam.trace.*", "ipv6.opt_unknown_data", "ipv6.opt.unknown_data.*")
    ),
    *(
        Known(
            field, UNEQUAL, incremental,
            "room that is still to be added to an incremental trace is looked for in it",
            "RFC 9197, section 4.4.1", "ipv6_ioam.pcapng",
        )
        for field in (
            "ipv6.opt.ioam.trace.*", "ipv6.opt_unknown_data", "ipv6.opt.unknown_data.*",
            "ipv6.opt.invalid_len",
        )
    ),
    *(
        Known(
            field, EXTRA, compact,
            "the decode ends behind a Compact Routing header; nothing is wrong with what follows",
            "RFC 8200, section 4.4", "ipv6_routing_compact.pcapng",
        )
        for field in ("ipv6.routing.crh*", "udp.*", "data.*")
    ),
    *(
        Known(
            field, kinds, from_on(without_room),
            "the number of addresses is rounded up: padding, or what is behind the header, is "
            "taken for the last one, or not found, and the decode ends",
            "RFC 6554, section 3", "ipv6_routing_rare.pcapng",
        )
        for field, kinds in BEHIND_OPTIONS
    ),
    Known(
        "ah.*", EXTRA, header_cut("ah", 12),
        "nothing is shown of a header that isn't whole; the octets that are there are shown here",
        "", "ipv6_extension_headers.pcapng",
    ),
)  # fmt: skip
