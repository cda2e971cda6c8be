"""Where tshark is wrong: tunnels and overlays."""

from __future__ import annotations

import re

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    MORE_THERE,
    UNEQUAL,
    Known,
    always,
    behind_end,
    chain,
    from_layer,
    from_on,
    has,
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


def behind_extended_vendor(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A field at or behind the vendor of an attribute for an extended vendor's number."""
    row = ours or theirs
    starts = [n.offset - 2 for n in packet.fields("l2tp.avp.type") if n.value == EXTENDED_VENDOR]
    return row is not None and any(not row.length or row.offset >= start for start in starts)


def overlapping_calls(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Data of L2TP version 3, where some calls were asked for before others had an answer."""
    session = packet.session
    return (
        session is not None
        and bool(packet.fields("l2tp.sid"))
        and not packet.fields("l2tp.ccid")
        and any(
            tunnel.overlapping or not all(call.second.session for call in tunnel.calls)
            for tunnel in session.table("l2tp").entries.values()
        )
    )


def vendor_first(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The first attribute of a control message is a vendor's."""
    return bool(next(iter(packet_values(packet, "l2tp.avp.vendor_id")), 0))


EXTENDED_VENDOR, L2TP_PORT = 58, 1701


def last_attribute(packet: Packet) -> list[int]:
    """Where the last of several attributes begins in a broken control message of L2TP; else the
    message.
    """
    layer = packet.layer("l2tp")
    if layer is None or not any(f.note.name in BROKEN_MESSAGE for f in packet.findings):
        return []
    attributes = packet.fields("l2tp.avp.length")
    return [attributes[-1].offset if len(attributes) > 1 else layer.offset]


BROKEN_MESSAGE = "_ws.malformed", "l2tp.avp_length.bad"


def l2tp_between_other_ports(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A message of L2TP neither to its port nor from it."""
    ports = packet_values(packet, "udp.srcport") + packet_values(packet, "udp.dstport")
    return packet.layer("l2tp") is not None and bool(ports) and L2TP_PORT not in ports


NO_ADDRESS = "mcinfo.src", "mcinfo.grp", "srcdst.src", "srcdst.dst"
"""Addresses in formats of LISP of which tshark expects that there is one."""

LOCATOR_HEAD = 8


def itr_formats(packet: Packet) -> list[int]:
    """Where a format of LISP stands for the locator of an ITR, or nothing."""
    families = packet.fields("lisp.mreq.itr_rloc.afi")
    return [node.offset for node in families if node.value in (NOBODY, LCAF)]


NOBODY, LCAF = 0, 16387


def empty_formats(packet: Packet) -> list[int]:
    """Where formats of LISP have no octets."""
    return [node.offset for node in packet.fields("lisp.lcaf.length") if not node.value]


def locator_of_format(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A locator that begins where theirs does, which ends with what is in front of its address."""
    return (
        ours is not None
        and theirs is not None
        and (ours.offset, LOCATOR_HEAD) == theirs[1:3]
        and has("lisp.lcaf.natt.rloc")(packet, ours, theirs)
    )


ONLY_HERE = frozenset({"gue", "fou", "tic", "sixscope.tsp"})
"""Protocols that tshark has no dissector for."""


def bogus_in_ayiya(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """AYIYA with what its Next Header calls a version of IP, but isn't."""
    bogus = noted("ipv6.bogus_ipv6_version", "ip.bogus_ip_version")(packet, ours, theirs)
    return bogus and packet.layer("ayiya") is not None


def octet_in_teredo(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Teredo in a datagram of one octet."""
    return packet.layer("teredo") is not None and UDP_HEAD + 1 in packet_values(
        packet, "udp.length"
    )


UDP_HEAD = 8


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
        "frame.protocols", DIFFERENT, unnamed_pseudowire,
        "what a pseudowire of L2TP carries is not named, though it is shown",
        "RFC 3931, section 4.1", "l2tp_sessions.pcapng",
    ),
    Known(
        "l2tp.*", ANY, behind_extended_vendor,
        "an extended vendor's number is read where the attribute's type stands, and the next "
        "attribute two octets early",
        "RFC 3931, section 5.4.1", "l2tp_broken.pcapng",
    ),
    *(
        Known(
            field, kinds, l2tp_between_other_ports,
            "an answer from a port of one's own is data where its sender spoke from the "
            "well-known port before",
            "RFC 2661, section 8.1", "l2tp_sessions.pcapng",
        )
        for field, kinds in (("l2tp.*", EXTRA), ("data.*", MISSING), ("frame.protocols", DIFFERENT))
    ),
    Known(
        "*", ANY, overlapping_calls,
        "a call whose other end has not answered is taken for any other one, as both have the "
        "number 0 there; they are told apart here",
        "RFC 3931, section 4.1", "l2tp_sessions.pcapng",
    ),
    Known(
        "l2tp.incorrect_digest", MISSING, vendor_first,
        "a vendor's attribute of type 0 is taken for the type of the message",
        "RFC 3931, section 5.4.1", "l2tp_broken.pcapng",
    ),
    Known(
        "l2tp.avp.csu.re*", UNEQUAL, always,
        "the session's number in version 3's speeds has the name of a reserved field",
        "RFC 5515, section 6.1", "l2tp.pcapng",
    ),
    *(
        Known(
            field, EXTRA, from_on(last_attribute),
            "nothing is shown of an attribute that passes the end of its message, nor of a message "
            "without a whole one",
            "", "l2tp_broken.pcapng",
        )
        for field in ("l2tp.*", "lcp.*", "ppp.opt.*")
    ),
    Known(
        "l2tp.avp.proxy_authen_id", MISSING, always,
        "an attribute without a value takes that of the next octets",
        "RFC 2661, section 4.4.5", "l2tp_broken.pcapng",
    ),
    Known(
        "l2tp.*", MISSING, behind_end("l2tp"),
        "a value that is shorter than its attribute must have is read past the attribute's end",
        "RFC 2661, section 4.1", "l2tp_broken.pcapng",
    ),
    *(
        Known(
            field, kinds, map_notify_ack,
            "a Map-Notify-Ack is shown as data; it is made like the Map-Notify that it answers",
            "RFC 9301, section 5.7", "lisp.pcapng",
        )
        for field, kinds in (
            ("lisp.*", EXTRA), ("data.*", MORE_THERE), ("frame.protocols", DIFFERENT),
        )
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
        for field in ("lisp.*", "lisp-data.*")
    ),
    *(
        Known(
            field, DIFFERENT, noted("_ws.malformed"),
            "a record that ends early is as long as what was looked at first",
            "", "lisp_broken.pcapng",
        )
        for field in ("lisp.loc", "lisp.lcaf.*", "lisp.mapping", "lisp.mreq.record")
    ),
    *(
        Known(
            field, kinds, noted("lisp.unexpected_field"),
            "behind an address of an unknown family, whose size nobody knows, reading goes on "
            "before the end of its format or record",
            "RFC 8060, section 3", "lisp_broken.pcapng",
        )
        for field, kinds in (
            ("lisp.lcaf*", ANY), ("lisp.loc*", ANY), ("lisp.mapping*", MISSING),
            ("lisp.mreq.*", EXTRA), ("lisp.unexpected_field", MISSING),
            ("lisp.xtrid", MISSING), ("lisp.siteid", MISSING), ("lisp.msrtr.*", MISSING),
            ("data.*", ANY), ("frame.protocols", DIFFERENT),
        )
    ),
    *(
        Known(
            field, kinds, has("lisp.lcaf"),
            "octets of a format that nothing in it asks for are data behind the message",
            "RFC 8060, section 3", "lisp_broken.pcapng",
        )
        for field, kinds in (("data.*", MISSING), ("frame.protocols", DIFFERENT))
    ),
    Known(
        "lisp.lcaf.*", MISSING,
        lambda packet, ours, theirs: theirs is not None and not theirs.length,
        "an item that ends the message has no octets; there is none",
        "", "lisp_broken.pcapng",
    ),
    *(
        Known(
            field, kinds, from_on(itr_formats),
            "the decode ends where an ITR's locator is a format, or none",
            "RFC 9301, section 5.2", "lisp_broken.pcapng",
        )
        for field, kinds in (
            ("lisp.*", EXTRA), ("lisp.mreq.itr_rloc", DIFFERENT),
            ("lisp.unexpected_field", MISSING), ("data.*", MORE_THERE),
            ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "lisp.*", MISSING, behind_end("lisp"),
        "reading goes on behind a format whose length passes the end of what it is in",
        "RFC 8060, section 3", "lisp_broken.pcapng",
    ),
    *(
        Known(
            field, EXTRA, from_on(empty_formats),
            "the decode ends with a format that has no octets, though its length tells what "
            "follows",
            "RFC 8060, section 3", "lisp_broken.pcapng",
        )
        for field in ("lisp.*", "data.*")
    ),
    Known(
        "lisp.loc", DIFFERENT, locator_of_format,
        "an item that ends the message has no octets; there is none, and the decode ends there",
        "", "lisp_broken.pcapng",
    ),
    Known(
        "lisp.unexpected_field", MISSING,
        lambda packet, ours, theirs: any(
            0 in packet_values(packet, f"lisp.lcaf.{part}.afi") for part in NO_ADDRESS
        ),
        "no address at all, which is family 0, counts as an unknown one",
        "RFC 8060, section 3", "lisp_broken.pcapng",
    ),
    Known(
        "lisp.invalid_field", EXTRA, has("lisp.lcaf.geo.lat"),
        "60 minutes and 60 seconds are taken for an angle",
        "RFC 8060, section 4.3", "lisp_broken.pcapng",
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
        "teredo.auth", EXTRA,
        lambda packet, ours, theirs: ours is not None and ours.length == 2,
        "nothing is shown of an authentication that ends in front of its lengths",
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
        for field, kinds in (("data.*", EXTRA), ("frame.protocols", DIFFERENT))
    ),
    *(
        Known(
            field, kinds, bogus_in_ayiya,
            "a packet is left out that has another version than it is said to have",
            "", "ayiya.pcapng",
        )
        for field, kinds in (
            ("ip.*version", EXTRA), ("data.*", EXTRA), ("frame.protocols", DIFFERENT),
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
