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
    """An RPL source route whose padding leaves no room for its only address."""
    return any(node.value == 0 for node in packet.fields("ipv6.routing.rpl.addr_count"))


def compact(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has a Compact Routing header."""
    return any(node.value in (5, 6) for node in packet.fields("ipv6.routing.type"))


def no_utf8(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A text with octets that are no UTF-8, and otherwise the same."""
    if ours is None or theirs is None or "\ufffd" not in theirs.show:
        return False
    plain = re.sub(r"\\x[89a-f][0-9a-f]|[^\x00-\x7f]", "", ours.show)
    return ours[:3] == theirs[:3] and plain == re.sub(r"[^\x00-\x7f]", "", theirs.show)


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


KNOWN: tuple[Known, ...] = (
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
        for field in ("ipv6.opt*", "udp.*", "data.*", "frame.protocols")
    ),
    *(
        Known(
            field, ANY, noted("sixscope.ah.too_short"),
            "what follows a too short Authentication Header is decoded as if it had no sequence "
            "number",
            "RFC 4302, section 2.2", "ipv6_extension_headers.pcapng",
        )
        for field in ("ah.icv", "udp.*", "data.*", "frame.protocols")
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
        for field in ("eth.dst", "eth.src")
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
            "the number of addresses is rounded up: padding is taken for the last one",
            "RFC 6554, section 3", "ipv6_routing_rare.pcapng",
        )
        for field in (
            "ipv6.routing.rpl.addr_count", "ipv6.routing.rpl.address",
            "ipv6.routing.rpl.full_address", "ipv6.routing.invalid_segleft",
        )
    ),
    Known(
        "frame.protocols", DIFFERENT, compact,
        "the decode ends behind a Compact Routing header; nothing is wrong with what follows",
        "RFC 8200, section 4.4", "ipv6_routing_compact.pcapng",
    ),
    Known(
        "icmpv6.*", ANY, noted("sixscope.icmpv6.option_short"),
        "the fields of an option that is too short for them are read from the next one, or behind "
        "the message, where the decode ends then",
        "RFC 4861, section 4.6", "icmpv6_nd.pcapng",
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
