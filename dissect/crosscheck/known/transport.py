"""Where tshark is wrong: UDP, TCP, DCCP."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    MORE_THERE,
    Condition,
    Known,
    always,
    from_on,
    noted,
)
from dissect.engine.packet import Packet


def longer(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs has the same octets and more."""
    return (
        ours is not None
        and theirs is not None
        and ours.length < theirs.length
        and theirs.show.startswith(ours.show)
    )


def quoted_route(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet quotes one with a Routing header."""
    return any(layer.quoted and layer.name == "ipv6.routing" for layer in packet.layers)


EXTENSION_HEADERS = "ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr"


def cut_quote(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours is theirs with one more, which a quote ends within."""
    last = packet.layers[-1]
    return (
        ours is not None
        and theirs is not None
        and last.quoted
        and last.name in ("sctp", "tcp", *EXTENSION_HEADERS)
        and ours.show == f"{theirs.show}:{last.name}"
    )


def cut_in_tcp(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A header of TCP ends in front of its window."""
    headers = sum(layer.name == "tcp" for layer in packet.layers)
    return len(packet.fields("tcp.window_size_value")) < headers


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


def quoting(*names: str) -> Condition:
    """The packet quotes one with one of these protocols."""
    return lambda packet, ours, theirs: any(
        layer.quoted and layer.name in names for layer in packet.layers
    )


def large_datagrams(packet: Packet) -> list[int]:
    """Where datagrams stand of more than 65,535 octets, whose Length is therefore 0."""
    if packet.original <= 0xFFFF:
        return []
    return [node.offset - 4 for node in packet.fields("udp.length") if node.value == 0]


TRANSPORT: tuple[Known, ...] = (
    Known(
        "*", ANY, from_on(large_datagrams),
        "the length 0 of a datagram of more than 65,535 octets ends the decode; it is all of the "
        "IP payload",
        "RFC 2675, section 4", "bigtcp-ipv6-vxlan-ipv6.pcap",
    ),
    *(
        Known(
            field, EXTRA, quoting(name),
            "nothing is shown of a header or chunk that a quote ends within, or said of it",
            "", "icmpv6_errors.pcapng",
        )
        for field, name in (
            *((f"{name}.*", name) for name in EXTENSION_HEADERS), ("sctp.*", "sctp"),
        )
    ),
    Known(
        "tcp.*", EXTRA, cut_in_tcp,
        "of a header that ends in front of its window nothing is shown but whole ports",
        "", "icmpv6_errors.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, cut_quote,
        "the protocol whose header a quote ends within is not named",
        "", "icmpv6_errors.pcapng",
    ),
    Known(
        "tcp.completeness", DIFFERENT, quoting("tcp"),
        "a quoted acknowledgement counts as one more segment; it is a copy of one",
        "RFC 4443, section 2.4", "icmpv6_errors.pcapng",
    ),
    *(
        Known(
            field, MORE_THERE, quoted_route,
            "a quoted packet with a Routing header is summed with its next address instead of the "
            "final destination",
            "RFC 8200, section 8.1", "lab/extension_headers.pcapng",
        )
        for field in ("udp.checksum*", "tcp.checksum*", "icmpv6.checksum*")
    ),
    Known(
        "tcp.*", EXTRA, noted("tcp.bogus_header_length"),
        "nothing is shown behind a header length under 5 words; the fixed header is there",
        "", "ipv6_transport.pcapng",
    ),
    Known(
        "dccp.seq", DIFFERENT, circular,
        "numbers before the first one are shown modulo 2^64; they are circular, of 48 bits",
        "RFC 4340, section 3.1", "dccp.pcapng",
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
            field, kinds, broken_dccp,
            "an option is read past the end of the options, up to that of the packet",
            "RFC 4340, section 5.8", "dccp_broken.pcapng",
        )
        for field, kinds in (
            ("dccp.option_type", MORE_THERE), ("dccp.init_cookie", MISSING),
            ("dccp.feature_number", MISSING), ("dccp.padding", MISSING), ("data.*", MISSING),
            ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "tcp.nxtseq", DIFFERENT,
        lambda packet, ours, theirs: any(
            node.value & 3 == 3 for node in packet.fields("tcp.flags")
        ),
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
)  # fmt: skip
