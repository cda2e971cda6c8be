"""Where tshark is wrong: LISP."""

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
    from_on,
    has,
    noted,
    packet_values,
)
from dissect.engine.packet import Packet


def map_notify_ack(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet is a control message of LISP of type 5."""
    return any(node.value == 5 for node in packet.fields("lisp.type"))


NO_ADDRESS = "mcinfo.src", "mcinfo.grp", "srcdst.src", "srcdst.dst", "kv_key", "kv_value"
"""Addresses in formats of LISP of which tshark expects that there is one."""

LOCATOR_HEAD = 8


def itr_formats(packet: Packet) -> list[int]:
    """Where a format of LISP stands for the locator of an ITR, or nothing."""
    families = packet.fields("lisp.mreq.itr_rloc.afi")
    return [node.offset for node in families if node.value in (NOBODY, LCAF)]


NOBODY, LCAF = 0, 16387


def nested_formats(packet: Packet) -> list[int]:
    """Where the formats of LISP behind the first one stand."""
    return [node.offset for node in packet.fields("lisp.lcaf.length")[1:]]


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


LISP: tuple[Known, ...] = (
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
        "lisp.*", ANY, from_on(nested_formats),
        "what is behind a format in another one is read where its parts end, not where its length "
        "says",
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
        "lisp.mrep.record", DIFFERENT,
        lambda packet, ours, theirs: (
            ours is not None
            and theirs is not None
            and ours.offset == theirs.offset
            and ours.length < theirs.length
        ),
        "a reply in a Map-Request is said to be all that is left of the message; it is one record",
        "RFC 9301, section 5.2", "lisp_broken.pcapng",
    ),
    Known(
        "lisp.invalid_field", EXTRA, has("lisp.lcaf.geo.lat"),
        "60 minutes and 60 seconds are taken for an angle",
        "RFC 8060, section 4.3", "lisp_broken.pcapng",
    ),
)  # fmt: skip
