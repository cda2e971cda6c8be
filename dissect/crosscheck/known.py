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


def packet_values(packet: Packet, name: str) -> list[object]:
    """The values of a field of ours."""
    return [node.value for node in packet.fields(name)]


def unnumbered(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A downstream mapping to an unnumbered interface that tshark can't read."""
    older = packet_values(packet, "mpls_echo.tlv.ds_map.addr_type")
    detailed = packet_values(packet, "mpls_echo.tlv.dd_map.addr_type")
    return 4 in older or 2 in detailed or 4 in detailed


def has(name: str) -> Condition:
    """A packet with a field of ours."""
    return lambda packet, ours, theirs: bool(packet.fields(name))


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
        "frame.protocols", DIFFERENT, chain("^(.*?):udp(?=:|$)", r"\1:udp:vxlan"),
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
    *(
        Known(
            field, kinds, lambda packet, ours, theirs: 3 in packet_values(packet, "ayiya.opcode"),
            "a packet that is to be forwarded and echoed is not decoded",
            "draft-massar-v6ops-ayiya-02, section 3", "ayiya.pcapng",
        )
        for field, kinds in (("*", EXTRA), ("frame.protocols", DIFFERENT))
    ),
    *(
        Known(
            field, kinds, noted("geneve.version.unknown"),
            "what is behind a header of an unknown version is decoded as if it were known",
            "RFC 8926, section 3.4", "overlays.pcapng",
        )
        for field, kinds in (("*", MISSING), ("frame.protocols", DIFFERENT))
    ),
    Known(
        "geneve.option*", EXTRA, noted("geneve.option.length.invalid", "_ws.malformed"),
        "nothing is shown of an option that is longer than what is there; its head is there",
        "", "overlays.pcapng",
    ),
    Known(
        "mpls_psc.tlvlen", ANY, always,
        "the first of the two octets of the TLV length is taken for all of it",
        "RFC 6378, section 4.2.1", "mpls_oam.pcapng",
    ),
    Known(
        "mpls_echo.tlv.len.invalid", MISSING, has("sixscope.mpls_echo.tlv.padding"),
        "the zeros that pad a TLV are taken for one more",
        "RFC 8029, section 3", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.*", ANY, unnumbered,
        "an unnumbered interface has an address of its version and an index; of IPv6 only four "
        "octets are read, and in the detailed mapping neither is known",
        "RFC 4379, section 3.3; RFC 8029, section 3.4", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.tlv.fec.fec.pw_ipv6_128_*", DIFFERENT, always,
        "the PW ID is read as two octets, it has four; so what is behind it is off",
        "RFC 6829, section 3.1", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.subtlv.dd_map.*", DIFFERENT,
        has("mpls_echo.subtlv.dd_map.value"),
        "the position of an unknown sub-TLV's type and length counts what is before it twice",
        "RFC 8029, section 3.4.1", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.subtlv.dd_map.*", EXTRA, noted("mpls_echo.tlv.dd_map.subtlv_len.invalid"),
        "nothing is shown of multipath data whose length can't be; its first octets are there",
        "", "mpls_echo.pcapng",
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
