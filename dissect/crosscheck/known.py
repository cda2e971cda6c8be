"""Where tshark is wrong: disagreements that are counted apart, each with the clause that says so.

Measured with tshark 4.0.17.  An entry belongs here only when a document decides it against
tshark, or when we show octets of a broken packet that tshark leaves out; what we can't do yet does
not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Literal

from dissect.crosscheck.compare import Row
from dissect.engine.packet import Packet

Kind = Literal["different", "missing", "extra"]
Condition = Callable[[Packet, Row | None, Row | None], bool]
"""Of our packet, our field (None: missing) and tshark's (None: extra)."""


def always(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """No further condition."""
    return True


@dataclass(frozen=True)
class Known:
    """One mistake of tshark's.

    field    the field's name, with ``*`` and ``?``
    kinds    how the disagreement looks
    when     the packets and fields that it is about
    reason   what tshark does, and what we do instead
    ref      the RFC and section that decides it; empty where none is needed: we show
             more, or an octet not twice
    capture  a file with a packet that shows it
    """

    field: str
    kinds: frozenset[Kind]
    when: Condition
    reason: str
    ref: str
    capture: str


def later_section(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet's interface is described in a section that isn't the file's first."""
    return packet.interface is not None and packet.interface.section > 0


def small_jumbo(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has a Jumbo Payload option whose length a Payload Length could say."""
    return any(node.value < 65536 for node in packet.fields("ipv6.opt.jumbo"))


def pad1(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An option of one octet, to which tshark gives the next octet's value as a length."""
    return (
        ours is not None and theirs is not None and (ours.offset, ours.length) == (theirs.offset, 1)
    )


def longer(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs has the same octets and more."""
    return (
        ours is not None
        and theirs is not None
        and ours.length < theirs.length
        and theirs.show.startswith(ours.show)
    )


def chain(theirs: str, ours: str) -> Condition:
    """The chains are the same once what tshark's has (a pattern) is put right."""
    return lambda packet, here, there: (
        here is not None and there is not None and re.sub(theirs, ours, there.show) == here.show
    )


def one_before(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs stands an octet before ours."""
    return ours is not None and theirs is not None and ours.offset == theirs.offset + 1


def connectivity_test(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An echo request by which a Teredo client finds its relay."""
    return bool(packet.fields("icmpv6.nonce"))


def noted(*names: str) -> Condition:
    """A packet about which we made one of these notes."""
    wanted = frozenset(names)
    return lambda packet, ours, theirs: any(f.note.name in wanted for f in packet.findings)


def misread_key_mode(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A secure RPL message whose Key Identifier Mode isn't what the level's lowest bits say."""
    modes, levels = (packet.fields(f"icmpv6.rpl.secure.{name}") for name in ("kim", "lvl"))
    return any(mode.value != level.value & 3 for mode, level in zip(modes, levels, strict=True))


def elided(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Addresses of a P2P Route Discovery option lack what the DODAG's identifier begins with."""
    return any(n.value for n in packet.fields("icmpv6.rpl.opt.routediscovery.flag.compr"))


def has(*names: str) -> Condition:
    """A packet with one of these fields."""
    return lambda packet, ours, theirs: any(map(packet.fields, names))


def snapshots_only(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An IOAM trace of snapshots and nothing else, whose NodeLen is therefore 0."""
    return any(node.value == 2 for node in packet.fields("ipv6.opt.ioam.trace.type"))


def incremental(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An IOAM trace that grows by what nodes add."""
    return any(node.value == 1 for node in packet.fields("ipv6.opt.ioam.opt_type"))


def no_room(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An RPL source route that has no room for an address."""
    return any(node.value <= 0 for node in packet.fields("ipv6.routing.rpl.addr_count"))


def compact(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has a Compact Routing header."""
    return any(node.value in (5, 6) for node in packet.fields("ipv6.routing.type"))


def no_utf8(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A text with octets that are no UTF-8, and otherwise the same."""
    if ours is None or theirs is None or "\ufffd" not in theirs.show:
        return False
    plain, other = (
        re.sub(r"\\x[89a-f][0-9a-f]|\\[nrt]|[^\x21-\x7e]", "", row.show) for row in (ours, theirs)
    )
    return ours[:3] == theirs[:3] and plain == other


def header_cut(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has an IPv6 header of which the end is missing."""
    return any(layer.name == "ipv6" and layer.end - layer.offset < 40 for layer in packet.layers)


def address_supplied(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has a Neighbor Advertisement Acknowledgment that supplies an address."""
    return any(node.value == 2 for node in packet.fields("icmpv6.opt.naack.status"))


def quoted_route(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet quotes one with a Routing header."""
    return any(layer.quoted and layer.name == "ipv6.routing" for layer in packet.layers)


def hardly_captured(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The capture ends less than 12 octets behind the UDP header."""
    layer = packet.layer("data")
    cut = packet.original > len(packet.data)
    return cut and layer is not None and len(packet.data) - layer.offset < 12


def shifted(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The same value, of no octets, at another place."""
    return (
        ours is not None
        and theirs is not None
        and (ours.length, ours.show) == (theirs.length, theirs.show) == (0, theirs.show)
    )


def quoted_fragment(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet quotes a fragment."""
    return any(
        layer.name == "ipv6.fraghdr"
        or (layer.name == "ip" and (layer.header.off or layer.header.flags & 1))
        for layer in packet.layers
        if layer.quoted and layer.header is not None
    )


def fragment_of_fragment(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A Fragment header follows another one."""
    return any(a.name == b.name == "ipv6.fraghdr" for a, b in pairwise(packet.layers))


def in_first_fragment(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet is a first fragment that is decoded by itself."""
    return any(
        (layer.name == "ip" and not layer.header.off and layer.header.flags & 1)
        or (layer.name == "ipv6.fraghdr" and not layer.header.offset and layer.header.more)
        for layer in packet.layers
        if layer.header is not None
    )


def mirrored_ip(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet is mirrored without a link header."""
    return any(node.value == 2 for node in packet.fields("erspan.ft"))


def circular(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs is ours modulo 2 to the power of 48."""
    return (
        ours is not None
        and theirs is not None
        and ours[:3] == theirs[:3]
        and int(theirs.show) % (1 << 48) == int(ours.show)
    )


def squeezed(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The same number, said to stand in the first three octets of its subheader's last seven."""
    return (
        ours is not None
        and theirs is not None
        and (ours.offset - 1, 3) == theirs[1:3]
        and ours.show == theirs.show
    )


def broken_dccp(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A packet of DCCP that lies about a length."""
    return packet.layer("dccp") is not None and noted("_ws.malformed")(packet, ours, theirs)


def unnamed_pseudowire(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours is theirs with a protocol more behind L2TP."""
    return (
        ours is not None
        and theirs is not None
        and re.sub(r":l2tp:(eth|ppp|ip|chdlc|fr)\b", ":l2tp", ours.show) == theirs.show
    )


def map_notify_ack(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet is a control message of LISP of type 5."""
    return any(node.value == 5 for node in packet.fields("lisp.type"))


ONLY_HERE = frozenset({"gue", "fou", "tic", "sixscope.tsp"})
"""Protocols that tshark has no dissector for."""


def only_here(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Behind a protocol that tshark doesn't know, what it shows as data is decoded."""
    return any(layer.name in ONLY_HERE for layer in packet.layers)


def two_before(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs stands two octets before ours."""
    return ours is not None and theirs is not None and ours.offset == theirs.offset + 2


DIFFERENT: frozenset[Kind] = frozenset({"different"})
EXTRA: frozenset[Kind] = frozenset({"extra"})
MISSING: frozenset[Kind] = frozenset({"missing"})
ANY: frozenset[Kind] = frozenset({"different", "missing", "extra"})


def raw_lines(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Their text is ours with spaces for line ends, and maybe more behind it."""
    if ours is None or theirs is None:
        return False
    words = ours.show.replace("\\r\\n", " ")
    return theirs[:3] == ours[:3] and theirs.show.startswith(words)


def shorter(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs begins where ours does and has fewer octets."""
    return (
        ours is not None
        and theirs is not None
        and ours.offset == theirs.offset
        and ours.length > theirs.length
    )


def inside_option(*codes: int) -> Condition:
    """The packet has one of these options of DHCPv6."""
    return lambda packet, ours, theirs: any(
        node.value in codes for node in packet.fields("dhcpv6.option.type")
    )


def mobility_message(*kinds: int) -> Condition:
    """A Mobility Header of one of these types."""
    return lambda packet, ours, theirs: any(
        node.value in kinds for node in packet.fields("mip6.mhtype")
    )


def two_less(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs has the same octets but for the last two."""
    return (
        ours is not None
        and theirs is not None
        and ours.length == theirs.length + 2
        and ours.show.startswith(theirs.show)
    )


def mobility_header_cut(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The capture ends before the Mobility Header does."""
    layer = packet.layer("mipv6")
    return (
        layer is not None
        and layer.header is not None
        and layer.offset + 8 * layer.header.len + 8 > len(packet.data)
    )


def mobility_option(*kinds: int) -> Condition:
    """A Mobility Header with one of these options."""
    return lambda packet, ours, theirs: any(
        packet.data[node.offset] in kinds
        for node in packet.tree.walk()
        if node.field.name.startswith(("mip6.options.", "mip6.mobility_opt"))
    )


def within(*names: str) -> Condition:
    """A packet that has a layer of one of these names, as we read it."""
    return lambda packet, ours, theirs: any(layer.name in names for layer in packet.layers)


def carries_dhcpv4(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A DHCPv6 message made to carry DHCPv4."""
    return any(node.value in (20, 21) for node in packet.fields("dhcpv6.msgtype"))


def past_the_frame(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Their field stands behind ours by what is before the first RTCP packet, or more."""
    first = next((layer for layer in packet.layers if layer.name == "rtcp"), None)
    return (
        ours is not None
        and theirs is not None
        and first is not None
        and theirs.offset - ours.offset >= first.offset
    )


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
    """The same, at a later place."""
    return (
        ours is not None
        and theirs is not None
        and ours.offset < theirs.offset
        and ours[2:] == theirs[2:]
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
    """An address of PIM that isn't a locator, in a packet that has one."""
    located = packet.fields("pim.rloc") + packet.fields("pim.rloc_ipv6")
    return theirs is not None and any(node.offset == theirs.offset + 1 for node in located)


def signalling_and_trailer(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An authentication trailer stands behind link-local signalling."""
    return bool(packet.fields("ospf.lls.checksum")) and bool(packet.fields("ospf.at"))


UNFIT = tuple(
    f"sixscope.ospf.{part}" for part in ("tlv_length", "lsa.body", "lsa.length", "packet_length")
)
"""Our notes on parts of OSPF that are too short for what they should hold."""


REASSEMBLED = (
    "ip.fragment*", "ip.reassembled*", "ipv6.fragment*", "ipv6.reassembled*",
    "udp.*", "tcp.*", "icmpv6.*", "icmp.*", "data.*", "frame.protocols",
)  # fmt: skip
"""What differs where only one side puts a datagram together."""

REASSEMBLY: tuple[tuple[Condition, str, str, str], ...] = (
    (
        noted("sixscope.fragment.overlap", "sixscope.fragment.discarded"),
        "fragments that overlap are put together; all of that packet must be discarded",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
    (
        noted("sixscope.fragment.late"),
        "fragments wait for others without an end; after 60 seconds they must be discarded",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
    (
        noted("sixscope.ip.fragment.late"),
        "fragments wait for others without an end; a timer must end that",
        "RFC 1122, section 3.3.2", "fragments_ipv4.pcapng",
    ),
    (
        noted("sixscope.fragment.next_header"),
        "what follows is decoded by the Next Header of the last fragment that came; only that of "
        "the first one counts",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
    (
        quoted_fragment,
        "fragments quoted in errors are put together with others; they are copies of what was sent",
        "RFC 4443, section 2.4", "fragments_ipv6.pcapng",
    ),
    (
        fragment_of_fragment,
        "a Fragment header behind another one is skipped, and a part is decoded as the whole",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
)  # fmt: skip

KNOWN: tuple[Known, ...] = (
    *(
        Known(field, ANY, when, reason, ref, capture)
        for when, reason, ref, capture in REASSEMBLY
        for field in REASSEMBLED
    ),
    Known(
        "ip*", EXTRA, quoted_fragment,
        "of a quoted first fragment nothing is shown but octets; its headers are there",
        "", "icmpv6-rfc7112.pcap",
    ),
    Known(
        "ipv6.plen_exceeds_framing", MISSING, in_first_fragment,
        "a packet whose rest is in other fragments is taken for one that is too long",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
    Known(
        "tcp.seq*", EXTRA, noted("_ws.unreassembled"),
        "nothing is shown of a header that goes on in another fragment but its ports",
        "", "fragments_ipv4.pcapng",
    ),
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
            field, ANY, first_ipv4_instance,
            "prefixes of instances 64 and 65 are taken for IPv6's",
            "RFC 5838, section 2.1", "ospfv3.pcapng",
        )
        for field in ("ospf.v3.*.ipv4", "ospf.v3.*.ipv6")
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
        "ospf.at*", ANY, signalling_and_trailer,
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
        "the address that a locator belongs to is shown once more at the locator's octets",
        "RFC 8059, section 5", "pim.pcapng",
    ),
    Known(
        "pim.*", MISSING, noted("sixscope.pim.option_length"),
        "an option's value is read past the end of the option",
        "RFC 7761, section 4.9.2", "pim.pcapng",
    ),
    Known(
        "ospf.*", MISSING, noted(*UNFIT),
        "a value is read past the end of its TLV or LSA",
        "RFC 3630, section 2.3.2", "ospfv2.pcapng",
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
            f"{protocol}.*", EXTRA,
            noted("_ws.malformed", "_ws.short", *UNFIT),
            "nothing is shown of a message or TLV that isn't whole; the octets that are there are "
            "shown here",
            "", capture,
        )
        for protocol, capture in (
            ("ospf", "ospfv3.pcapng"), ("pim", "pim.pcapng"), ("bfd", "bfd.pcapng"),
        )
    ),
    Known(
        "ipv6.opt", DIFFERENT, pad1,
        "Pad1 is given the length of an option with a length; it is one octet",
        "RFC 8200, section 4.2", "ipv6_options.pcapng",
    ),
    *(
        Known(
            field, ANY, small_jumbo,
            "a jumbo length under 65,536 ends the decode; the option is wrong, but the octets are "
            "there",
            "", "ipv6_jumbo.pcapng",
        )
        for field in ("ipv6.*opt*", "udp.*", "tcp.*", "data.*", "eth.*", "frame.protocols")
    ),
    *(
        Known(
            field, ANY,
            noted(
                "sixscope.opt.overrun", "ipv6.opt.invalid_len", "ipv6.opt.ioam.trace.invalid_type"
            ),
            "an option's value is read past the end of the option, or of its header",
            "RFC 8200, section 4.2", "ipv6_options_broken.pcapng",
        )
        for field in ("ipv6.*", "udp.*", "data.*", "ah.*", "frame.protocols")
    ),
    *(
        Known(
            field, ANY, noted("ipv6.routing.invalid_length", "sixscope.srh.last_entry"),
            "addresses are read past the end of a Routing header, and the decode may end there",
            "RFC 8200, section 4.4", "ipv6_routing_rare.pcapng",
        )
        for field in ("ipv6.*", "udp.*", "data.*", "ah.*", "frame.protocols")
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
            field, ANY, noted("sixscope.ah.too_short"),
            "what follows a too short Authentication Header is decoded as if it had no sequence "
            "number",
            "RFC 4302, section 2.2", "ipv6_extension_headers.pcapng",
        )
        for field in ("ah.*", "ipv6.*", "udp.*", "data.*", "frame.protocols")
    ),
    *(
        Known(
            field, ANY, quoted_route,
            "a quoted packet with a Routing header is summed with its next address instead of the "
            "final destination",
            "RFC 8200, section 8.1", "lab/s08_kernel_srh_frag_exthdr_icmp_errors.pcapng",
        )
        for field in ("udp.checksum*", "tcp.checksum*", "icmpv6.checksum*")
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.short", "_ws.malformed"),
            "nothing is shown of a header that isn't whole; the octets that are there are shown "
            "here",
            "", "pcap_snaplen.pcap",
        )
        for field in ("eth.dst", "eth.src", "ipv6.*.nxt", "ipv6.fraghdr.*")
    ),
    Known(
        "ipv6.plen", EXTRA, header_cut,
        "the length is not shown where the header ends with it",
        "", "icmpv6_errors.pcapng",
    ),
    Known(
        "tcp.*", EXTRA, noted("tcp.bogus_header_length"),
        "nothing is shown behind a header length under 5 words; the fixed header is there",
        "", "ipv6_transport.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":igmp:igmp", ":igmp"),
        "IGMP is named twice; there is one message, and nothing inside it",
        "RFC 3376, section 4", "lab/s04_mld2_mld1_igmp3_igmp2_querier_ssm.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":snmp:snmp", ":snmp"),
        "SNMP is named twice; there is one message, and nothing inside it",
        "RFC 3416, section 3",
        "lab/s13_apps_sip_rtp_sctp_dns_mdns_http_mptcp_snmp.pcapng",
    ),
    *(
        Known(
            field, ANY, lambda packet, ours, theirs: packet["igmp.version"] < 3,
            "the checksum of version 2 is taken over 8 octets instead of all of the message",
            "RFC 2236, section 2.3", "igmp.pcapng",
        )
        for field in ("igmp.checksum.status", "igmp.bad_checksum")
    ),
    Known(
        "sip.msg_hdr", DIFFERENT, raw_lines,
        "line ends are written raw into the file's attribute, where XML makes them spaces, and the "
        "body is shown once more behind the header",
        "RFC 3261, section 7",
        "lab/s13_apps_sip_rtp_sctp_dns_mdns_http_mptcp_snmp.pcapng",
    ),
    *(
        Known(
            field, DIFFERENT, past_the_frame,
            "behind the first packet of a compound, offsets count what is before it twice",
            "RFC 3550, section 6.1",
            "lab/s13_apps_sip_rtp_sctp_dns_mdns_http_mptcp_snmp.pcapng",
        )
        for field in ("rtcp.setup", "rtcp.length_check")
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":udp:eth:", ":udp:vxlan:eth:"),
        "VXLAN is not named when its header is the generic one (port 4790), though it is shown",
        "draft-ietf-nvo3-vxlan-gpe, section 3",
        "lab/s06_ovs_userspace_vxlan_gre_geneve_erspan_gtpu_vlan_qinq_mpls.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":icmp$", ""),
        "ICMP is named where an ICMPv6 message has extensions; they are a part of that message",
        "RFC 4884, section 7", "icmpv6_errors.pcapng",
    ),
    *(
        Known(
            field, DIFFERENT, circular,
            "numbers before the first one are shown modulo 2^64; they are circular, of 48 bits",
            "RFC 4340, section 7.1", "dccp.pcapng",
        )
        for field in ("dccp.seq", "dccp.ack")
    ),
    *(
        Known(
            field, DIFFERENT, squeezed,
            "the acknowledgment number of a packet that is no Ack is shown where a short one "
            "would stand; it has 48 bits",
            "RFC 4340, section 5.3", "dccp.pcapng",
        )
        for field in ("dccp.ack", "dccp.ack_raw")
    ),
    *(
        Known(
            field, ANY, broken_dccp,
            "an option is read past the end of the options, up to that of the packet",
            "RFC 4340, section 5.8", "dccp_broken.pcapng",
        )
        for field in (
            "dccp.option_type", "dccp.init_cookie", "dccp.feature_number", "dccp.padding",
            "data.*", "frame.protocols",
        )
    ),
    Known(
        "frame.protocols", DIFFERENT, unnamed_pseudowire,
        "what a pseudowire of L2TP carries is not named, though it is shown",
        "RFC 3931, section 4.1", "l2tp_sessions.pcapng",
    ),
    Known(
        "l2tp.avp.csu.re*", ANY, always,
        "the session's number in version 3's speeds has the name of a reserved field",
        "RFC 5515, section 4", "l2tp.pcapng",
    ),
    Known(
        "l2tp.*", EXTRA, noted("_ws.malformed", "l2tp.avp_length.bad"),
        "nothing is shown of a message that ends in front of its first attribute's value",
        "", "l2tp_broken.pcapng",
    ),
    *(
        Known(
            field, kinds, map_notify_ack,
            "a Map-Notify-Ack is shown as data; it is made like the Map-Notify that it answers",
            "RFC 9301, section 5.7", "lisp.pcapng",
        )
        for field, kinds in (("lisp.*", EXTRA), ("data.*", MISSING), ("frame.protocols", DIFFERENT))
    ),
    Known(
        "data.*", EXTRA, lambda packet, ours, theirs: packet.layer("lisp-data") is not None,
        "a payload that is neither version of IP is left out",
        "", "lisp.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":lisp-data$", ":lisp-data:data"),
        "what stands behind a header of LISP, and is neither version of IP, is not named",
        "", "lisp.pcapng",
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.malformed"),
            "nothing is shown of a record or header that ends early",
            "", "lisp_broken.pcapng",
        )
        for field in ("lisp.mapping*", "lisp-data.*")
    ),
    Known(
        "*", ANY, only_here,
        "there is no dissector for GUE, FOU, TIC and TSP: what they carry is data",
        "RFC 5572, section 4", "encapsulations.pcapng",
    ),
    Known(
        "pppoed.tag.unknown_data", DIFFERENT, two_before,
        "the value of a tag without a name is shown from its length on",
        "RFC 2516, section 4", "pppoe.pcapng",
    ),
    Known(
        "pppoed.tag*", MISSING, noted("_ws.malformed"),
        "tags are read past the end that the payload length gives",
        "RFC 2516, section 4", "pppoe.pcapng",
    ),
    Known(
        "lcp.opt.reporting_period", EXTRA, always,
        "the interval of link quality reports is looked for behind the option",
        "RFC 1989", "ppp.pcapng",
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.malformed"),
            "nothing is shown of options or a message that the length says are longer than the "
            "packet; what is there is shown here",
            "", "ppp.pcapng",
        )
        for field in ("lcp.opt.*", "ipcp.*", "ipv6cp.*", "ccp.opt.*", "chap.message", "ppp.data")
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.malformed"),
            "nothing is shown of a header that isn't whole; the octets that are there are shown "
            "here",
            "", "ppp.pcapng",
        )
        for field in ("ppp.code", "ppp.identifier")
    ),
    *(
        Known(
            field, ANY, mirrored_ip,
            "an IP packet that is mirrored without its link header is shown as data",
            "draft-foschiano-erspan, ERSPAN Type III", "gre.pcapng",
        )
        for field in ("data.*", "ip.*", "frame.protocols")
    ),
    *(
        Known(
            field, ANY, connectivity_test,
            "the data of a Teredo client's echo request is left out but for its first four octets",
            "RFC 4443, section 4.1",
            "lab/s05_teredo_miredo_server_relay_2nat_clients.pcapng",
        )
        for field in ("data.*", "frame.protocols")
    ),
    *(
        Known(
            field, DIFFERENT, one_before,
            "the zero bit before the checksum, and the checksum, are shown an octet too early",
            "RFC 5533, section 5.3", "lab/s08_kernel_srh_frag_exthdr_icmp_errors.pcapng",
        )
        for field in ("shim6.proto", "shim6.checksum*")
    ),
    *(
        Known(
            field, ANY, snapshots_only,
            "a NodeLen of 0 is taken for an error where the nodes have snapshots only, which it "
            "does not count",
            "RFC 9197, section 4.4.1", "ipv6_ioam.pcapng",
        )
        for field in ("ipv6.opt.ioam.trace.*", "ipv6.opt_unknown_data", "ipv6.opt.unknown_data.*")
    ),
    *(
        Known(
            field, ANY, incremental,
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
            field, ANY, no_room,
            "the number of addresses is rounded up: padding, or what is behind the header, is "
            "taken for the last one",
            "RFC 6554, section 3", "ipv6_routing_rare.pcapng",
        )
        for field in ("ipv6.routing.*", "udp.*", "data.*", "frame.protocols")
    ),
    Known(
        "frame.protocols", DIFFERENT, compact,
        "the decode ends behind a Compact Routing header; nothing is wrong with what follows",
        "RFC 8200, section 4.4", "ipv6_routing_compact.pcapng",
    ),
    *(
        Known(
            field, ANY, noted("sixscope.icmpv6.option_short"),
            "the fields of an option that is too short for them are read from the next one, or "
            "behind the message, where the decode ends then",
            "RFC 4861, section 4.6", "icmpv6_nd.pcapng",
        )
        for field in ("icmpv6.*", "data.*", "frame.protocols")
    ),
    Known(
        "icmpv6.mldr.*", MISSING, has("sixscope.mld.additional"),
        "what is behind as many records as are announced is read as more of them",
        "RFC 3810, section 5.2.11", "icmpv6_mld.pcapng",
    ),
    Known(
        "geneve.option*", EXTRA, noted("_ws.malformed", "_ws.short"),
        "nothing is shown of options that pass the packet's end; those that are there are shown "
        "here",
        "", "geneve_broken.pcapng",
    ),
    Known(
        "*", DIFFERENT, no_utf8,
        "octets that are no UTF-8 are shown as question marks; we show which they are",
        "", "icmpv6_nd_options.pcapng",
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.malformed", "_ws.short"),
            "nothing is shown of an option's last field where the message ends within it; the "
            "octets that are there are shown here",
            "", "icmpv6_nd.pcapng",
        )
        for field in ("icmpv6.opt.*", "icmpv6.invalid_option_length")
    ),
    *(
        Known(
            field, ANY, has("icmpv6.mpl.seed_info.s"),
            "a message with a seed that is cut off is shown once more as data",
            "", "icmpv6_low_power.pcapng",
        )
        for field in ("data.*", "frame.protocols")
    ),
    Known(
        "icmpv6.*", ANY, misread_key_mode,
        "the Key Identifier Mode is read from the lowest bits, which are the Security Level's, and "
        "the message looked for at the wrong place",
        "RFC 6550, section 6.1", "rpl.pcapng",
    ),
    *(
        Known(
            field, ANY, elided,
            "the target of a P2P Route Discovery is read as a whole address, though its first "
            "octets are elided, and zeros are put in front of the others instead of the DODAG's",
            "RFC 6997, section 7", "rpl_options.pcapng",
        )
        for field in ("icmpv6.rpl.opt.routediscovery.*", "icmpv6.unknown_data*")
    ),
    *(
        Known(
            field, MISSING, noted("icmpv6.rpl.unknown.metric"),
            "the body of an unknown metric is read as the next metric",
            "RFC 6551, section 2.1", "rpl_metrics.pcapng",
        )
        for field in (
            "icmpv6.rpl.opt.metric.*", "icmpv6.rpl.unknown.metric", "icmpv6.unknown_data*",
        )
    ),
    *(
        Known(
            field, ANY, address_supplied,
            "the address in an NA Acknowledgment is read where the Reserved field is",
            "RFC 5568, section 6.4", "icmpv6_handover.pcapng",
        )
        for field in (
            "icmpv6.opt.naack.supplied_ncoa", "icmpv6.opt.reserved", "icmpv6.unknown_data*",
        )
    ),
    *(
        Known(
            field, frozenset({"different", "missing"}),
            has("icmpv6.opt.hkr.padding", "icmpv6.opt.hai.length", "icmpv6.opt.mn.length"),
            "octets that were shown as a handover option's value or padding are shown again as "
            "unknown, and the padding passes the option's end",
            "RFC 4861, section 4.6", "icmpv6_handover.pcapng",
        )
        for field in ("icmpv6.opt.padding", "icmpv6.unknown_data*")
    ),
    *(
        Known(
            field, frozenset({"different", "missing"}), has("icmpv6.opt.nbma.shortcut_limit"),
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
    Known(
        "tcp.nxtseq", DIFFERENT,
        lambda packet, ours, theirs: packet["tcp.flags"] & 3 == 3,
        "a segment with SYN and FIN takes one sequence number; each of the two takes one",
        "RFC 9293, section 3.4", "tcp_options.pcapng",
    ),
    Known(
        "tcp.options.mptcp.checksum", EXTRA, always,
        "the checksum of a Data Sequence Signal is left out",
        "RFC 8684, section 3.3", "mptcp-v0.pcap",
    ),
    Known(
        "udp.payload", DIFFERENT, longer,
        "the payload has octets behind the end that the datagram's length gives",
        "RFC 768", "ipv6_transport.pcapng",
    ),
    Known(
        "udp.checksum", EXTRA, noted("udp.length.bad"),
        "nothing is shown behind a length under 8; the checksum is there",
        "", "ipv6_transport.pcapng",
    ),
    Known(
        "frame.interface_*", DIFFERENT, later_section,
        "interfaces of later sections get the first section's numbers and names; we number them "
        "over the whole file",
        "draft-ietf-opsawg-pcapng, section 4.2", "pcapng_sections.pcapng",
    ),
    Known(
        "frame.time_delta*", DIFFERENT,
        lambda packet, ours, theirs: theirs is not None and len(theirs.show) > 15,
        "a packet without a time (Simple Packet Block) counts as one of 1970 for the next one's "
        "delta",
        "draft-ietf-opsawg-pcapng, section 4.4", "pcapng_blocks.pcapng",
    ),
    Known(
        "dns.*", EXTRA, noted("sixscope.dns.name"),
        "the decode ends at a name of more than 255 octets whose end isn't found; we go on behind "
        "it",
        "", "dns-badlabel.pcap",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":dns$", ":data"),
        "a datagram at any port is taken for DNS by its counts alone, or because it is cut in "
        "front of them",
        "RFC 1035, section 4.1.1", "pcap_snaplen.pcap",
    ),
    Known(
        "data.*", EXTRA, hardly_captured,
        "of a datagram that is cut in front of the counts nothing is shown, by the same look",
        "", "pcap_snaplen.pcap",
    ),
    Known(
        "dns.opt.chain.fqdn", DIFFERENT, always,
        "the name is shown with its length octets, we show it as a name",
        "RFC 7901, section 4", "edns-opts.pcap",
    ),
    *(
        Known(
            field, DIFFERENT, always,
            "a name of one octet has no length and no labels, and a dot inside a label counts as "
            "one between labels",
            "RFC 1035, section 3.1", "made in tests/protocols/dns",
        )
        for field in ("dns.qry.name.len", "dns.count.labels")
    ),
    *(
        Known(
            field, ANY, always,
            "the transaction of Bulk Leasequery is taken for a reserved octet and two more",
            "RFC 5460, section 5.1", "dhcpv6_segments.pcapng",
        )
        for field in ("dhcpv6.bulk_leasequery.trans_id", "dhcpv6.bulk_leasequery.reserved")
    ),
    Known(
        "dhcpv6.decoded_portion", DIFFERENT, always,
        "what could be read of a name is shown at an offset that has the message's twice, and "
        "without its length octet",
        "", "dhcpv6_tshark_wrong.pcapng",
    ),
    *(
        Known(
            field, DIFFERENT, shorter,
            "the labels of a partial name are mixed up",
            "RFC 4704, section 4.2", "dhcpv6_tshark_wrong.pcapng",
        )
        for field in ("dhcpv6.search_list_entry", "dhcpv6.partial_name_preceded_by_fqdn")
    ),
    Known(
        "dhcpv6.vendorclass.data", ANY, inside_option(16),
        "several vendor classes are shown as one text",
        "RFC 9915, section 21.16", "dhcpv6_tshark_wrong.pcapng",
    ),
    Known(
        "dhcpv6.duidllt.time", DIFFERENT, always,
        "seconds since 2000 are taken for a signed number",
        "RFC 9915, section 11.2", "dhcpv6_tshark_wrong.pcapng",
    ),
    Known(
        "dhcpv6.error_hopcount", EXTRA, always,
        "hop counts of more than 8 are let pass up to 32, which was the limit of RFC 3315",
        "RFC 9915, section 7.6", "dhcpv6_tshark_wrong.pcapng",
    ),
    Known(
        "dhcpv6.packetcable.cccV6.prov_srv.ipv6", EXTRA, always,
        "a provisioning server by its address is left out",
        "", "dhcpv6_tshark_wrong.pcapng",
    ),
    Known(
        "dhcpv6.option.*", EXTRA, inside_option(50, 84, 138),
        "options inside an option are left out where nothing but the outer one's name is known",
        "", "dhcpv6_newer.pcapng",
    ),
    Known(
        "dhcpv6.*", EXTRA, inside_option(47),
        "a relay agent's last message, which a leasequery's answer has, is shown as text alone",
        "RFC 5007, section 4.1.2.4", "dhcpv6_newer.pcapng",
    ),
    Known(
        "dhcpv6.option.type_str", DIFFERENT,
        lambda packet, ours, theirs: (
            theirs is not None and theirs.show.startswith("DHCP option ")
        ),
        "options of later documents have no name",
        "", "dhcpv6_newer.pcapng",
    ),
    Known(
        "dhcpv6.xid", MISSING, carries_dhcpv4,
        "the flags of messages that carry DHCPv4 are taken for a transaction",
        "RFC 7341, section 6", "dhcpv6_newer.pcapng",
    ),
    *(
        Known(
            field, ANY, carries_dhcpv4,
            "the DHCPv4 message in DHCPv6 is left out",
            "RFC 7341, section 7", "dhcpv6_newer.pcapng",
        )
        for field in ("dhcp.*", "frame.protocols")
    ),
    *(
        Known(
            field, ANY, within("dhcpv6.failover"),
            "failover between DHCPv6 servers is left out",
            "RFC 8156, section 5.2", "dhcpv6_failover.pcapng",
        )
        for field in ("dhcpv6.*", "data.*", "frame.protocols")
    ),
    *(
        Known(
            field, DIFFERENT, two_less,
            "data at the end of an option is cut by two octets, as if the option's length counted "
            "its type and itself",
            "RFC 6275, section 6.2.1", "mip6_tshark_wrong.pcapng",
        )
        for field in ("mip6.auth.auth_data", "mip6.cgar.cga_par", "mip6.sign.sign",
                      "mip6.phkt.phkt", "mip6.mocot.co_keygen_tok", "mip6.dnsu.mn_id",
                      "mip6.em.data", "mip6.vsm.data", "mip6.badff.auth")
    ),
    *(
        Known(
            field, ANY, mobility_message(12),
            "options are looked for behind the first two octets of the home agents' addresses",
            "RFC 5142", "mip6_messages.pcapng",
        )
        for field in ("mip6.options.*", "mip6.opt.len.invalid", "mip6.mobility_opt.len", "mip6.rc")
    ),
    *(
        Known(
            field, ANY, mobility_message(17, 18),
            "localized routing is read from the start of the Mobility Header instead of behind it",
            "RFC 6275, section 6.1.1; RFC 6705", "mip6_messages.pcapng",
        )
        for field in ("mip6.lri.*", "mip6.lra.*", "mip6.options.*", "mip6.opt.len.invalid",
                      "mip6.mobility_opt.len")
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":mipv6:mipv6", ":mipv6"),
        "Mobile IPv6 is named again for a vendor's option inside it",
        "RFC 5094, section 3", "mip6_options.pcapng",
    ),
    Known(
        "mip6.mobility_opt.len", DIFFERENT, mobility_option(42),
        "the length of the link-local address option is shown from somewhere behind it",
        "RFC 6275, section 6.2.1", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.mseg_id.timestamp", DIFFERENT, always,
        "an NTP timestamp is shown with its fraction as if it were nanoseconds, and 70 years late",
        "RFC 4285, section 6", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.opt.len.invalid", MISSING, mobility_option(51),
        "18 octets are too many for the MAG's address: two, and the address",
        "RFC 6705", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.vsm.subtype", MISSING, mobility_option(19),
        "the subtype of a gateway's address is shown twice where there is no address",
        "", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.*", EXTRA, mobility_header_cut,
        "options are left out where the capture ends before the header does",
        "", "mobility_opt_asan.pcap",
    ),
    *(
        Known(
            field, DIFFERENT, shifted,
            "the position of a value that is worked out is counted from the start of the message "
            "twice",
            "", "Teredo.pcap",
        )
        for field in ("dns.extraneous.length", "dns.dnskey.key_id", "dns.key.key_id")
    ),
    Known(
        "wg.ephemeral.known_privkey", DIFFERENT, shifted,
        "the place of a value that is worked out is counted from the start of the frame twice",
        "", "lab/s16_gtp_osmo-ggsn_wireguard-go_ikev2-espinudp.pcapng",
    ),
)  # fmt: skip


def find(
    packet: Packet, ours: Row | None, theirs: Row | None, known: tuple[Known, ...] | None = None
) -> Known | None:
    """The entry that explains a disagreement; None: it is to be explained by us."""
    row = ours or theirs
    assert row is not None
    kind: Kind = "missing" if ours is None else "extra" if theirs is None else "different"
    for entry in KNOWN if known is None else known:
        if (
            kind in entry.kinds
            and fnmatchcase(row.name, entry.field)
            and entry.when(packet, ours, theirs)
        ):
            return entry
    return None
