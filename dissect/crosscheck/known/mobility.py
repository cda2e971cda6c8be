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
    behind_end,
    chain,
    from_on,
    noted,
)
from dissect.engine.packet import Packet


def body(*kinds: int) -> Condition:
    """A field behind the head of a Mobility Header of one of these types."""

    def stands_in(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
        row, layer = ours or theirs, packet.layer("mipv6")
        return (
            row is not None
            and layer is not None
            and any(node.value in kinds for node in packet.fields("mip6.mhtype"))
            and (row.offset >= layer.offset + HEAD or not row.length or theirs is not None)
        )

    return stands_in


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


def header_twice(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs stands behind one of ours by what is in front of the Mobility Header."""
    layer = packet.layer("mipv6")
    return (
        ours is not None
        and theirs is not None
        and layer is not None
        and any(n.position + layer.offset == theirs.offset for n in packet.fields(theirs.name))
    )


def behind_empty(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Ours stands behind an option whose data have less than two octets, or not those needed."""
    unfit = "mip6.opt.len.invalid", "mip6.vsm.data_not_dissected"
    empty = [f.offset for f in packet.findings if f.note.name in unfit]
    empty += [n.offset for name in CUT for n in packet.fields(name) if n.length < 2]
    return ours is not None and bool(empty) and (not ours.length or ours.offset >= min(empty))


def longer(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs begins where ours does, and has more octets."""
    return (
        ours is not None
        and theirs is not None
        and ours.offset == theirs.offset
        and ours.length < theirs.length
    )


def behind_location(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A field in or behind a Geo-Location suboption that has not its six octets."""
    row = ours or theirs
    kinds, lengths = (packet.fields(f"mip6.acc_net_id.{name}") for name in ("ani", "sub_opt_len"))
    starts = [
        kind.offset
        for kind, length in zip(kinds, lengths, strict=False)
        if kind.value == GEO_LOCATION and length.value != GEO_LENGTH
    ]
    return row is not None and bool(starts) and (not row.length or row.offset >= min(starts))


def misfit_networks(packet: Packet) -> list[int]:
    """Where suboptions with a network's and an access point's name are not as long as these."""
    starts, data = list[int](), packet.data
    for kind in packet.fields("mip6.acc_net_id.ani"):
        told = data[kind.offset + 1 : kind.offset + 4]
        if kind.value != NETWORK or len(told) < 3:
            continue
        point = data[kind.offset + 4 + told[2] :][:1]
        if point and told[0] != 3 + told[2] + point[0]:
            starts.append(kind.offset)
    return starts


def mobility_option(*kinds: int) -> Condition:
    """A Mobility Header with one of these options."""
    return lambda packet, ours, theirs: any(
        packet.data[node.offset] in kinds
        for node in packet.tree.walk()
        if node.field.name.startswith(("mip6.options.", "mip6.mobility_opt"))
    )


CUT = (
    "mip6.auth.auth_data", "mip6.cgar.cga_par", "mip6.sign.sign", "mip6.phkt.phkt",
    "mip6.mocot.co_keygen_tok", "mip6.dnsu.mn_id", "mip6.em.data", "mip6.vsm.data",
    "mip6.badff.auth",
)  # fmt: skip
"""Data at the end of options, whose last two octets tshark leaves out."""
NETWORK, GEO_LOCATION, GEO_LENGTH = 1, 2, 6
HEAD = 6
"""Octets of the header in front of its message."""

MOBILITY: tuple[Known, ...] = (
    *(
        Known(
            field, kinds, noted("mip6.opt.len.invalid"),
            "what stands behind the header is left out where an option passes its end",
            "RFC 6275, section 6.1.1", "mip6_tshark_wrong.pcapng",
        )
        for field, kinds in (("data.*", EXTRA), ("ipv6.*", EXTRA), ("frame.protocols", DIFFERENT))
    ),
    *(
        Known(
            field, DIFFERENT, two_less,
            "data at the end of an option is cut by two octets, as if the option's length counted "
            "its type and itself",
            "RFC 6275, section 6.2.1", "mip6_tshark_wrong.pcapng",
        )
        for field in CUT
    ),
    Known(
        "mip6.*", ANY, body(12),
        "options are looked for behind the first two octets of the home agents' addresses",
        "RFC 5142, section 4.1", "mip6_messages.pcapng",
    ),
    Known(
        "mip6.*", ANY, body(17, 18),
        "localized routing is read from the start of the Mobility Header instead of behind it",
        "RFC 6275, section 6.1.1; RFC 6705", "mip6_messages.pcapng",
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
            "mip6.*", kinds, behind_end("mipv6"),
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
        "mip6.*", EXTRA, behind_empty,
        "the decode ends with an option that has no data, or one octet, though its length tells "
        "where the next one begins",
        "RFC 6275, section 6.2.1", "mip6_tshark_wrong.pcapng",
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.malformed"),
            "nothing is shown of a value that passes its option; the octets that are there are "
            "shown here",
            "", "mip6_tshark_wrong.pcapng",
        )
        for field in ("mip6.acc_net_id.*", "mip6.vsm.req_data")
    ),
    Known(
        "mip6.acc_net_id*", ANY, from_on(misfit_networks),
        "the next suboption is looked for where a network's names end, not where its length says",
        "RFC 6757, section 3.1", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.acc_net_id", DIFFERENT, longer,
        "a suboption that passes its option is shown past the option's end",
        "RFC 6757, section 3.1", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.acc_net_id*", ANY, behind_location,
        "a location is always taken for six octets, whatever its length",
        "RFC 6757, section 3.1.2", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.ss.identifier", DIFFERENT,
        lambda packet, ours, theirs: ours is not None and "\\x" in ours.show,
        "an octet that is no ASCII counts as three where labels are told apart by their lengths",
        "RFC 5149, section 3", "mip6_tshark_wrong.pcapng",
    ),
    *(
        Known(
            "mip6.acc_net_id.net_name*", kinds, mobility_option(52),
            "a name in UTF-8 is shown as octets where a reserved bit is set beside the flag",
            "RFC 6757, section 3.1.1", "mip6_tshark_wrong.pcapng",
        )
        for kinds in (EXTRA, MISSING)
    ),
    Known(
        "mip6.bri_br.type", EXTRA,
        lambda packet, ours, theirs: ours is not None and ours.show not in ("1", "2"),
        "nothing is shown of a revocation of an unknown type, not even the type",
        "RFC 5846, section 5", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.em.data", EXTRA,
        lambda packet, ours, theirs: ours is not None and ours.length == 2,
        "the data of an experimental message of eight octets are left out",
        "RFC 5096, section 3", "mip6_tshark_wrong.pcapng",
    ),
    Known(
        "mip6.mnid.identifier", EXTRA,
        lambda packet, ours, theirs: ours is not None and ours.length <= 2,
        "an identifier of two octets is left out",
        "RFC 4283, section 3", "mip6_tshark_wrong.pcapng",
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
