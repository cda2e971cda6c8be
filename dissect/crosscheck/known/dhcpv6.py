"""Where tshark is wrong: DHCPv6 and DHCPv4."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    Condition,
    Known,
    always,
    packet_values,
)
from dissect.engine.packet import Packet


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


ONLY_NAMED = frozenset({
    36, *range(49, 52), 54, 55, *range(57, 64), 65, 66, *range(68, 75), *range(76, 89),
    *range(97, 103), *range(104, 111), 113, 116, *range(136, 149), 165, 166, 167,
})  # fmt: skip
"""Options of which tshark shows code and length alone."""


def only_named(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours stands in one of those options; an expert info, which has no place, in any."""
    return ours is not None and any(
        not ours.length or at <= ours.offset < end
        for at, end, code in _options(packet)
        if code in ONLY_NAMED
    )


def overrun(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours is the head of an option that is longer than what contains it, or is said of it."""
    places = [f.offset for f in packet.findings if f.note.name == BOGUS]
    return ours is not None and any(
        not ours.length or at <= ours.offset < at + OPTION_HEAD for at in places
    )


def behind_broken(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours stands in or behind the first option whose value can't be right, or is said of it."""
    places = _broken(packet)
    return ours is not None and bool(places) and (not ours.length or ours.offset >= min(places))


def past_the_end(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs is in the value of an option that can't be right, or begins where it ends, or may
    have a head that does.
    """
    places = _broken(packet)
    return theirs is not None and any(
        at in places and at + OPTION_HEAD <= theirs.offset <= end + OPTION_HEAD
        for at, end, _ in _options(packet)
    )


BOGUS, MALFORMED = "dhcpv6.bogus_length", "dhcpv6.malformed_option"
OPTION_HEAD = 4


def _broken(packet: Packet) -> set[int]:
    """Where options begin that can't be right; none that only contain such a one.

    An option of which tshark knows no more than the name is right to it, if its length is.
    """
    options = _options(packet)
    unread = {at for at, _, code in options if code in ONLY_NAMED}
    places = {f.offset for f in packet.findings if f.note.name == MALFORMED} - unread
    places |= {f.offset for f in packet.findings if f.note.name == BOGUS}
    return places - {at for at, end, _ in options if any(at < place < end for place in places)}


def _options(packet: Packet) -> list[tuple[int, int, object]]:
    """Where each option begins and ends, and its code."""
    codes = packet_values(packet, "dhcpv6.option.type")
    nodes = packet.fields("dhcpv6.option.type_str")
    return [
        (node.offset, node.offset + node.length, code)
        for code, node in zip(codes, nodes, strict=True)
    ]


def passed_on_by_none(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """There are more Relay Message options than messages of relay agents."""
    options = packet_values(packet, "dhcpv6.option.type").count(RELAY_MESSAGE)
    return options > sum(it in RELAYED for it in packet_values(packet, "dhcpv6.msgtype"))


RELAY_MESSAGE, RELAYED = 9, (12, 13)


def failing_over(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A message of failover, over TCP or where it doesn't belong."""
    return packet.layer("dhcpv6.failover") is not None or any(
        node.value in range(24, 36) for node in packet.fields("dhcpv6.msgtype")
    )


def carries_dhcpv4(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A DHCPv6 message made to carry DHCPv4."""
    return any(node.value in (20, 21) for node in packet.fields("dhcpv6.msgtype"))


DHCPV6: tuple[Known, ...] = (
    *(
        Known(
            field, kinds, always,
            "the transaction of Bulk Leasequery is taken for a reserved octet and two more",
            "RFC 5460, section 5.1", "dhcpv6_segments.pcapng",
        )
        for field, kinds in (
            ("dhcpv6.bulk_leasequery.trans_id", DIFFERENT),
            ("dhcpv6.bulk_leasequery.reserved", MISSING),
        )
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
        for field in (
            "dhcpv6.search_list_entry", "dhcpv6.partial_name_preceded_by_fqdn",
            "dhcpv6.aftr_name",
        )
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
        "dhcpv6.error_hopcount", MISSING, passed_on_by_none,
        "the hops of a relay agent are counted again for a message in one that is no relay agent's",
        "RFC 9915, section 21.10", "dhcpv6_tshark_wrong.pcapng",
    ),
    Known(
        "dhcpv6.packetcable.cccV6.prov_srv.ipv6", EXTRA, always,
        "a provisioning server by its address is left out",
        "", "dhcpv6_tshark_wrong.pcapng",
    ),
    Known(
        "dhcpv6.*", EXTRA, only_named,
        "what is in an option is left out where nothing but its name is known",
        "", "dhcpv6_newer.pcapng",
    ),
    Known(
        "dhcpv6.failover.dns_*name", MISSING, inside_option(117, 118),
        "a label of 192 or more is taken for a pointer, but names in DHCPv6 are not compressed",
        "RFC 9915, section 10", "dhcpv6_broken.pcapng",
    ),
    Known(
        "dhcpv6.*", EXTRA, overrun,
        "nothing is shown of an option that is longer than what contains it",
        "", "dhcpv6_broken.pcapng",
    ),
    Known(
        "dhcpv6.*", EXTRA, behind_broken,
        "the decode ends with an option whose value can't be right, though its length tells where "
        "the next one begins",
        "RFC 9915, section 21.1", "dhcpv6_broken.pcapng",
    ),
    Known(
        "dhcpv6.*", MISSING, past_the_end,
        "a value is read though it passes the end of its option",
        "RFC 9915, section 21.1", "dhcpv6_broken.pcapng",
    ),
    Known(
        "dhcpv6.domain_field_len", DIFFERENT, inside_option(64),
        "the length of an empty name is looked for in front of flags, which the option lacks",
        "RFC 6334, section 3", "dhcpv6_broken.pcapng",
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
            field, kinds, inside_option(87),
            "the DHCPv4 message in DHCPv6 is left out",
            "RFC 7341, section 7", "dhcpv6_newer.pcapng",
        )
        for field, kinds in (("dhcp.*", EXTRA), ("frame.protocols", DIFFERENT))
    ),
    Known(
        "dhcpv6.*", ANY, failing_over,
        "failover between DHCPv6 servers is left out",
        "RFC 8156, section 5.2", "dhcpv6_failover.pcapng",
    ),
)  # fmt: skip
