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
    ref      the RFC and section that decides it; empty where we only show more
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
            field, ANY, noted("sixscope.opt.overrun", "ipv6.opt.invalid_len"),
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
