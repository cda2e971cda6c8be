"""Where tshark is wrong: DHCPv6 and DHCPv4."""

from __future__ import annotations

from collections.abc import Iterable

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
from dissect.engine.tree import Node


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
        not ours.length or node.offset <= ours.offset < node.offset + node.length
        for code, node in _options(packet)
        if code in ONLY_NAMED
    )


def broken(*codes: int) -> Condition:
    """One of these options can't be right."""
    return lambda packet, ours, theirs: (
        not _broken(packet).isdisjoint(
            node.offset for code, node in _options(packet) if code in codes
        )
    )


def behind_broken(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours stands behind an option that can't be right, or is what is said of it."""
    first = _broken(packet) - {node.offset for code, node in _options(packet) if code in ONLY_NAMED}
    return ours is not None and bool(first) and (not ours.length or ours.offset >= min(first))


def _broken(packet: Packet) -> set[int]:
    """Where options begin that can't be right."""
    names = "dhcpv6.malformed_option", "dhcpv6.bogus_length"
    return {finding.offset for finding in packet.findings if finding.note.name in names}


def _options(packet: Packet) -> Iterable[tuple[object, Node]]:
    """Each option's code and node."""
    codes = packet_values(packet, "dhcpv6.option.type")
    return zip(codes, packet.fields("dhcpv6.option.type_str"), strict=True)


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
            field, ANY, always,
            "the transaction of Bulk Leasequery is taken for a reserved octet and two more",
            "RFC 5460, section 5.1", "dhcpv6_segments.pcapng",
        )
        for field in ("dhcpv6.bulk_leasequery.trans_id", "dhcpv6.bulk_leasequery.reserved")
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
        for field in ("dhcpv6.search_list_entry", "dhcpv6.partial_name_preceded_by_fqdn")
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
        "dhcpv6.*", EXTRA, behind_broken,
        "nothing is shown of an option that is longer than what contains it, and often nothing of "
        "those behind one that is broken inside, though its length tells where they begin",
        "", "dhcpv6_broken.pcapng",
    ),
    *(
        Known(
            field, MISSING, broken(6, 15, 17, 43, 56),
            "the last item of a list is read past the end of its option",
            "RFC 9915, section 21.1", "dhcpv6_broken.pcapng",
        )
        for field in (
            "dhcpv6.requested_option_code", "dhcpv6.userclass.*",
            "dhcpv6.vendoropts.enterprise.*", "dhcpv6.ntpserver.*",
        )
    ),
    Known(
        "dhcpv6.*", MISSING, broken(9),
        "the head of a relayed message is read past the end of its option",
        "RFC 9915, section 21.10", "dhcpv6_broken.pcapng",
    ),
    Known(
        "dhcpv6.failover.dns_*name", MISSING, broken(117, 118),
        "a label of 192 or more is taken for a pointer, but names in DHCPv6 are not compressed",
        "RFC 9915, section 10", "dhcpv6_broken.pcapng",
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
            field, ANY, inside_option(87),
            "the DHCPv4 message in DHCPv6 is left out",
            "RFC 7341, section 7", "dhcpv6_newer.pcapng",
        )
        for field in ("dhcp.*", "frame.protocols")
    ),
    *(
        Known(
            field, ANY, failing_over,
            "failover between DHCPv6 servers is left out",
            "RFC 8156, section 5.2", "dhcpv6_failover.pcapng",
        )
        for field in ("dhcpv6.*", "data.*", "frame.protocols")
    ),
)  # fmt: skip
