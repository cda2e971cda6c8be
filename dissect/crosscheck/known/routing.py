"""Where tshark is wrong: routing protocols."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    NOT_WHOLE,
    Known,
    always,
    behind_end,
    from_broken,
    from_on,
    has,
    noted,
)
from dissect.engine.packet import Packet


def newer_lsa(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has one of OSPFv3's extended LSAs, or a grace LSA."""
    return any(node.value in (11, *range(33, 42)) for node in packet.fields("ospf.v3.lsa.fc"))


def first_ipv4_instance(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """OSPFv3 of the first two instances of those for IPv4."""
    return any(node.value in (64, 65) for node in packet.fields("ospf.instance_id"))


def other_babel(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Babel of another version than 2."""
    return any(node.value != 2 for node in packet.fields("babel.version"))


def behind(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The same, at a later place; of several, maybe at another one's."""
    return (
        ours is not None
        and theirs is not None
        and ours.length == theirs.length
        and any(node.show == theirs.show for node in packet.fields(theirs.name))
        and (len(packet.fields(ours.name)) > 1 or ours.offset < theirs.offset)
    )


def backwards(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Their IPv4 address is ours from its end."""
    return (
        ours is not None
        and theirs is not None
        and ours.show.split(".") == theirs.show.split(".")[::-1]
    )


def backoff_or_pass(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """PIM's election of a forwarder, with somebody's offer in it."""
    return any(node.value in (3, 4) for node in packet.fields("pim.df_elect.subtype"))


def locator(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """What tshark takes for a locator, or shows once more at the locator's octets."""
    families = packet.fields("pim.addr_address_family")
    return theirs is not None and any(
        node.position == theirs.offset - theirs.name.startswith("pim.rloc") for node in families
    )


LOCATOR_OF_IPV6 = 17
"""Octets of a family's number and an address."""


def same_place(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Both stand in the same octets."""
    return ours is not None and theirs is not None and ours[:3] == theirs[:3]


def padded_signalling(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A TLV has a length that needs padding."""
    return any(node.value % 4 for node in packet.fields("ospf.tlv_length"))


UNFIT = (
    "sixscope.ospf.tlv_length", "sixscope.ospf.lsa.body", "sixscope.ospf.lsa.length",
    "sixscope.ospf.packet_length", "sixscope.pim.option_length", "sixscope.pim.address",
)  # fmt: skip
"""Our notes on parts of OSPF and PIM that are too short for what they should hold, or unknown."""


def odd_lsas(packet: Packet) -> list[int]:
    """Where LSAs have a length that is no multiple of four, or more than their parts."""
    odd = [node.offset for node in packet.fields("ospf.lsa.length") if node.value % 4]
    return odd + [f.offset for f in packet.findings if f.note.name == "sixscope.ospf.lsa.longer"]


def overlong_messages(packet: Packet) -> list[int]:
    """Where bodies of OSPF begin whose packet length passes the packet's end."""
    lengths = packet.fields("ospf.packet_length")
    layers = [layer for layer in packet.layers if layer.name == "ospf"]
    return [
        layer.offset + HEADERS[packet.data[layer.offset]]
        for layer, length in zip(layers, lengths, strict=False)
        if layer.offset + length.value > layer.stop and packet.data[layer.offset] in HEADERS
    ]


HEADERS = {2: 24, 3: 16}
"""Octets of OSPF's headers, by version."""

ROUTING: tuple[Known, ...] = (
    *(
        Known(
            field, kinds, newer_lsa,
            "OSPFv3's extended and grace LSAs are not decoded",
            "RFC 8362, section 4; RFC 5187", "ospfv3.pcapng",
        )
        for field, kinds in (("ospf.*", EXTRA), ("ospf.lsa.unknown_type", MISSING))
    ),
    *(
        Known(
            field, kinds, first_ipv4_instance,
            "prefixes of instances 64 and 65 are taken for IPv6's",
            "RFC 5838, section 2.1", "ospfv3.pcapng",
        )
        for field, kinds in (("ospf.v3.*.ipv4", EXTRA), ("ospf.v3.*.ipv6", MISSING))
    ),
    Known(
        "ospf.v3.address_prefix.ipv4", DIFFERENT,
        lambda packet, ours, theirs: ours is not None and ours.length == 0,
        "IPv4's default route is shown with the four octets that follow it",
        "RFC 5340, appendix A.4.1", "ospfv3.pcapng",
    ),
    Known(
        "ospf.mpls.cs", DIFFERENT, always,
        "the channel spacing of a DWDM or CWDM grid is read from the first bandwidth",
        "RFC 6205, section 3.2", "ospfv2.pcapng",
    ),
    Known(
        "ospf.oif.node_id", DIFFERENT, backwards,
        "the node's octets are shown in reverse order",
        "RFC 791, appendix B", "ospfv2.pcapng",
    ),
    Known(
        "ospf.at*", ANY, has("ospf.lls.checksum"),
        "the authentication trailer is looked for at the signalling in front of it",
        "RFC 7166, section 4.1", "ospfv3.pcapng",
    ),
    *(
        Known(
            field, DIFFERENT, behind,
            "the offset is that of the prefix, which stands behind it, and its own, added up",
            "RFC 8966, section 4.6", "babel.pcapng",
        )
        for field in ("babel.message.ae", "babel.message.plen", "babel.message.omitted")
    ),
    Known(
        "pim.*", EXTRA, backoff_or_pass,
        "the subtype of an election is looked for in the octet of the type, and its fields never "
        "shown",
        "RFC 5015, section 3.7", "pim.pcapng",
    ),
    Known(
        "pim.*", MISSING, locator,
        "the address that a locator belongs to is shown once more at the locator's octets, whose "
        "family is told by their number",
        "RFC 8059, section 5", "pim.pcapng",
    ),
    *(
        Known(
            field, ANY, has("pim.transitivetype"),
            "a flooded TLV ends where its addresses do, not where its length says",
            "RFC 8364, section 3", "pim.pcapng",
        )
        for field in ("pim.option*", "pim.transitivetype")
    ),
    Known(
        "pim.numprunes", MISSING, has("pim.addr_address_family"),
        "a locator passes the end of its message, but the decode goes on",
        "RFC 8059, section 5", "pim.pcapng",
    ),
    Known(
        "pim.rloc", EXTRA,
        lambda packet, ours, theirs: any(
            node.value == LOCATOR_OF_IPV6 for node in packet.fields("pim.source_ja.length")
        ),
        "the family of a locator is told by the octets of its attribute, not by its number",
        "RFC 8059, section 5", "pim.pcapng",
    ),
    Known(
        "pim.pfmnoforwardbit", MISSING,
        lambda packet, ours, theirs: any(n.value != 2 for n in packet.fields("pim.version")),
        "the flag of flooding is looked for in messages of other versions",
        "RFC 8364, section 3", "pim.pcapng",
    ),
    *(
        Known(
            field, MISSING, behind_end("pim"),
            "a last octet behind attributes of which none is the last is taken for what follows "
            "them",
            "RFC 5384, section 3.1", "pim.pcapng",
        )
        for field in ("pim.res_bytes", "pim.group_set")
    ),
    Known(
        "pim.*", MISSING, noted("sixscope.pim.option_length"),
        "an option's value is read past the end of the option",
        "RFC 7761, section 4.9.2", "pim.pcapng",
    ),
    *(
        Known(
            "ospf.*", kinds, noted(*UNFIT),
            "a value is read past the end of its TLV or LSA",
            "RFC 3630, section 2.3.2", "ospf6_print_lshdr-oobr.pcap",
        )
        for kinds in (MISSING, DIFFERENT)
    ),
    Known(
        "ospf.*", ANY, from_on(odd_lsas),
        "the next LSA is looked for where this one's parts end, not where its length says",
        "RFC 5340, appendix A.4.2", "ospfv3.pcapng",
    ),
    Known(
        "ospf.*", EXTRA, from_on(overlong_messages),
        "nothing is shown of a message that is longer than the packet",
        "", "ospfv3.pcapng",
    ),
    Known(
        "ospf.v3.address_prefix.ipv6", DIFFERENT, same_place,
        "bits beyond the prefix are cleared in its last octet alone; they are shown here",
        "RFC 5340, appendix A.4.1", "ospfv3.pcapng",
    ),
    *(
        Known(
            field, kinds, padded_signalling,
            "the padding of an unknown TLV of signalling is taken for the next one",
            "RFC 5613, section 2.3", "ospfv3.pcapng",
        )
        for field in ("ospf.tlv_*", "ospf.v3.lls.*")
        for kinds in (DIFFERENT, EXTRA)
    ),
    Known(
        "ospf.*", MISSING, behind_end("ospf"),
        "fields are read past the end that the packet's length gives",
        "RFC 5340, appendix A.3.1", "ospfv3.pcapng",
    ),
    *(
        Known(
            field, kinds,
            from_on(lambda packet: [n.offset for n in packet.fields("ospf.v3.lls.relay.added")]),
            "the TLV behind relays without a neighbour is skipped",
            "RFC 5820, section 3.3", "ospfv3.pcapng",
        )
        for field, kinds in (("ospf.*", EXTRA), ("ospf.tlv_*", DIFFERENT))
    ),
    Known(
        "babel.*", MISSING, noted("sixscope.babel.length"),
        "a value is read past the end of its TLV",
        "RFC 8966, section 4.3", "babel.pcapng",
    ),
    *(
        Known(
            field, kinds, other_babel,
            "nothing is shown of other versions, not even their name; the head is there",
            "", "babel.pcapng",
        )
        for field, kinds in (("babel.*", EXTRA), ("frame.protocols", DIFFERENT))
    ),
    *(
        Known(
            f"{protocol}.*", EXTRA, from_broken(protocol, *NOT_WHOLE, *UNFIT, body=True),
            "nothing is shown of a message or TLV that isn't whole; the octets that are there are "
            "shown here",
            "", capture,
        )
        for protocol, capture in (
            ("ospf", "ospfv3.pcapng"), ("pim", "pim.pcapng"), ("bfd", "bfd.pcapng"),
        )
    ),
)  # fmt: skip
