"""Where tshark is wrong: tunnels and overlays."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    MORE_THERE,
    Known,
    chain,
    from_layer,
    header_cut,
    noted,
    packet_values,
    shifted,
)
from dissect.engine.packet import Packet


def connectivity_test(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """An echo request by which a Teredo client finds its relay."""
    return bool(packet.fields("icmpv6.nonce"))


def mirrored_ip(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet is mirrored without a link header."""
    return any(node.value == 2 for node in packet.fields("erspan.ft"))


ONLY_HERE = frozenset({"gue", "fou", "tic", "sixscope.tsp"})
"""Protocols that tshark has no dissector for."""


def bogus_in_ayiya(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """AYIYA with what its Next Header calls a version of IP, but isn't."""
    bogus = noted("ipv6.bogus_ipv6_version", "ip.bogus_ip_version")(packet, ours, theirs)
    return bogus and packet.layer("ayiya") is not None


def octet_in_teredo(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Teredo with one octet where a packet should be."""
    return packet.layer("teredo") is not None and any(
        node.length == 1 for node in packet.fields("data.data")
    )


def mobility_in_ayiya(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """AYIYA that carries a Mobility Header."""
    return ":ayiya:mipv6:" in packet.chain


def no_teredo(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """UDP's payload begins as IPv6 would, but its length or its ends are not those of Teredo."""
    return packet.chain.endswith("udp:data") and any(
        bytes(packet.data[node.offset : node.offset + 1]) == b"\x60"
        for node in packet.fields("data.data")
    )


TUNNELS: tuple[Known, ...] = (
    *(
        Known(
            field, kinds, no_teredo,
            "any datagram that begins as IPv6 would is taken for Teredo's; a client takes nothing "
            "but whole packets with a Teredo address",
            "RFC 4380, section 5.2.3", "encapsulations.pcapng",
        )
        for field, kinds in (
            ("ipv6.*", MISSING), ("ip.version", MISSING), ("data.*", DIFFERENT),
            ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "frame.protocols", DIFFERENT, chain("^(.*?):udp(?=:|$)", r"\1:udp:vxlan"),
        "VXLAN is not named when its header is the generic one (port 4790), though it is shown",
        "draft-ietf-nvo3-vxlan-gpe, section 3",
        "lab/overlays.pcapng",
    ),
    Known(
        "*", ANY, from_layer(*ONLY_HERE),
        "there is no dissector for GUE, FOU, TIC and TSP: what they carry is data",
        "RFC 5572, section 4", "encapsulations.pcapng",
    ),
    *(
        Known(
            field, kinds, mirrored_ip,
            "an IP packet that is mirrored without its link header is shown as data",
            "draft-foschiano-erspan, ERSPAN Type III", "gre.pcapng",
        )
        for field, kinds in (
            ("data.*", MORE_THERE), ("ip.*", EXTRA), ("frame.protocols", DIFFERENT),
        )
    ),
    *(
        Known(
            field, kinds, connectivity_test,
            "the data of a Teredo client's echo request is left out but for its first four octets",
            "RFC 4443, section 4.1",
            "lab/teredo.pcapng",
        )
        for field, kinds in (("data.*", EXTRA), ("frame.protocols", DIFFERENT))
    ),
    *(
        Known(
            field, kinds, octet_in_teredo,
            "nothing is shown of a single octet",
            "", "teredo.pcapng",
        )
        for field, kinds in (
            ("ip*version", EXTRA), ("data.*", EXTRA), ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "teredo.auth*", EXTRA,
        lambda packet, ours, theirs: any(n.length < 4 for n in packet.fields("teredo.auth")),
        "nothing is shown of an authentication that ends with its lengths, or in front of them",
        "", "teredo.pcapng",
    ),
    Known(
        "geneve.option*", EXTRA,
        noted("geneve.option.length.invalid", "_ws.malformed", "_ws.short"),
        "nothing is shown of options that pass the packet's end; those that are there are shown "
        "here",
        "", "geneve_broken.pcapng",
    ),
    Known(
        "wg.ephemeral.known_privkey", DIFFERENT, shifted,
        "the place of a value that is worked out is counted from the start of the frame twice",
        "", "lab/vpn.pcapng",
    ),
    *(
        Known(
            field, kinds, lambda packet, ours, theirs: 3 in packet_values(packet, "ayiya.opcode"),
            "a packet that is to be forwarded and echoed is not decoded",
            "draft-massar-v6ops-ayiya-02, section 3", "ayiya.pcapng",
        )
        for field, kinds in (("*", EXTRA), ("frame.protocols", DIFFERENT))
    ),
    Known(
        "ayiya.*", EXTRA, header_cut("ayiya", 8),
        "nothing is shown of a header that isn't whole; the octets that are there are shown here",
        "", "ayiya.pcapng",
    ),
    *(
        Known(
            field, kinds, mobility_in_ayiya,
            "what stands behind a Mobility Header is left out",
            "", "ayiya.pcapng",
        )
        for field, kinds in (("*", EXTRA), ("frame.protocols", DIFFERENT))
    ),
    *(
        Known(
            field, kinds, bogus_in_ayiya,
            "a packet is left out that has another version than it is said to have",
            "", "ayiya.pcapng",
        )
        for field, kinds in (
            ("ip*version", EXTRA), ("data.*", EXTRA), ("frame.protocols", DIFFERENT),
        )
    ),
    *(
        Known(
            field, kinds, noted("geneve.version.unknown"),
            "what is behind a header of an unknown version is decoded as if it were known",
            "RFC 8926, section 3.4", "overlays.pcapng",
        )
        for field, kinds in (("*", MISSING), ("frame.protocols", DIFFERENT))
    ),
)  # fmt: skip
