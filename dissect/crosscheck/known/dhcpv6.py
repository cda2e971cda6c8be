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


def within(*names: str) -> Condition:
    """A packet that has a layer of one of these names, as we read it."""
    return lambda packet, ours, theirs: any(layer.name in names for layer in packet.layers)


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
        "dhcpv6.option.*", EXTRA, inside_option(50, 84, 138),
        "options inside an option are left out where nothing but the outer one's name is known",
        "", "dhcpv6_newer.pcapng",
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
            field, ANY, carries_dhcpv4,
            "the DHCPv4 message in DHCPv6 is left out",
            "RFC 7341, section 7", "dhcpv6_newer.pcapng",
        )
        for field in ("dhcp.*", "frame.protocols")
    ),
    *(
        Known(
            field, ANY, within("dhcpv6.failover"),
            "failover between DHCPv6 servers is left out",
            "RFC 8156, section 5.2", "dhcpv6_failover.pcapng",
        )
        for field in ("dhcpv6.*", "data.*", "frame.protocols")
    ),
)  # fmt: skip
