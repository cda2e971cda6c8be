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
            "RFC 8200, section 8.1", "lab/extension_headers.pcapng",
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
        "RFC 3376, section 4", "lab/groups.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":snmp:snmp", ":snmp"),
        "SNMP is named twice; there is one message, and nothing inside it",
        "RFC 3416, section 3",
        "lab/applications.pcapng",
    ),
    Known(
        "sip.msg_hdr", DIFFERENT, raw_lines,
        "line ends are written raw into the file's attribute, where XML makes them spaces, and the "
        "body is shown once more behind the header",
        "RFC 3261, section 7",
        "lab/applications.pcapng",
    ),
    *(
        Known(
            field, DIFFERENT, past_the_frame,
            "behind the first packet of a compound, offsets count what is before it twice",
            "RFC 3550, section 6.1",
            "lab/applications.pcapng",
        )
        for field in ("rtcp.setup", "rtcp.length_check")
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":udp:eth:", ":udp:vxlan:eth:"),
        "VXLAN is not named when its header is the generic one (port 4790), though it is shown",
        "draft-ietf-nvo3-vxlan-gpe, section 3",
        "lab/overlays.pcapng",
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
            "lab/teredo.pcapng",
        )
        for field in ("data.*", "frame.protocols")
    ),
    *(
        Known(
            field, DIFFERENT, one_before,
            "the zero bit before the checksum, and the checksum, are shown an octet too early",
            "RFC 5533, section 5.3", "lab/extension_headers.pcapng",
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
