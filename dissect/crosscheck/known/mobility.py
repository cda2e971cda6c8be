"""Where tshark is wrong: Mobile IPv6."""

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
    chain,
)
from dissect.engine.packet import Packet


def mobility_message(*kinds: int) -> Condition:
    """A Mobility Header of one of these types."""
    return lambda packet, ours, theirs: any(
        node.value in kinds for node in packet.fields("mip6.mhtype")
    )


def two_less(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs has the same octets but for the last two."""
    return (
        ours is not None
        and theirs is not None
        and ours.length == theirs.length + 2
        and ours.show.startswith(theirs.show)
    )


def mobility_header_cut(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The capture ends before the Mobility Header does."""
    layer = packet.layer("mipv6")
    return (
        layer is not None
        and layer.header is not None
        and layer.offset + 8 * layer.header.len + 8 > len(packet.data)
    )


def mobility_header_short(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The Mobility Header ends before its message does."""
    return any(
        finding.note.name == "_ws.malformed" and finding.layer == "mipv6"
        for finding in packet.findings
    )


def header_twice(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs stands behind ours by what is in front of the Mobility Header."""
    layer = packet.layer("mipv6")
    return (
        ours is not None
        and theirs is not None
        and layer is not None
        and theirs.offset - ours.offset == layer.offset
    )


def mobility_option(*kinds: int) -> Condition:
    """A Mobility Header with one of these options."""
    return lambda packet, ours, theirs: any(
        packet.data[node.offset] in kinds
        for node in packet.tree.walk()
        if node.field.name.startswith(("mip6.options.", "mip6.mobility_opt"))
    )


MOBILITY: tuple[Known, ...] = (
    *(
        Known(
            field, DIFFERENT, two_less,
            "data at the end of an option is cut by two octets, as if the option's length counted "
            "its type and itself",
            "RFC 6275, section 6.2.1", "mip6_tshark_wrong.pcapng",
        )
        for field in ("mip6.auth.auth_data", "mip6.cgar.cga_par", "mip6.sign.sign",
                      "mip6.phkt.phkt", "mip6.mocot.co_keygen_tok", "mip6.dnsu.mn_id",
                      "mip6.em.data", "mip6.vsm.data", "mip6.badff.auth")
    ),
    *(
        Known(
            field, ANY, mobility_message(12),
            "options are looked for behind the first two octets of the home agents' addresses",
            "RFC 5142", "mip6_messages.pcapng",
        )
        for field in ("mip6.options.*", "mip6.opt.len.invalid", "mip6.mobility_opt.len", "mip6.rc",
                      "mip6.padn")
    ),
    *(
        Known(
            field, ANY, mobility_message(17, 18),
            "localized routing is read from the start of the Mobility Header instead of behind it",
            "RFC 6275, section 6.1.1; RFC 6705", "mip6_messages.pcapng",
        )
        for field in ("mip6.lri.*", "mip6.lra.*", "mip6.options.*", "mip6.opt.len.invalid",
                      "mip6.mobility_opt.len")
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":mipv6:mipv6", ":mipv6"),
        "Mobile IPv6 is named again for a vendor's option inside it",
        "RFC 5094, section 3", "mip6_options.pcapng",
    ),
    Known(
        "mip6.mobility_opt.len", DIFFERENT, header_twice,
        "the length of some options is shown from somewhere behind them",
        "RFC 6275, section 6.2.1", "mip6_tshark_wrong.pcapng",
    ),
    *(
        Known(
            "mip6.*", kinds, mobility_header_short,
            "messages are read past the end that the header's length gives, and what is there of a "
            "field that the header ends within is left out",
            "RFC 6275, section 6.1.1", "mip6_tshark_wrong.pcapng",
        )
        for kinds in (MISSING, EXTRA)
    ),
    Known(
        "mip6.vsm.data*", EXTRA,
        lambda packet, ours, theirs: ours is not None and ours.length <= 2,
        "data of one octet or two is left out, as if the option's length counted its type and "
        "itself",
        "RFC 6275, section 6.2.1", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.mseg_id.timestamp", DIFFERENT, always,
        "an NTP timestamp is shown with its fraction as if it were nanoseconds, and 70 years late",
        "RFC 4285, section 6", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.opt.len.invalid", MISSING, mobility_option(51),
        "18 octets are too many for the MAG's address: two, and the address",
        "RFC 6705", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.vsm.subtype", MISSING, mobility_option(19),
        "the subtype of a gateway's address is shown twice where there is no address",
        "", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.*", EXTRA, mobility_header_cut,
        "options are left out where the capture ends before the header does",
        "", "mobility_opt_asan.pcap",
    ),
)  # fmt: skip
