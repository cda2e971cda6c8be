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
    from_broken,
    from_on,
    has,
    noted,
    packet_values,
)
from dissect.engine.packet import Packet
from dissect.engine.tree import Node


def map_notify_ack(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet is a control message of LISP of type 5."""
    return any(node.value == 5 for node in packet.fields("lisp.type"))


NO_ADDRESS = "mcinfo.src", "mcinfo.grp", "srcdst.src", "srcdst.dst", "kv_key", "kv_value"
"""Addresses in formats of LISP of which tshark expects that there is one."""

LOCATOR_HEAD = 8


def itr_formats(packet: Packet) -> list[int]:
    """Where the locator of an ITR isn't an address of IP, but a format of LISP, or nothing …."""
    families = packet.fields("lisp.mreq.itr_rloc.afi")
    return [node.offset for node in families if node.value not in IP_FAMILIES]


NOBODY, IP_FAMILIES = 0, (1, 2)


def misfit_formats(packet: Packet) -> list[Node]:
    """Formats of LISP whose length isn't that of their parts."""
    return [
        node
        for node in packet.fields("lisp.lcaf")
        if not any(
            part.offset + part.length == node.offset + LCAF_HEAD + _told(packet, node)
            for part in node.walk()
            if part is not node
        )
    ]


def _told(packet: Packet, node: Node) -> int:
    """The length that a format says it has behind its head."""
    return int.from_bytes(packet.data[node.offset + 4 : node.offset + LCAF_HEAD], "big")


LCAF_HEAD = 6


def misread_nested(packet: Packet) -> list[int]:
    """Where the second format of LISP stands, if there are some and one isn't its parts' size."""
    formats = packet.fields("lisp.lcaf")
    return [node.offset for node in formats[1:]] if misfit_formats(packet) else []


def left_in_format(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has a format with octets that nothing in it asks for."""
    return bool(misfit_formats(packet))


def same_start(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Something that isn't whole, and begins where theirs does."""
    return (
        ours is not None
        and theirs is not None
        and ours.offset == theirs.offset
        and noted("_ws.malformed")(packet, ours, theirs)
    )


def unknown_address(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A field behind an address of an unknown family, or around it, or one without octets.

    In lists tshark doesn't know family 0, either.
    """
    places = [f.offset for f in packet.findings if f.note.name == "lisp.unexpected_field"]
    if places:
        families = packet.fields("lisp.lcaf.afi_list.afi")
        places += [node.offset for node in families if node.value == NOBODY]
    return any(
        not row.length or row.offset + row.length > place
        for row in (ours, theirs)
        if row is not None
        for place in places
    )


VENDOR, LOCATORS = 255, 3


def lonely_locators(packet: Packet) -> list[int]:
    """Where the ports of NAT traversal stand, in a packet with less than three locators of it."""
    if len(packet.fields("lisp.lcaf.natt.rloc")) >= LOCATORS:
        return []
    return [node.offset for node in packet.fields("lisp.lcaf.natt.etrport")]


def empty_formats(packet: Packet) -> list[int]:
    """Where formats of LISP have no octets."""
    return [node.offset for node in packet.fields("lisp.lcaf.length") if not node.value]


def locator_of_format(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A locator that begins where theirs does, which ends with what is in front of its address."""
    return (
        ours is not None
        and theirs is not None
        and (ours.offset, LOCATOR_HEAD) == theirs[1:3]
        and (bool(packet.fields("lisp.lcaf.natt.etrport")) or bool(empty_formats(packet)))
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
            f"{protocol}.*", EXTRA, from_broken(protocol, "_ws.malformed", body=True),
            "nothing is shown of a record or header that ends early",
            "", "lisp_broken.pcapng",
        )
        for protocol in ("lisp", "lisp-data")
    ),
    *(
        Known(
            field, DIFFERENT, same_start,
            "a record that ends early is as long as what was looked at first",
            "", "lisp_broken.pcapng",
        )
        for field in ("lisp.loc", "lisp.lcaf.*", "lisp.mapping", "lisp.mreq.record")
    ),
    *(
        Known(
            field, kinds, unknown_address,
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
            field, kinds, left_in_format,
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
            "the decode ends where an ITR's locator is no address of IP",
            "RFC 9301, section 5.2", "lisp_broken.pcapng",
        )
        for field, kinds in (
            ("lisp.*", EXTRA), ("lisp.mreq.itr_rloc", DIFFERENT),
            ("lisp.unexpected_field", MISSING), ("data.*", MORE_THERE),
            ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "lisp.*", ANY, from_on(misread_nested),
        "what is behind a format in another one is read where its parts end, not where its length "
        "says",
        "RFC 8060, section 3", "lisp_broken.pcapng",
    ),
    *(
        Known(
            field, kinds, from_on(empty_formats),
            "the decode ends with a format that has no octets, though its length tells what "
            "follows",
            "RFC 8060, section 3", "lisp_broken.pcapng",
        )
        for field, kinds in (
            ("lisp.*", EXTRA), ("data.*", EXTRA), ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "lisp.loc", DIFFERENT, locator_of_format,
        "the decode ends with an item or format that has no octets, in its locator's head",
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
        "lisp.*", EXTRA, from_on(lonely_locators),
        "behind less than three locators of NAT traversal one more is looked for, and the decode "
        "ends with it",
        "RFC 8060, section 4.4", "lisp_broken.pcapng",
    ),
    *(
        Known(
            field, kinds, has("lisp.lcaf.elp_hop.mac"),
            "a MAC address is shown in the line of a hop, but as unexpected, and no field",
            "RFC 8060, section 4.6", "lisp_broken.pcapng",
        )
        for field, kinds in (("lisp.lcaf.elp_hop.mac", EXTRA), ("lisp.unexpected_field", MISSING))
    ),
    Known(
        "lisp.undecoded", MISSING,
        lambda packet, ours, theirs: VENDOR in packet_values(packet, "lisp.lcaf.type"),
        "a vendor's format without data is said to have some that can't be decoded",
        "RFC 9306, section 4", "lisp_broken.pcapng",
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
