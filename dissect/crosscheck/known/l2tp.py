"""Where tshark is wrong: L2TP."""

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
    from_layer,
    from_on,
    packet_values,
)
from dissect.engine.packet import Packet
from dissect.engine.session import Table
from dissect.protocols.l2tp.sessions import PORT, Tunnel


def unnamed_pseudowire(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours is theirs with a protocol more behind L2TP."""
    return (
        ours is not None
        and theirs is not None
        and re.sub(r":l2tp:(eth|ppp|ip|chdlc|fr)\b", ":l2tp", ours.show) == theirs.show
    )


def extended_vendors(packet: Packet) -> list[int]:
    """Where the vendor stands of attributes for an extended vendor's number."""
    return [n.offset - 2 for n in packet.fields("l2tp.avp.type") if n.value == EXTENDED_VENDOR]


def overlapping_calls(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """In or behind data of L2TP version 3 between ends of which one asked for a call before
    another call had an answer.
    """
    session = packet.session
    if session is None or not packet.fields("l2tp.sid") or packet.fields("l2tp.ccid"):
        return False
    tunnels: Table[Tunnel] = session.table("l2tp")
    ends = [
        {source.value, destination.value}
        for name in ("ip", "ipv6")
        for source, destination in zip(
            packet.fields(f"{name}.src"), packet.fields(f"{name}.dst"), strict=False
        )
    ]
    return from_layer("l2tp")(packet, ours, theirs) and any(
        isinstance(key, tuple)
        and {key[0], key[2]} in ends
        and (tunnel.overlapping or not all(call.second.session for call in tunnel.calls))
        for key, tunnel in tunnels.entries.items()
    )


def no_type_first(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The first attribute of a control message is a vendor's, or hidden."""
    firsts = (next(iter(packet_values(packet, f"l2tp.avp.{it}")), 0) for it in FIRST)
    return any(firsts)


FIRST = "vendor_id", "hidden"


EXTENDED_VENDOR = 58


def last_attribute(packet: Packet) -> list[int]:
    """Where the last of several attributes begins in a broken control message of L2TP; else the
    message, which begins with 12 octets.
    """
    layer = packet.layer("l2tp")
    if layer is None:
        return []
    if layer.stop - layer.offset < CONTROL_HEAD and 1 in packet_values(packet, "l2tp.type"):
        return [layer.offset]
    if not any(f.note.name in BROKEN_MESSAGE for f in packet.findings):
        return []
    attributes = packet.fields("l2tp.avp.length")
    return [attributes[-1].offset if len(attributes) > 1 else layer.offset]


CONTROL_HEAD = 12
BROKEN_MESSAGE = "_ws.malformed", "l2tp.avp_length.bad"


def l2tp_between_other_ports(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A message of L2TP neither to its port nor from it."""
    ports = packet_values(packet, "udp.srcport") + packet_values(packet, "udp.dstport")
    return packet.layer("l2tp") is not None and bool(ports) and PORT not in ports


L2TP: tuple[Known, ...] = (
    Known(
        "frame.protocols", DIFFERENT, unnamed_pseudowire,
        "what a pseudowire of L2TP carries is not named, though it is shown",
        "RFC 3931, section 4.1", "l2tp_sessions.pcapng",
    ),
    Known(
        "l2tp.*", ANY, from_on(extended_vendors),
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
        for field, kinds in (
            ("l2tp.*", EXTRA), ("ppp.*", EXTRA), ("data.*", MORE_THERE),
            ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "*", ANY, overlapping_calls,
        "a call whose other end has not answered is taken for any other one, as both have the "
        "number 0 there; they are told apart here",
        "RFC 3931, section 4.1", "l2tp_sessions.pcapng",
    ),
    Known(
        "l2tp.incorrect_digest", MISSING, no_type_first,
        "a vendor's attribute of type 0, or a hidden one, is taken for the type of the message",
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
)  # fmt: skip
