"""Where tshark is wrong: MPLS, its channels and its echo."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    Known,
    always,
    has,
    noted,
    packet_values,
)
from dissect.engine.packet import Packet


def unnumbered(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A downstream mapping to an unnumbered interface that tshark can't read."""
    older = packet_values(packet, "mpls_echo.tlv.ds_map.addr_type")
    detailed = packet_values(packet, "mpls_echo.tlv.dd_map.addr_type")
    return 4 in older or 2 in detailed or 4 in detailed


MPLS: tuple[Known, ...] = (
    Known(
        "mpls_psc.tlvlen", ANY, always,
        "the first of the two octets of the TLV length is taken for all of it",
        "RFC 6378, section 4.2", "mpls_oam.pcapng",
    ),
    Known(
        "mpls_echo.tlv.len.invalid", MISSING, has("sixscope.mpls_echo.tlv.padding"),
        "the zeros that pad a TLV are taken for one more",
        "RFC 8029, section 3", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.*", ANY, unnumbered,
        "an unnumbered interface has an address of its version and an index; of IPv6 only four "
        "octets are read, and in the detailed mapping neither is known",
        "RFC 4379, section 3.3; RFC 8029, section 3.4", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.tlv.fec.fec.pw_ipv6_128_*", DIFFERENT, always,
        "the PW ID is read as two octets, it has four; so what is behind it is off",
        "RFC 6829, section 3.1", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.subtlv.dd_map.*", DIFFERENT,
        has("mpls_echo.subtlv.dd_map.value"),
        "the position of an unknown sub-TLV's type and length counts what is before it twice",
        "RFC 8029, section 3.4.1", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.subtlv.dd_map.*", EXTRA, noted("mpls_echo.tlv.dd_map.subtlv_len.invalid"),
        "nothing is shown of multipath data whose length can't be; its first octets are there",
        "", "mpls_echo.pcapng",
    ),
)  # fmt: skip
