"""Where tshark is wrong: ICMPv6."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    MORE_HERE,
    MORE_THERE,
    Known,
    always,
    from_broken,
    from_on,
    has,
    noted,
    packet_values,
)
from dissect.engine.packet import Packet
from dissect.engine.tree import Node


def misread_key_mode(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A secure RPL message whose Key Identifier Mode isn't what the level's lowest bits say."""
    modes, levels = (packet.fields(f"icmpv6.rpl.secure.{name}") for name in ("kim", "lvl"))
    return any(mode.value != level.value & 3 for mode, level in zip(modes, levels, strict=True))


def misread_metrics(packet: Packet) -> list[int]:
    """Where metrics have another length than tshark takes them for."""
    return [
        node.offset
        for node in packet.fields("icmpv6.rpl.opt.metric.type")
        if _misfits(node.value, *packet.data[node.offset + 3 : node.offset + 4])
    ]


def _misfits(kind: int, length: int = 0) -> bool:
    if kind == HOP_COUNT:
        return length != 2
    least, unit = METRICS.get(kind, (0, 0))
    return length < least or (bool((length - least) % unit) if unit else bool(length))


HOP_COUNT = 3
METRICS = {1: (2, 1), 2: (0, 2), 4: (0, 4), 5: (0, 4), 6: (1, 1), 7: (0, 2), 8: (1, 2)}
"""Octets of metrics that come once, and of those that come again and again (RFC 6551)."""


def elided(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Addresses of a P2P Route Discovery option lack what the DODAG's identifier begins with."""
    return any(n.value for n in packet.fields("icmpv6.rpl.opt.routediscovery.flag.compr"))


def address_supplied(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has a Neighbor Advertisement Acknowledgment that supplies an address."""
    return any(node.value == 2 for node in packet.fields("icmpv6.opt.naack.status"))


def too_much_padding(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A Pad Length leaves fewer octets of its option than a CGA has at least, or none at all."""
    return any(node.length < CGA_LEAST for node in packet.fields("icmpv6.opt.cga")) or any(
        padding.value > 8 * packet.data[node.offset + 1] - PADDED_FROM
        for node in packet.fields("icmpv6.opt")
        if (padding := node.find("icmpv6.opt.cga.pad_length")) is not None
    )


CGA_LEAST, PADDED_FROM = 25, 4

LATER = frozenset({21, 39, 40, 41, 42, 138, 139, 144})
"""Options of documents that are later than tshark 4.0, or were not heeded there."""
REGISTRATION, REGISTRATION_SIZE = 33, 16


def in_later_option(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A field in one of these options, or a remark, which has no place."""
    options = [it for it in packet.fields("icmpv6.opt") if packet.data[it.offset] in LATER]
    return _is_in(options, ours) or _is_in(options, theirs)


def in_extended_registration(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A field in a registration with a verifier of more than 8 octets, or a remark."""
    options = [
        node
        for node in packet.fields("icmpv6.opt")
        if packet.data[node.offset] == REGISTRATION and node.length > REGISTRATION_SIZE
    ]
    return _is_in(options, ours) or _is_in(options, theirs)


def longer_verifier(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A Duplicate Address message whose code says that the verifier has 16, 24 or 32 octets."""
    codes = packet_values(packet, "icmpv6.code")
    kinds = packet_values(packet, "icmpv6.type")
    return any(
        kind in DUPLICATE_ADDRESS and isinstance(code, int) and code & 0x0F in (2, 3, 4)
        for kind, code in zip(kinds, codes, strict=False)
    )


DUPLICATE_ADDRESS = 157, 158


def _is_in(options: list[Node], row: Row | None) -> bool:
    return row is not None and any(
        not row.length or node.offset <= row.offset < node.offset + node.length for node in options
    )


ICMPV6: tuple[Known, ...] = (
    *(
        Known(
            field, kinds, in_later_option,
            "provisioning domains, encrypted resolvers, directories of resources, proofs of "
            "registrations, uptime and candidate access routers are not decoded",
            "RFC 8801, section 3.1; RFC 9463, section 6.1; RFC 9176, section 4.1.1; RFC 8928, "
            "section 4; RFC 9685; RFC 4066, section 5.1", "icmpv6_nd_options.pcapng",
        )
        for field, kinds in (
            ("icmpv6.undecoded.option", MISSING), ("icmpv6.data", MISSING),
            ("icmpv6.*", MORE_HERE),
        )
    ),
    Known(
        "icmpv6.ni.*", MISSING,
        lambda packet, ours, theirs: theirs is not None and "<Unknown" in theirs.show,
        "a name with a label of no known kind is shown with words in its place",
        "RFC 1035, section 3.1", "icmpv6_node_information.pcapng",
    ),
    *(
        Known(
            field, MISSING, too_much_padding,
            "what stands behind a Pad Length that is too large for its option is read beyond the "
            "option",
            "RFC 3971, sections 5.1 and 6.4.3", "icmpv6_nd_options.pcapng",
        )
        for field in ("icmpv6.opt.cga.*", "icmpv6.opt.padding")
    ),
    *(
        Known(
            field, kinds, in_extended_registration,
            "the first 8 octets of a longer verifier are taken for an EUI-64, the others for "
            "unknown data",
            "RFC 8505, section 4.1", "icmpv6_nd_options.pcapng",
        )
        for field, kinds in (
            ("icmpv6.opt.aro.eui64", MISSING), ("icmpv6.unknown_data*", MORE_THERE),
        )
    ),
    *(
        Known(
            field, kinds, longer_verifier,
            "the registered address is looked for behind 8 octets of a longer verifier",
            "RFC 8505, section 4.2", "icmpv6_low_power.pcapng",
        )
        for field, kinds in (
            ("icmpv6.6lowpannd.da.*", ANY), ("data.*", MISSING), ("frame.protocols", DIFFERENT),
        )
    ),
    *(
        Known(
            field, kinds, noted("sixscope.icmpv6.option_short"),
            "the fields of an option that is too short for them are read from the next one, or "
            "behind the message, where the decode ends then",
            "RFC 4861, section 4.6", "icmpv6_nd.pcapng",
        )
        for field, kinds in (
            ("icmpv6.*", ANY), ("data.*", EXTRA), ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "icmpv6.mldr.*", MISSING, has("sixscope.mld.additional"),
        "what is behind as many records as are announced is read as more of them",
        "RFC 3810, section 5.2.11", "icmpv6_mld.pcapng",
    ),
    *(
        Known(
            field, EXTRA, from_broken("icmpv6"),
            "nothing is shown of an option's last field where the message ends within it; the "
            "octets that are there are shown here",
            "", "icmpv6_nd.pcapng",
        )
        for field in ("icmpv6.opt.*", "icmpv6.rpl.opt.*", "icmpv6.invalid_option_length")
    ),
    Known(
        "icmpv6.invalid_option_length", MISSING, from_broken("icmpv6"),
        "an option that passes the message's end is said to have a length that its type can't have",
        "RFC 6550, section 6.7.1", "rpl_options.pcapng",
    ),
    *(
        Known(
            field, kinds, has("icmpv6.mpl.seed_info.s"),
            "a message with a seed that is cut off is shown once more as data",
            "", "icmpv6_low_power.pcapng",
        )
        for field, kinds in (("data.*", MISSING), ("frame.protocols", DIFFERENT))
    ),
    Known(
        "icmpv6.*", ANY, misread_key_mode,
        "the Key Identifier Mode is read from the lowest bits, which are the Security Level's, and "
        "the message looked for at the wrong place",
        "RFC 6550, section 6.1", "rpl.pcapng",
    ),
    *(
        Known(
            field, kinds, elided,
            "the target of a P2P Route Discovery is read as a whole address, though its first "
            "octets are elided, and zeros are put in front of the others instead of the DODAG's",
            "RFC 6997, section 7", "rpl_options.pcapng",
        )
        for field, kinds in (
            ("icmpv6.rpl.opt.routediscovery.*", MORE_HERE), ("icmpv6.unknown_data*", MISSING),
            ("icmpv6.opt", EXTRA), ("icmpv6.rpl.opt.*", EXTRA),
        )
    ),
    *(
        Known(
            field, ANY, from_on(misread_metrics),
            "a metric's body is as long as its type tells, whatever its length says; that of an "
            "unknown metric is read as the next one",
            "RFC 6551, section 2.1", "rpl_metrics.pcapng",
        )
        for field in (
            "icmpv6.rpl.opt.metric.*", "icmpv6.rpl.unknown.metric", "icmpv6.unknown_data*",
        )
    ),
    *(
        Known(
            field, kinds, address_supplied,
            "the address in an NA Acknowledgment is read where the Reserved field is",
            "RFC 5568, section 6.4", "icmpv6_handover.pcapng",
        )
        for field, kinds in (
            ("icmpv6.opt.naack.supplied_ncoa", DIFFERENT), ("icmpv6.opt.reserved", EXTRA),
            ("icmpv6.unknown_data*", MISSING),
        )
    ),
    *(
        Known(
            field, MORE_THERE,
            has("icmpv6.opt.hkr.padding", "icmpv6.opt.hai.length", "icmpv6.opt.mn.length"),
            "octets that were shown as a handover option's value or padding are shown again as "
            "unknown, and the padding passes the option's end",
            "RFC 4861, section 4.6", "icmpv6_handover.pcapng",
        )
        for field in ("icmpv6.opt.padding", "icmpv6.unknown_data*")
    ),
    *(
        Known(
            field, MORE_THERE, has("icmpv6.opt.nbma.shortcut_limit"),
            "the reserved fields behind a shortcut limit are shown an octet too early",
            "RFC 2491, appendix D", "icmpv6_nd_options.pcapng",
        )
        for field in ("icmpv6.opt.reserved", "icmpv6.unknown_data*")
    ),
    Known(
        "icmpv6.opt.name_type.fqdn", DIFFERENT, always,
        "the name is shown with its length octets, we show it as a name",
        "RFC 3971, section 6.4.3", "icmpv6_nd_options.pcapng",
    ),
    Known(
        "icmpv6.opt.efo.*", MISSING, always,
        "the flags of an expansion option are taken for those of the message, which they continue",
        "RFC 5175, section 4", "icmpv6_nd_options.pcapng",
    ),
)  # fmt: skip
